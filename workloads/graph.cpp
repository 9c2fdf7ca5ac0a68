#include "workloads/graph.h"

#include "base/digest.h"

namespace arsia {

std::int64_t Graph::macs() const {
    std::int64_t sum = 0;
    for (const Operator& op : operators)
        sum = checked_add(sum, op.macs(op.extents), "the workload's number of multiply-accumulates");
    return sum;
}

std::int64_t Graph::weights() const {
    std::int64_t sum = 0;
    for (const Operator& op : operators)
        sum = checked_add(sum, op.weight_elements(), "the workload's number of weights");
    return sum;
}

std::int64_t Graph::parameters() const {
    std::int64_t sum = weights();
    for (const Operator& op : operators)
        sum = checked_add(sum, op.bias_elements(), "the workload's number of parameters");
    return checked_add(sum, resident_elements(Residence::parameter), "the workload's number of parameters");
}

std::int64_t Graph::cache_elements() const { return resident_elements(Residence::cache); }

std::int64_t Graph::resident_elements(Residence residence) const {
    std::int64_t sum = 0;
    for (const Tensor& tensor : tensors)
        if (tensor.residence == residence && tensor.is_input())
            sum = checked_add(sum, tensor.elements(), "the workload's number of elements in accelerators' memories");
    return sum;
}

OperatorId Graph::find_operator(const std::string& operator_name) const {
    auto found = by_name_.find(operator_name);
    return found == by_name_.end() ? OperatorId() : found->second;
}

/// What only some operators have. Nothing is added for others, so that their digests stay what they were.
static void add_attributes(Digest& out, const Operator& op) {
    if (op.affine_parameters != 0) out.add(op.affine_parameters);
    if (op.mixing != Mixing::none) out.add(static_cast<std::int64_t>(op.mixing)).add(op.neighbours);
    switch (op.kind) {
    case OperatorKind::concat:
        if (op.axis != 1) out.add(static_cast<std::int64_t>(op.axis));
        break;
    case OperatorKind::matmul: out.add(op.transposed); break;
    case OperatorKind::lstm: out.add(op.gates).add(op.sequence); break;
    case OperatorKind::embedding: out.add(op.entries); break;
    case OperatorKind::slice:
        for (std::int64_t begin : op.origin) out.add(begin);
        break;
    case OperatorKind::transpose:
        for (std::size_t axis : op.order) out.add(static_cast<std::int64_t>(axis));
        break;
    case OperatorKind::resize: out.add(op.scale_h).add(op.scale_w); break;
    default: break;
    }
}

static void add_geometry(Digest& out, const Operator& op) {
    for (std::int64_t size : op.extents) out.add(size);
    const Window& w = op.window;
    for (std::int64_t size : {w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left, w.pad_bottom,
                              w.pad_right, op.groups})
        out.add(size);
    out.add(op.has_weights).add(op.has_bias);
    add_attributes(out, op);
}

std::uint64_t Graph::digest_of(OperatorId id) const {
    const Operator& op = operators[id];
    Digest out;
    out.add(op.type).add(static_cast<std::int64_t>(op.kind));
    auto add_tensor = [&](TensorId tensor) {
        for (std::int64_t size : tensors[tensor].shape) out.add(size);
    };
    for (TensorId input : op.inputs) {
        add_tensor(input);
        out.add(tensors[input].is_input()).add(static_cast<std::int64_t>(tensors[input].residence));
    }
    add_tensor(op.output);
    out.add(tensors[op.output].is_output);
    add_geometry(out, op);
    return out.value();
}

std::string Graph::digest() const {
    Digest out;
    out.add(element_bits);
    for (const Tensor& tensor : tensors) {
        out.add(tensor.name);
        for (std::int64_t size : tensor.shape) out.add(size);
        out.add(tensor.is_input()).add(tensor.is_output);
        if (tensor.residence != Residence::host) out.add(static_cast<std::int64_t>(tensor.residence));
    }
    for (const Operator& op : operators) {
        out.add(op.name).add(op.type).add(static_cast<std::int64_t>(op.kind));
        out.add(static_cast<std::int64_t>(op.inputs.size()));
        for (TensorId input : op.inputs) out.add(static_cast<std::int64_t>(input.value()));
        out.add(static_cast<std::int64_t>(op.output.value()));
        add_geometry(out, op);
    }
    return out.hex();
}

} // namespace arsia
