// The ways in which a mapping may split an operator of a chain, and what each says of times and places.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mapper/bounds/shard_times.h"
#include "mapper/mapping.h"

namespace arsia {

/// The parts of a shared tensor that a rank is sent while it computes.
struct ChainRing {
    bool chain_input = false;           ///< the shared tensor is the chain's; else weights or another input
    std::vector<std::uint32_t> next;    ///< by rank: the rank that sends to it
    std::vector<std::int64_t> elements; ///< by rank: that it is sent after it has begun
    /// By choice of design, then rank: least time of one phase, ps.
    std::vector<std::vector<double>> phase;
};

/// One way to read and compute the shards of a split: without shared shards, or with them along some dimension.
struct ChainVariant {
    std::vector<TensorBox> needs; ///< by rank: of the chain's tensor, before its first task can start
    /// By choice of design, then rank: least time of all its tasks, ps.
    std::vector<std::vector<double>> times;
    std::optional<ChainRing> ring; ///< with shared shards
};

/// A split by factors of exclusive shards.
struct ChainOption {
    Factors es = no_split;
    std::size_t ranks = 1;
    std::vector<TensorBox> results;     ///< by rank: the part of the output that it contributes to
    std::vector<std::uint32_t> summing; ///< by rank: ranks (as bits) that contribute to the same part
    std::size_t group = 1;              ///< how many these are
    /// By rank, where partial sums are shared out: elements of the smallest and the largest share that a rank can end
    /// with, along whichever axis the result is cut; ranks that end with nothing do not count.
    std::vector<std::int64_t> smallest_share, largest_share;
    std::vector<ChainVariant> variants;
};

/// Every legal split of an operator over 1 … n accelerators; `input`: which of its inputs the chain comes in by.
std::vector<ChainOption> chain_options(const Scenario& scenario, OperatorId op, std::size_t input, ShardTimes& times);

} // namespace arsia
