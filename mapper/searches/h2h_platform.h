// A scenario as the algorithm of H2H sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mapper/mapping.h"
#include "mapper/searches/h2h_system.h"

namespace arsia {

/// Layers are the scenario's operators. Those that multiply or have weights have a place of their own; all others
/// (sums, pools, concatenations) go with the one that makes the largest of their inputs, where any accelerator runs
/// both. An accelerator that may load several designs has the one that refuses the fewest operators, of these the one
/// that computes the others in the least time; where nobody would run some operator, accelerators change their designs,
/// the fewest that can. Times in ps: of computing the longer of a tile plan's cycles and of its bytes through local
/// memory, of data their bytes through the narrowest link of the route, plus latencies and set-up.
class H2hPlatform final : public H2hSystem {
public:
    explicit H2hPlatform(std::shared_ptr<const Scenario> scenario);

    bool runs(OperatorId layer, H2hAccelerator on) const override {
        return design_[on] < compute_.size() && compute_[design_[on]][layer] >= 0;
    }
    double compute_time(OperatorId layer, H2hAccelerator on) const override;
    double weight_time(OperatorId layer, H2hAccelerator on) const override;
    double read_time(OperatorId layer, std::size_t input, H2hAccelerator from, H2hAccelerator on) const override;
    double write_time(OperatorId layer, H2hAccelerator on) const override;
    /// Accelerators send to each other directly, if only through a host that forwards.
    bool passes_host() const override { return false; }
    bool in_order() const override { return true; }

    const std::string& design_of(H2hAccelerator accelerator) const { return names_[design_[accelerator]]; }
    /// Sets of one accelerator each, operators in graph order, nothing split.
    Mapping mapping(const H2hPlacement& placement) const;

private:
    void measure_designs();
    void choose_designs();
    std::size_t layers_nobody_runs() const;
    void add_layers();
    void choose_leader(OperatorId layer, IdVector<OperatorId, std::vector<char>>& runners);
    NodeId node_of(H2hAccelerator accelerator) const {
        return accelerator == h2h_host ? scenario_->host : scenario_->accelerators[accelerator];
    }
    double transfer_time(H2hAccelerator from, H2hAccelerator to, double bytes) const;

    std::shared_ptr<const Scenario> scenario_;
    std::vector<std::string> names_;                    ///< of designs
    std::vector<IdVector<OperatorId, double>> compute_; ///< by design, ps; −1: refused
    std::vector<IdVector<OperatorId, double>> moved_;   ///< by design, bytes between local memory and the engine
    std::vector<std::size_t> design_; ///< by accelerator, position in names_; their number if it may load none
};

} // namespace arsia
