// LSTM, GRU and RNN: a sequence [T, N, D], or one direction of it after the other.
#include "workloads/onnx/handlers.h"

namespace arsia::onnx_import {

void convert_recurrent(Context& context, const Node& node) {
    const Network& network = context.network();
    const Value& weights = network.input(node, 1);
    if (!weights.constant || weights.rank() != 3) throw Unsupported("its weights are computed while the network runs");
    if (network.uses_output(node, 2)) throw Unsupported("the state of its cells is not modelled as a result");
    bool batch_first = node.integer("layout", 0) != 0;
    Layout in = context.operand(node, 0);
    if (batch_first) in = in.transposed({1, 0, 2});
    if (in.rank() != 3) throw Unsupported("its input is no sequence [steps, batch, features]");
    in = context.arranged(node, in, {in.axis(1), in.axis(2), in.axis(0), {}});
    Dims dims = in.dims();
    std::int64_t directions = weights.dims[0], hidden = node.integer("hidden_size", 0);
    if (hidden == 0) throw Unsupported("it does not give its hidden_size");
    bool sequence = network.uses_output(node, 0), last = network.uses_output(node, 1);

    OperatorSpec spec;
    spec.type = node.type() == "LSTM" ? "lstm" : node.type() == "GRU" ? "gru" : "rnn";
    spec.inputs = {in.base()};
    spec.out_features = hidden;
    spec.bias = network.has_input(node, 3);
    spec.sequence = sequence;
    std::vector<std::string> results, last_results;
    for (std::int64_t direction = 0; direction < directions; ++direction) {
        results.push_back(context.add(node, spec, direction > 0 ? ".reverse" : ""));
        if (!sequence || !last) continue;
        // The last step of the reverse direction is the first of the sequence.
        OperatorSpec step;
        step.type = "slice";
        step.inputs = {results.back()};
        step.axis = row_axis;
        bool backwards = direction > 0 || node.text("direction", "forward") == "reverse";
        step.begin = backwards ? 0 : dims[0] - 1;
        last_results.push_back(context.add(node, step, ".last"));
    }
    auto joined = [&](const std::vector<std::string>& parts) {
        if (parts.size() == 1) return parts.front();
        OperatorSpec concat;
        concat.type = "concat";
        concat.inputs = parts;
        return context.add(node, concat, ".both");
    };
    auto layout_of = [&](const std::string& base, std::int64_t steps) {
        return Layout::placed(base, {steps, directions, dims[1], hidden},
                              {row_axis, channel_axis, batch_axis, channel_axis});
    };
    if (sequence) {
        Layout out = layout_of(joined(results), dims[0]);
        context.give(node, 0, batch_first ? out.transposed({2, 0, 1, 3}) : out);
    }
    if (last) {
        Layout out = layout_of(joined(sequence ? last_results : results), 1).without_axis(0);
        context.give(node, 1, batch_first ? out.transposed({1, 0, 2}) : out);
    }
}

} // namespace arsia::onnx_import
