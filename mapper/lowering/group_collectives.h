// By which algorithm a group of nodes gathers or sums up.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "collectives/pattern.h"
#include "mapper/lowering/distances.h"
#include "mapper/mapping.h"

namespace arsia {

/// Collectives of the groups of ranks that lowering finds, kept from one mapping to the next.
///
/// Without a stated algorithm a group takes the one whose busiest links are busy for the least time when all members
/// contribute equally. An algorithm's messages form steps, by how many must have come before; the time of a step is
/// that of its busiest link, and latencies are left out:
///
///   direct            one step, in which every ordered pair loads its route with one slice
///   ring              n − 1 steps, in each of which every pair of neighbours loads its route with one slice
///   halving-doubling  log2 n steps; at distance d every pair loads its route with n/2d slices
///
/// Of equals the first of this list, which has the fewest steps. Links between all pairs therefore give direct, a ring
/// the ring, and two halves that meet at one link halving-doubling, which passes the least through it.
class GroupCollectives {
public:
    GroupCollectives(const Platform& platform, Distances& distances) : platform_(&platform), distances_(&distances) {}

    /// A group's algorithm; two members have one way only, whatever is stated. `refusal`: why a group cannot use the
    /// one that is stated, in which case the pattern is the direct one.
    struct Way {
        CollectiveAlgorithm algorithm = CollectiveAlgorithm::direct;
        const CollectivePattern* pattern = nullptr;
        std::string refusal;
    };
    /// The operation is a reduce-scatter or an all-gather. The reference lives as long as this.
    const Way& way(CollectiveOperation operation, const std::vector<NodeId>& members, CollectiveChoice choice);

private:
    struct Key {
        CollectiveOperation operation = CollectiveOperation::all_gather;
        CollectiveChoice choice = CollectiveChoice::automatic;
        std::vector<NodeId> members;

        friend bool operator==(const Key& a, const Key& b) {
            return a.operation == b.operation && a.choice == b.choice && a.members == b.members;
        }
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };

    Way find(const Key& key);
    CollectiveAlgorithm fastest(const Key& key);
    double busy_time(const CollectivePattern& pattern, const std::vector<NodeId>& members);
    const CollectivePattern* pattern(const CollectiveSpec& spec);

    const Platform* platform_;
    Distances* distances_;
    Key asked_; ///< kept for its memory
    std::unordered_map<Key, Way, KeyHash> ways_;
    std::vector<std::unique_ptr<const CollectivePattern>> patterns_;
    /// By operation and algorithm, then number of ranks: patterns that serve any nodes.
    std::map<std::pair<CollectiveOperation, CollectiveAlgorithm>, std::vector<const CollectivePattern*>> common_;
    IdVector<LinkId, std::int64_t> loads_; ///< pieces; all 0 between uses
};

} // namespace arsia
