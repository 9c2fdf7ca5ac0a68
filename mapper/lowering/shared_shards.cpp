#include "mapper/lowering/shared_shards.h"

namespace arsia {

DimSet weight_dims() { return {Dim::K, Dim::C, Dim::R, Dim::S}; }

DimSet input_dims(const Operator& op, std::size_t input, const TensorShape& input_shape) {
    const DimSet places = {Dim::N, Dim::P, Dim::Q};
    const DimSet window = {Dim::N, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S};
    auto with_channels = [&](DimSet dims, bool follow_k) {
        if (follow_k) dims.add(Dim::K);
        return dims;
    };
    switch (op.kind) {
    case OperatorKind::conv:
    case OperatorKind::linear: return with_channels(window, op.groups > 1);
    case OperatorKind::matmul:
        if (input > 0) return {Dim::N, Dim::K, Dim::C};
        return with_channels({Dim::N, Dim::C, Dim::P}, op.groups > 1);
    case OperatorKind::lstm: return {Dim::N, Dim::C, Dim::P};
    case OperatorKind::embedding: return places;
    case OperatorKind::activation:
    case OperatorKind::normalization:
        if (op.mixing == Mixing::planes) return with_channels({Dim::N}, op.groups > 1);
        return with_channels(places, op.mixing != Mixing::channels || op.groups > 1);
    case OperatorKind::elementwise: { // inputs of size 1 along an axis are broadcast
        DimSet dims;
        constexpr Dim axis_dims[] = {Dim::N, Dim::K, Dim::P, Dim::Q};
        for (std::size_t axis = 0; axis < 4; ++axis)
            if (input_shape[axis] != 1 || at(op.extents, axis_dims[axis]) == 1) dims.add(axis_dims[axis]);
        return dims;
    }
    case OperatorKind::pool:
    case OperatorKind::concat:
    case OperatorKind::slice:
    case OperatorKind::reshape:
    case OperatorKind::transpose:
    case OperatorKind::resize: return with_channels(window, true);
    }
    return {};
}

namespace {

DimSet complement(DimSet dims) {
    DimSet out;
    for (Dim dim : all_dims)
        if (!dims.has(dim)) out.add(dim);
    return out;
}

/// Dimensions along which a shared tensor may be cut. The taps R and S of a window read nearly the same part of an
/// input, so that shards along them would not split it.
bool may_cut(bool weights, DimSet indexed, Dim dim) {
    return indexed.has(dim) && (weights || (dim != Dim::R && dim != Dim::S));
}

} // namespace

std::string not_split_text(const Operator& op, Dim dim) {
    return std::string("the steps of a ") + op.type + " follow each other and need the whole result of the one " +
           "before; it is split along N and K only, not along " + dim_letter(dim);
}

std::optional<SharedTensor> find_shared_tensor(const Operator& op, const Graph& graph, const Factors& es, Dim dim,
                                               std::string* why) {
    std::optional<SharedTensor> best;
    std::int64_t best_elements = -1;
    std::string replicated, short_of;
    if (op.kind == OperatorKind::lstm) {
        if (why)
            *why = std::string("the steps of a ") + op.type +
                   " follow each other; none of its tensors is kept in shared shards";
        return std::nullopt;
    }
    std::int64_t smallest = at(op.extents, dim) / at(es, dim);
    IterationBox shard = shard_of(op.extents, es, 0);
    auto consider = [&](const SharedTensor& tensor, DimSet indexed, std::int64_t elements, const std::string& name) {
        if (tensor.replicas == 1) return;
        if (why) replicated += (replicated.empty() ? "" : ", ") + name;
        if (!may_cut(tensor.weights, indexed, dim)) return;
        if (smallest < tensor.replicas) {
            if (why)
                short_of = "it needs at least " + std::to_string(tensor.replicas) + " positions along " +
                           dim_letter(dim) + " in every shard, one for each replica of " + name +
                           ", but the smallest has " + std::to_string(smallest);
            return;
        }
        if (elements <= best_elements) return;
        best_elements = elements;
        best = tensor;
    };
    if (op.has_weights) {
        DimSet over = complement(weight_dims());
        consider({true, 0, over, product_of(es, over)}, weight_dims(), op.weight_box(shard).volume(), "the weights");
    }
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        const Tensor& tensor = graph.tensors[op.inputs[i]];
        DimSet indexed = input_dims(op, i, tensor.shape), over = complement(indexed);
        consider({false, i, over, product_of(es, over)}, indexed, op.input_box(i, tensor.shape, shard).volume(),
                 "input " + tensor.name);
    }
    if (!best && why) {
        if (replicated.empty())
            *why = "the factors leave no tensor replicated, so that there is nothing to share";
        else if (!short_of.empty())
            *why = short_of;
        else
            *why = std::string("what the factors leave replicated (") + replicated + ") is not split by " +
                   dim_letter(dim);
    }
    return best;
}

} // namespace arsia
