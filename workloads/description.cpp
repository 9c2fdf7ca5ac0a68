#include "workloads/description.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace arsia {

namespace {

constexpr std::size_t line_width = 120;
constexpr std::array<const char*, 4> axis_words = {"batch", "channels", "rows", "columns"};

/// Names of a flow mapping that need no quotes.
bool is_plain(const std::string& text) {
    static const std::vector<std::string> reserved = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    std::string lower;
    for (char c : text) lower.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    if (text.empty() || std::find(reserved.begin(), reserved.end(), lower) != reserved.end()) return false;
    auto legal = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '/' || c == '-';
    };
    bool word = std::isalpha(static_cast<unsigned char>(text.front())) || text.front() == '_';
    return word && std::all_of(text.begin(), text.end(), legal);
}

std::string quoted(const std::string& text) {
    if (is_plain(text)) return text;
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

std::string list_of(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ", ")); }

std::string names(const std::vector<std::string>& all) {
    std::vector<std::string> out;
    for (const std::string& name : all) out.push_back(quoted(name));
    return list_of(out);
}

/// One number if all are equal.
std::string sizes(const std::vector<std::int64_t>& all) {
    if (std::all_of(all.begin(), all.end(), [&](std::int64_t size) { return size == all.front(); }))
        return std::to_string(all.front());
    return fmt::format("[{}]", fmt::join(all, ", "));
}

/// Keys and values of one entry.
class Entry {
public:
    void add(const std::string& key, const std::string& value) { items_.push_back(key + ": " + value); }
    void add_unless(bool usual, const std::string& key, const std::string& value) {
        if (!usual) add(key, value);
    }
    void add_pair(const std::string& key, std::int64_t rows, std::int64_t columns, std::int64_t usual) {
        add_unless(rows == usual && columns == usual, key, sizes({rows, columns}));
    }
    /// `  - {…}`, broken where a line would be too long.
    std::string text() const {
        std::string out = "  - {", line = out;
        out.clear();
        for (std::size_t i = 0; i < items_.size(); ++i) {
            std::string item = items_[i] + (i + 1 < items_.size() ? "," : "}");
            if (line.size() + item.size() + 1 > line_width) {
                out += line + "\n";
                line = "    ";
            }
            line += (line.back() == '{' ? "" : " ") + item;
        }
        return out + line + "\n";
    }

private:
    std::vector<std::string> items_;
};

void add_padding(Entry& entry, const Window& w) {
    if (w.pad_top == w.pad_bottom && w.pad_left == w.pad_right)
        entry.add_pair("padding", w.pad_top, w.pad_left, 0);
    else
        entry.add("padding", sizes({w.pad_top, w.pad_left, w.pad_bottom, w.pad_right}));
}

void add_window(Entry& entry, const OperatorSpec& spec) {
    entry.add("kernel", sizes({spec.kernel_h, spec.kernel_w}));
    entry.add_pair("stride", spec.window.stride_h, spec.window.stride_w, 1);
    entry.add_pair("dilation", spec.window.dilation_h, spec.window.dilation_w, 1);
    add_padding(entry, spec.window);
}

void add_normalization(Entry& entry, const OperatorSpec& spec) {
    if (spec.type == "lrn") return entry.add("size", std::to_string(spec.neighbours));
    bool always = spec.type == "group_norm";
    if (spec.type != "instance_norm") entry.add_unless(spec.groups == 1 && !always, "groups", sizes({spec.groups}));
    if (spec.type != "softmax") entry.add_unless(spec.affine, "affine", "false");
}

void add_move(Entry& entry, OperatorKind kind, const OperatorSpec& spec) {
    if (spec.type == "pad") return add_padding(entry, spec.window);
    if (kind == OperatorKind::concat || kind == OperatorKind::slice)
        entry.add_unless(spec.axis == 1, "axis", axis_words[spec.axis]);
    if (kind == OperatorKind::slice) {
        entry.add("begin", std::to_string(spec.begin));
        entry.add("size", std::to_string(spec.size));
    }
    if (kind == OperatorKind::reshape) entry.add("shape", fmt::format("[{}]", fmt::join(spec.shape, ", ")));
    if (kind == OperatorKind::transpose) {
        std::vector<std::string> order;
        for (std::size_t axis : spec.order) order.emplace_back(axis_words[axis]);
        entry.add("order", list_of(order));
    }
    if (kind == OperatorKind::resize) entry.add("scale", sizes({spec.scale_h, spec.scale_w}));
}

