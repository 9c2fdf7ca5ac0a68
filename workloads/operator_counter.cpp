#include "workloads/operator_counter.h"

#include <algorithm>
#include <optional>

namespace arsia {

constexpr std::int64_t too_many = most_operators + 1;

/// The value of a key in its scope, or nothing.
static std::optional<ScopedValue> find(const YamlValue& entry, const std::string& key, const Scope& scope) {
    for (const auto& pair : entry.node())
        if (pair.first.IsScalar() && pair.first.Scalar() == key)
            return ScopedValue(YamlValue(pair.second, entry.path(), entry.problems()), &scope);
    return std::nullopt;
}

static std::int64_t repetitions(const YamlValue& entry, const Scope& scope) {
    std::optional<ScopedValue> repeat = find(entry, "repeat", scope);
    std::string text = repeat ? repeat->text_if_any().value_or("1") : "1";
    std::int64_t out = 1;
    YAML::convert<std::int64_t>::decode(YAML::Node(text), out); // leaves 1 where it fails, which the reader reports
    return std::clamp<std::int64_t>(out, 1, too_many);
}

std::int64_t OperatorCounter::count(const YamlValue& entry, const Scope& scope, std::size_t depth) {
    if (!entry.is_map()) return 1;
    std::optional<ScopedValue> name = find(entry, "block", scope);
    auto used = name ? blocks_.find(name->text_if_any().value_or("")) : blocks_.end();
    if (used == blocks_.end() || depth == most_block_nesting) return 1;
    const Block& block = used->second;
    Scope arguments(block.name);
    for (const Block::Parameter& parameter : block.parameters) {
        std::optional<ScopedValue> value = find(entry, parameter.name, scope);
        if (!value && parameter.value) value = ScopedValue(*parameter.value, &no_parameters_);
        if (value) arguments.set(parameter.name, *value);
    }
    // A repetition makes names for its inputs, even where a problem left the block without operators.
    auto inputs = static_cast<std::int64_t>(std::max<std::size_t>(1, block.inputs.size()));
    std::int64_t each = std::max(inputs, count_block(block, arguments, depth + 1));
    return std::min(too_many, repetitions(entry, scope) * each); // neither factor is above 2^24
}

std::int64_t OperatorCounter::count_block(const Block& block, const Scope& arguments, std::size_t depth) {
    std::string key = std::to_string(depth) + '\0' + block.name;
    for (const std::string& parameter : arguments.parameter_names()) {
        // Lists repeat nothing and name no block.
        std::string text = arguments.find(parameter)->text_if_any().value_or("");
        key += '\0' + parameter + '\0' + text;
    }
    auto known = known_.find(key);
    if (known != known_.end()) return known->second;
    std::int64_t sum = 0;
    for (const YamlValue& entry : block.operators)
        if ((sum = std::min(too_many, sum + count(entry, arguments, depth))) == too_many) break;
    return known_[key] = sum;
}

} // namespace arsia
