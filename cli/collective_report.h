// What there is to say of one simulated collective, as JSON and as tables.
#pragma once

#include <string>

#include "cli/console.h"
#include "collectives/ideal.h"
#include "sim/simulator.h"

namespace arsia {

/// References must outlive it.
class CollectiveReport {
public:
    CollectiveReport(const Platform& platform, const CollectiveSpec& spec, const Program& program,
                     const RunResult& result);

    void add_to(Json& object) const;
    std::string summary_text() const; ///< what, time, ideal, bandwidths, two columns
    std::string detail_text() const;  ///< the busiest links

private:
    /// ideal time / time: 1 is as fast as the links allow.
    double efficiency() const;

    const Platform& platform_;
    const CollectiveSpec& spec_;
    const RunResult& result_;
    TimePs ideal_;
    CollectiveBandwidth bandwidth_;
    std::int64_t transfers_ = 0; ///< with data
    Bytes bytes_sent_ = 0, bytes_on_links_ = 0;
};

} // namespace arsia
