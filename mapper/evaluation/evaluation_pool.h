// Evaluating mappings by the batch: in this process, by workers on this machine, or on many machines.
#pragma once

#include <functional>
#include <vector>

#include "mapper/evaluation/evaluator.h"

namespace arsia {

using EvaluateMapping = std::function<Evaluation(const Mapping&)>;

/// Evaluates batches. What it says depends on the mappings only, neither on how many evaluate nor on who is first.
class EvaluationPool {
public:
    /// Takes the evaluations of a batch one by one, in the order of the mappings.
    using Take = std::function<void(Evaluation)>;
    /// Whether to go on; asked after each evaluation and, where others evaluate, at least every 50 ms.
    using GoOn = std::function<bool()>;

    virtual ~EvaluationPool() = default;
    /// Returns when all have been taken, or early when told not to go on. Errors of an evaluation are thrown.
    virtual void evaluate(const std::vector<const Mapping*>& mappings, const Take& take, const GoOn& go_on) = 0;

    /// Whether the next evaluations come from an earlier run of the same search, which ended after `seconds_before()`.
    virtual bool replaying() const { return false; }
    virtual double seconds_before() const { return 0; }
};

/// Evaluates in this process.
class LocalPool final : public EvaluationPool {
public:
    explicit LocalPool(EvaluateMapping evaluate) : evaluate_(std::move(evaluate)) {}
    explicit LocalPool(Evaluator& evaluator)
        : evaluate_([&evaluator](const Mapping& mapping) { return evaluator.evaluate(mapping); }) {}

    void evaluate(const std::vector<const Mapping*>& mappings, const Take& take, const GoOn& go_on) override {
        for (const Mapping* mapping : mappings) {
            take(evaluate_(*mapping));
            if (!go_on()) return;
        }
    }

private:
    EvaluateMapping evaluate_;
};

} // namespace arsia
