// One operator under inspection: shape inference, a file for each family of kinds. Seen by these files only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workloads/shape_inference.h"

namespace arsia {

class Inference {
public:
    Inference(const OperatorSpec& spec, const std::vector<const Tensor*>& inputs, Problems& problems)
        : spec_(spec), inputs_(inputs), problems_(problems) {
        out_.op.name = spec.name;
        out_.op.type = spec.type;
    }

    std::optional<InferredOperator> run();

private:
    // infer_products.cpp
    void conv();
    void linear();
    void matmul();
    void lstm();
    void embedding();
    // infer_elements.cpp
    void pool();
    void elementwise();
    void activation();
    void normalization();
    // infer_moves.cpp
    void concat();
    void slice();
    void pad();
    void reshape();
    void transpose();
    void resize();

    void infer(OperatorKind kind);
    void check_fused_activation();
    void problem(const std::string& key, const std::string& message);
    void expect_inputs(std::size_t least, std::size_t most);
    bool positive(const std::string& key, std::int64_t value);
    void check_window();
    void check_padding();
    /// Positions of the window along one axis; 0 and no message if the kernel does not fit.
    std::int64_t window_positions(std::int64_t size, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                                  std::int64_t pad_before, std::int64_t pad_after) const;
    void slide_window(std::int64_t kernel_h, std::int64_t kernel_w);
    /// Output and iteration space of this shape, C = R = S = 1.
    void one_step_each(const TensorShape& shape);
    /// The same, where channels keep apart: each is a group.
    void one_channel_each(const TensorShape& shape);
    /// Groups of the input's channels that are mixed with each other; a problem if they do not divide them.
    void mix_channels_of(std::int64_t groups, const char* key);
    void check_heads(std::size_t input);
    void check_sequence(std::size_t input);

    const TensorShape& shape(std::size_t index) const { return inputs_[index]->shape; }
    std::string described(std::size_t index) const;
    std::int64_t& extent(Dim dim) { return at(out_.op.extents, dim); }

    const OperatorSpec& spec_;
    const std::vector<const Tensor*>& inputs_;
    Problems& problems_;
    InferredOperator out_;
    bool sound_ = true;
};

/// Words for the axes of a tensor in messages.
extern const std::array<const char*, 4> axis_words;

} // namespace arsia
