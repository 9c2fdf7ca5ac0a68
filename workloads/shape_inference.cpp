#include "workloads/shape_inference.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/suggest.h"
#include "workloads/inference.h"

namespace arsia {

const std::array<const char*, 4> axis_words = {"batch size", "channels", "rows", "columns"};

std::optional<InferredOperator> Inference::run() {
    std::optional<OperatorKind> kind = kind_of_type(spec_.type);
    if (!kind) {
        problems_.add(spec_.line, spec_.path.empty() ? "" : spec_.path + ".type",
                      fmt::format("'{}': unknown operator type '{}'{}; legal: {}", spec_.name, spec_.type,
                                  did_you_mean(spec_.type, operator_types()), name_list(operator_types())));
        return std::nullopt;
    }
    out_.op.kind = *kind;
    infer(*kind);
    check_fused_activation();
    if (!sound_) return std::nullopt;
    return std::move(out_);
}

void Inference::infer(OperatorKind kind) {
    switch (kind) {
    case OperatorKind::conv: return conv();
    case OperatorKind::linear: return linear();
    case OperatorKind::matmul: return matmul();
    case OperatorKind::lstm: return lstm();
    case OperatorKind::embedding: return embedding();
    case OperatorKind::pool: return pool();
    case OperatorKind::elementwise: return elementwise();
    case OperatorKind::activation: return activation();
    case OperatorKind::normalization: return normalization();
    case OperatorKind::concat: return concat();
    case OperatorKind::slice: return spec_.type == "pad" ? pad() : slice();
    case OperatorKind::reshape: return reshape();
    case OperatorKind::transpose: return transpose();
    case OperatorKind::resize: return resize();
    }
}

void Inference::problem(const std::string& key, const std::string& message) {
    std::string path = spec_.path.empty() || key.empty() ? spec_.path : spec_.path + "." + key;
    problems_.add(spec_.line, path, fmt::format("{} '{}': {}", spec_.type, spec_.name, message));
    sound_ = false;
}

std::string Inference::described(std::size_t index) const {
    return fmt::format("'{}' ({})", inputs_[index]->name, to_string(shape(index)));
}

void Inference::expect_inputs(std::size_t least, std::size_t most) {
    if (inputs_.size() >= least && inputs_.size() <= most) return;
    problem("", fmt::format("takes {}{} input{}, found {}", most == least ? "" : "at least ", least,
                            least == 1 ? "" : "s", inputs_.size()));
}

bool Inference::positive(const std::string& key, std::int64_t value) {
    if (value >= 1 && value <= largest_size) return true;
    problem(key, fmt::format("{} is {}; it must be from 1 to {}", key, value, largest_size));
    return false;
}

void Inference::one_step_each(const TensorShape& shape) {
    extent(Dim::N) = shape[0];
    extent(Dim::K) = shape[1];
    extent(Dim::P) = shape[2];
    extent(Dim::Q) = shape[3];
    out_.output = shape;
}

void Inference::one_channel_each(const TensorShape& shape) {
    one_step_each(shape);
    out_.op.groups = shape[1];
}

void Inference::check_fused_activation() {
    if (spec_.activation.empty()) return;
    const std::vector<std::string>& legal = fused_activation_types();
    if (std::find(legal.begin(), legal.end(), spec_.activation) == legal.end())
        return problem("activation", fmt::format("unknown activation '{}'{}; legal: {}", spec_.activation,
                                                 did_you_mean(spec_.activation, legal), name_list(legal)));
    if (!may_fuse_activation(spec_.type))
        return problem("activation", "only conv, linear, matmul, element-wise operators of several inputs, "
                                     "normalisations and batch_norm can have an activation fused");
    out_.op.activation = spec_.activation;
}

std::optional<InferredOperator> infer_operator(const OperatorSpec& spec, const std::vector<const Tensor*>& inputs,
                                               Problems& problems) {
    return Inference(spec, inputs, problems).run();
}

std::string to_string(const TensorShape& shape) {
    return fmt::format("{}x{}x{}x{}", shape[0], shape[1], shape[2], shape[3]);
}

} // namespace arsia
