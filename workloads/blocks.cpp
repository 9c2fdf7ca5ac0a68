#include "workloads/blocks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/suggest.h"
#include "workloads/operator_entry.h"

namespace arsia {

namespace {

// Guards against files that would grow without bound.
constexpr std::int64_t most_operators = 10'000'000;
constexpr std::size_t most_nesting = 32;

constexpr std::array<const char*, 7> entry_keys = {"name", "block", "repeat", "first", "input", "inputs", "type"};

bool is_entry_key(const std::string& name) {
    return std::find(entry_keys.begin(), entry_keys.end(), name) != entry_keys.end();
}

} // namespace

// ---- ScopedValue

std::optional<ScopedValue> ScopedValue::resolved() const {
    if (!value_.is_scalar()) return *this;
    const std::string& text = value_.node().Scalar();
    if (text.empty() || text.front() != '$') return *this;
    std::string name = text.substr(1);
    if (!scope_->in_block()) {
        value_.problem(fmt::format("'{}' stands outside a block; only blocks have parameters", text));
        return std::nullopt;
    }
    const ScopedValue* found = scope_->find(name);
    if (found) return found->resolved();
    std::vector<std::string> known = scope_->parameter_names();
    value_.problem(fmt::format("block '{}' has no parameter '{}'{}; its parameters: {}", scope_->block(), name,
                               did_you_mean(name, known), known.empty() ? "none" : name_list(known)));
    return std::nullopt;
}

std::string ScopedValue::text(const std::string& fallback) const {
    auto found = resolved();
    return found ? found->value_.text() : fallback;
}

std::string ScopedValue::one_of(const std::vector<std::string>& legal) const {
    auto found = resolved();
    return found ? found->value_.one_of(legal) : legal.front();
}

std::int64_t ScopedValue::integer(std::int64_t least, std::int64_t most) const {
    auto found = resolved();
    return found ? found->value_.integer(least, most) : least;
}

bool ScopedValue::boolean(bool fallback) const {
    auto found = resolved();
    return found ? found->value_.boolean() : fallback;
}

std::vector<std::string> ScopedValue::texts() const {
    auto found = resolved();
    if (!found) return {};
    if (found->value_.is_scalar()) return {found->value_.text()};
    std::vector<std::string> out;
    for (const YamlValue& item : found->value_.items()) out.push_back(ScopedValue(item, found->scope_).text());
    return out;
}

std::vector<std::int64_t> ScopedValue::sizes(std::int64_t least, const std::vector<std::size_t>& lengths) const {
    auto found = resolved();
    if (!found) return {};
    const YamlValue& value = found->value_;
    if (value.is_scalar()) return {value.integer(least, largest_size)};
    if (!value.is_sequence() || std::find(lengths.begin(), lengths.end(), value.node().size()) == lengths.end()) {
        value.problem(lengths.size() == 1 ? "expected one number or [rows, columns]"
                                          : "expected one number, [rows, columns] or [top, left, bottom, right]");
        return {};
    }
    std::vector<std::int64_t> out;
    for (const YamlValue& item : value.items())
        out.push_back(ScopedValue(item, found->scope_).integer(least, largest_size));
    return out;
}

// ---- Scope and Block

const ScopedValue* Scope::find(const std::string& parameter) const {
    auto found = parameters_.find(parameter);
    return found == parameters_.end() ? nullptr : &found->second;
}

std::vector<std::string> Scope::parameter_names() const {
    std::vector<std::string> out;
    for (const auto& [name, value] : parameters_) out.push_back(name);
    return out;
}

std::string Block::input_list() const { return name_list(inputs); }

// ---- BlockExpander

void BlockExpander::define_blocks(const YamlValue& blocks) {
    YamlMap all = blocks.map();
    for (auto& [name, value] : all.entries()) {
        Block block;
        block.name = name;
        YamlMap map = value.map();
        if (auto inputs = map.required("inputs")) {
            block.inputs = inputs->texts();
            if (block.inputs.empty()) inputs->problem("a block needs at least one input");
        }
        if (auto parameters = map.optional("parameters")) {
            YamlMap names = parameters->map();
            for (auto& [parameter, fallback] : names.entries()) {
                if (is_entry_key(parameter))
                    fallback.problem(
                        fmt::format("a parameter cannot be called '{}'; that key has a meaning already", parameter));
                bool given = !fallback.is_null();
                block.parameters.push_back({parameter, given ? std::optional<YamlValue>(fallback) : std::nullopt});
            }
        }
        if (auto operators = map.required("operators")) {
            block.operators = operators->items();
            if (block.operators.empty()) operators->problem("a block needs at least one operator");
        }
        block.output = map.optional("output");
        map.finish();
        blocks_.emplace(name, std::move(block));
    }
}

std::string BlockExpander::expand(const std::vector<YamlValue>& entries, const Scope& scope) {
    std::string last;
    for (const YamlValue& entry : entries)
        if (auto result = expand_entry(entry, scope)) last = *result;
    return last;
}

bool BlockExpander::may_grow(const YamlValue& entry) {
    if (operators_ < most_operators) return true;
    if (operators_++ == most_operators)
        entry.problem(fmt::format("the workload has more than {} operators", most_operators));
    return false;
}

std::optional<std::string> BlockExpander::expand_entry(const YamlValue& entry, const Scope& scope) {
    if (!may_grow(entry)) return std::nullopt;
    YamlMap map = entry.map();
    if (!entry.is_map()) return std::nullopt;
    if (map.has("block")) return expand_block(entry, map, scope);
    OperatorSpec spec = read_operator_entry(entry, map, scope);
    if (spec.name.empty()) return std::nullopt;
    ++operators_;
    std::string name = spec.name;
    builder_.add_operator(std::move(spec));
    return name;
}

std::optional<std::string> BlockExpander::stand_in(const YamlValue& entry, const std::string& name) {
    if (name.empty()) return std::nullopt;
    OperatorSpec spec;
    spec.name = name;
    spec.sound = false;
    spec.line = entry.line();
    spec.path = entry.path();
    builder_.add_operator(std::move(spec));
    return name;
}

const Block* BlockExpander::block_of(YamlMap& map, const Scope& scope) {
    ScopedValue written = *scoped(map, "block", scope);
    std::string name = written.text();
    auto found = blocks_.find(name);
    if (found == blocks_.end()) {
        std::vector<std::string> known;
        for (const auto& [known_name, block] : blocks_) known.push_back(known_name);
        written.value().problem(fmt::format("unknown block '{}'{}; the file defines: {}", name,
                                            did_you_mean(name, known), known.empty() ? "none" : name_list(known)));
        return nullptr;
    }
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
        std::string way;
        for (const std::string& outer : open_) way += outer + " -> ";
        written.value().problem(fmt::format("block '{}' contains itself: {}{}", name, way, name));
        return nullptr;
    }
    if (open_.size() == most_nesting) {
        written.value().problem(fmt::format("blocks are nested more than {} deep", most_nesting));
        return nullptr;
    }
    return &found->second;
}

