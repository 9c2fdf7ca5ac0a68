#include "workloads/onnx/handlers.h"

#include <unordered_map>

namespace arsia::onnx_import {

Handler find_handler(const Node& node) {
    static const std::unordered_map<std::string, Handler> handlers = [] {
        std::unordered_map<std::string, Handler> all = {
            {"Conv", convert_conv},
            {"MaxPool", convert_pool},
            {"AveragePool", convert_pool},
            {"Pad", convert_pad},
            {"Resize", convert_resize},
            {"Upsample", convert_resize},
            {"Gemm", convert_gemm},
            {"MatMul", convert_matmul},
            {"Clip", convert_clip},
            {"Pow", convert_pow},
            {"Where", convert_where},
            {"BatchNormalization", convert_batch_norm},
            {"InstanceNormalization", convert_instance_norm},
            {"LayerNormalization", convert_layer_norm},
            {"Softmax", convert_softmax},
            {"LogSoftmax", convert_softmax},
            {"LRN", convert_lrn},
            {"Transpose", convert_transpose},
            {"DepthToSpace", convert_depth_to_space},
            {"SpaceToDepth", convert_depth_to_space},
            {"Concat", convert_concat},
            {"Split", convert_split},
            {"Slice", convert_slice},
            {"Gather", convert_gather},
            {"Expand", convert_expand},
            {"Tile", convert_expand},
        };
        auto add = [&](Handler handler, std::initializer_list<const char*> types) {
            for (const char* type : types) all.emplace(type, handler);
        };
        add(convert_global_pool, {"GlobalAveragePool", "GlobalMaxPool"});
        add(convert_reduce, {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin"});
        add(convert_unary, {"Relu",      "LeakyRelu", "PRelu", "Elu", "Selu", "Celu",      "ThresholdedRelu",
                            "Sigmoid",   "Tanh",      "Erf",   "Exp", "Sqrt", "Log",       "HardSigmoid",
                            "HardSwish", "Softplus",  "Abs",   "Neg", "Sign", "Floor",     "Softsign",
                            "Ceil",      "Round",     "Not",   "Sin", "Cos",  "Reciprocal"});
        add(convert_elementwise, {"Add", "Sub", "Mul", "Div", "Sum", "Max", "Min", "Mean", "Equal", "Less", "Greater",
                                  "LessOrEqual", "GreaterOrEqual", "And", "Or"});
        add(convert_identity, {"Identity", "Dropout", "Cast", "CastLike", "QuantizeLinear", "DequantizeLinear"});
        add(convert_reshape, {"Reshape", "Flatten", "Squeeze", "Unsqueeze"});
        add(convert_recurrent, {"LSTM", "GRU", "RNN"});
        return all;
    }();
    if (!node.is_standard()) return nullptr;
    auto found = handlers.find(node.type());
    return found == handlers.end() ? nullptr : found->second;
}

} // namespace arsia::onnx_import
