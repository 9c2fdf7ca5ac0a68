// The walk along a chain of dependent operators through every way of splitting them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "mapper/bounds.h"
#include "mapper/bounds/shard_times.h"

namespace arsia {

/// More accelerators than this have too many ways to split an operator.
constexpr std::size_t max_accelerators = 8;

struct ChainLink {
    OperatorId op;
    std::size_t input = 0; ///< which of its inputs the chain comes in by
};

/// For each way to split an operator, each rank, each dealing of the ranks to the platform's neighbourhoods and each
/// design it keeps a time before which the rank cannot have computed its part, whatever was chosen before.
class ChainWalk {
public:
    using Chain = std::vector<ChainLink>;

    ChainWalk(const Scenario& scenario, ShardTimes& times, BoundEffort effort);
    ~ChainWalk();

    /// When the last operator from `first` up to `last` ends at the soonest. `from_start`: nothing goes before; else
    /// every rank may begin at 0.
    double end_of(Chain::const_iterator first, Chain::const_iterator last, bool from_start = true);
    /// When the first rank of that operator ends at the soonest.
    double first_end() const;
    /// Whether in any walk so far there was a rank that needs nothing of the operator before it (all padding), and so
    /// may run at any time.
    bool has_idle_start() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace arsia
