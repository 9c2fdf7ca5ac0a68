// A part of a collective's data that goes its own way: a chunk, or half of one on a two-directional ring.
#pragma once

#include <vector>

#include "collectives/collective.h"
#include "collectives/stage.h"

namespace arsia {

struct Lane {
    std::vector<Bytes> slices; ///< slice or piece of each rank; one alone for a broadcast
    bool reversed = false;     ///< round rings the other way
    bool second_tree = false;

    StagePiece piece(const NumberSet& numbers, Bytes copies = 1) const;
    /// Gives a stage the direction and tree of the lane.
    void turn(Stage& stage) const;
};

/// The lanes of a collective, in order of the chunks.
std::vector<Lane> lanes_of(const CollectiveSpec& spec);

} // namespace arsia
