// Runs a reader on every file of a folder: a fuzzer's finds stay found, also where there is no clang.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/readers.h"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: fuzz_replay onnx|yaml|sweep FOLDER\n");
        return 2;
    }
    std::string name = argv[1];
    auto read = name == "onnx"    ? arsia::fuzz::read_onnx
                : name == "sweep" ? arsia::fuzz::read_sweep_spec
                                  : arsia::fuzz::read_yaml;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[2])) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        std::ifstream in(file, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        std::printf("%s\n", file.filename().c_str());
        std::fflush(stdout);
        read(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
    if (files.empty()) std::fprintf(stderr, "no files in %s\n", argv[2]);
    return files.empty() ? 1 : 0;
}
