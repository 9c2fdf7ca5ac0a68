// Random platforms of all kinds, in a topology file's own words.
#pragma once

#include <string>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "tests/property/mapper/random_mapping.h"
#include "topologies/platform.h"

namespace arsia::torture {

inline std::string random_link() {
    return fmt::format("{{bandwidth: {} Mbps, latency: {} ns}}", *rc::gen::inRange(1, 20000),
                       *rc::gen::element(0, 0, 1, 500, 20000));
}

/// A generator of at most eight accelerators.
inline std::string random_generator(bool may_nest = true) {
    std::string link = random_link();
    switch (*rc::gen::inRange(0, may_nest ? 8 : 5)) {
    case 0: return fmt::format("kind: ring, count: {}, link: {}", *rc::gen::inRange(3, 7), link);
    case 1: return fmt::format("kind: line, count: {}, link: {}", *rc::gen::inRange(2, 6), link);
    case 2: return fmt::format("kind: fully_connected, count: {}, link: {}", *rc::gen::inRange(2, 6), link);
    case 3: return fmt::format("kind: switch, count: {}, link: {}", *rc::gen::inRange(2, 7), link);
    case 4:
        return fmt::format("kind: mesh, dims: [{}, {}], link: {}", *rc::gen::inRange(2, 4), *rc::gen::inRange(1, 3),
                           link);
    case 5: return fmt::format("kind: torus, dims: [3, {}], link: {}", *rc::gen::inRange(1, 3), link);
    case 6: return fmt::format("kind: fat_tree, count: {}, link: {}", *rc::gen::inRange(2, 7), link);
    default:
        return fmt::format(
            "kind: groups, count: 2, inside: {{{}}}, between: {{kind: fully_connected, count: 2, link: {}}}",
            random_generator(false), link);
    }
}

/// A topology file's text. The host has a link to each accelerator, so there are always ways; events come on top.
inline std::string random_platform() {
    std::string burst = *rc::gen::element<std::string>("64 B", "1000 B", "4 KiB", "64 KiB", "message");
    return fmt::format(
        "format: arsia-topology/1\nname: tortured\ngenerate: {{{}}}\nburst: {}\n"
        "accelerator:\n  forwards: {}\n  memory: {{capacity: 1 GiB, bandwidth: {} MB/s, latency: {} ns}}\n"
        "  dma: {{channels: {}, setup: {} ns}}\n"
        "host:\n  forwards: true\n  memory: {{capacity: 1 GiB, bandwidth: {} MB/s, latency: {} ns}}\n"
        "  dma: {{channels: {}, setup: {} ns}}\n  link: {}\n",
        random_generator(), burst, *rc::gen::element("true", "false"), *rc::gen::inRange(1, 20000),
        *rc::gen::element(0, 3, 400), *rc::gen::inRange(1, 5), *rc::gen::element(0, 10, 3000),
        *rc::gen::inRange(10, 20000), *rc::gen::element(0, 7), *rc::gen::inRange(1, 9), *rc::gen::element(0, 50),
        random_link());
}

/// Links that slow down or fail early in a run.
inline void add_events(Platform& platform) {
    int count = *rc::gen::element(0, 0, 0, 1, 3);
    for (int i = 0; i < count; ++i) {
        LinkEvent event;
        event.at = *rc::gen::inRange<TimePs>(0, 100'000'000);
        event.link = LinkId(*rc::gen::inRange<std::size_t>(0, platform.links.size()));
        if (*rc::gen::inRange(0, 2) == 0)
            event.bandwidth.bits_per_second = (platform.links[event.link].bandwidth.bits_per_second + 2) / 3;
        platform.link_events.push_back(event);
    }
    std::stable_sort(platform.link_events.begin(), platform.link_events.end(),
                     [](const LinkEvent& a, const LinkEvent& b) { return a.at < b.at; });
}

/// One design for all, several to choose from, or one for each accelerator; of tests or of the catalog.
inline void choose_designs(Scenario& scenario) {
    using namespace testing;
    if (*rc::gen::inRange(0, 2) == 0) return may_fix_designs(scenario);
    scenario.designs.clear();
    for (const char* name : {"superlip_64_7_7_14", "systolic_11_13_8", "systolic_ws_8x8"})
        scenario.designs[name] = read_design(name);
    bool fixed = *rc::gen::inRange(0, 2) == 0;
    for (NodeId node : scenario.accelerators)
        scenario.platform.nodes[node].designs = {
            *rc::gen::element<std::string>("superlip_64_7_7_14", "systolic_11_13_8", "systolic_ws_8x8")};
    if (!fixed)
        for (NodeId node : scenario.accelerators)
            scenario.platform.nodes[node].designs = scenario.platform.nodes[scenario.accelerators.front()].designs;
}

/// A random mapping onto sets of accelerators in any order; some weights stated resident or not, some designs loaded;
/// now and then a collective that not every group of accelerators can do.
inline Mapping any_mapping(const Scenario& scenario) {
    Mapping mapping = testing::random_mapping(scenario);
    if (*rc::gen::inRange(0, 6) == 0)
        mapping.collectives = *rc::gen::element(CollectiveChoice::halving_doubling, CollectiveChoice::hierarchical);
    for (AcceleratorSet& set : mapping.sets) {
        for (std::size_t i = set.accelerators.size(); i > 1; --i) {
            std::size_t other = *rc::gen::inRange<std::size_t>(0, i);
            std::swap(set.accelerators[i - 1], set.accelerators[other]);
            if (set.is_mixed()) std::swap(set.designs[i - 1], set.designs[other]);
        }
        set.reconfigure = *rc::gen::inRange(0, 4) == 0;
        for (Placement& placement : set.operators)
            if (scenario.graph.operators[placement.op].has_weights && *rc::gen::inRange(0, 3) == 0)
                placement.resident = *rc::gen::inRange(0, 2) == 0;
    }
    return mapping;
}

} // namespace arsia::torture
