// Lowering: a mapping becomes a program of tasks. No table of cases: tensors are boxes, what a consumer needs and does
// not own is fetched from the nearest owner.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mapper/mapping.h"
#include "sim/program.h"

namespace arsia {

/// Peak bytes a node needs under the mapping, as planned statically (weights, activations, streaming buffers).
using MemoryNeed = IdVector<NodeId, Bytes>;

/// Whether a program describes the memory that its tasks use (Program::buffers). The machine does not need it; reports
/// and tests do.
enum class Buffers : std::uint8_t { described, left_out };

/// Lowers mappings of one scenario, request by request: an accelerator's tasks of a request come before those of the
/// next, and nothing of a request starts before it arrives. Different sets may so work on different requests. Weights
/// that fit are loaded once for all of them.
///
/// It keeps what does not change between candidates (tile plans, distances) and the last
/// mapping's program, so that asking for its need, its problems and its program costs one lowering.
class Lowering {
public:
    explicit Lowering(const Scenario& scenario);
    ~Lowering();

    /// The mapping must be legal (legality_problems is empty). The program is valid until the next call with another.
    const Program& lower(const Mapping& mapping, Buffers buffers = Buffers::described);
    /// By request of the scenario's stream: the first task of the program that belongs neither to it nor to one before.
    /// Tasks that only load a design or weights, or hold others back, stand before the first request or after the last.
    const std::vector<TaskId>& request_ends(const Mapping& mapping);
    /// Static memory plan of a mapping whose sets, designs and factors are legal: at least what any simulation of its
    /// program sees. Where all that an accelerator ever gets fits in its memory, the sum of that; elsewhere the peak of
    /// the plan in program order. Above the capacity: the mapping is illegal.
    const MemoryNeed& memory_need(const Mapping& mapping);
    /// Why a mapping whose sets, designs and factors are legal cannot run: memories that are too small, transfers that
    /// the platform has no way for. Empty if it can.
    std::vector<std::string> problems(const Mapping& mapping);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace arsia
