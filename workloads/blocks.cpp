#include "workloads/blocks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/suggest.h"
#include "workloads/operator_counter.h"
#include "workloads/operator_entry.h"

namespace arsia {

namespace {

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

std::optional<std::string> ScopedValue::text_if_any() const {
    if (!value_.is_scalar()) return std::nullopt;
    const std::string& text = value_.node().Scalar();
    if (text.empty() || text.front() != '$') return text;
    const ScopedValue* found = scope_->find(text.substr(1));
    return found ? found->text_if_any() : std::nullopt;
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

std::vector<ScopedValue> ScopedValue::items() const {
    std::vector<ScopedValue> out;
    auto found = resolved();
    if (!found) return out;
    for (const YamlValue& item : found->value_.items()) out.emplace_back(item, found->scope_);
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

// ---- Expansion

void Expansion::append(const Expansion& inner, const std::string& prefix) {
    for (const OperatorSpec& spec : inner.operators) {
        OperatorSpec copy = spec;
        copy.name = prefix + spec.name;
        for (std::string& input : copy.inputs) input = prefix + input;
        operators.push_back(std::move(copy));
    }
    for (const Alias& alias : inner.aliases)
        aliases.push_back({prefix + alias.name, prefix + alias.target, alias.line, alias.path});
}

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

Expansion BlockExpander::expand(const std::vector<YamlValue>& entries) {
    OperatorCounter counter(blocks_);
    std::int64_t operators = 0;
    for (const YamlValue& entry : entries) {
        operators += counter.count(entry);
        if (operators <= most_) continue;
        entry.problem(fmt::format("the workload has more than {} operators", most_));
        entry.problems().throw_if_any();
    }
    return expand(entries, Scope());
}

Expansion BlockExpander::expand(const std::vector<YamlValue>& entries, const Scope& scope) {
    Expansion out;
    for (const YamlValue& entry : entries) {
        out.result.clear();
        expand_entry(entry, scope, out);
    }
    return out;
}

void BlockExpander::expand_entry(const YamlValue& entry, const Scope& scope, Expansion& out) {
    YamlMap map = entry.map();
    if (!entry.is_map()) return;
    if (map.has("block")) return expand_block(entry, map, scope, out);
    OperatorSpec spec = read_operator_entry(entry, map, scope);
    if (spec.name.empty()) return;
    out.result = spec.name;
    out.operators.push_back(std::move(spec));
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
    if (open_.size() == most_block_nesting) {
        written.value().problem(fmt::format("blocks are nested more than {} deep", most_block_nesting));
        return nullptr;
    }
    return &found->second;
}

void BlockExpander::expand_block(const YamlValue& entry, YamlMap& map, const Scope& scope, Expansion& out) {
    std::string name;
    if (auto value = scoped(map, "name", scope)) name = read_name(*value);
    const Block* block = block_of(map, scope);
    std::optional<Use> use;
    if (block) use = read_use(entry, map, scope, *block);
    if (use) return expand_use(entry, std::move(*use), *block, out);
    if (name.empty()) return;
    // Makes the name known, so that its readers are not reported too.
    OperatorSpec stand_in;
    stand_in.name = name;
    stand_in.sound = false;
    stand_in.line = entry.line();
    stand_in.path = entry.path();
    out.operators.push_back(std::move(stand_in));
    out.result = name;
}

std::optional<BlockExpander::Use> BlockExpander::read_use(const YamlValue& entry, YamlMap& map, const Scope& scope,
                                                          const Block& block) {
    Use use;
    if (auto value = scoped(map, "repeat", scope)) use.repeat = value->integer(1, most_operators);
    if (auto value = scoped(map, "first", scope)) {
        use.first = value->integer(0, largest_size);
        if (!use.repeat) value->value().problem("'first' numbers repetitions; it needs 'repeat'");
    }
    std::optional<ScopedValue> name = scoped(map, "name", scope);
    if (name) use.name = read_name(*name);
    bool may_be_unnamed = use.repeat && scope.in_block();
    if (!name && !may_be_unnamed) entry.problem("missing key 'name'");
    bool complete = name ? !use.name.empty() : may_be_unnamed;

    use.inputs = read_input_names(map, scope);
    if (!use.inputs.empty() && use.inputs.size() != block.inputs.size())
        entry.problem(fmt::format("block '{}' takes {} input{} ({}), found {}", block.name, block.inputs.size(),
                                  block.inputs.size() == 1 ? "" : "s", name_list(block.inputs), use.inputs.size()));
    complete = complete && !use.inputs.empty() && use.inputs.size() == block.inputs.size();

    use.arguments = Scope(block.name);
    for (const Block::Parameter& parameter : block.parameters) {
        std::optional<ScopedValue> value = scoped(map, parameter.name, scope);
        if (!value && parameter.value) value = ScopedValue(*parameter.value, &no_parameters_);
        if (value) {
            use.arguments.set(parameter.name, *value);
        } else {
            entry.problem(fmt::format("missing key '{}'; block '{}' needs it", parameter.name, block.name));
            complete = false;
        }
    }
    map.finish();
    if (!complete) return std::nullopt;
    return use;
}

void BlockExpander::expand_use(const YamlValue& entry, Use use, const Block& block, Expansion& out) {
    open_.push_back(block.name);
    Expansion inner = expand(block.operators, use.arguments);
    open_.pop_back();
    Expansion::Alias result{"", inner.result, entry.line(), entry.path()};
    if (block.output)
        result = {"", ScopedValue(*block.output, &use.arguments).text(), block.output->line(), block.output->path()};

    std::int64_t copies = use.repeat.value_or(1);
    std::string input_path = entry.path() + (use.inputs.size() == 1 ? ".input" : ".inputs");
    for (std::int64_t i = 0; i < copies; ++i) {
        std::string name = use.name;
        if (use.repeat) name += (name.empty() ? "" : ".") + std::to_string(use.first + i);
        std::string prefix = name + ".";
        for (std::size_t input = 0; input < use.inputs.size(); ++input)
            out.aliases.push_back({prefix + block.inputs[input], use.inputs[input], entry.line(), input_path});
        out.append(inner, prefix);
        if (!result.target.empty()) out.aliases.push_back({name, prefix + result.target, result.line, result.path});
        use.inputs.front() = out.result = name;
    }
    if (!use.repeat || use.name.empty()) return;
    out.aliases.push_back({use.name, out.result, entry.line(), entry.path()});
    out.result = use.name;
}

} // namespace arsia
