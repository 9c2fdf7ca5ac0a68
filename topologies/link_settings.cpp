#include "topologies/link_settings.h"

namespace arsia {

void LinkChange::apply_to(Link& link) const {
    if (bandwidth) link.bandwidth = *bandwidth;
    if (latency) link.latency = *latency;
    if (pj_per_byte) link.pj_per_byte = *pj_per_byte;
}

LinkSettings LinkChange::settings() const {
    return {bandwidth.value_or(Bandwidth{1}), latency.value_or(0), pj_per_byte.value_or(0)};
}

LinkChange read_link_change(YamlMap& map) {
    LinkChange change;
    if (auto bandwidth = map.optional("bandwidth")) change.bandwidth = bandwidth->bandwidth();
    if (auto latency = map.optional("latency")) change.latency = latency->duration();
    if (auto energy = map.optional("energy")) change.pj_per_byte = energy->energy_pj();
    return change;
}

LinkSettings read_link_settings(const YamlValue& value) {
    YamlMap map = value.map();
    map.required("bandwidth");
    LinkChange change = read_link_change(map);
    map.finish();
    return change.settings();
}

} // namespace arsia
