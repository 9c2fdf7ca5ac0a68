// A whole run as it stands in a run file: what exports and reports are made from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/program.h"
#include "sim/recorder/run_file.h"

namespace arsia {

/// Times in ps, sizes in bytes, rates in bit/s; docs/run-file.md says what each figure means. Tasks, nodes, links and
/// operators are named by their rows; −1: none.
struct RunData {
    struct Node {
        std::string name, kind, group;
        std::string design; ///< empty: none, or not stated
        Bytes memory_capacity = 0;
        std::int64_t memory_bandwidth = 0;
        TimePs memory_latency = 0;
        std::int64_t dma_channels = 0;
        TimePs dma_setup = 0;
        TimePs compute_busy = 0, memory_busy = 0;
        Bytes memory_bytes = 0, memory_peak = 0;
    };
    struct Link {
        std::string name;
        std::int32_t from = 0, to = 0;
        std::int64_t bandwidth = 0;
        TimePs latency = 0;
        Bytes bytes = 0;
        TimePs busy = 0, queueing = 0, critical = 0;
    };
    struct Task {
        TaskKind kind = TaskKind::join;
        std::int32_t op = -1, node = -1;
        std::int32_t transfer = -1; ///< row of transfers
        TimePs ready = 0, start = 0, end = 0;
        Bytes bytes = 0;
        Cycles cycles = 0;
        std::int64_t macs = 0;
        std::int64_t blocked_by = -1;
    };
    struct Transfer {
        std::int64_t task = 0;
        std::int32_t destination = 0;
        std::int32_t route = 0; ///< row of routes
        TimePs alone = 0;
        Purpose purpose = Purpose::none;
    };
    struct Step { ///< of the critical path
        std::int64_t task = -1;
        TimePs begin = 0, end = 0;
    };
    struct Search {
        std::string name, objective;
        std::int64_t seed = 0, evaluations = 0;
        std::vector<TimePs> latencies, best; ///< by candidate; −1: not legal, none
        std::vector<ParetoRow> pareto;       ///< without the mappings
    };

    RunSummary summary;
    std::string version, digest; ///< of arsia; of the platform
    std::int64_t events = 0;
    Bytes burst = 0; ///< 0: messages are never cut
    std::vector<Node> nodes;
    std::vector<Link> links;
    std::vector<std::string> operators;
    std::vector<Task> tasks;
    std::vector<Transfer> transfers;
    std::vector<std::vector<std::int32_t>> routes;                   ///< links in order; each once
    std::vector<std::pair<std::int64_t, std::int64_t>> dependencies; ///< before, after
    std::vector<Step> critical_path;
    std::vector<std::pair<std::string, TimePs>> breakdown; ///< by cause
    std::vector<std::pair<std::string, double>> energy;    ///< by cause, J
    std::vector<TimePs> link_bins, memory_bins;            ///< edges, one more than bins
    std::vector<double> utilization;                       ///< links × bins
    std::vector<Bytes> occupancy;                          ///< nodes × bins
    std::optional<Search> search;
    std::vector<Sensitivity> sensitivities;
};

/// Throws InputError like read_run_summary(), also for rows that name what is not there.
RunData read_run(const std::string& path);

/// The same of a run that is in no file yet. Throws InputError if it cannot be recorded.
RunData run_data(const RunRecord& record);

} // namespace arsia
