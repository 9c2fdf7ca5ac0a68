// How many operators the entries of a file stand for, found without expanding them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "workloads/blocks.h"

namespace arsia {

/// Counts by multiplication: a use of a block is its repetitions times what the block holds, but at least times its
/// inputs, each of which gets a name. Up to the first use that has a problem the count is exact; problems are not
/// reported.
class OperatorCounter {
public:
    explicit OperatorCounter(const std::map<std::string, Block>& blocks) : blocks_(blocks) {}

    /// Of an entry at the top of the file; no more than most_operators + 1, which stands for all above.
    std::int64_t count(const YamlValue& entry) { return count(entry, Scope(), 0); }

private:
    std::int64_t count(const YamlValue& entry, const Scope& scope, std::size_t depth);
    std::int64_t count_block(const Block& block, const Scope& arguments, std::size_t depth);

    const std::map<std::string, Block>& blocks_;
    const Scope no_parameters_{};
    /// By block and arguments: a block that uses another twice, which uses a third twice, … is looked at once.
    std::map<std::string, std::int64_t> known_;
};

} // namespace arsia
