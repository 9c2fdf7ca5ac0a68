// Random workloads of all kinds of operators, with branches, in a workload file's own words.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "base/errors.h"
#include "workloads/reader.h"

namespace arsia::torture {

/// Grows a workload an operator at a time. Each reads any tensor made so far; one whose shapes do not fit is left out.
class RandomWorkload {
public:
    RandomWorkload() {
        std::string batch = std::to_string(*rc::gen::inRange(1, 4));
        header_ = fmt::format("format: arsia-workload/1\nname: tortured\nelement: {} bit\n",
                              *rc::gen::element(8, 8, 16, 1, 12, 32));
        for (int i = *rc::gen::inRange(1, 3); i > 0; --i) add_tensor("image", batch);
        if (*rc::gen::inRange(0, 3) == 0) add_tensor("cache", batch);
        for (int i = *rc::gen::inRange(2, 7); i > 0; --i) try_operator(line());
        while (count_ == 0) try_operator(fmt::format("type: relu, input: {}", any()));
    }

    std::string text() const { return text_with(operators_); }

private:
    /// Few sizes, so that some shapes are alike.
    void add_tensor(const std::string& kind, const std::string& batch) {
        names_.push_back(fmt::format("{}{}", kind, names_.size()));
        std::string& list = kind == "cache" ? caches_ : inputs_;
        list += fmt::format("{}{}: [{}, {}, {}, {}]", list.empty() ? "" : ", ", names_.back(), batch,
                            *rc::gen::element(1, 2, 4, 4, 6), *rc::gen::element(1, 3, 5, 5, 8),
                            *rc::gen::element(1, 1, 5, 8));
    }

    std::string text_with(const std::string& operators) const {
        std::string out = header_ + "inputs: {" + inputs_ + "}\n";
        if (!caches_.empty()) out += "caches: {" + caches_ + "}\n";
        return out + "operators:\n" + operators;
    }

    void try_operator(const std::string& rest) {
        std::string name = fmt::format("op{}", count_);
        std::string more = operators_ + fmt::format("  - {{name: {}, {}}}\n", name, rest);
        try {
            read_workload_text(text_with(more));
        } catch (const InputError&) {
            return;
        }
        operators_ = more;
        names_.push_back(name);
        ++count_;
    }

    /// The last tensor half of the time.
    std::string any() const {
        if (*rc::gen::inRange(0, 2) == 0) return names_.back();
        return names_[*rc::gen::inRange<std::size_t>(0, names_.size())];
    }

    static int size(int most) { return *rc::gen::inRange(1, most + 1); }
    static std::string axis() { return *rc::gen::element<std::string>("channels", "rows", "columns"); }
    static std::string flag() { return *rc::gen::element<std::string>("true", "false"); }

    std::string line() const {
        switch (*rc::gen::inRange(0, 14)) {
        case 0:
        case 1:
            return fmt::format("type: conv, input: {}, out_channels: {}, kernel: [{}, {}], stride: [{}, {}], "
                               "padding: [{}, {}, 1, 0], dilation: {}, groups: {}, activation: relu",
                               any(), size(6), size(3), size(3), size(2), size(2), size(3) - 1, size(2) - 1, size(2),
                               *rc::gen::element(1, 1, 2, 4));
        case 2:
            return fmt::format("type: pool, mode: {}, input: {}, kernel: {}, stride: {}, padding: [{}, 0], ceil: {}",
                               *rc::gen::element<std::string>("max", "avg"), any(), 1 + size(2), size(3), size(2) - 1,
                               flag());
        case 3: return fmt::format("type: linear, input: {}, out_features: {}, flatten: {}", any(), size(8), flag());
        case 4:
            return fmt::format("type: {}, inputs: [{}, {}]", *rc::gen::element<std::string>("add", "mul", "max"), any(),
                               any());
        case 5: return fmt::format("type: concat, axis: {}, inputs: [{}, {}]", axis(), any(), any());
        case 6:
            return fmt::format(
                "type: {}, input: {}",
                *rc::gen::element<std::string>("softmax", "layer_norm", "rms_norm", "gelu", "batch_norm"), any());
        case 7: return fmt::format("type: group_norm, groups: {}, input: {}", size(2), any());
        case 8:
            return fmt::format("type: matmul, inputs: [{}, {}], heads: {}, transpose: {}", any(), any(), size(2),
                               flag());
        case 9:
            return fmt::format("type: {}, input: {}, out_features: {}, sequence: {}",
                               *rc::gen::element<std::string>("lstm", "gru", "rnn"), any(), size(5), flag());
        case 10:
            return fmt::format("type: slice, axis: {}, begin: {}, size: {}, input: {}", axis(), size(3) - 1, size(3),
                               any());
        case 11:
            return fmt::format("type: transpose, input: {}, order: {}", any(),
                               *rc::gen::element<std::string>("[rows, channels, columns]", "[columns, rows, channels]",
                                                              "[channels, columns, rows]"));
        case 12:
            return fmt::format("type: reshape, input: {}, shape: [{}, {}, {}]", any(), *rc::gen::element(1, 4, 20, 32),
                               *rc::gen::element(1, 5, 8), *rc::gen::element(1, 5, 8));
        default:
            return *rc::gen::inRange(0, 2) == 0
                       ? fmt::format("type: resize, input: {}, scale: [{}, {}]", any(), size(2), size(2))
                       : fmt::format("type: pad, input: {}, padding: [{}, {}]", any(), size(2) - 1, size(2));
        }
    }

    std::string header_, inputs_, caches_, operators_;
    std::vector<std::string> names_; ///< of tensors that may be read
    int count_ = 0;                  ///< operators
};

} // namespace arsia::torture
