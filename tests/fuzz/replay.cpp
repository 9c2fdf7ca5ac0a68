// Runs a reader on every file of a folder: a fuzzer's finds stay found, also where there is no clang. Of HDF5 files,
// also on so many that hold other values.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/hdf5_mutator.h"
#include "tests/fuzz/readers.h"

int main(int argc, char** argv) {
    auto read = argc == 3 || argc == 4 ? arsia::fuzz::find_reader(argv[1]) : nullptr;
    if (!read) {
        std::fprintf(stderr, "usage: fuzz_replay READER FOLDER [CHANGES]\n");
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
        std::uint64_t changes = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : 0;
        for (std::uint64_t seed = 1; seed <= changes; ++seed) {
            std::string changed = arsia::fuzz::change_values(bytes, seed);
            if (changed == bytes) continue;
            std::printf("%s with change %llu\n", file.filename().c_str(), static_cast<unsigned long long>(seed));
            std::fflush(stdout);
            read(changed);
        }
    }
    if (files.empty()) std::fprintf(stderr, "no files in %s\n", argv[2]);
    return files.empty() ? 1 : 0;
}
