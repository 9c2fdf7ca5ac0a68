// Readers of HDF5 files.
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "base/errors.h"
#include "sim/recorder/checkpoint_file.h"
#include "sim/recorder/exports.h"
#include "sim/recorder/run_data.h"
#include "tests/fuzz/readers.h"

namespace arsia::fuzz {

namespace {

/// A file as long as it lives. HDF5 refuses files without a name.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& bytes)
        : path_(std::filesystem::temp_directory_path() / ("arsia-fuzz-" + std::to_string(::getpid()))) {
        std::ofstream out(path_, std::ios::binary);
        if (!out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush()) fail("cannot write " + path_);
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace

void read_run(const std::string& bytes) {
    TemporaryFile file(bytes);
    try {
        RunData run = arsia::read_run(file.path());
        perfetto_trace(run);
        vcd_dump(run);
        csv_tables(file.path());
    } catch (const InputError&) { // what bad files get
    }
}

void read_checkpoint(const std::string& bytes) {
    TemporaryFile file(bytes);
    try {
        SearchCheckpoint checkpoint = arsia::read_checkpoint(file.path());
        if (checkpoint.mappings.size() != checkpoint.latencies.size()) fail("mappings without latency");
        if (checkpoint.energies.size() != checkpoint.peak_memories.size()) fail("energies without memory");
    } catch (const InputError&) { // what bad files get
    }
}

} // namespace arsia::fuzz
