// Evaluations by mapping, so that nothing is simulated twice.
#pragma once

#include <string>
#include <unordered_map>

#include "mapper/evaluation/codec.h"

namespace arsia {

/// Evaluations by key. The table hashes the key and compares it in full, so a collision cannot return a stranger's
/// result.
class EvaluationCache {
public:
    /// nullptr if the mapping was not evaluated before. The address stays valid.
    const Evaluation* find(const std::string& key) const;
    const Evaluation& insert(std::string key, Evaluation evaluation);
    std::size_t size() const { return known_.size(); }

private:
    std::unordered_map<std::string, Evaluation> known_;
};

} // namespace arsia
