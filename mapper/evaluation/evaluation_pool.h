// Evaluating mappings by the batch: in this process, by workers on this machine, or on many machines.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "mapper/evaluation/evaluator.h"

namespace arsia {

using EvaluateMapping = std::function<Evaluation(const Mapping&)>;

/// Evaluates batches, of which several may be under way. What it says depends on the mappings only, neither on how many
/// evaluate nor on who is first.
class EvaluationPool {
public:
    /// Takes the evaluations of a batch one by one, in the order of the mappings.
    using Take = std::function<void(Evaluation)>;
    /// Whether to go on; asked after each evaluation and, where others evaluate, at least every 50 ms.
    using GoOn = std::function<bool()>;

    virtual ~EvaluationPool() = default;
    /// Hands in a batch; the mappings must stay where they are until they are collected.
    virtual void submit(std::vector<const Mapping*> mappings) = 0;
    /// Collects the earliest batch that was submitted. Returns when all have been taken, or early when told not to go
    /// on; then the pool is not to be used any more. Errors of an evaluation are thrown.
    virtual void collect(const Take& take, const GoOn& go_on) = 0;

    /// Whether what is taken next comes from an earlier run of the same search, which ended after `seconds_before()`.
    virtual bool replaying() const { return false; }
    virtual double seconds_before() const { return 0; }
};

/// Evaluates in this process.
class LocalPool final : public EvaluationPool {
public:
    explicit LocalPool(EvaluateMapping evaluate) : evaluate_(std::move(evaluate)) {}
    explicit LocalPool(Evaluator& evaluator)
        : evaluate_([&evaluator](const Mapping& mapping) { return evaluator.evaluate(mapping); }) {}

    void submit(std::vector<const Mapping*> mappings) override { batches_.push_back(std::move(mappings)); }
    void collect(const Take& take, const GoOn& go_on) override {
        std::vector<const Mapping*> mappings = std::move(batches_.front());
        batches_.pop_front();
        for (const Mapping* mapping : mappings) {
            take(evaluate_(*mapping));
            if (!go_on()) return;
        }
    }

private:
    EvaluateMapping evaluate_;
    std::deque<std::vector<const Mapping*>> batches_;
};

} // namespace arsia
