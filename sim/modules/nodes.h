// The three kinds of nodes, composed of their parts.
#pragma once

#include <systemc>

#include "sim/modules/compute_engine.h"
#include "sim/modules/dma_engine.h"
#include "sim/modules/local_memory.h"

namespace arsia {

/// What the parts of a node need from around it.
struct NodeContext {
    NodeId id;
    const Node& node;
    Bytes access; ///< most bytes of one memory access
    Agenda& agenda;
    TransferTable& transfers;
};

/// Local memory, DMA and a compute engine.
class AcceleratorModule final : public sc_core::sc_module {
public:
    AcceleratorModule(const sc_core::sc_module_name& name, const NodeContext& at)
        : sc_module(name), memory("memory", at.id, at.node.memory, at.access, at.agenda, at.transfers),
          dma("dma", at.id, at.node.dma, memory, at.agenda, at.transfers), engine("engine", at.id, memory, at.agenda) {}

    LocalMemory memory;
    DmaEngine dma;
    ComputeEngine engine;
};

/// Memory and DMA; computes nothing.
class HostModule final : public sc_core::sc_module {
public:
    HostModule(const sc_core::sc_module_name& name, const NodeContext& at)
        : sc_module(name), memory("memory", at.id, at.node.memory, at.access, at.agenda, at.transfers),
          dma("dma", at.id, at.node.dma, memory, at.agenda, at.transfers) {}

    LocalMemory memory;
    DmaEngine dma;
};

/// Forwards: a burst that has arrived stands before its next link at once. All time is spent on links.
class SwitchModule final : public sc_core::sc_module {
public:
    explicit SwitchModule(const sc_core::sc_module_name& name) : sc_module(name) {}
};

} // namespace arsia
