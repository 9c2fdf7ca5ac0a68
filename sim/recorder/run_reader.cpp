#include <fmt/format.h>

#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_file.h"
#include "sim/recorder/run_layout.h"
#include "sim/recorder/run_summary.h"
#include "sim/recorder/sweep_file.h"

namespace arsia {

namespace {

/// The format and its version: `arsia-run/1` is `arsia-run`, `1`.
void check_format(const hdf5::InputFile& file) {
    if (!file.has_attribute("/", "format")) {
        file.refuse("is an HDF5 file but not a run file: it has no attribute 'format'");
    }
    std::string format = file.text_attribute("/", "format");
    if (format == run_format) return;
    if (format == sweep_result_format)
        file.refuse(fmt::format(
            "is not a run file: it is the result of a sweep; 'arsia report {} -o FILE.html' shows it", file.path()));
    std::string family = std::string(run_format).substr(0, std::string(run_format).find('/') + 1);
    if (format.rfind(family, 0) == 0) {
        file.refuse(fmt::format("has format '{}'; this version reads '{}'", format, run_format));
    }
    file.refuse(fmt::format("is not a run file: its format is '{}', not '{}'", format, run_format));
}

void check_rows(const hdf5::InputFile& file, const std::string& dataset, std::uint64_t stated) {
    std::uint64_t rows = file.rows(dataset);
    if (rows != stated) {
        file.refuse(fmt::format("dataset '{}' has {} rows, but 'meta' states {}", dataset, rows, stated));
    }
}

} // namespace

RunSummary read_run_summary(const std::string& path) {
    hdf5::InputFile file(path);
    return read_summary(file);
}

RunSummary read_summary(const hdf5::InputFile& file) {
    check_format(file);
    std::string missing;
    for (const char* dataset : required_run_datasets) {
        if (!file.has(dataset)) missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", dataset);
    }
    if (!missing.empty()) file.refuse("missing in the file: " + missing);

    RunSummary summary;
    summary.format = file.text_attribute("/", "format");
    summary.command = file.text_attribute("meta", "command");
    summary.workload = file.text_attribute("meta", "workload");
    summary.topology = file.text_attribute("meta", "topology");
    summary.latency = file.integer_attribute("meta", "latency_ps");
    summary.tasks = static_cast<std::uint64_t>(file.integer_attribute("meta", "tasks"));
    summary.transfers = static_cast<std::uint64_t>(file.integer_attribute("meta", "transfers"));
    summary.bytes_transferred = file.integer_attribute("meta", "bytes_transferred");
    if (file.has("mapping")) {
        check_rows(file, "mapping", 1);
        summary.mapping_json = file.texts("mapping")[0];
    }
    check_rows(file, "tasks/id", summary.tasks);
    check_rows(file, "transfers/bytes", summary.transfers);
    return summary;
}

} // namespace arsia
