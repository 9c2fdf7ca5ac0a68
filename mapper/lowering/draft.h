// A program in the making, with what the memory plan needs to know of it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "mapper/lowering/layout.h"
#include "sim/program.h"

namespace arsia {

using PieceId = Id<struct PieceTag>;

/// How a piece of memory comes to be filled.
enum class Filling : std::uint8_t {
    weights,  ///< there from the start if resident, else streamed from the host
    resident, ///< there from the start to the end
    computed, ///< by a task of the accelerator's own engine
    arriving, ///< by a transfer
};

/// A part of a tensor in an accelerator's memory.
struct Piece {
    NodeId node;
    Bytes bytes = 0;
    std::uint32_t request = 0;
    OperatorId op;   ///< the operator that it is there for, or that computes it
    OperatorId last; ///< the last operator, in graph order, with a task that uses it
    TaskId first;    ///< the task that begins to fill it; not valid: there from the start
    Filling filling = Filling::computed;
    bool kept = false; ///< a result of the network: stays to the end of its request
};

/// A task that reads a piece, or writes it.
struct Use {
    PieceId piece;
    TaskId task;
    bool leaves = false; ///< a transfer to or from elsewhere, which may end later than the accelerator's own tasks
};

/// Tasks, pieces and uses. One is filled for each mapping; its tables keep their memory from one to the next.
struct Draft {
    Program program;
    IdVector<PieceId, Piece> pieces;
    std::vector<Use> uses;
    /// By slot of the layout, of all requests: the engine's first and last task of each (operator, rank), and its
    /// weights, if any.
    std::vector<TaskId> engine_first, engine_last;
    std::vector<PieceId> weights;
    std::uint32_t request = 0;         ///< the one at hand
    std::vector<TaskId> request_ends;  ///< by request: the first task that belongs to none up to it
    std::vector<std::string> problems; ///< what makes the program impossible: missing ways through the platform

    void clear(std::size_t slots) {
        program.clear();
        pieces.clear();
        uses.clear();
        engine_first.assign(slots, TaskId());
        engine_last.assign(slots, TaskId());
        weights.assign(slots, PieceId());
        request = 0;
        request_ends.clear();
        problems.clear();
    }

    PieceId add_piece(NodeId node, Bytes bytes, OperatorId op, TaskId first, Filling filling) {
        return pieces.push_back({node, bytes, request, op, op, first, filling, false});
    }
    /// `task`, of operator `op`, uses the piece, if there is one.
    void use(PieceId piece, TaskId task, OperatorId op, bool leaves = false) {
        if (!piece.valid()) return;
        uses.push_back({piece, task, leaves});
        pieces[piece].last = std::max(pieces[piece].last, op);
    }
    /// `after` waits for `before`, if there is one.
    void depend(TaskId after, TaskId before) {
        if (before.valid()) program.depend(after, before);
    }
};

} // namespace arsia
