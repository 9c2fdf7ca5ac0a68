#include "mapper/lowering/memory_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/overflow.h"

namespace arsia {

void MemoryPlan::apply() {
    find_tight();
    bool streams = false;
    resident_.assign(state_.graph.operators.size(), 1);
    for (OperatorId op : state_.layout.placed()) {
        if (!state_.graph.operators[op].has_weights) continue;
        const std::optional<bool>& stated = state_.layout.placement(op).resident;
        resident_[op] = tight_.empty() ? stated.value_or(true) : stated.value_or(false);
        streams = streams || !resident_[op];
    }
    if (tight_.empty() && !streams) return;
    index_uses();
    place_pieces();
    if (!tight_.empty()) choose_resident();
    stream_weights();
    for (Tight& tight : tight_) {
        spread(tight);
        add_gates(tight);
        need_[tight.node] = *std::max_element(tight.used.begin(), tight.used.end());
    }
}

void MemoryPlan::add_need(const Piece& piece) {
    try {
        need_[piece.node] = checked_add(need_[piece.node], piece.bytes, "the memory that is needed in bytes");
    } catch (const OverflowError& error) {
        throw error.about(
            fmt::format("operator {} on {}", state_.graph.operators[piece.op].name, state_.name_of_node(piece.node)));
    }
}

/// Sums the pieces of each accelerator; those that do not fit all together are planned.
void MemoryPlan::find_tight() {
    need_.assign(state_.scenario.platform.nodes.size(), 0);
    for (const Piece& piece : state_.draft.pieces)
        if (piece.request == 0 || piece.filling != Filling::weights) add_need(piece);
    tight_.clear();
    tight_index_.assign(need_.size(), -1);
    for (const Layout::Set& set : state_.layout.sets()) {
        for (NodeId node : set.nodes()) {
            if (need_[node] <= capacity(node) || set.operators.empty()) continue;
            tight_index_[node] = static_cast<std::int32_t>(tight_.size());
            std::size_t positions = set.operators.size() * requests();
            Tight tight;
            tight.round = set.operators.size();
            tight.node = node;
            tight.capacity = capacity(node);
            tight.used.assign(positions, 0);
            tight.copies.resize(positions);
            tight.streams.resize(positions);
            tight.leaving.resize(positions);
            tight_.push_back(std::move(tight));
        }
    }
}

void MemoryPlan::index_uses() {
    const Draft& draft = state_.draft;
    use_begin_.assign(draft.pieces.size() + 1, 0);
    for (const Use& use : draft.uses) ++use_begin_[use.piece.value() + 1];
    for (std::size_t i = 1; i < use_begin_.size(); ++i) use_begin_[i] += use_begin_[i - 1];
    use_at_.resize(draft.uses.size());
    std::vector<std::uint32_t> next(use_begin_.begin(), use_begin_.end() - 1);
    for (std::uint32_t i = 0; i < draft.uses.size(); ++i) use_at_[next[draft.uses[i].piece.value()]++] = i;
}

MemoryPlan::Position MemoryPlan::position_of(const Piece& piece) const {
    const Layout::Set& set = set_at(piece.node);
    std::size_t begin = piece.request * set.operators.size();
    std::size_t first = begin + state_.layout.position(piece.op);
    if (piece.kept) return {first, begin + set.operators.size() - 1};
    return {first, begin + set.positions_up_to(piece.last) - 1};
}

bool MemoryPlan::is_again(const Piece& piece) const {
    return piece.request > 0 && piece.filling == Filling::weights &&
           (resident_[piece.op] || tight_index_[piece.node] < 0);
}

/// Enters every piece at the positions where it lives; weights that do not stay only at their operator's.
void MemoryPlan::place_pieces() {
    const Draft& draft = state_.draft;
    for (PieceId id : ids_of(draft.pieces)) {
        const Piece& piece = draft.pieces[id];
        Tight* tight = tight_at(piece.node);
        if (!tight || is_again(piece)) continue;
        Position at = position_of(piece);
        bool stays = piece.filling == Filling::weights && resident_[piece.op];
        if (stays || piece.filling == Filling::resident) at = {0, tight->used.size() - 1};
        for (std::size_t p = at.first; p <= at.last; ++p) tight->used[p] += piece.bytes;
        if (piece.filling == Filling::arriving) {
            tight->copies[at.first].bytes += piece.bytes;
            tight->copies[at.first].tasks.push_back(piece.first);
        }
        Departures& leaving = tight->leaving[at.last];
        std::size_t before = leaving.tasks.size();
        for (std::uint32_t i = use_begin_[id.value()]; i < use_begin_[id.value() + 1]; ++i) {
            const Use& use = draft.uses[use_at_[i]];
            if (use.leaves) leaving.tasks.push_back(use.task);
        }
        if (leaving.tasks.size() > before) leaving.bytes += piece.bytes;
    }
}

void MemoryPlan::choose_resident() {
    for (OperatorId op : state_.layout.placed()) {
        if (!state_.graph.operators[op].has_weights || state_.layout.placement(op).resident) continue;
        if (stays(op)) make_resident(op);
    }
}

/// Whether the operator's weights can be in memory all the time on every accelerator of its set.
bool MemoryPlan::stays(OperatorId op) const {
    const Layout::Set& set = state_.layout.set_of(op);
    for (std::size_t rank = 0; rank < set.size(); ++rank) {
        std::int32_t index = tight_index_[set.nodes()[rank]];
        if (index < 0) continue;
        const Tight& tight = tight_[static_cast<std::size_t>(index)];
        Bytes bytes = state_.draft.pieces[state_.draft.weights[slot(0, op, rank)]].bytes;
        for (std::size_t p = 0; p < tight.used.size(); ++p)
            if (p % tight.round != state_.layout.position(op) && tight.used[p] + bytes > tight.capacity) return false;
    }
    return true;
}

void MemoryPlan::make_resident(OperatorId op) {
    resident_[op] = 1;
    const Layout::Set& set = state_.layout.set_of(op);
    for (std::size_t rank = 0; rank < set.size(); ++rank) {
        Tight* tight = tight_at(set.nodes()[rank]);
        if (!tight) continue;
        Bytes bytes = state_.draft.pieces[state_.draft.weights[slot(0, op, rank)]].bytes;
        for (std::size_t p = 0; p < tight->used.size(); ++p)
            if (p % tight->round != state_.layout.position(op)) tight->used[p] += bytes;
    }
}

void MemoryPlan::stream_weights() {
    Draft& draft = state_.draft;
    for (std::uint32_t request = 0; request < requests(); ++request) {
        draft.request = request;
        for (OperatorId op : state_.layout.placed()) {
            if (!state_.graph.operators[op].has_weights || resident_[op]) continue;
            const Layout::Set& set = state_.layout.set_of(op);
            for (std::size_t rank = 0; rank < set.size(); ++rank) stream_weights(op, rank);
        }
    }
}

/// Of the request at hand; where they are there already, its tasks wait for the transfer of the first request.
void MemoryPlan::stream_weights(OperatorId op, std::size_t rank) {
    Draft& draft = state_.draft;
    PieceId id = draft.weights[slot(draft.request, op, rank)];
    Piece& piece = draft.pieces[id];
    if (piece.bytes == 0) return; // it takes no part in the operator
    if (is_again(piece))
        piece.first = draft.pieces[draft.weights[slot(0, op, rank)]].first;
    else
        piece.first = state_.add_transfer(state_.scenario.host, piece.node, op, piece.bytes, Purpose::weights);
    for (std::uint32_t i = use_begin_[id.value()]; i < use_begin_[id.value() + 1]; ++i)
        draft.depend(draft.uses[use_at_[i]].task, piece.first);
    if (Tight* tight = tight_at(piece.node)) {
        Arrivals& stream = tight->streams[draft.request * tight->round + state_.layout.position(op)];
        stream.bytes += piece.bytes;
        stream.tasks.push_back(piece.first);
    }
}

/// Lets transfers come early and what is left behind stay, each by one position in turn. A single request keeps what it
/// leaves behind no longer than it must.
void MemoryPlan::spread(Tight& tight) {
    std::size_t positions = tight.used.size();
    for (std::size_t p = 0; p < positions; ++p) {
        tight.copies[p].release = tight.streams[p].release = p;
        tight.leaving[p].gate = p + 1;
    }
    auto take = [&](std::size_t p, Bytes bytes) {
        if (tight.used[p] + bytes > tight.capacity) return false;
        tight.used[p] += bytes;
        return true;
    };
    auto earlier = [&](Arrivals& arrivals, std::size_t p) {
        if (arrivals.frozen || arrivals.release == 0 || arrivals.tasks.empty()) return false;
        arrivals.frozen = p - arrivals.release == tight.round || !take(arrivals.release - 1, arrivals.bytes);
        if (!arrivals.frozen) --arrivals.release;
        return !arrivals.frozen;
    };
    auto later = [&](Departures& leaving, std::size_t p) {
        if (leaving.frozen || leaving.gate >= positions || leaving.tasks.empty()) return false;
        leaving.frozen = leaving.gate - p > tight.round || !take(leaving.gate, leaving.bytes);
        if (!leaving.frozen) ++leaving.gate;
        return !leaving.frozen;
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t p = 0; p < positions; ++p) {
            changed = earlier(tight.copies[p], p) || changed;
            changed = earlier(tight.streams[p], p) || changed;
            if (requests() > 1) changed = later(tight.leaving[p], p) || changed;
        }
    }
}

