#include "mapper/lowering/operator_lowering.h"

namespace arsia {

void OperatorLowering::lower(OperatorId op) {
    begin(op);
    for (std::size_t input = 0; input < work_.op->inputs.size(); ++input) fetch_.lower(work_, input);
    compute_.lower(work_);
    TensorHolders& output = state_.holders[work_.op->output];
    output.producing_set = work_.set_index;
    add_owners(output);
    if (state_.graph.tensors[work_.op->output].is_output) send_to_host(output);
}

void OperatorLowering::begin(OperatorId op) {
    work_.id = op;
    work_.op = &state_.graph.operators[op];
    work_.strategy = &state_.layout.placement(op).strategy;
    work_.set = &state_.layout.set_of(op);
    work_.set_index = state_.layout.set_index_of(op);
    work_.shards.clear();
    work_.starts.clear();
    work_.arrivals.clear();
    work_.held.clear();
    work_.shared.reset();
    const Factors& es = work_.strategy->es;
    for (std::size_t rank = 0; rank < work_.set->size(); ++rank)
        work_.shards.push_back(shard_of(work_.op->extents, *work_.strategy, rank));
    if (!work_.strategy->ss) return;
    work_.shared = find_shared_tensor(*work_.op, state_.graph, es, *work_.strategy->ss);
    work_.replicas.rebuild(es, work_.shared->replicated_over);
    work_.starts = work_.shards;
    for (std::size_t group = 0; group < work_.replicas.count(); ++group)
        for (std::size_t member = 0; member < work_.replicas.size(); ++member) {
            std::size_t rank = work_.replicas.rank(group, member);
            work_.starts[rank] = work_.phase_part(rank, member, 0);
        }
}

void OperatorLowering::add_owners(TensorHolders& output) {
    Draft& draft = state_.draft;
    if (product_of(work_.strategy->es, reduction_dims) > 1) {
        partial_sums_.lower(work_, output.owners);
        return;
    }
    for (std::size_t rank = 0; rank < work_.ranks(); ++rank) {
        std::size_t slot = state_.layout.slot(work_.id, rank);
        TensorBox box = work_.op->output_box(work_.shards[rank]);
        PieceId piece = draft.add_piece(work_.node(rank), state_.graph.bytes_of(box.volume()), work_.id,
                                        draft.engine_first[slot], Filling::computed);
        draft.use(piece, draft.engine_last[slot], work_.id);
        output.owners.push_back({box, work_.node(rank), draft.engine_last[slot], piece});
    }
}

void OperatorLowering::send_to_host(TensorHolders& output) {
    for (const Holder& owner : output.owners) {
        if (owner.box.empty()) continue;
        TaskId task = state_.add_transfer(owner.node, state_.scenario.host, work_.id,
                                          state_.graph.bytes_of(owner.box.volume()), Purpose::output);
        state_.draft.depend(task, owner.after);
        state_.draft.use(owner.piece, task, work_.id, true);
        state_.draft.pieces[owner.piece].kept = true;
    }
}

} // namespace arsia
