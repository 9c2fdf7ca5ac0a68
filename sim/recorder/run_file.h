// The run file (HDF5, sealed, `arsia-run/1`): written by the recorder, read back for checks and reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/critical_path.h"
#include "sim/energy.h"
#include "sim/sensitivity.h"
#include "sim/simulator.h"
#include "workloads/graph.h"

namespace arsia {

/// One mapping of a search's Pareto set.
struct ParetoRow {
    std::int64_t evaluation = 0; ///< from 1
    TimePs latency = 0;          ///< or the score of another objective
    double energy_j = 0;
    Bytes peak_memory = 0;    ///< of the fullest accelerator
    std::string mapping_json; ///< empty if read without
};

/// The search that found a mapping, for /search.
struct SearchRecord {
    std::string name;
    std::uint64_t seed = 0;
    std::uint64_t evaluations = 0;
    std::vector<TimePs> latencies;      ///< of every candidate in order; −1: illegal
    std::string objective = "latency";  ///< what was minimised; if another, `latencies` are its scores
    std::vector<ParetoRow> pareto = {}; ///< empty: the search did not look at energy and memory
};

/// All that goes into a run file. References must outlive the call.
struct RunRecord {
    const Platform& platform;
    const Program& program;
    const RunResult& result;
    const Graph* graph = nullptr; ///< operators; none for raw traffic
    std::string command;          ///< command line that made the run
    std::string workload;
    std::string mapping_json; ///< empty: none
    Energy energy;
    std::optional<SearchRecord> search;
    IdVector<NodeId, const Design*> designs = {}; ///< by node, nullptr: none; empty: not known
    std::vector<Sensitivity> sensitivities = {};  ///< empty: not asked for, or nothing would help
};

/// Writes to a temporary name beside `path` and renames when complete: a crash leaves the old file or none.
/// Throws InputError with the path and the reason (folder missing, not writable, disk full).
void write_run_file(const std::string& path, const RunRecord& record);

/// The bytes of that file.
std::string run_file_image(const RunRecord& record);

/// What a reader needs at least.
struct RunSummary {
    std::string format, command, workload, topology, mapping_json;
    TimePs latency = 0;
    std::uint64_t tasks = 0, transfers = 0;
    Bytes bytes_transferred = 0;
};

/// Throws InputError that says what is wrong: missing, not HDF5, truncated, another format, a dataset missing.
RunSummary read_run_summary(const std::string& path);

} // namespace arsia
