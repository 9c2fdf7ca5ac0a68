// Blocks of a workload file: named groups of operators with inputs and parameters, written once, used many times.
//
// A use `{name: layer1, block: basic, repeat: 3, input: maxpool, channels: 64}` puts the block's operators under
// `layer1.0.`, `layer1.1.`, …; each repetition reads the one before, and `layer1` names the result of the last.
// Inside a block, names are those of its own entries and inputs; a value `$channels` is the parameter of that name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "workloads/graph_builder.h"

namespace arsia {

class Scope;

/// A value of a file together with the scope in which its `$parameters` mean something.
class ScopedValue {
public:
    ScopedValue(YamlValue value, const Scope* scope) : value_(std::move(value)), scope_(scope) {}

    const YamlValue& value() const { return value_; }
    /// The value that a `$parameter` stands for, else itself; nothing and a problem if there is no such parameter.
    std::optional<ScopedValue> resolved() const;

    // Conversions; `fallback` where a problem was recorded.
    std::string text(const std::string& fallback = "") const;
    std::string one_of(const std::vector<std::string>& legal) const; ///< the first of `legal` on a problem
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    bool boolean(bool fallback) const;
    std::vector<std::string> texts() const;
    /// A single number, or a list of numbers whose length is one of `lengths`; empty on a problem.
    std::vector<std::int64_t> sizes(std::int64_t least, const std::vector<std::size_t>& lengths) const;

private:
    YamlValue value_;
    const Scope* scope_;
};

/// Where an entry stands: the block it belongs to, if any, the names before its own, the parameters' values.
class Scope {
public:
    Scope() = default;
    Scope(std::string block, std::string prefix) : block_(std::move(block)), prefix_(std::move(prefix)) {}

    bool in_block() const { return !block_.empty(); }
    const std::string& block() const { return block_; }
    std::string full_name(const std::string& name) const { return prefix_ + name; }
    void set(const std::string& parameter, ScopedValue value) { parameters_.insert_or_assign(parameter, value); }
    const ScopedValue* find(const std::string& parameter) const;
    std::vector<std::string> parameter_names() const;

private:
    std::string block_;
    std::string prefix_;
    std::map<std::string, ScopedValue> parameters_;
};

/// A block as defined under `blocks:`.
struct Block {
    struct Parameter {
        std::string name;
        std::optional<YamlValue> value; ///< default; nothing: must be given
    };
    std::string name;
    std::vector<std::string> inputs;
    std::vector<Parameter> parameters;
    std::vector<YamlValue> operators;
    std::optional<YamlValue> output; ///< name of the entry whose result is the block's; nothing: the last entry's
    std::string input_list() const;
};

/// Expands the entries of a file into operators and aliases of a builder.
class BlockExpander {
public:
    explicit BlockExpander(GraphBuilder& builder) : builder_(builder) {}

    void define_blocks(const YamlValue& blocks);
    /// Entries of a block or of the file's top; gives the name of the last one's result.
    std::string expand(const std::vector<YamlValue>& entries, const Scope& scope);

private:
    std::optional<std::string> expand_entry(const YamlValue& entry, const Scope& scope);
    std::optional<std::string> expand_block(const YamlValue& entry, YamlMap& map, const Scope& scope);
    /// One instance under `name`; its result is made known under that name.
    void expand_instance(const Block& block, const YamlValue& entry, const std::string& name,
                         const std::vector<std::string>& inputs, const std::map<std::string, ScopedValue>& arguments);
    /// Makes the name of a use that cannot be expanded known, so that its readers are not reported too.
    std::optional<std::string> stand_in(const YamlValue& entry, const std::string& name);
    const Block* block_of(YamlMap& map, const Scope& scope);
    bool may_grow(const YamlValue& entry);

    GraphBuilder& builder_;
    const Scope no_parameters_; ///< of defaults
    std::map<std::string, Block> blocks_;
    std::vector<std::string> open_; ///< blocks being expanded, outermost first
    std::int64_t operators_ = 0;
};

} // namespace arsia
