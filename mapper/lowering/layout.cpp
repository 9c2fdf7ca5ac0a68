#include "mapper/lowering/layout.h"

#include <algorithm>

namespace arsia {

std::size_t Layout::Set::positions_up_to(OperatorId op) const {
    return static_cast<std::size_t>(std::upper_bound(operators.begin(), operators.end(), op) - operators.begin());
}

void Layout::rebuild(const Scenario& scenario, const Mapping& mapping) {
    std::size_t operators = scenario.graph.operators.size();
    set_index_.assign(operators, none);
    position_.assign(operators, 0);
    first_slot_.assign(operators, 0);
    placement_.assign(operators, nullptr);
    set_at_.assign(scenario.platform.nodes.size(), none);
    rank_at_.assign(scenario.platform.nodes.size(), none);
    sets_.resize(mapping.sets.size());
    for (std::size_t s = 0; s < sets_.size(); ++s) {
        const AcceleratorSet& given = mapping.sets[s];
        sets_[s].given = &given;
        sets_[s].designs.clear();
        for (std::size_t rank = 0; rank < given.accelerators.size(); ++rank)
            sets_[s].designs.push_back(scenario.find_design(given.design_of(rank)));
        sets_[s].operators.clear();
        for (std::size_t rank = 0; rank < given.accelerators.size(); ++rank) {
            set_at_[given.accelerators[rank]] = static_cast<std::uint32_t>(s);
            rank_at_[given.accelerators[rank]] = static_cast<std::uint32_t>(rank);
        }
        for (const Placement& placement : given.operators) {
            set_index_[placement.op] = static_cast<std::uint32_t>(s);
            placement_[placement.op] = &placement;
        }
    }
    slots_ = chosen_ = 0;
    placed_.clear();
    for (OperatorId op : ids_of(scenario.graph.operators)) {
        if (!is_placed(op)) continue;
        placed_.push_back(op);
        Set& set = sets_[set_index_[op]];
        position_[op] = static_cast<std::uint32_t>(set.operators.size());
        set.operators.push_back(op);
        first_slot_[op] = static_cast<std::uint32_t>(slots_);
        slots_ += set.size();
    }
}

} // namespace arsia
