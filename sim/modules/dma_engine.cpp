#include "sim/modules/dma_engine.h"

namespace arsia {

DmaEngine::DmaEngine(const sc_core::sc_module_name& name, NodeId id, const Dma& dma, LocalMemory& memory,
                     Agenda& agenda, TransferTable& transfers)
    : sc_module(name), id_(id), dma_(dma), memory_(memory), agenda_(agenda), transfers_(transfers),
      free_channels_(dma.channels) {}

void DmaEngine::ask_for_decision() {
    if (decision_asked_ || free_channels_ == 0 || waiting_.empty()) return;
    decision_asked_ = true;
    agenda_.decide_now(EventKind::decide_dma, id_.value());
}

void DmaEngine::submit(const Descriptor& descriptor) {
    waiting_.push(descriptor);
    ask_for_decision();
}

bool DmaEngine::decide(Started& started) {
    decision_asked_ = false;
    if (waiting_.empty() || free_channels_ == 0) return false;
    const Descriptor& first = waiting_.top();
    started = {first.key, first.accumulate, first.ready < agenda_.now()};
    waiting_.pop();
    --free_channels_;
    ask_for_decision();
    return true;
}

void DmaEngine::begin(SlotId slot) {
    if (dma_.setup > 0)
        agenda_.at(later(agenda_.now(), dma_.setup), EventKind::setup_done, slot.value());
    else
        read_more(slot);
}

void DmaEngine::read_more(SlotId slot) {
    ActiveTransfer& transfer = transfers_[slot];
    while (transfer.requested < transfer.bursts && transfer.requested - transfer.written < transfer.window)
        memory_.request_read(slot, transfer.burst_bytes(transfer.requested++));
}

void DmaEngine::finished() {
    ++free_channels_;
    ask_for_decision();
}

void DmaEngine::clear() {
    waiting_ = {};
    free_channels_ = dma_.channels;
    decision_asked_ = false;
}

} // namespace arsia