void add_attributes(Entry& entry, const OperatorSpec& spec) {
    OperatorKind kind = kind_of_type(spec.type).value_or(OperatorKind::activation);
    switch (kind) {
    case OperatorKind::conv:
        entry.add("out_channels", std::to_string(spec.out_features));
        add_window(entry, spec);
        entry.add_unless(spec.groups == 1, "groups", std::to_string(spec.groups));
        entry.add_unless(spec.bias, "bias", "false");
        break;
    case OperatorKind::linear:
        entry.add("out_features", std::to_string(spec.out_features));
        entry.add_unless(spec.flatten, "flatten", "false");
        entry.add_unless(spec.bias, "bias", "false");
        break;
    case OperatorKind::matmul:
        entry.add_unless(spec.groups == 1, "heads", std::to_string(spec.groups));
        entry.add_unless(!spec.transpose, "transpose", "true");
        break;
    case OperatorKind::lstm:
        entry.add("out_features", std::to_string(spec.out_features));
        entry.add_unless(spec.sequence, "sequence", "false");
        entry.add_unless(spec.bias, "bias", "false");
        break;
    case OperatorKind::embedding:
        entry.add("out_features", std::to_string(spec.out_features));
        entry.add("entries", std::to_string(spec.entries));
        break;
    case OperatorKind::pool:
        if (spec.type == "global_avg_pool") break;
        add_window(entry, spec);
        entry.add_unless(!spec.ceil_mode, "ceil", "true");
        break;
    case OperatorKind::normalization: add_normalization(entry, spec); break;
    case OperatorKind::activation:
        if (spec.type == "rotary") entry.add_unless(spec.groups == 1, "heads", std::to_string(spec.groups));
        if (spec.type == "batch_norm") entry.add_unless(spec.affine, "affine", "false");
        break;
    case OperatorKind::elementwise: break;
    default: add_move(entry, kind, spec);
    }
    entry.add_unless(spec.activation.empty(), "activation", spec.activation);
}

std::string entry_text(const OperatorSpec& spec) {
    Entry entry;
    entry.add("name", quoted(spec.name));
    bool max_pool = spec.type == "max_pool";
    entry.add("type", max_pool || spec.type == "avg_pool" ? "pool" : spec.type);
    if (spec.type == "avg_pool") entry.add("mode", "avg");
    if (spec.inputs.size() == 1)
        entry.add("input", quoted(spec.inputs.front()));
    else
        entry.add("inputs", names(spec.inputs));
    add_attributes(entry, spec);
    return entry.text();
}

void add_inputs(std::string& out, const WorkloadDescription& workload, Residence residence, const char* key) {
    std::string text;
    for (const WorkloadDescription::Input& input : workload.inputs)
        if (input.residence == residence)
            text += fmt::format("  {}: [{}]\n", quoted(input.name), fmt::join(input.shape, ", "));
    if (!text.empty()) out += fmt::format("{}:\n{}", key, text);
}

} // namespace

Graph build_graph(const WorkloadDescription& workload, Problems& problems, std::int64_t batch) {
    GraphBuilder builder(workload.name, workload.element_bits, problems);
    builder.set_batch(batch);
    for (Residence residence : {Residence::host, Residence::parameter, Residence::cache})
        for (const WorkloadDescription::Input& input : workload.inputs)
            if (input.residence == residence)
                builder.add_resident_input(input.name, {input.shape.begin(), input.shape.end()}, residence);
    for (const OperatorSpec& spec : workload.operators) builder.add_operator(spec);
    builder.set_outputs(workload.outputs);
    return builder.finish();
}

std::string workload_text(const WorkloadDescription& workload, const std::string& comment) {
    std::string out;
    for (std::size_t begin = 0; begin < comment.size();) {
        std::size_t end = std::min(comment.find('\n', begin), comment.size());
        out += "# " + comment.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    out += fmt::format("format: arsia-workload/1\nname: {}\nelement: {} bit\n", quoted(workload.name),
                       workload.element_bits);
    add_inputs(out, workload, Residence::host, "inputs");
    add_inputs(out, workload, Residence::parameter, "parameters");
    add_inputs(out, workload, Residence::cache, "caches");
    out += "operators:\n";
    for (const OperatorSpec& spec : workload.operators) out += entry_text(spec);
    if (!workload.outputs.empty()) out += "outputs: " + names(workload.outputs) + "\n";
    return out;
}

} // namespace arsia
