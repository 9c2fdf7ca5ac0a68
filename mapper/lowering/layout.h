// What a mapping says, looked up by id instead of by name.
#pragma once

#include <cstdint>
#include <vector>

#include "mapper/mapping.h"

namespace arsia {

/// Who runs what, of one mapping. Points into the mapping and the scenario: valid as long as both are. Every request of
/// a stream runs the whole graph; positions and slots are those of one request, which is chosen.
class Layout {
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    /// One accelerator set. All its accelerators run the same operators, in graph order; an operator's place in that
    /// order is its position.
    struct Set {
        const AcceleratorSet* given = nullptr;
        std::vector<const Design*> designs; ///< by rank
        std::vector<OperatorId> operators;

        const std::vector<NodeId>& nodes() const { return given->accelerators; }
        std::size_t size() const { return given->accelerators.size(); }
        /// How many of its operators come before `op` or are it.
        std::size_t positions_up_to(OperatorId op) const;
    };

    void rebuild(const Scenario& scenario, const Mapping& mapping);

    const std::vector<Set>& sets() const { return sets_; }
    /// Operators that are on a set, in graph order: all but in a fragment.
    const std::vector<OperatorId>& placed() const { return placed_; }
    bool is_placed(OperatorId op) const { return set_index_[op] != none; }
    const Set& set_of(OperatorId op) const { return sets_[set_index_[op]]; }
    /// `none` if it is on no set.
    std::uint32_t set_index_of(OperatorId op) const { return set_index_[op]; }
    const Placement& placement(OperatorId op) const { return *placement_[op]; }
    std::size_t position(OperatorId op) const { return position_[op]; }
    /// Index of the (operator, rank) pair of the chosen request among all of the program.
    std::size_t slot(OperatorId op, std::size_t rank) const { return chosen_ + first_slot_[op] + rank; }
    /// Pairs of one request.
    std::size_t slots() const { return slots_; }
    /// From here on, slots are those of this request.
    void choose(std::uint32_t request) { chosen_ = request * slots_; }

    /// Index of the set that the node belongs to; none.
    std::uint32_t set_at(NodeId node) const { return set_at_[node]; }
    std::uint32_t rank_at(NodeId node) const { return rank_at_[node]; }

private:
    std::vector<Set> sets_;
    std::vector<OperatorId> placed_;
    IdVector<OperatorId, std::uint32_t> set_index_, position_, first_slot_;
    IdVector<OperatorId, const Placement*> placement_;
    IdVector<NodeId, std::uint32_t> set_at_, rank_at_;
    std::size_t slots_ = 0;
    std::size_t chosen_ = 0; ///< first slot of the chosen request
};

} // namespace arsia
