#include "mapper/lowering/memory_plan.h"

#include <algorithm>

namespace arsia {

void MemoryPlan::apply() {
    find_tight();
    bool streams = false;
    resident_.assign(state_.graph.operators.size(), 1);
    for (OperatorId op : ids_of(state_.graph.operators)) {
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
        release_early(tight);
        add_gates(tight);
        need_[tight.node] = *std::max_element(tight.used.begin(), tight.used.end());
    }
}

/// Sums the pieces of each accelerator; those that do not fit all together are planned.
void MemoryPlan::find_tight() {
    need_.assign(state_.scenario.platform.nodes.size(), 0);
    for (const Piece& piece : state_.draft.pieces) need_[piece.node] += piece.bytes;
    tight_.clear();
    tight_index_.assign(need_.size(), -1);
    for (const Layout::Set& set : state_.layout.sets()) {
        for (NodeId node : set.nodes()) {
            if (need_[node] <= capacity(node) || set.operators.empty()) continue;
            tight_index_[node] = static_cast<std::int32_t>(tight_.size());
            std::size_t positions = set.operators.size();
            Tight tight;
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
    std::size_t first = state_.layout.position(piece.op);
    if (piece.kept) return {first, set.operators.size() - 1};
    return {first, set.positions_up_to(piece.last) - 1};
}

/// Enters every piece at the positions where it lives; weights that do not stay only at their operator's.
void MemoryPlan::place_pieces() {
    const Draft& draft = state_.draft;
    for (PieceId id : ids_of(draft.pieces)) {
        const Piece& piece = draft.pieces[id];
        Tight* tight = tight_at(piece.node);
        if (!tight) continue;
        Position at = position_of(piece);
        if (piece.filling == Filling::weights && resident_[piece.op]) at = {0, tight->used.size() - 1};
        for (std::size_t p = at.first; p <= at.last; ++p) tight->used[p] += piece.bytes;
        if (piece.filling == Filling::arriving) {
            tight->copies[at.first].bytes += piece.bytes;
            tight->copies[at.first].tasks.push_back(piece.first);
        }
        for (std::uint32_t i = use_begin_[id.value()]; i < use_begin_[id.value() + 1]; ++i) {
            const Use& use = draft.uses[use_at_[i]];
            if (use.leaves) tight->leaving[at.last].push_back(use.task);
        }
    }
}

void MemoryPlan::choose_resident() {
    for (OperatorId op : ids_of(state_.graph.operators)) {
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
        Bytes bytes = state_.draft.pieces[state_.draft.weights[state_.layout.slot(op, rank)]].bytes;
        for (std::size_t p = 0; p < tight.used.size(); ++p)
            if (p != state_.layout.position(op) && tight.used[p] + bytes > tight.capacity) return false;
    }
    return true;
}

void MemoryPlan::make_resident(OperatorId op) {
    resident_[op] = 1;
    const Layout::Set& set = state_.layout.set_of(op);
    for (std::size_t rank = 0; rank < set.size(); ++rank) {
        Tight* tight = tight_at(set.nodes()[rank]);
        if (!tight) continue;
        Bytes bytes = state_.draft.pieces[state_.draft.weights[state_.layout.slot(op, rank)]].bytes;
        for (std::size_t p = 0; p < tight->used.size(); ++p)
            if (p != state_.layout.position(op)) tight->used[p] += bytes;
    }
}

void MemoryPlan::stream_weights() {
    Draft& draft = state_.draft;
    for (OperatorId op : ids_of(state_.graph.operators)) {
        if (!state_.graph.operators[op].has_weights || resident_[op]) continue;
        const Layout::Set& set = state_.layout.set_of(op);
        for (std::size_t rank = 0; rank < set.size(); ++rank) {
            PieceId id = draft.weights[state_.layout.slot(op, rank)];
            Piece& piece = draft.pieces[id];
            TaskId task = state_.add_transfer(state_.scenario.host, piece.node, op, piece.bytes, Purpose::weights);
            piece.first = task;
            for (std::uint32_t i = use_begin_[id.value()]; i < use_begin_[id.value() + 1]; ++i)
                draft.depend(draft.uses[use_at_[i]].task, task);
            if (Tight* tight = tight_at(piece.node)) {
                Arrivals& stream = tight->streams[state_.layout.position(op)];
                stream.bytes += piece.bytes;
                stream.tasks.push_back(task);
            }
        }
    }
}

void MemoryPlan::release_early(Tight& tight) {
    std::size_t positions = tight.used.size();
    for (std::size_t p = 0; p < positions; ++p) tight.copies[p].release = tight.streams[p].release = p;
    auto extend = [&](Arrivals& arrivals) {
        if (arrivals.frozen || arrivals.release == 0 || arrivals.tasks.empty()) return false;
        Bytes& used = tight.used[arrivals.release - 1];
        if (used + arrivals.bytes > tight.capacity) {
            arrivals.frozen = true;
            return false;
        }
        used += arrivals.bytes;
        --arrivals.release;
        return true;
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t p = 0; p < positions; ++p) {
            changed = extend(tight.copies[p]) || changed;
            changed = extend(tight.streams[p]) || changed;
        }
    }
}

void MemoryPlan::add_gates(const Tight& tight) {
    Draft& draft = state_.draft;
    const Layout::Set& set = set_at(tight.node);
    std::size_t rank = state_.layout.rank_at(tight.node), positions = tight.used.size();
    std::vector<TaskId> gates(positions); // what a position and the transfers released at it wait for
    for (std::size_t p = 1; p < positions; ++p) {
        gates[p] = draft.engine_last[state_.layout.slot(set.operators[p - 1], rank)];
        const std::vector<TaskId>& leaving = tight.leaving[p - 1];
        if (leaving.empty()) continue;
        Task task;
        task.kind = TaskKind::join;
        task.node = tight.node;
        task.op = set.operators[p];
        TaskId join = draft.program.add(task);
        draft.depend(join, gates[p]);
        for (TaskId read : leaving) draft.depend(join, read);
        draft.depend(draft.engine_first[state_.layout.slot(set.operators[p], rank)], join);
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
        OperatorId op = set_at(tight.node).operators[static_cast<std::size_t>(peak - tight.used.begin())];
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
        Buffer buffer{piece.node, piece.bytes, piece.first, {}};
        if (piece.filling != Filling::weights || piece.first.valid()) // resident weights have no end
            for (std::uint32_t i = use_begin_[id.value()]; i < use_begin_[id.value() + 1]; ++i)
                buffer.users.push_back(draft.uses[use_at_[i]].task);
        draft.program.add_buffer(std::move(buffer));
    }
}

} // namespace arsia
