#include "workloads/operator_entry.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/names.h"

namespace arsia {

namespace {

void read_pair(YamlMap& map, const std::string& key, const Scope& scope, std::int64_t& rows, std::int64_t& columns) {
    std::optional<ScopedValue> value = scoped(map, key, scope);
    if (!value) return;
    std::vector<std::int64_t> sizes = value->sizes(1, {2});
    if (sizes.empty()) return;
    rows = sizes.front();
    columns = sizes.back();
}

void read_padding(YamlMap& map, const Scope& scope, Window& window) {
    std::optional<ScopedValue> value = scoped(map, "padding", scope);
    if (!value) return;
    std::vector<std::int64_t> sizes = value->sizes(0, {2, 4});
    if (sizes.empty()) return;
    bool symmetric = sizes.size() < 4;
    window.pad_top = sizes[0];
    window.pad_left = symmetric ? sizes.back() : sizes[1];
    window.pad_bottom = symmetric ? sizes[0] : sizes[2];
    window.pad_right = symmetric ? sizes.back() : sizes[3];
}

void require(YamlMap& map, const std::string& key, const std::string& type) {
    if (!map.has(key)) map.value().problem(fmt::format("missing key '{}'; a {} needs it", key, type));
}

void read_window(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    require(map, "kernel", spec.type);
    read_pair(map, "kernel", scope, spec.kernel_h, spec.kernel_w);
    read_pair(map, "stride", scope, spec.window.stride_h, spec.window.stride_w);
    read_pair(map, "dilation", scope, spec.window.dilation_h, spec.window.dilation_w);
    read_padding(map, scope, spec.window);
}

std::int64_t read_size(YamlMap& map, const std::string& key, const Scope& scope, std::int64_t fallback) {
    auto value = scoped(map, key, scope);
    return value ? value->integer(1, largest_size) : fallback;
}

std::int64_t required_size(YamlMap& map, const std::string& key, const Scope& scope, const OperatorSpec& spec) {
    require(map, key, spec.type);
    return read_size(map, key, scope, 1);
}

bool read_flag(YamlMap& map, const std::string& key, const Scope& scope, bool fallback) {
    auto value = scoped(map, key, scope);
    return value ? value->boolean(fallback) : fallback;
}

std::size_t axis_of(const std::string& word) { return word == "channels" ? 1 : word == "rows" ? 2 : 3; }

std::size_t read_axis(YamlMap& map, const Scope& scope) {
    auto value = scoped(map, "axis", scope);
    return value ? axis_of(value->one_of({"channels", "rows", "columns"})) : 1;
}

void read_order(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    require(map, "order", spec.type);
    auto value = scoped(map, "order", scope);
    if (!value) return;
    for (const ScopedValue& axis : value->items())
        spec.order.push_back(axis_of(axis.one_of({"channels", "rows", "columns"})));
}

void read_shape(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    require(map, "shape", spec.type);
    auto value = scoped(map, "shape", scope);
    if (!value) return;
    for (const ScopedValue& size : value->items()) spec.shape.push_back(size.integer(1, largest_size));
}

void read_slice(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (spec.type == "pad") {
        require(map, "padding", spec.type);
        return read_padding(map, scope, spec.window);
    }
    spec.axis = read_axis(map, scope);
    require(map, "begin", spec.type);
    if (auto value = scoped(map, "begin", scope)) spec.begin = value->integer(0, largest_size);
    spec.size = required_size(map, "size", scope, spec);
}

void read_pool(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (spec.type == "global_avg_pool") return;
    read_window(map, scope, spec);
    spec.ceil_mode = read_flag(map, "ceil", scope, false);
    if (spec.type != "pool") return;
    auto mode = scoped(map, "mode", scope);
    spec.type = mode && mode->one_of({"max", "avg"}) == "avg" ? "avg_pool" : "max_pool";
}

void read_normalization(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (spec.type == "lrn") {
        spec.neighbours = required_size(map, "size", scope, spec);
        return;
    }
    if (spec.type == "group_norm") require(map, "groups", spec.type);
    if (spec.type != "instance_norm") spec.groups = read_size(map, "groups", scope, 1);
    if (spec.type != "softmax") spec.affine = read_flag(map, "affine", scope, true);
}

void read_activation(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (spec.type == "rotary") spec.groups = read_size(map, "heads", scope, 1);
    if (spec.type == "batch_norm") spec.affine = read_flag(map, "affine", scope, true);
}

/// Types as files write them: `pool` with a mode beside the builder's own.
const std::vector<std::string>& written_types() {
    static const std::vector<std::string> types = [] {
        std::vector<std::string> out = operator_types();
        out.insert(out.begin() + 2, "pool");
        return out;
    }();
    return types;
}

void read_attributes(OperatorKind kind, YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    switch (kind) {
    case OperatorKind::conv:
        spec.out_features = required_size(map, "out_channels", scope, spec);
        spec.bias = read_flag(map, "bias", scope, true);
        spec.groups = read_size(map, "groups", scope, 1);
        return read_window(map, scope, spec);
    case OperatorKind::linear:
        spec.out_features = required_size(map, "out_features", scope, spec);
        spec.bias = read_flag(map, "bias", scope, true);
        spec.flatten = read_flag(map, "flatten", scope, true);
        return;
    case OperatorKind::matmul:
        spec.groups = read_size(map, "heads", scope, 1);
        spec.transpose = read_flag(map, "transpose", scope, false);
        return;
    case OperatorKind::lstm:
        spec.out_features = required_size(map, "out_features", scope, spec);
        spec.bias = read_flag(map, "bias", scope, true);
        spec.sequence = read_flag(map, "sequence", scope, true);
        return;
    case OperatorKind::embedding:
        spec.out_features = required_size(map, "out_features", scope, spec);
        spec.entries = required_size(map, "entries", scope, spec);
        return;
    case OperatorKind::pool: return read_pool(map, scope, spec);
    case OperatorKind::activation: return read_activation(map, scope, spec);
    case OperatorKind::normalization: return read_normalization(map, scope, spec);
    case OperatorKind::concat: spec.axis = read_axis(map, scope); return;
    case OperatorKind::slice: return read_slice(map, scope, spec);
    case OperatorKind::reshape: return read_shape(map, scope, spec);
    case OperatorKind::transpose: return read_order(map, scope, spec);
    case OperatorKind::resize:
        require(map, "scale", spec.type);
        return read_pair(map, "scale", scope, spec.scale_h, spec.scale_w);
    case OperatorKind::elementwise: return;
    }
}

void read_attributes(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    OperatorKind kind = kind_of_type(spec.type).value_or(OperatorKind::pool); // `pool` with a mode
    read_attributes(kind, map, scope, spec);
    if (!may_fuse_activation(spec.type)) return;
    if (auto value = scoped(map, "activation", scope)) spec.activation = value->one_of(fused_activation_types());
}

} // namespace

std::optional<ScopedValue> scoped(YamlMap& map, const std::string& key, const Scope& scope) {
    std::optional<YamlValue> value = map.optional(key);
    if (!value) return std::nullopt;
    return ScopedValue(*value, &scope);
}

std::vector<std::string> read_input_names(YamlMap& map, const Scope& scope) {
    std::optional<ScopedValue> one = scoped(map, "input", scope);
    std::optional<ScopedValue> several = scoped(map, "inputs", scope);
    std::vector<std::string> names;
    if (one && several) several->value().problem("both 'input' and 'inputs' are given; one of them is enough");
    if (one)
        names = {one->text()};
    else if (several)
        names = several->texts();
    else
        map.value().problem("missing key 'input' (or 'inputs' for several)");
    return names;
}

std::string read_name(const ScopedValue& value) {
    std::size_t before = value.value().problems().found().size();
    std::string name = value.text();
    if (value.value().problems().found().size() != before) return "";
    std::string reason = name_problem(name);
    if (!reason.empty()) value.value().problem(reason);
    return reason.empty() ? name : "";
}

OperatorSpec read_operator_entry(const YamlValue& entry, YamlMap& map, const Scope& scope) {
    OperatorSpec spec;
    spec.line = entry.line();
    spec.path = entry.path();
    std::size_t problems_before = entry.problems().found().size();
    if (auto name = map.required("name")) spec.name = read_name(ScopedValue(*name, &scope));
    bool type_known = false;
    if (auto type = map.required("type")) {
        std::size_t before = entry.problems().found().size();
        spec.type = ScopedValue(*type, &scope).one_of(written_types());
        type_known = entry.problems().found().size() == before;
    }
    spec.inputs = read_input_names(map, scope);
    if (type_known) { // which other keys are legal depends on the type
        read_attributes(map, scope, spec);
        map.finish();
    }
    spec.sound = entry.problems().found().size() == problems_before;
    return spec;
}

} // namespace arsia
