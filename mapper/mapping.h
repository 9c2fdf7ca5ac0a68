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

    friend bool operator==(const Strategy& a, const Strategy& b) { return a.es == b.es && a.ss == b.ss; }
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
    std::string design;
    bool reconfigure = false; ///< load the design first, at its stated cost
    std::vector<Placement> operators;

    friend bool operator==(const AcceleratorSet& a, const AcceleratorSet& b) {
        return a.accelerators == b.accelerators && a.design == b.design && a.reconfigure == b.reconfigure &&
               a.operators == b.operators;
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

    friend bool operator==(const Mapping& a, const Mapping& b) {
        return a.sets == b.sets && a.collectives == b.collectives;
    }
};

/// Which shard the accelerator at position `rank` of a set of product(factors) computes: the factors count in the order
/// N K C P Q R S, last fastest. Parts are even (part_of).
IterationBox shard_of(const Extents& extents, const Factors& factors, std::size_t rank);

/// `K2 P2`, `P4 +SS K`, `-` for no split.
std::string to_string(const Strategy& strategy);

// JSON form (`arsia-mapping/1`). Writing is stable: same mapping, same bytes.
std::string mapping_to_json(const Mapping& mapping, const Scenario& scenario);
/// Throws InputError with file, key path and every problem: unknown names, wrong types, unknown keys. Warnings (made
/// for another workload or topology: name or digest differ) are appended to `warnings`. Legality is not checked here.
Mapping read_mapping(const std::string& file, const Scenario& scenario, std::vector<std::string>& warnings);
Mapping read_mapping_text(const std::string& text, const std::string& shown, const Scenario& scenario,
                          std::vector<std::string>& warnings);

} // namespace arsia
