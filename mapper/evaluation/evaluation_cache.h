// Evaluations by mapping, so that nothing is simulated twice.
#pragma once

#include <string>
#include <unordered_map>

#include "mapper/evaluation/evaluator.h"

namespace arsia {

/// Everything that an evaluation depends on, as bytes: two mappings have the same key if and only if they are the same
/// in every field, the order of sets, accelerators and operators included.
std::string mapping_key(const Mapping& mapping);

/// Evaluations by key. The table hashes the key and compares it in full, so a collision cannot return a stranger's
/// result.
class EvaluationCache {
public:
    /// nullptr if the mapping was not evaluated before.
    const Evaluation* find(const std::string& key) const;
    const Evaluation& insert(std::string key, Evaluation evaluation);
    std::size_t size() const { return known_.size(); }

private:
    std::unordered_map<std::string, Evaluation> known_;
};

} // namespace arsia
