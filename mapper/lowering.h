// Lowering: a mapping becomes a program of tasks. No table of cases: tensors are boxes, what a consumer needs and does
// not own is fetched from the nearest owner.
#pragma once

#include <memory>
#include <vector>

#include "mapper/mapping.h"
#include "sim/program.h"

namespace arsia {

/// Peak bytes a node needs under the mapping, as planned statically (weights, activations, streaming buffers).
using MemoryNeed = IdVector<NodeId, Bytes>;

/// Lowers mappings of one scenario; keeps what does not change between candidates (tile plans, transfer patterns).
class Lowering {
public:
    explicit Lowering(const Scenario& scenario);
    ~Lowering();

    /// The mapping must be legal (legality_problems is empty). The program is valid until the next call.
    const Program& lower(const Mapping& mapping);
    /// Static memory plan of a mapping whose sets, designs and factors are legal.
    MemoryNeed memory_need(const Mapping& mapping);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace arsia
