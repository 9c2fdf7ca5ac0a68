// Every mapping there is: the oracle for small problems.
#pragma once

#include <memory>

#include "mapper/search.h"
#include "mapper/searches/partition_tree.h"
#include "mapper/searches/strategy_space.h"

namespace arsia {

/// Tries every choice of disjoint accelerator sets (idle accelerators too), of a design for each, of a set for every
/// operator, and of a strategy with or without shared shards. The accelerators of a set stand in the platform's order
/// and in the other order of PartitionTree, if it has one. Left to their defaults: residency, collectives,
/// reconfiguration.
class ExhaustiveSearch final : public Search {
public:
    static constexpr std::uint64_t most_mappings = 1'000'000;

    /// Throws InputError with the number of mappings if it is above most_mappings or the budget (0: none).
    ExhaustiveSearch(std::shared_ptr<const Scenario> scenario, std::uint64_t budget);
    std::vector<Mapping> propose(std::size_t most) override;
    void report(const std::vector<Candidate>&) override {}
    bool proposes_ahead() const override { return true; }

    std::uint64_t count() const { return count_; }

private:
    struct Set {
        std::vector<NodeId> accelerators;
        const Design* design = nullptr;
    };
    /// Accelerator sets with their designs, and for every operator how many strategies each set offers.
    struct Choice {
        std::vector<Set> sets;
        IdVector<OperatorId, std::vector<std::size_t>> strategies;

        /// Mappings in which every set has an operator.
        double count() const;
    };
    /// Position in a choice's mappings: the set of an operator and its strategy there.
    struct Digit {
        std::size_t set = 0, strategy = 0;
    };

    /// Calls `use` with every way to put accelerators into at most as many sets as there are operators.
    template <class Use>
    void for_each_partition(Use use) const;
    void add_choices(const std::vector<std::vector<NodeId>>& partition);
    std::vector<std::vector<NodeId>> orders_of(const std::vector<NodeId>& accelerators) const;
    void add(std::vector<Set> sets);
    /// The next mapping of the present choice, also one that leaves a set without operators; false after the last.
    bool advance();
    void rewind();
    bool uses_every_set() const;
    Mapping mapping() const;

    std::shared_ptr<const Scenario> scenario_;
    PartitionTree tree_;
    StrategySpaces spaces_;
    std::uint64_t limit_;
    std::uint64_t count_ = 0;
    std::vector<Choice> choices_;
    std::size_t choice_ = 0;
    IdVector<OperatorId, Digit> digits_;
};

} // namespace arsia
