#pragma once

#include "topologies/platform.h"

namespace arsia::testing {

/// acc0 … acc3 around the switch sw0, and a host on it.
inline Platform star() {
    return read_topology_text(R"(
format: arsia-topology/1
name: star
generate: {kind: switch, count: 4, link: {bandwidth: 8 Gbps, latency: 100 ns}}
accelerator: {memory: {capacity: 1 GiB, bandwidth: 100 GB/s}, dma: {channels: 8}}
host: {memory: {capacity: 1 GiB, bandwidth: 100 GB/s}, attach: [sw0], link: {bandwidth: 8 Gbps}}
)");
}

inline Platform ring(int count) {
    return read_topology_text(
        "format: arsia-topology/1\nname: ring\ngenerate: {kind: ring, count: " + std::to_string(count) +
        ", link: {bandwidth: 8 Gbps}}\n"
        "accelerator: {memory: {capacity: 1 GiB, bandwidth: 100 GB/s}, dma: {channels: 8}}\n");
}

/// What the call complains about, or "no error".
template <class Call>
std::string error_of(Call call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

} // namespace arsia::testing
