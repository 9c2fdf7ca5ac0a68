#include "workloads/onnx/fusion.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

namespace arsia::onnx_import {

namespace {

bool is_one_of(const std::string& type, const std::vector<std::string>& types) {
    return std::find(types.begin(), types.end(), type) != types.end();
}

class Fusion {
public:
    explicit Fusion(Draft& draft) : draft_(draft), gone_(draft.operators.size(), false) {
        for (std::size_t i = 0; i < draft.operators.size(); ++i) {
            maker_[draft.operators[i].spec.name] = i;
            for (const std::string& input : draft.operators[i].spec.inputs) ++readers_[input];
        }
        // The host reads outputs.
        for (const std::string& output : draft.outputs) ++readers_[output];
    }

    std::string run() {
        for (std::size_t i = 0; i < draft_.operators.size(); ++i) {
            DraftOperator& op = draft_.operators[i];
            for (std::string& input : op.spec.inputs) input = name_of(input);
            if (op.spec.inputs.size() != 1 || readers_[op.spec.inputs[0]] != 1) continue;
            auto before = maker_.find(op.spec.inputs[0]);
            if (before == maker_.end()) continue;
            DraftOperator& maker = draft_.operators[before->second];
            if (op.affine.is && take_affine(maker, op))
                ++affines_;
            else if (is_one_of(op.spec.type, fused_activation_types()) && take_activation(maker, op))
                ++activations_;
            else if (maker.spec.type == "reshape" && op.spec.type == "reshape")
                skip(op, before->second);
            else if (maker.zero_padding && take_padding(maker, op, before->second))
                ++pads_;
            else
                continue;
            if (!gone_[before->second]) {
                gone_[i] = true;
                renamed_[op.spec.name] = maker.spec.name;
                readers_[maker.spec.name] = readers_[op.spec.name];
            }
        }
        for (std::string& output : draft_.outputs) output = name_of(output);
        std::vector<DraftOperator> kept;
        for (std::size_t i = 0; i < gone_.size(); ++i)
            if (!gone_[i]) kept.push_back(std::move(draft_.operators[i]));
        draft_.operators = std::move(kept);
        return text();
    }

private:
    const std::string& name_of(const std::string& name) const {
        auto found = renamed_.find(name);
        return found == renamed_.end() ? name : found->second;
    }

    static bool take_affine(DraftOperator& maker, const DraftOperator& op) {
        OperatorSpec& spec = maker.spec;
        if (!spec.activation.empty()) return false;
        if (spec.type == "conv" || spec.type == "linear") {
            spec.bias = spec.bias || op.affine.shifts;
            return true;
        }
        if (is_one_of(spec.type, {"layer_norm", "rms_norm", "group_norm", "instance_norm"})) {
            spec.affine = spec.affine || op.affine.per_channel;
            return true;
        }
        if (!maker.affine.is) return false;
        maker.affine.shifts = maker.affine.shifts || op.affine.shifts;
        maker.affine.per_channel = maker.affine.per_channel || op.affine.per_channel;
        spec.type = maker.affine.per_channel ? "batch_norm" : "scale";
        return true;
    }

    static bool take_activation(DraftOperator& maker, const DraftOperator& op) {
        if (!maker.spec.activation.empty() || !may_fuse_activation(maker.spec.type)) return false;
        maker.spec.activation = op.spec.type;
        return true;
    }

    /// The padding goes forward, into the window.
    bool take_padding(const DraftOperator& pad, DraftOperator& op, std::size_t pad_index) {
        if (op.spec.type != "conv" && op.spec.type != "max_pool") return false;
        const Window& by = pad.spec.window;
        Window w = op.spec.window;
        w.pad_top += by.pad_top;
        w.pad_left += by.pad_left;
        w.pad_bottom += by.pad_bottom;
        w.pad_right += by.pad_right;
        bool within = std::max(w.pad_top, w.pad_bottom) < (op.spec.kernel_h - 1) * w.dilation_h + 1 &&
                      std::max(w.pad_left, w.pad_right) < (op.spec.kernel_w - 1) * w.dilation_w + 1;
        if (op.spec.type == "max_pool" && (!within || op.spec.ceil_mode)) return false;
        op.spec.window = w;
        skip(op, pad_index);
        return true;
    }

    /// The operator reads what the one before it read.
    void skip(DraftOperator& op, std::size_t before) {
        op.spec.inputs = draft_.operators[before].spec.inputs;
        gone_[before] = true;
    }

    std::string text() const {
        std::vector<std::string> parts;
        auto add = [&](int count, const char* one, const char* many) {
            if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? one : many));
        };
        add(activations_, "activation", "activations");
        add(affines_, "scale or shift", "scales and shifts");
        add(pads_, "padding", "paddings");
        return fmt::format("{}", fmt::join(parts, ", "));
    }

    Draft& draft_;
    std::vector<bool> gone_;
    std::unordered_map<std::string, std::size_t> maker_; ///< operator by name
    std::unordered_map<std::string, int> readers_;
    std::unordered_map<std::string, std::string> renamed_;
    int activations_ = 0, affines_ = 0, pads_ = 0;
};

} // namespace

std::string fuse(Draft& draft) { return Fusion(draft).run(); }

} // namespace arsia::onnx_import
