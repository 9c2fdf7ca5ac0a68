// What there is to say of each request of a stream and of each of several workloads, as JSON and as text.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "mapper/evaluation/evaluator.h"

namespace arsia {

/// Times of one run by request, over all and for each workload.
class StreamReport {
public:
    StreamReport(const Scenario& scenario, const Evaluator::Run& run);

    /// Adds `requests`, `throughput_per_s`, `period_ns`, and `workloads` where there are several.
    void add_to(Json& object) const;
    /// Two columns; empty for one request of one workload.
    std::string text() const;

private:
    struct Workload {
        std::string name;
        StreamTimes times;
    };

    Stream stream_;
    StreamTimes all_;
    std::vector<Workload> workloads_; ///< none: there is one
};

} // namespace arsia
