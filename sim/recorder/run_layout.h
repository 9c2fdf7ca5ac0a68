// What the writer and the reader of run files must agree on; docs/run-file.md describes it all.
#pragma once

namespace arsia {

constexpr const char* run_format = "arsia-run/1";

/// Members of /breakdown and /energy.
constexpr const char* breakdown_causes[] = {"compute",    "memory",          "network", "dma_setup",
                                            "contention", "reconfiguration", "waiting"};
constexpr const char* energy_causes[] = {"compute", "memory", "link", "static"};

/// Datasets that every run file has and that a reader of tasks, transfers and times relies on.
constexpr const char* required_run_datasets[] = {
    "platform/nodes/name",
    "platform/links/name",
    "tasks/id",
    "tasks/kind",
    "tasks/node",
    "tasks/ready",
    "tasks/start",
    "tasks/end",
    "tasks/bytes",
    "tasks/cycles",
    "tasks/blocked_by",
    "transfers/source",
    "transfers/destination",
    "transfers/bytes",
    "transfers/start",
    "transfers/end",
    "transfers/route",
    "links/utilization",
    "links/totals/bytes",
    "memory/occupancy",
    "critical_path/task",
    "critical_path/begin",
    "critical_path/end",
    "energy/compute",
    "breakdown/compute",
};

} // namespace arsia
