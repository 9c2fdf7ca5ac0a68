// One algorithm at work in one group of ranks.
#pragma once

#include <vector>

#include "collectives/move_log.h"

namespace arsia {

/// Slices that stay together, and their bytes.
struct StagePiece {
    NumberSet slices;
    Bytes bytes = 0;
};

struct Stage {
    std::vector<std::size_t> members; ///< their ranks, in the order of the ring
    /// By member: what it brings (all-gather, gather) or ends with (the others; in an all-to-all, from each).
    /// A broadcast has one piece alone.
    std::vector<StagePiece> pieces;
    std::vector<NumberSet> origins; ///< all-to-all: by member, the ranks whose data it holds
    std::size_t root = 0;           ///< member
    bool second_tree = false;       ///< which of the two binary trees

    std::size_t size() const { return members.size(); }
    /// The member `steps` after another, and before it.
    std::size_t after(std::size_t member, std::size_t steps) const { return (member + steps) % size(); }
    std::size_t before(std::size_t member, std::size_t steps) const {
        return (member + size() - steps % size()) % size();
    }
};

} // namespace arsia
