// What each transfer of a collective carries, for those who want to follow the data.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/program.h"

namespace arsia {

/// Numbers of slices, or of ranks.
using NumberSet = std::vector<std::uint32_t>;

/// One run of one transfer.
struct Move {
    TaskId task;
    std::int32_t run = 0; ///< of the task
    std::size_t lane = 0;
    std::size_t from = 0, to = 0; ///< ranks
    NumberSet slices;
    NumberSet origins; ///< all-to-all: the ranks whose slices these are; otherwise empty
    bool accumulate = false;
};

/// The data of a collective is cut into lanes (chunks, or halves of chunks) that do not know of each other, and the
/// data of a lane into slices, mostly one a rank.
struct MoveLog {
    std::vector<std::vector<Bytes>> slice_bytes; ///< by lane and slice
    std::vector<Move> moves;                     ///< moves of one task in order of its runs
};

} // namespace arsia
