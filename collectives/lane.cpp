#include "collectives/lane.h"

#include <algorithm>

#include "collectives/division.h"

namespace arsia {

StagePiece Lane::piece(const NumberSet& numbers, Bytes copies) const {
    StagePiece out{numbers, 0};
    for (std::uint32_t number : numbers) out.bytes += slices[number] * copies;
    return out;
}

void Lane::turn(Stage& stage) const {
    stage.second_tree = second_tree;
    if (!reversed) return;
    std::reverse(stage.members.begin(), stage.members.end());
    std::reverse(stage.pieces.begin(), stage.pieces.end());
    std::reverse(stage.origins.begin(), stage.origins.end());
    stage.root = stage.size() - 1 - stage.root;
}

std::vector<Bytes> slices_of(const CollectiveSpec& spec) {
    if (!spec.slices.empty()) return spec.slices;
    std::size_t ranks = spec.ranks.size();
    switch (spec.operation) {
    case CollectiveOperation::broadcast: return {spec.bytes};
    case CollectiveOperation::all_gather:
    case CollectiveOperation::gather:
    case CollectiveOperation::send_receive: return std::vector<Bytes>(ranks, spec.bytes);
    default: break;
    }
    std::vector<Bytes> slices;
    for (std::size_t rank = 0; rank < ranks; ++rank) slices.push_back(part_of_bytes(spec.bytes, ranks, rank));
    return slices;
}

std::vector<Lane> lanes_of(const CollectiveSpec& spec) {
    bool hierarchical = spec.algorithm == CollectiveAlgorithm::hierarchical;
    CollectiveAlgorithm algorithm = hierarchical ? spec.dimension_algorithm : spec.algorithm;
    std::size_t directions = algorithm == CollectiveAlgorithm::ring_both ? 2 : 1;
    auto chunks = static_cast<std::size_t>(spec.chunks);
    std::vector<Bytes> whole = slices_of(spec);
    std::vector<Lane> lanes;
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
        for (std::size_t direction = 0; direction < directions; ++direction) {
            std::vector<Bytes> slices = whole;
            for (Bytes& slice : slices)
                slice = part_of_bytes(part_of_bytes(slice, chunks, chunk), directions, direction);
            bool carries = std::any_of(slices.begin(), slices.end(), [](Bytes slice) { return slice > 0; });
            if (carries) lanes.push_back({std::move(slices), direction == 1, chunk % 2 == 1});
        }
    }
    return lanes;
}

} // namespace arsia
