#include "mapper/searches/exhaustive.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/errors.h"

namespace arsia {

ExhaustiveSearch::ExhaustiveSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t budget)
    : scenario_(std::move(scenario)), tree_(scenario_->platform), spaces_(scenario_->graph),
      limit_(budget == 0 ? most_mappings : std::min(budget, most_mappings)),
      digits_(scenario_->graph.operators.size()) {
    for_each_partition([&](const std::vector<std::vector<NodeId>>& partition) { add_choices(partition); });
    if (!choices_.empty()) rewind();
}

template <class Use>
void ExhaustiveSearch::for_each_partition(Use use) const {
    const std::vector<NodeId>& accelerators = scenario_->accelerators;
    std::size_t most_sets = scenario_->graph.operators.size();
    std::vector<std::vector<NodeId>> partition;
    auto place = [&](auto& self, std::size_t at) -> void {
        if (at == accelerators.size()) {
            if (!partition.empty()) use(partition);
            return;
        }
        for (std::size_t set = 0; set < partition.size(); ++set) {
            partition[set].push_back(accelerators[at]);
            if (!scenario_->common_designs(partition[set]).empty()) self(self, at + 1);
            partition[set].pop_back();
        }
        if (partition.size() < most_sets) {
            partition.push_back({accelerators[at]});
            self(self, at + 1);
            partition.pop_back();
        }
        self(self, at + 1); // it idles
    };
    place(place, 0);
}

void ExhaustiveSearch::add_choices(const std::vector<std::vector<NodeId>>& partition) {
    std::vector<Set> sets;
    auto choose = [&](auto& self) -> void {
        if (sets.size() == partition.size()) {
            add(sets);
            return;
        }
        for (const std::vector<NodeId>& accelerators : orders_of(partition[sets.size()]))
            for (const std::string& design : scenario_->common_designs(accelerators)) {
                sets.push_back({accelerators, scenario_->find_design(design)});
                self(self);
                sets.pop_back();
            }
    };
    choose(choose);
}

std::vector<std::vector<NodeId>> ExhaustiveSearch::orders_of(const std::vector<NodeId>& accelerators) const {
    std::vector<std::vector<NodeId>> out = {accelerators};
    for (const PartitionTree::Node& node : tree_.nodes())
        if (node.accelerators == accelerators && node.other_order != PartitionTree::none)
            out.push_back(tree_.node(node.other_order).accelerators);
    return out;
}

void ExhaustiveSearch::add(std::vector<Set> sets) {
    Choice choice;
    choice.sets = std::move(sets);
    const Graph& graph = scenario_->graph;
    for (OperatorId op : ids_of(graph.operators)) {
        std::vector<std::size_t> offers;
        for (const Set& set : choice.sets) {
            bool refused = set.design->refusal(graph.operators[op]).has_value();
            offers.push_back(refused ? 0 : spaces_.of(op, static_cast<std::int64_t>(set.accelerators.size())).size());
        }
        choice.strategies.push_back(std::move(offers));
    }
    double count = choice.count();
    if (count <= 0) return;
    double total = static_cast<double>(count_) + count;
    if (total > static_cast<double>(limit_))
        throw InputError(fmt::format("exhaustive: {} onto {} has at least {:.3g} mappings, more than {}; it is for "
                                     "problems of two or three operators and accelerators",
                                     scenario_->graph.name, scenario_->platform.name, total,
                                     limit_ == most_mappings ? fmt::format("its limit of {}", most_mappings)
                                                             : fmt::format("the {} evaluations allowed", limit_)));
    count_ += static_cast<std::uint64_t>(std::llround(count));
    choices_.push_back(std::move(choice));
}

/// By inclusion and exclusion over the sets that stay empty.
double ExhaustiveSearch::Choice::count() const {
    double out = 0;
    for (std::size_t used = 1; used < std::size_t{1} << sets.size(); ++used) {
        double product = 1;
        std::size_t size = 0;
        for (std::size_t set = 0; set < sets.size(); ++set) size += used >> set & 1;
        for (const std::vector<std::size_t>& offers : strategies) {
            std::size_t sum = 0;
            for (std::size_t set = 0; set < sets.size(); ++set)
                if ((used >> set & 1) != 0) sum += offers[set];
            product *= static_cast<double>(sum);
        }
        out += (sets.size() - size) % 2 == 0 ? product : -product;
    }
    return out;
}

void ExhaustiveSearch::rewind() {
    const Choice& choice = choices_[choice_];
    for (OperatorId op : ids_of(digits_)) {
        digits_[op] = {};
        while (choice.strategies[op][digits_[op].set] == 0) ++digits_[op].set;
    }
}

bool ExhaustiveSearch::advance() {
    const Choice& choice = choices_[choice_];
    for (std::size_t i = digits_.size(); i-- > 0;) {
        OperatorId op(i);
        const std::vector<std::size_t>& offers = choice.strategies[op];
        Digit& digit = digits_[op];
        if (++digit.strategy < offers[digit.set]) return true;
        digit.strategy = 0;
        do ++digit.set;
        while (digit.set < offers.size() && offers[digit.set] == 0);
        if (digit.set < offers.size()) return true;
        digit.set = 0;
        while (offers[digit.set] == 0) ++digit.set;
    }
    return false;
}

bool ExhaustiveSearch::uses_every_set() const {
    std::vector<bool> used(choices_[choice_].sets.size(), false);
    for (const Digit& digit : digits_) used[digit.set] = true;
    return std::find(used.begin(), used.end(), false) == used.end();
}

Mapping ExhaustiveSearch::mapping() const {
    Mapping out;
    for (const Set& set : choices_[choice_].sets) {
        AcceleratorSet& made = out.sets.emplace_back();
        made.accelerators = set.accelerators;
        made.design = set.design->name;
    }
    for (OperatorId op : ids_of(digits_)) {
        AcceleratorSet& set = out.sets[digits_[op].set];
        auto size = static_cast<std::int64_t>(set.accelerators.size());
        set.operators.push_back({op, spaces_.of(op, size)[digits_[op].strategy], std::nullopt});
    }
    return out;
}

std::vector<Mapping> ExhaustiveSearch::propose(std::size_t most) {
    constexpr std::size_t batch = 256;
    std::vector<Mapping> out;
    while (choice_ < choices_.size() && out.size() < std::min(most, batch)) {
        if (uses_every_set()) out.push_back(mapping());
        if (advance()) continue;
        if (++choice_ < choices_.size()) rewind();
    }
    return out;
}

} // namespace arsia
