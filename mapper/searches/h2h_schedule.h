// Steps 1 to 3 of H2H: who computes what, which weights stay, which activations stay; and how long it all takes.
#pragma once

#include <vector>

#include "mapper/searches/h2h_system.h"

namespace arsia {

/// Order in which step 1 gives layers to accelerators: the system's own, in which a branch may come as a whole before
/// the next, or all first layers of branches before all second ones.
enum class H2hOrder : std::uint8_t { as_listed, by_depth };

/// Step 1, computation-prioritised: each layer in turn goes where it is done first, behind what the accelerator has
/// got already, if memories hold nothing: weights and inputs come from the host, results go there. Layers without a
/// place of their own go with their leaders. Throws IllegalError where no accelerator runs a layer.
H2hPlacement h2h_assign(const H2hSystem& system, H2hOrder order);

/// Accelerators that run a leader and all layers that are placed beside it.
std::vector<H2hAccelerator> h2h_runners(const H2hSystem& system, OperatorId leader);

/// Step 2, weight locality: the layers whose weights stay in local memory. Each accelerator takes the largest first, as
/// long as they fit.
IdVector<OperatorId, char> h2h_kept_weights(const H2hSystem& system, const H2hPlacement& placement);

/// How long the network takes by formula. Step 3, activation locality: what a layer reads of one on its own accelerator
/// has stayed there. A layer keeps its accelerator busy for
///   compute + weights, if they do not stay + inputs from elsewhere + result, if someone elsewhere needs it
/// and starts when its producers and the accelerator are done. An accelerator goes on with a layer that reads what it
/// has just made, if one is ready; else it takes the layer that has been ready longest, of equals the first. Where the
/// system keeps the order, it waits for the next in order.
double h2h_makespan(const H2hSystem& system, const H2hPlacement& placement);

} // namespace arsia
