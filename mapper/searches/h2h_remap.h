// Step 4 of H2H: layers move to their neighbours' accelerators as long as that makes the network faster.
#pragma once

#include <deque>
#include <limits>
#include <string>
#include <unordered_set>
#include <vector>

#include "mapper/searches/h2h_schedule.h"

namespace arsia {

/// Descends from the best of some placements. A move takes a layer to the accelerator of a producer or a consumer of
/// it: first together with all that hangs together with it on its side of the edge and on its accelerator (as far as
/// the other one runs it), then alone. Layers have their turn in order, again and again, until none of their moves
/// helps. Where nothing that was measured can run, each accelerator in turn takes all that it runs. Who measures a
/// placement is not its business: propose() and report() take turns.
class H2hRemap {
public:
    static constexpr double never = std::numeric_limits<double>::infinity();

    /// Moves that are measured side by side; of those that help the best is made.
    static constexpr std::size_t batch = 8;

    /// At least one start.
    H2hRemap(const H2hSystem& system, std::vector<H2hPlacement> starts);

    /// Placements to measure, at most `most` and none twice; empty: no move helps.
    std::vector<H2hPlacement> propose(std::size_t most);
    /// Times of what was proposed last, in its order; `never` for what cannot run.
    void report(const std::vector<double>& times);

    /// The fastest so far; before there is one that can run, the first start.
    const H2hPlacement& best() const { return best_; }
    double best_time() const { return best_time_; }

private:
    bool is_new(const H2hPlacement& placement);
    /// Queues the moves of one leader.
    void queue_moves(OperatorId leader);
    /// Queues for each accelerator the first start with all that it runs on it.
    void queue_gathered();
    /// Leaders on `leader`'s accelerator that are joined to it there towards consumers (or producers), itself included,
    /// as far as `target` runs them.
    std::vector<OperatorId> run_from(OperatorId leader, bool towards_consumers, H2hAccelerator target) const;
    void queue(const std::vector<OperatorId>& leaders, H2hAccelerator target);
    bool runs(OperatorId leader, H2hAccelerator on) const;

    const H2hSystem& system_;
    IdVector<OperatorId, std::vector<H2hAccelerator>> runners_;    ///< of leaders
    IdVector<OperatorId, std::vector<OperatorId>> before_, after_; ///< leaders of producers and of consumers, by leader
    std::vector<OperatorId> leaders_;
    std::size_t cursor_ = 0; ///< position in leaders_ whose turn it is
    std::size_t idle_ = 0;   ///< leaders in a row whose moves did not help
    std::deque<H2hPlacement> queue_;
    bool starting_ = true;  ///< the queue holds starts, not moves
    bool gathered_ = false; ///< queue_gathered was called
    std::vector<H2hPlacement> pending_;
    std::unordered_set<std::string> seen_;
    H2hPlacement best_;
    double best_time_ = never;
};

/// Remaps by h2h_makespan() instead of measuring.
H2hPlacement h2h_remapped(const H2hSystem& system, const H2hPlacement& start);

/// Steps 1 to 4 by formula: the placements of step 1 in both orders, then what remapping makes of each.
std::vector<H2hPlacement> h2h_starts(const H2hSystem& system);

} // namespace arsia
