// A mapping: accelerator sets, the design of each, and each operator's set and parallelism strategy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectives/operation.h"
#include "mapper/scenario.h"
#include "workloads/box.h"

namespace arsia {

/// Factors of exclusive shards along N K C P Q R S; their product is the size of the set.
using Factors = Extents;
constexpr Factors no_split = {1, 1, 1, 1, 1, 1, 1};

/// How one operator is split over its set.
struct Strategy {
    Factors es = no_split;
    /// Dimension along which the tensor that ES leaves replicated is kept in shards that go round the replicas.
    std::optional<Dim> ss;
    /// Weights of the set's accelerators, in their order: along each split dimension a part gets as much as its
    /// accelerators weigh together. One of weight 0 takes no part, and the factors' product is the number of the
    /// others. Empty: all take part, and parts are even.
    std::vector<std::int64_t> shares;

    friend bool operator==(const Strategy& a, const Strategy& b) {
        return a.es == b.es && a.ss == b.ss && a.shares == b.shares;
    }
    friend bool operator!=(const Strategy& a, const Strategy& b) { return !(a == b); }
};

struct Placement {
    OperatorId op;
    Strategy strategy;
    /// Whether the weights are in local memory from the start. Unsaid: as many operators, in graph order, as fit.
    std::optional<bool> resident;

    friend bool operator==(const Placement& a, const Placement& b) {
        return a.op == b.op && a.strategy == b.strategy && a.resident == b.resident;
    }
};

struct AcceleratorSet {
    std::vector<NodeId> accelerators; ///< in the order in which boxes are dealt
    std::string design;               ///< that all of them run; not used where each has its own
    bool reconfigure = false;         ///< load the design first, at its stated cost
    std::vector<Placement> operators;
    /// In a mixed set: the design of each accelerator. Empty where all run `design`.
    std::vector<std::string> designs;

    bool is_mixed() const { return !designs.empty(); }
    const std::string& design_of(std::size_t rank) const { return is_mixed() ? designs[rank] : design; }

    friend bool operator==(const AcceleratorSet& a, const AcceleratorSet& b) {
        return a.accelerators == b.accelerators && a.design == b.design && a.reconfigure == b.reconfigure &&
               a.operators == b.operators && a.designs == b.designs;
    }
};

/// How all-gathers and reduce-scatters inside a set are done: by an algorithm, or each group by what suits it.
enum class CollectiveChoice : std::uint8_t { automatic, direct, ring, ring_both, halving_doubling, hierarchical };

/// Nothing for `automatic`.
std::optional<CollectiveAlgorithm> algorithm_of(CollectiveChoice choice);
/// `auto`, or the algorithm's name; in the order of the enumeration.
const std::vector<std::string>& collective_choice_names();

struct Mapping {
    std::vector<AcceleratorSet> sets;
    CollectiveChoice collectives = CollectiveChoice::automatic;
    /// A fragment: operators on no set are taken as done, and what they made is in the memory of whoever needs it.
    /// Searches have fragments simulated to see what some operators cost beside each other. Never in files.
    bool fragment = false;

    friend bool operator==(const Mapping& a, const Mapping& b) {
        return a.sets == b.sets && a.collectives == b.collectives && a.fragment == b.fragment;
    }
};

/// How many operators are on some set.
std::size_t placed_operators(const Mapping& mapping);

/// Which shard the accelerator at position `rank` of a set of product(factors) computes: the factors count in the order
/// N K C P Q R S, last fastest. Parts are even (part_of).
IterationBox shard_of(const Extents& extents, const Factors& factors, std::size_t rank);
/// The same with the strategy's shares. A part of a dimension begins where the even parts of as many units as the
/// shares are in sum would: at ⌊size · (sum of the weights before it) / (sum of all)⌋. So parts follow each other and
/// cover the whole, whatever the weights, and equal weights are even parts. Who takes no part has an empty shard.
/// Shares must be legal: one for each rank, as many above 0 as the factors' product.
IterationBox shard_of(const Extents& extents, const Strategy& strategy, std::size_t rank);
/// Ranks that take part, ascending, of a set of so many: their places in this list count the factors.
std::vector<std::uint32_t> active_ranks(const Strategy& strategy, std::size_t set_size);
/// What a shard reads of an input; an empty shard nothing.
TensorBox need_of(const Operator& op, std::size_t input, const TensorShape& shape, const IterationBox& shard);

/// A share is a whole number from 0 to this.
constexpr std::int64_t largest_share = 1'000'000'000;

/// `K2 P2`, `P4 +SS K`, `P3 by 3:1:2`, `-` for no split.
std::string to_string(const Strategy& strategy);

// JSON form (`arsia-mapping/1`). Writing is stable: same mapping, same bytes.
std::string mapping_to_json(const Mapping& mapping, const Scenario& scenario);
/// Throws InputError with file, key path and every problem: unknown names, wrong types, unknown keys. Warnings (made
/// for another workload or topology: name or digest differ) are appended to `warnings`. Legality is not checked here.
Mapping read_mapping(const std::string& file, const Scenario& scenario, std::vector<std::string>& warnings);
Mapping read_mapping_text(const std::string& text, const std::string& shown, const Scenario& scenario,
                          std::vector<std::string>& warnings);

} // namespace arsia
