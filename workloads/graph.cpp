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
    return sum;
}

OperatorId Graph::find_operator(const std::string& operator_name) const {
    auto found = by_name_.find(operator_name);
    return found == by_name_.end() ? OperatorId() : found->second;
}

std::string Graph::digest() const {
    Digest out;
    out.add(element_bits);
    for (const Tensor& tensor : tensors) {
        out.add(tensor.name);
        for (std::int64_t size : tensor.shape) out.add(size);
        out.add(tensor.is_input()).add(tensor.is_output);
    }
    for (const Operator& op : operators) {
        out.add(op.name).add(op.type).add(static_cast<std::int64_t>(op.kind));
        out.add(static_cast<std::int64_t>(op.inputs.size()));
        for (TensorId input : op.inputs) out.add(static_cast<std::int64_t>(input.value()));
        out.add(static_cast<std::int64_t>(op.output.value()));
        for (std::int64_t size : op.extents) out.add(size);
        const Window& w = op.window;
        for (std::int64_t size : {w.stride_h, w.stride_w, w.dilation_h, w.dilation_w, w.pad_top, w.pad_left,
                                  w.pad_bottom, w.pad_right, op.groups})
            out.add(size);
        out.add(op.has_weights).add(op.has_bias);
    }
    return out.hex();
}

} // namespace arsia
