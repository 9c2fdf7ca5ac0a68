#include "workloads/operator_entry.h"

#include <algorithm>

#include <fmt/format.h>

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

void read_features(YamlMap& map, const std::string& key, const Scope& scope, OperatorSpec& spec) {
    require(map, key, spec.type);
    spec.out_features = 1;
    if (auto value = scoped(map, key, scope)) spec.out_features = value->integer(1, largest_size);
    if (auto value = scoped(map, "bias", scope)) spec.bias = value->boolean(true);
}

void read_fused_activation(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (auto value = scoped(map, "activation", scope)) spec.activation = value->one_of(activation_types());
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

void read_attributes(YamlMap& map, const Scope& scope, OperatorSpec& spec) {
    if (spec.type == "conv") {
        read_features(map, "out_channels", scope, spec);
        read_window(map, scope, spec);
        if (auto value = scoped(map, "groups", scope)) spec.groups = value->integer(1, largest_size);
        read_fused_activation(map, scope, spec);
    } else if (spec.type == "linear") {
        read_features(map, "out_features", scope, spec);
        read_fused_activation(map, scope, spec);
    } else if (spec.type == "pool" || spec.type == "max_pool" || spec.type == "avg_pool") {
        read_window(map, scope, spec);
        if (auto value = scoped(map, "ceil", scope)) spec.ceil_mode = value->boolean(false);
        if (spec.type == "pool") {
            auto mode = scoped(map, "mode", scope);
            spec.type = mode && mode->one_of({"max", "avg"}) == "avg" ? "avg_pool" : "max_pool";
        }
    } else if (spec.type == "add" || spec.type == "mul") {
        read_fused_activation(map, scope, spec);
    }
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
    if (name.empty() && value.value().problems().found().size() == before) value.value().problem("the name is empty");
    return name;
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
