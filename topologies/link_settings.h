// Reading what a file says of links: `{bandwidth: 8 Gbps, latency: 1 us, energy: 80 pJ}`.
#pragma once

#include <optional>

#include "base/yaml.h"
#include "topologies/draft.h"

namespace arsia {

/// The keys of a link that were stated; the others keep what they were.
struct LinkChange {
    std::optional<Bandwidth> bandwidth;
    std::optional<TimePs> latency;
    std::optional<double> pj_per_byte;

    bool empty() const { return !bandwidth && !latency && !pj_per_byte; }
    void apply_to(Link& link) const;
    /// Of a new link; bandwidth must be stated.
    LinkSettings settings() const;
};

/// Asks for bandwidth, latency and energy (a byte); other keys are the caller's.
LinkChange read_link_change(YamlMap& map);

/// A map of these keys alone; bandwidth is required.
LinkSettings read_link_settings(const YamlValue& value);

} // namespace arsia