std::optional<std::string> BlockExpander::expand_block(const YamlValue& entry, YamlMap& map, const Scope& scope) {
    std::optional<ScopedValue> written_name = scoped(map, "name", scope);
    std::string name = written_name ? read_name(*written_name, scope) : scope.full_name("");
    const Block* block = block_of(map, scope);
    if (!block) return stand_in(entry, written_name ? name : "");

    std::optional<std::int64_t> repeat;
    if (auto value = scoped(map, "repeat", scope)) repeat = value->integer(1, most_operators);
    std::int64_t first = 0;
    if (auto value = scoped(map, "first", scope)) {
        first = value->integer(0, largest_size);
        if (!repeat) value->value().problem("'first' numbers repetitions; it needs 'repeat'");
    }
    bool unnamed = !written_name && repeat && scope.in_block();
    if (!written_name && !unnamed) entry.problem("missing key 'name'");

    std::vector<std::string> inputs = read_input_names(map, scope);
    if (!inputs.empty() && inputs.size() != block->inputs.size()) {
        entry.problem(fmt::format("block '{}' takes {} input{} ({}), found {}", block->name, block->inputs.size(),
                                  block->inputs.size() == 1 ? "" : "s", block->input_list(), inputs.size()));
        inputs.clear();
    }
    bool complete = !inputs.empty() && (unnamed || (written_name && !name.empty()));

    std::map<std::string, ScopedValue> arguments;
    for (const Block::Parameter& parameter : block->parameters) {
        std::optional<ScopedValue> value = scoped(map, parameter.name, scope);
        if (!value && parameter.value) value = ScopedValue(*parameter.value, &no_parameters_);
        if (value) {
            arguments.emplace(parameter.name, *value);
        } else {
            entry.problem(fmt::format("missing key '{}'; block '{}' needs it", parameter.name, block->name));
            complete = false;
        }
    }
    map.finish();
    if (!complete) return stand_in(entry, written_name ? name : "");

    open_.push_back(block->name);
    std::string last = name;
    std::string numbered = unnamed ? name : name + ".";
    for (std::int64_t i = 0; i < repeat.value_or(1) && may_grow(entry); ++i) {
        if (repeat) last = numbered + std::to_string(first + i);
        expand_instance(*block, entry, last, inputs, arguments);
        inputs.front() = last;
    }
    open_.pop_back();
    if (repeat && !unnamed) builder_.add_alias(name, last, entry.line(), entry.path());
    return last;
}

void BlockExpander::expand_instance(const Block& block, const YamlValue& entry, const std::string& name,
                                    const std::vector<std::string>& inputs,
                                    const std::map<std::string, ScopedValue>& arguments) {
    Scope scope(block.name, name + ".");
    for (const auto& [parameter, value] : arguments) scope.set(parameter, value);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        builder_.add_alias(scope.full_name(block.inputs[i]), inputs[i], entry.line(),
                           entry.path() + (inputs.size() == 1 ? ".input" : ".inputs"));
    std::string result = expand(block.operators, scope);
    if (block.output) {
        result = scope.full_name(ScopedValue(*block.output, &scope).text());
        builder_.add_alias(name, result, block.output->line(), block.output->path());
    } else if (!result.empty()) {
        builder_.add_alias(name, result, entry.line(), entry.path());
    }
}

} // namespace arsia
