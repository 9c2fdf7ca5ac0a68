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

// A guard against files that would grow without bound.
constexpr std::size_t most_block_nesting = 32;

class Scope;

/// A value of a file together with the scope in which its `$parameters` mean something.
class ScopedValue {
public:
    ScopedValue(YamlValue value, const Scope* scope) : value_(std::move(value)), scope_(scope) {}

    const YamlValue& value() const { return value_; }
    /// The value that a `$parameter` stands for, else itself; nothing and a problem if there is no such parameter.
    std::optional<ScopedValue> resolved() const;
    /// The text that it stands for; nothing, and no problem, if it is none.
    std::optional<std::string> text_if_any() const;

    // Conversions; `fallback` where a problem was recorded.
    std::string text(const std::string& fallback = "") const;
    std::string one_of(const std::vector<std::string>& legal) const; ///< the first of `legal` on a problem
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    bool boolean(bool fallback) const;
    std::vector<std::string> texts() const;
    std::vector<ScopedValue> items() const; ///< of a list; a problem and none if it is none
    /// A single number, or a list of numbers whose length is one of `lengths`; empty on a problem.
    std::vector<std::int64_t> sizes(std::int64_t least, const std::vector<std::size_t>& lengths) const;

private:
    YamlValue value_;
    const Scope* scope_;
};

/// Where an entry stands: the block it belongs to, if any, and the values of its parameters.
class Scope {
public:
    Scope() = default;
    explicit Scope(std::string block) : block_(std::move(block)) {}

    bool in_block() const { return !block_.empty(); }
    const std::string& block() const { return block_; }
    void set(const std::string& parameter, ScopedValue value) { parameters_.insert_or_assign(parameter, value); }
    const ScopedValue* find(const std::string& parameter) const;
    std::vector<std::string> parameter_names() const;

private:
    std::string block_;
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
};

/// Operators and aliases that entries stand for. Names are relative to where the entries are: a use of a block puts
/// its own name before all of them, so a repeated block is read once and copied.
struct Expansion {
    struct Alias {
        std::string name;
        std::string target;
        int line;
        std::string path;
    };
    std::vector<OperatorSpec> operators;
    std::vector<Alias> aliases;
    std::string result; ///< name of the last entry's result; empty if it has a problem

    /// Adds everything of `inner`, with the prefix before each name.
    void append(const Expansion& inner, const std::string& prefix);
};

/// Expands the entries of a file.
class BlockExpander {
public:
    /// `most`: operators that the entries may stand for, up to most_operators.
    explicit BlockExpander(std::int64_t most) : most_(most) {}

    void define_blocks(const YamlValue& blocks);
    /// Entries of the file's top. Throws InputError at once, before anything is multiplied, if they are too many.
    Expansion expand(const std::vector<YamlValue>& entries);

private:
    /// A use of a block as its entry says it, in the entry's scope.
    struct Use {
        std::string name; ///< empty: repetitions are called by their numbers alone
        std::optional<std::int64_t> repeat;
        std::int64_t first = 0;
        std::vector<std::string> inputs;
        Scope arguments; ///< the block's inner scope
    };
    /// Entries of a block or of the file's top.
    Expansion expand(const std::vector<YamlValue>& entries, const Scope& scope);
    void expand_entry(const YamlValue& entry, const Scope& scope, Expansion& out);
    void expand_block(const YamlValue& entry, YamlMap& map, const Scope& scope, Expansion& out);
    /// Nothing, and problems recorded, if the use cannot be expanded.
    std::optional<Use> read_use(const YamlValue& entry, YamlMap& map, const Scope& scope, const Block& block);
    void expand_use(const YamlValue& entry, Use use, const Block& block, Expansion& out);
    const Block* block_of(YamlMap& map, const Scope& scope);

    std::int64_t most_;
    const Scope no_parameters_{}; ///< of defaults
    std::map<std::string, Block> blocks_;
    std::vector<std::string> open_; ///< blocks being expanded, outermost first
};

} // namespace arsia
