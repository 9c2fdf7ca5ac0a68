// Which DMA channel served a transfer, as drawn: a run file knows the node only, and channels are alike.
#pragma once

#include <cstdint>
#include <vector>

namespace arsia {

struct RunData;

/// By transfer: the lowest channel of its source that is free when it starts. Transfers of one channel never overlap.
std::vector<std::int32_t> dma_lanes(const RunData& run);

/// Lanes for transfers on one link, which share it burst by burst and so overlap: (transfer, lane), in order of start.
struct LinkLane {
    std::int32_t transfer;
    std::int32_t lane;
};
std::vector<std::vector<LinkLane>> link_lanes(const RunData& run);

} // namespace arsia
