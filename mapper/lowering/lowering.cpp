#include "mapper/lowering.h"

#include "mapper/lowering/memory_plan.h"
#include "mapper/lowering/operator_lowering.h"

namespace arsia {

struct Lowering::Impl {
    explicit Impl(const Scenario& scenario) : state(scenario), operators(state), memory(state) {}

    /// Makes the program of a mapping, without buffers.
    void draft(const Mapping& given) {
        if (drafted && given == mapping) return;
        drafted = false;
        described = false;
        mapping = given;
        state.layout.rebuild(state.scenario, mapping);
        const Stream& stream = state.scenario.stream;
        state.draft.clear(state.layout.slots() * stream.requests);
        state.collectives = mapping.collectives;
        state.residents.resize(state.graph.tensors.size());
        for (std::vector<Holder>& parts : state.residents) parts.clear();
        reconfigure();
        for (std::uint32_t request = 0; request < stream.requests; ++request) {
            state.draft.request = request;
            state.layout.choose(request);
            place_graph_inputs();
            for (OperatorId op : state.layout.placed()) operators.lower(op);
            state.draft.request_ends.emplace_back(state.draft.program.tasks().size());
        }
        memory.apply();
        drafted = true;
    }

    void place_graph_inputs() {
        state.holders.resize(state.graph.tensors.size());
        for (TensorId id : ids_of(state.graph.tensors)) {
            const Tensor& tensor = state.graph.tensors[id];
            TensorHolders& holders = state.holders[id];
            holders.owners.clear();
            holders.copies.clear();
            holders.producing_set = Layout::none;
            holders.uses_left = 0;
            if (tensor.is_input())
                holders.owners.push_back({whole_box(tensor.shape), state.scenario.host, TaskId(), PieceId()});
        }
        for (OperatorId op : state.layout.placed())
            for (TensorId input : state.graph.operators[op].inputs) ++state.holders[input].uses_left;
    }

    void reconfigure() {
        for (const Layout::Set& set : state.layout.sets()) {
            if (!set.given->reconfigure) continue;
            for (std::size_t rank = 0; rank < set.size(); ++rank) {
                Task task;
                task.kind = TaskKind::reconfigure;
                task.node = set.nodes()[rank];
                task.duration = set.designs[rank]->reconfiguration;
                state.draft.program.add(task);
            }
        }
    }

    LoweringState state;
    OperatorLowering operators;
    MemoryPlan memory;
    Mapping mapping; ///< the layout points into it
    bool drafted = false;
    bool described = false;
};

Lowering::Lowering(const Scenario& scenario) : impl_(std::make_unique<Impl>(scenario)) {}
Lowering::~Lowering() = default;

const Program& Lowering::lower(const Mapping& mapping, Buffers buffers) {
    impl_->draft(mapping);
    if (buffers == Buffers::described && !impl_->described) {
        impl_->memory.describe_buffers();
        impl_->described = true;
    }
    return impl_->state.draft.program;
}

const std::vector<TaskId>& Lowering::request_ends(const Mapping& mapping) {
    impl_->draft(mapping);
    return impl_->state.draft.request_ends;
}

const MemoryNeed& Lowering::memory_need(const Mapping& mapping) {
    impl_->draft(mapping);
    return impl_->memory.need();
}

std::vector<std::string> Lowering::problems(const Mapping& mapping) {
    impl_->draft(mapping);
    std::vector<std::string> out = impl_->state.draft.problems;
    for (std::string& problem : impl_->memory.problems()) out.push_back(std::move(problem));
    return out;
}

} // namespace arsia
