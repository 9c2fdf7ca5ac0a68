// Search `one_dimension`: all accelerators are one set, and every operator is split along one and the same dimension,
// as far as it can be; each design and each of N, K, P, Q is tried. Then, one after another, operators take another
// dimension where the simulation says that it helps.
#include <algorithm>
#include <limits>
#include <utility>

#include "extension.h"

namespace extension {

namespace {

using namespace arsia;

constexpr Dim dimensions[] = {Dim::N, Dim::K, Dim::P, Dim::Q};

class OneDimension final : public Search {
public:
    explicit OneDimension(std::shared_ptr<const Scenario> scenario) : scenario_(std::move(scenario)) {}

    std::vector<Mapping> propose(std::size_t most) override {
        if (!std::exchange(begun_, true))
            for (const std::string& design : scenario_->common_designs(scenario_->accelerators))
                for (Dim dim : dimensions) queue_.push_back(everything_on(design, dim));
        while (queue_.empty() && next_ < scenario_->graph.operators.size() && best_) vary(next_++);
        std::size_t count = std::min(most, queue_.size());
        std::vector<Mapping> out(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
        queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
        return out;
    }

    void report(const std::vector<Candidate>& candidates) override {
        for (const Candidate& candidate : candidates) {
            if (!candidate.evaluation.legal || candidate.evaluation.latency >= best_latency_) continue;
            best_latency_ = candidate.evaluation.latency;
            best_ = candidate.mapping;
        }
    }

private:
    /// Shares leave out accelerators for which the dimension has no part.
    Strategy split(const Operator& op, Dim dim) const {
        auto set_size = static_cast<std::int64_t>(scenario_->accelerators.size());
        Strategy strategy;
        std::int64_t parts = std::min(at(op.split_limits(), dim), set_size);
        at(strategy.es, dim) = parts;
        if (parts < set_size) {
            strategy.shares.assign(scenario_->accelerators.size(), 0);
            std::fill_n(strategy.shares.begin(), parts, 1);
        }
        return strategy;
    }

    Mapping everything_on(const std::string& design, Dim dim) const {
        AcceleratorSet set;
        set.accelerators = scenario_->accelerators;
        set.design = design;
        for (OperatorId id : ids_of(scenario_->graph.operators))
            set.operators.push_back({id, split(scenario_->graph.operators[id], dim), std::nullopt});
        Mapping mapping;
        mapping.sets.push_back(std::move(set));
        return mapping;
    }

    void vary(std::size_t place) {
        const Placement& now = best_->sets[0].operators[place];
        for (Dim dim : dimensions) {
            Strategy other = split(scenario_->graph.operators[now.op], dim);
            if (other == now.strategy) continue;
            queue_.push_back(*best_);
            queue_.back().sets[0].operators[place].strategy = other;
        }
    }

    std::shared_ptr<const Scenario> scenario_;
    std::vector<Mapping> queue_; ///< not proposed yet
    bool begun_ = false;
    std::size_t next_ = 0; ///< operator to be varied
    std::optional<Mapping> best_;
    TimePs best_latency_ = std::numeric_limits<TimePs>::max();
};

} // namespace

arsia::SearchInfo one_dimension() {
    arsia::SearchInfo info;
    info.name = "one_dimension";
    info.summary = "one set, one dimension for all operators; then operator by operator another where it helps";
    info.make = [](std::shared_ptr<const Scenario> scenario, std::uint64_t, std::uint64_t) {
        return std::make_unique<OneDimension>(std::move(scenario));
    };
    info.ends = true;
    return info;
}

} // namespace extension
