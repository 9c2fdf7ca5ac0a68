// Layers and accelerators as the algorithm of H2H sees them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace arsia {

/// Position of an accelerator in an H2hSystem.
using H2hAccelerator = std::uint32_t;
/// In place of an accelerator: where inputs come from, and where all results go that no accelerator keeps.
constexpr H2hAccelerator h2h_host = ~H2hAccelerator{0};

/// The accelerator of every layer.
using H2hPlacement = IdVector<OperatorId, H2hAccelerator>;

struct H2hLayer {
    struct Input {
        OperatorId producer;   ///< an earlier layer; not valid: an input of the network
        bool is_local = false; ///< in every accelerator's memory from the start
    };
    std::string name;
    std::vector<Input> inputs;
    std::vector<OperatorId> consumers; ///< each once
    OperatorId leader;                 ///< the layer beside which it is placed; itself where it has a place of its own
    bool is_output = false;            ///< its result goes to the host
    double weights = 0;                ///< in the unit of H2hSystem::weight_room
};

/// What H2H has to know of a network and a platform of accelerators, one layer on one accelerator at a time. Times may
/// have any unit, as long as it is one.
class H2hSystem {
public:
    virtual ~H2hSystem() = default;

    /// Every layer after its producers.
    const IdVector<OperatorId, H2hLayer>& layers() const { return layers_; }
    /// By accelerator: how much of all weights its memory can hold.
    const std::vector<double>& weight_room() const { return weight_room_; }
    std::size_t accelerators() const { return weight_room_.size(); }

    virtual bool runs(OperatorId layer, H2hAccelerator on) const = 0;
    /// With everything in local memory. Only where it runs.
    virtual double compute_time(OperatorId layer, H2hAccelerator on) const = 0;
    /// Until the weights have come from the host.
    virtual double weight_time(OperatorId layer, H2hAccelerator on) const = 0;
    /// Until an input has come from another accelerator or from the host.
    virtual double read_time(OperatorId layer, std::size_t input, H2hAccelerator from, H2hAccelerator on) const = 0;
    /// Until the result is at the host.
    virtual double write_time(OperatorId layer, H2hAccelerator on) const = 0;
    /// Whether what one accelerator reads of another goes to the host first, written and read as two transfers.
    virtual bool passes_host() const = 0;
    /// Whether an accelerator runs its layers in the order of layers(), or whichever is ready first.
    virtual bool in_order() const = 0;

protected:
    IdVector<OperatorId, H2hLayer> layers_;
    std::vector<double> weight_room_;
};

} // namespace arsia
