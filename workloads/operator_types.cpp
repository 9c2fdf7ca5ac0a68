#include "workloads/operator_types.h"

#include <algorithm>
#include <array>

namespace arsia {

namespace {

struct Types {
    OperatorKind kind;
    std::vector<std::string> types;
};

const std::vector<Types>& all_types() {
    static const std::vector<Types> all = {
        {OperatorKind::conv, {"conv"}},
        {OperatorKind::linear, {"linear"}},
        {OperatorKind::matmul, {"matmul"}},
        {OperatorKind::lstm, {"lstm", "gru", "rnn"}},
        {OperatorKind::pool, {"max_pool", "avg_pool", "global_avg_pool"}},
        {OperatorKind::elementwise, {"add", "mul", "sub", "div", "max", "min", "pow"}},
        {OperatorKind::normalization, {"softmax", "layer_norm", "rms_norm", "group_norm", "instance_norm", "lrn"}},
        {OperatorKind::embedding, {"embedding"}},
        {OperatorKind::concat, {"concat"}},
        {OperatorKind::slice, {"slice", "pad"}},
        {OperatorKind::reshape, {"reshape"}},
        {OperatorKind::transpose, {"transpose"}},
        {OperatorKind::resize, {"resize"}},
        {OperatorKind::activation, {"relu", "relu6",     "leaky_relu",  "elu",      "sigmoid", "tanh",       "gelu",
                                    "silu", "hardswish", "hardsigmoid", "softplus", "mish",    "erf",        "exp",
                                    "sqrt", "clip",      "scale",       "identity", "prelu",   "batch_norm", "rotary"}},
    };
    return all;
}

} // namespace

const std::vector<std::string>& types_of(OperatorKind kind) {
    const std::vector<Types>& all = all_types();
    return std::find_if(all.begin(), all.end(), [&](const Types& row) { return row.kind == kind; })->types;
}

const std::vector<std::string>& operator_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out;
        for (const Types& row : all_types()) out.insert(out.end(), row.types.begin(), row.types.end());
        return out;
    }();
    return types;
}

const std::vector<std::string>& activation_types() { return types_of(OperatorKind::activation); }

const std::vector<std::string>& fused_activation_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out;
        for (const std::string& type : activation_types())
            if (type != "prelu" && type != "batch_norm" && type != "rotary") out.push_back(type);
        return out;
    }();
    return types;
}

bool may_fuse_activation(const std::string& type) {
    std::optional<OperatorKind> kind = kind_of_type(type);
    return kind == OperatorKind::conv || kind == OperatorKind::linear || kind == OperatorKind::matmul ||
           kind == OperatorKind::elementwise || kind == OperatorKind::normalization || type == "batch_norm";
}

std::optional<OperatorKind> kind_of_type(const std::string& type) {
    for (const Types& row : all_types())
        if (std::find(row.types.begin(), row.types.end(), type) != row.types.end()) return row.kind;
    return std::nullopt;
}

} // namespace arsia
