// What there is to say of one simulated mapping, as JSON and as tables.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "cli/link_report.h"
#include "cli/stream_report.h"
#include "mapper/bounds.h"
#include "mapper/evaluation/evaluator.h"
#include "sim/critical_path.h"
#include "sim/energy.h"

namespace arsia {

/// Figures of one run, gathered while the evaluator still holds it.
class RunReport {
public:
    /// `bound`: the highest of the scenario.
    RunReport(const Scenario& scenario, const Mapping& mapping, const Evaluator::Run& run, Bound bound);

    TimePs latency() const { return latency_; }
    TimePs bound() const { return bound_.latency; }
    const Energy& energy() const { return energy_; }
    /// (latency − bound) / latency: the share of the latency that a better mapping could at most save.
    double gap() const;

    /// Adds the keys that `simulate` and `map` share.
    void add_to(Json& object) const;
    /// Latency, bound, energy and counts, two columns.
    std::string summary_text() const;
    /// Where time goes, the busiest links, and the memory peaks.
    std::string detail_text() const;

private:
    std::string breakdown_text() const;
    std::string memory_text() const;

    TimePs latency_ = 0;
    StreamReport stream_;
    Bound bound_;
    Energy energy_;
    Breakdown breakdown_;
    std::uint64_t tasks_ = 0, transfers_ = 0, events_ = 0;
    Bytes bytes_transferred_ = 0;
    std::vector<LinkRow> links_;
    std::vector<TimePs> network_by_link_;
    struct MemoryRow {
        std::string accelerator;
        Bytes peak, capacity;
    };
    std::vector<MemoryRow> memories_;
};

} // namespace arsia
