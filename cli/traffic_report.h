// What there is to say of simulated traffic, as JSON and as tables.
#pragma once

#include <string>
#include <vector>

#include "cli/link_report.h"
#include "sim/simulator.h"
#include "traffic/traffic.h"

namespace arsia {

class TrafficReport {
public:
    /// The references must outlive the report.
    TrafficReport(const Platform& platform, const Traffic& traffic, const RunResult& result);

    /// Adds what the whole run took.
    void add_to(Json& object) const;
    /// `transfers`, in the order of the traffic. Refers to the report.
    JsonList transfers() const;
    /// Counts, finish time and slowdowns, two columns.
    std::string summary_text() const;
    /// The slowest transfers and the busiest links.
    std::string detail_text() const;

private:
    struct Row {
        TimePs took = 0;     ///< from the start that was asked for
        TimePs alone = 0;    ///< with everything to itself
        double slowdown = 1; ///< took / alone
    };

    const TaskTimes& times(std::size_t i) const { return result_.tasks[TaskId(i)]; }
    std::string slowest_text() const;

    const Platform& platform_;
    const Traffic& traffic_;
    const RunResult& result_;
    Bytes bytes_ = 0;
    std::vector<Row> rows_;
    double mean_slowdown_ = 0, median_slowdown_ = 0, largest_slowdown_ = 0;
};

} // namespace arsia
