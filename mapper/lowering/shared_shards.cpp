#include "mapper/lowering/shared_shards.h"

namespace arsia {

DimSet weight_dims() { return {Dim::K, Dim::C, Dim::R, Dim::S}; }

DimSet input_dims(const Operator& op, const TensorShape& input_shape) {
    if (op.kind == OperatorKind::elementwise) { // inputs of size 1 along an axis are broadcast
        DimSet dims;
        constexpr Dim axis_dims[] = {Dim::N, Dim::K, Dim::P, Dim::Q};
        for (std::size_t axis = 0; axis < 4; ++axis)
            if (input_shape[axis] != 1 || at(op.extents, axis_dims[axis]) == 1) dims.add(axis_dims[axis]);
        return dims;
    }
    DimSet dims = {Dim::N, Dim::C, Dim::P, Dim::Q, Dim::R, Dim::S};
    bool channels_follow_k = (op.kind != OperatorKind::conv && op.kind != OperatorKind::linear) || op.groups > 1;
    if (channels_follow_k) dims.add(Dim::K);
    return dims;
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

std::optional<SharedTensor> find_shared_tensor(const Operator& op, const Graph& graph, const Factors& es, Dim dim,
                                               std::string* why) {
    std::optional<SharedTensor> best;
    std::int64_t best_elements = -1;
    std::string replicated, short_of;
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
        DimSet indexed = input_dims(op, tensor.shape), over = complement(indexed);
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
