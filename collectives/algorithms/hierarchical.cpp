#include "collectives/algorithms/hierarchical.h"

#include <map>

#include "collectives/algorithms/algorithm.h"

namespace arsia {

static bool has_root(CollectiveOperation operation) {
    return operation == CollectiveOperation::broadcast || operation == CollectiveOperation::scatter ||
           operation == CollectiveOperation::gather;
}

std::vector<CollectiveOperation> parts_of(CollectiveOperation operation) {
    if (operation != CollectiveOperation::all_reduce) return {operation};
    return {CollectiveOperation::reduce_scatter, CollectiveOperation::all_reduce, CollectiveOperation::all_gather};
}

void Hierarchical::append() {
    std::size_t count = axes_.sizes.size(), last = count - 1;
    switch (spec_.operation) {
    case CollectiveOperation::all_reduce:
        for (std::size_t axis = 0; axis < last; ++axis) along(axis, CollectiveOperation::reduce_scatter);
        along(last, CollectiveOperation::all_reduce);
        for (std::size_t axis = last; axis-- > 0;) along(axis, CollectiveOperation::all_gather);
        return;
    case CollectiveOperation::all_gather:
    case CollectiveOperation::broadcast:
    case CollectiveOperation::scatter:
        for (std::size_t axis = count; axis-- > 0;) along(axis, spec_.operation);
        return;
    default:
        for (std::size_t axis = 0; axis < count; ++axis) along(axis, spec_.operation);
    }
}

Hierarchical::Sets Hierarchical::agreeing(std::size_t first_axis, std::size_t end_axis) const {
    auto key_of = [&](std::size_t rank) {
        const std::vector<std::size_t>& at = axes_.coordinates[rank];
        return std::vector<std::size_t>(at.begin() + static_cast<std::ptrdiff_t>(first_axis),
                                        at.begin() + static_cast<std::ptrdiff_t>(end_axis));
    };
    std::size_t ranks = axes_.coordinates.size();
    std::map<std::vector<std::size_t>, NumberSet> sets;
    for (std::size_t rank = 0; rank < ranks; ++rank) sets[key_of(rank)].push_back(static_cast<std::uint32_t>(rank));
    Sets out;
    for (std::size_t rank = 0; rank < ranks; ++rank) out.push_back(sets[key_of(rank)]);
    return out;
}

bool Hierarchical::takes_part(const std::vector<std::size_t>& line, std::size_t axis) const {
    const std::vector<std::size_t>&at = axes_.coordinates[line.front()], &root = axes_.coordinates[spec_.root];
    for (std::size_t before = 0; before < axis; ++before)
        if (at[before] != root[before]) return false;
    return true;
}

void Hierarchical::along(std::size_t axis, CollectiveOperation operation) {
    if (axes_.sizes[axis] == 1) return;
    std::size_t count = axes_.sizes.size();
    bool rooted = has_root(operation), exchanges = operation == CollectiveOperation::all_to_all;
    // With a root the slices of ranks with other coordinates 0 … axis−1 travel together with those of the root's;
    // without one, what has other coordinates there is elsewhere.
    Sets slices = rooted ? agreeing(axis, count) : agreeing(0, axis + 1);
    Sets origins = exchanges ? agreeing(axis, count) : Sets();
    for (const std::vector<std::size_t>& line : axes_.lines(axis)) {
        if (rooted && !takes_part(line, axis)) continue;
        Stage stage;
        stage.members = line;
        stage.root = rooted ? axes_.coordinates[spec_.root][axis] : 0;
        for (std::size_t rank : line) {
            if (exchanges) stage.origins.push_back(origins[rank]);
            if (operation == CollectiveOperation::broadcast) continue;
            Bytes copies = exchanges ? static_cast<Bytes>(origins[rank].size()) : 1;
            stage.pieces.push_back(lane_.piece(slices[rank], copies));
        }
        if (operation == CollectiveOperation::broadcast) stage.pieces = {lane_.piece({0})};
        lane_.turn(stage);
        stage_algorithm(spec_.dimension_algorithm).append(operation, stage, schedule_);
    }
}

} // namespace arsia