void MemoryPlan::add_gates(const Tight& tight) {
    Draft& draft = state_.draft;
    const Layout::Set& set = set_at(tight.node);
    std::size_t rank = state_.layout.rank_at(tight.node), positions = tight.used.size();
    auto slot_at = [&](std::size_t p) {
        return slot(static_cast<std::uint32_t>(p / tight.round), set.operators[p % tight.round], rank);
    };
    std::vector<std::vector<TaskId>> awaited(positions + 1); // by position: reads
    for (const Departures& leaving : tight.leaving)
        awaited[leaving.gate].insert(awaited[leaving.gate].end(), leaving.tasks.begin(), leaving.tasks.end());
    std::vector<TaskId> gates(positions); // what a position and the transfers released at it wait for
    for (std::size_t p = 1; p < positions; ++p) {
        gates[p] = draft.engine_last[slot_at(p - 1)];
        // A rank that takes no part has no engine task, by whose order the next position would wait for the one before.
        if (draft.program.task(gates[p]).kind == TaskKind::join) draft.depend(draft.engine_first[slot_at(p)], gates[p]);
        if (awaited[p].empty()) continue;
        Task task;
        task.kind = TaskKind::join;
        task.node = tight.node;
        task.op = set.operators[p % tight.round];
        TaskId join = draft.program.add(task);
        draft.depend(join, gates[p]);
        for (TaskId read : awaited[p]) draft.depend(join, read);
        draft.depend(draft.engine_first[slot_at(p)], join);
        gates[p] = join;
    }
    auto hold_back = [&](const Arrivals& arrivals) {
        if (arrivals.release == 0) return;
        for (TaskId task : arrivals.tasks) draft.depend(task, gates[arrivals.release]);
    };
    for (std::size_t p = 0; p < positions; ++p) {
        hold_back(tight.copies[p]);
        hold_back(tight.streams[p]);
    }
}

