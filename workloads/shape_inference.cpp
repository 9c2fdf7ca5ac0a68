#include "workloads/shape_inference.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/suggest.h"

namespace arsia {

namespace {

constexpr std::array<const char*, 4> axis_words = {"batch size", "channels", "rows", "columns"};

/// One operator under inspection: its checks share the spec and the place of messages.
class Inference {
public:
    Inference(const OperatorSpec& spec, const std::vector<const Tensor*>& inputs, Problems& problems)
        : spec_(spec), inputs_(inputs), problems_(problems) {
        out_.op.name = spec.name;
        out_.op.type = spec.type;
    }

    std::optional<InferredOperator> run();

private:
    void problem(const std::string& key, const std::string& message) {
        std::string path = spec_.path.empty() || key.empty() ? spec_.path : spec_.path + "." + key;
        problems_.add(spec_.line, path, fmt::format("{} '{}': {}", spec_.type, spec_.name, message));
        sound_ = false;
    }
    void expect_inputs(std::size_t least, std::size_t most);
    bool positive(const std::string& key, std::int64_t value);
    void check_window();
    /// Positions of the window along one axis; 0 and no message if the kernel does not fit.
    std::int64_t window_positions(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                                  std::int64_t pad_before, std::int64_t pad_after) const;
    void slide_window(std::int64_t kernel_h, std::int64_t kernel_w);
    void one_channel_each(const TensorShape& shape);

    void conv();
    void linear();
    void pool();
    void elementwise();
    void activation();
    void concat();
    void check_fused_activation();

    const TensorShape& shape(std::size_t index) const { return inputs_[index]->shape; }
    std::string described(std::size_t index) const {
        return fmt::format("'{}' ({})", inputs_[index]->name, to_string(shape(index)));
    }
    std::int64_t& extent(Dim dim) { return at(out_.op.extents, dim); }

