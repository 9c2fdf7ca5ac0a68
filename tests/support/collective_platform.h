// Platforms on which collectives have closed forms: whole messages, memories that are never in the way.
#pragma once

#include <fmt/format.h>

#include "topologies/platform.h"

namespace arsia::testing {

/// `generator`: the content of `generate:`; without a link of its own it gets 1 GB/s and 100 ns: a byte a nanosecond.
/// Descriptors take 10 ns.
inline Platform collective_platform(const std::string& generator) {
    bool groups = generator.find("inside:") != std::string::npos;
    return read_topology_text(
        fmt::format("format: arsia-topology/1\nname: test\n"
                    "generate: {{{}{}}}\n"
                    "accelerator: {{memory: {{capacity: 1 GiB, bandwidth: 100000000 GB/s, latency: 0 ns}}, "
                    "dma: {{channels: 64, setup: 10 ns}}}}\nburst: message\n",
                    generator, groups ? "" : ", link: {bandwidth: 1 GB/s, latency: 100 ns}"));
}

} // namespace arsia::testing