std::vector<std::string> MemoryPlan::problems() const {
    std::vector<std::string> out;
    for (const Tight& tight : tight_) {
        auto peak = std::max_element(tight.used.begin(), tight.used.end());
        if (*peak <= tight.capacity) continue;
        OperatorId op = set_at(tight.node).operators[static_cast<std::size_t>(peak - tight.used.begin()) % tight.round];
        out.push_back("memory of " + state_.name_of_node(tight.node) + ": needs " + std::to_string(*peak) + " bytes (" +
                      format_bytes(static_cast<double>(*peak)) + ") at " + state_.graph.operators[op].name + ", has " +
                      std::to_string(tight.capacity) + " bytes (" + format_bytes(static_cast<double>(tight.capacity)) +
                      ")");
    }
    return out;
}

void MemoryPlan::describe_buffers() {
    index_uses();
    Draft& draft = state_.draft;
    for (PieceId id : ids_of(draft.pieces)) {
        const Piece& piece = draft.pieces[id];
        if (is_again(piece)) continue;
        Buffer buffer{piece.node, piece.bytes, piece.first, {}};
        bool weights = piece.filling == Filling::weights;
        bool resident = piece.filling == Filling::resident || (weights && !piece.first.valid());
        if (!resident) add_users(id, buffer); // what is resident has no end
        if (weights && piece.first.valid() && tight_index_[piece.node] < 0)
            for (std::uint32_t request = 1; request < requests(); ++request)
                add_users(draft.weights[slot(request, piece.op, state_.layout.rank_at(piece.node))], buffer);
        draft.program.add_buffer(std::move(buffer));
    }
}

void MemoryPlan::add_users(PieceId piece, Buffer& buffer) const {
    for (std::uint32_t i = use_begin_[piece.value()]; i < use_begin_[piece.value() + 1]; ++i)
        buffer.users.push_back(state_.draft.uses[use_at_[i]].task);
}

} // namespace arsia
