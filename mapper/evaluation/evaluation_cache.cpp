#include "mapper/evaluation/evaluation_cache.h"

namespace arsia {

const Evaluation* EvaluationCache::find(const std::string& key) const {
    auto found = known_.find(key);
    return found == known_.end() ? nullptr : &found->second;
}

const Evaluation& EvaluationCache::insert(std::string key, Evaluation evaluation) {
    return known_.emplace(std::move(key), std::move(evaluation)).first->second;
}

} // namespace arsia
