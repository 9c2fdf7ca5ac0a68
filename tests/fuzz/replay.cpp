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
    auto read = argc == 3 ? arsia::fuzz::find_reader(argv[1]) : nullptr;
    if (!read) {
        std::fprintf(stderr, "usage: fuzz_replay READER FOLDER\n");
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[2])) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
        std::ifstream in(file, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        std::printf("%s\n", file.filename().c_str());
        std::fflush(stdout);
        read(bytes);
    }
    if (files.empty()) std::fprintf(stderr, "no files in %s\n", argv[2]);
    return files.empty() ? 1 : 0;
}
