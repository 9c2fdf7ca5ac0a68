// What must hold of every run of a mapping, whatever the platform, workload and mapping.
#pragma once

#include "mapper/evaluation/evaluator.h"

namespace arsia::torture {

// Each throws std::logic_error that says what does not hold.

/// Every task ran once, after what it waits for; tasks of one engine followed each other in program order.
void check_tasks(const Program& program, const RunResult& result);
/// Every byte that was sent went over each link of its route once, nothing was faster than a link or memory is, and
/// what the operators compute is their multiply-accumulates.
void check_conservation(const Scenario& scenario, const Program& program, const RunResult& result);
/// The critical path covers the run without gaps, and the breakdown sums to the latency.
void check_path(const Scenario& scenario, const Program& program, const RunResult& result);
/// Of several tasks that end at the instant at which another begins, which one it is said to have waited for.
enum class Ties { same, may_differ };
/// Times, links, nodes and latency are the same to the last bit.
void check_same(const RunResult& a, const RunResult& b, Ties ties, const std::string& between);
/// A run file says what was recorded.
void check_run_file(const std::string& path, const Scenario& scenario, const Mapping& mapping, const Program& program,
                    const RunResult& result);

} // namespace arsia::torture