    const OperatorSpec& spec_;
    const std::vector<const Tensor*>& inputs_;
    Problems& problems_;
    InferredOperator out_;
    bool sound_ = true;
};

std::optional<InferredOperator> Inference::run() {
    if (spec_.type == "conv") {
        conv();
    } else if (spec_.type == "linear") {
        linear();
    } else if (spec_.type == "max_pool" || spec_.type == "avg_pool" || spec_.type == "global_avg_pool") {
        pool();
    } else if (spec_.type == "add" || spec_.type == "mul") {
        elementwise();
    } else if (spec_.type == "concat") {
        concat();
    } else {
        const std::vector<std::string>& activations = activation_types();
        if (std::find(activations.begin(), activations.end(), spec_.type) == activations.end()) {
            problems_.add(spec_.line, spec_.path.empty() ? "" : spec_.path + ".type",
                          fmt::format("'{}': unknown operator type '{}'{}; legal: {}", spec_.name, spec_.type,
                                      did_you_mean(spec_.type, operator_types()), name_list(operator_types())));
            return std::nullopt;
        }
        activation();
    }
    check_fused_activation();
    if (!sound_) return std::nullopt;
    return std::move(out_);
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

void Inference::check_window() {
    const Window& w = spec_.window;
    for (std::int64_t size : {spec_.kernel_h, spec_.kernel_w})
        if (!positive("kernel", size)) break;
    for (std::int64_t size : {w.stride_h, w.stride_w})
        if (!positive("stride", size)) break;
    for (std::int64_t size : {w.dilation_h, w.dilation_w})
        if (!positive("dilation", size)) break;
    for (std::int64_t size : {w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}) {
        if (size >= 0 && size <= largest_size) continue;
        problem("padding", fmt::format("padding is {}; it must be from 0 to {}", size, largest_size));
        break;
    }
}

std::int64_t Inference::window_positions(std::int64_t size, std::int64_t kernel, std::int64_t stride,
                                         std::int64_t dilation, std::int64_t pad_before, std::int64_t pad_after) const {
    std::int64_t room = size + pad_before + pad_after - ((kernel - 1) * dilation + 1);
    if (room < 0) return 0;
    if (!spec_.ceil_mode) return room / stride + 1;
    std::int64_t positions = divide_up(room, stride) + 1;
    // A window that would begin behind the input, in the padding after it, is left out.
    if ((positions - 1) * stride >= size + pad_before) --positions;
    return positions;
}

void Inference::slide_window(std::int64_t kernel_h, std::int64_t kernel_w) {
    const Window& w = out_.op.window;
    const TensorShape& in = shape(0);
    extent(Dim::N) = in[0];
    extent(Dim::R) = kernel_h;
    extent(Dim::S) = kernel_w;
    std::int64_t rows = window_positions(in[2], kernel_h, w.stride_h, w.dilation_h, w.pad_top, w.pad_bottom);
    std::int64_t columns = window_positions(in[3], kernel_w, w.stride_w, w.dilation_w, w.pad_left, w.pad_right);
    if (rows == 0 || columns == 0) {
        bool dilated = w.dilation_h > 1 || w.dilation_w > 1;
        std::string spread = dilated ? fmt::format(", dilated to {}x{},", (kernel_h - 1) * w.dilation_h + 1,
                                                   (kernel_w - 1) * w.dilation_w + 1)
                                     : "";
        problem("kernel",
                fmt::format("kernel {}x{}{} is larger than its padded input {}x{} (input {})", kernel_h, kernel_w,
                            spread, in[2] + w.pad_top + w.pad_bottom, in[3] + w.pad_left + w.pad_right, described(0)));
        return;
    }
    extent(Dim::P) = rows;
    extent(Dim::Q) = columns;
    out_.output = {in[0], extent(Dim::K), rows, columns};
}

void Inference::one_channel_each(const TensorShape& shape) {
    extent(Dim::N) = shape[0];
    extent(Dim::K) = shape[1];
    extent(Dim::P) = shape[2];
    extent(Dim::Q) = shape[3];
    out_.op.groups = shape[1];
    out_.output = shape;
}

void Inference::conv() {
    expect_inputs(1, 1);
    positive("out_channels", spec_.out_features);
    positive("groups", spec_.groups);
    check_window();
    if (!sound_) return;
    std::int64_t channels = shape(0)[1];
    if (channels % spec_.groups != 0)
        problem("groups", fmt::format("{} input channels are not divisible by {} groups (input {})", channels,
                                      spec_.groups, described(0)));
    if (spec_.out_features % spec_.groups != 0)
        problem("groups",
                fmt::format("{} output channels are not divisible by {} groups", spec_.out_features, spec_.groups));
    if (!sound_) return;
    Operator& op = out_.op;
    op.kind = OperatorKind::conv;
    op.groups = spec_.groups;
    op.window = spec_.window;
    op.has_weights = true;
    op.has_bias = spec_.bias;
    extent(Dim::K) = spec_.out_features;
    extent(Dim::C) = channels / spec_.groups;
    slide_window(spec_.kernel_h, spec_.kernel_w);
}

void Inference::linear() {
    expect_inputs(1, 1);
    positive("out_features", spec_.out_features);
    if (!sound_) return;
    Operator& op = out_.op;
    op.kind = OperatorKind::linear;
    op.has_weights = true;
    op.has_bias = spec_.bias;
    extent(Dim::K) = spec_.out_features;
    extent(Dim::C) = shape(0)[1];
    slide_window(shape(0)[2], shape(0)[3]);
}

void Inference::pool() {
    expect_inputs(1, 1);
    bool global = spec_.type == "global_avg_pool";
    if (!global) check_window();
    if (!sound_) return;
    Operator& op = out_.op;
    op.kind = OperatorKind::pool;
    extent(Dim::K) = shape(0)[1];
    op.groups = shape(0)[1];
    if (global) return slide_window(shape(0)[2], shape(0)[3]);
    op.window = spec_.window;
    const Window& w = spec_.window;
    // A window wholly in the padding has no maximum and no mean.
    std::int64_t reach_h = (spec_.kernel_h - 1) * w.dilation_h + 1;
    std::int64_t reach_w = (spec_.kernel_w - 1) * w.dilation_w + 1;
    if (std::max(w.pad_top, w.pad_bottom) >= reach_h || std::max(w.pad_left, w.pad_right) >= reach_w)
        return problem("padding", fmt::format("padding [{}, {}, {}, {}] must be smaller than the kernel {}x{}",
                                              w.pad_top, w.pad_left, w.pad_bottom, w.pad_right, reach_h, reach_w));
    slide_window(spec_.kernel_h, spec_.kernel_w);
}

void Inference::elementwise() {
    expect_inputs(2, SIZE_MAX);
    if (!sound_) return;
    out_.op.kind = OperatorKind::elementwise;
    TensorShape whole = shape(0);
    for (std::size_t i = 1; i < inputs_.size(); ++i)
        for (std::size_t axis = 0; axis < whole.size(); ++axis) {
            std::int64_t here = shape(i)[axis];
            if (here != whole[axis] && here != 1 && whole[axis] != 1)
                return problem("inputs", fmt::format("inputs {} and {} do not fit: {} and {} {}; sizes must be equal, "
                                                     "or 1 to be repeated",
                                                     described(0), described(i), whole[axis], here, axis_words[axis]));
            whole[axis] = std::max(whole[axis], here);
        }
    one_channel_each(whole);
}

void Inference::activation() {
    expect_inputs(1, 1);
    if (!sound_) return;
    out_.op.kind = OperatorKind::activation;
    one_channel_each(shape(0));
}

void Inference::concat() {
    expect_inputs(2, SIZE_MAX);
    if (!sound_) return;
    out_.op.kind = OperatorKind::concat;
    TensorShape whole = shape(0);
    whole[1] = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        for (std::size_t axis : {std::size_t{0}, std::size_t{2}, std::size_t{3}})
            if (shape(i)[axis] != whole[axis])
                return problem("inputs",
                               fmt::format("inputs {} and {} do not fit: {} and {} {}; all but the channels "
                                           "must be equal",
                                           described(0), described(i), whole[axis], shape(i)[axis], axis_words[axis]));
        out_.op.channel_offsets.push_back(whole[1]);
        whole[1] += shape(i)[1];
    }
    positive("channels", whole[1]);
    one_channel_each(whole);
}

void Inference::check_fused_activation() {
    if (spec_.activation.empty()) return;
    const std::vector<std::string>& legal = activation_types();
    if (std::find(legal.begin(), legal.end(), spec_.activation) == legal.end())
        return problem("activation", fmt::format("unknown activation '{}'{}; legal: {}", spec_.activation,
                                                 did_you_mean(spec_.activation, legal), name_list(legal)));
    OperatorKind kind = out_.op.kind;
    if (kind != OperatorKind::conv && kind != OperatorKind::linear && kind != OperatorKind::elementwise)
        return problem("activation", "only conv, linear, add and mul can have an activation fused");
    out_.op.activation = spec_.activation;
}

} // namespace

const std::vector<std::string>& activation_types() {
    static const std::vector<std::string> types = {"relu", "relu6", "leaky_relu", "elu",       "sigmoid",
                                                   "tanh", "gelu",  "silu",       "hardswish", "hardsigmoid"};
    return types;
}

const std::vector<std::string>& operator_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out = {"conv", "linear", "max_pool", "avg_pool", "global_avg_pool",
                                        "add",  "mul",    "concat"};
        out.insert(out.end(), activation_types().begin(), activation_types().end());
        return out;
    }();
    return types;
}

std::optional<InferredOperator> infer_operator(const OperatorSpec& spec, const std::vector<const Tensor*>& inputs,
                                               Problems& problems) {
    return Inference(spec, inputs, problems).run();
}

std::string to_string(const TensorShape& shape) {
    return fmt::format("{}x{}x{}x{}", shape[0], shape[1], shape[2], shape[3]);
}

} // namespace arsia
