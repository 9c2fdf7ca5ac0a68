#include "topologies/node_settings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/catalog.h"

namespace arsia {

constexpr int most_channels = 65'536;

static void read_memory(const YamlValue& value, Memory& memory) {
    YamlMap map = value.map();
    if (auto capacity = map.optional("capacity")) {
        memory.capacity = capacity->bytes();
        if (memory.capacity == 0) {
            capacity->problem("a memory's capacity must be above zero, like '16 GiB'");
            memory.capacity = 1;
        }
    }
    if (auto bandwidth = map.optional("bandwidth")) memory.bandwidth = bandwidth->bandwidth();
    if (auto latency = map.optional("latency")) memory.latency = latency->duration();
    map.finish();
}

static void read_dma(const YamlValue& value, Dma& dma) {
    YamlMap map = value.map();
    if (auto channels = map.optional("channels")) dma.channels = static_cast<int>(channels->integer(1, most_channels));
    if (auto setup = map.optional("setup")) dma.setup = setup->duration();
    map.finish();
}

static void read_resources(const YamlValue& value, DeviceResources& resources) {
    YamlMap map = value.map();
    if (auto dsp = map.optional("dsp")) resources.dsp = dsp->integer(0);
    if (auto bram = map.optional("bram")) resources.bram = bram->integer(0);
    map.finish();
}

static std::vector<std::string> read_designs(const YamlValue& value) {
    std::vector<std::string> designs;
    for (const std::string& name : value.texts()) {
        if (std::find(designs.begin(), designs.end(), name) != designs.end()) {
            value.problem(fmt::format("design '{}' is named twice", name));
            continue;
        }
        designs.push_back(name);
        try {
            resolve_catalog_file(CatalogKind::design, name);
        } catch (const InputError& error) {
            value.problem(error.what());
        }
    }
    return designs;
}

void read_node_settings(YamlMap& map, Node& node) {
    if (auto forwards = map.optional("forwards")) node.forwards = forwards->boolean();
    if (node.kind == NodeKind::switch_node) return;
    if (auto memory = map.optional("memory")) read_memory(*memory, node.memory);
    if (auto dma = map.optional("dma")) read_dma(*dma, node.dma);
    if (node.kind != NodeKind::accelerator) return;
    if (auto resources = map.optional("resources")) read_resources(*resources, node.resources);
    auto designs = map.optional("designs");
    auto design = map.optional("design");
    if (designs) node.designs = read_designs(*designs);
    if (design && design->is_scalar()) node.designs = read_designs(*design);
    if (design && !design->is_scalar()) design->problem("expected the name of one design; 'designs' takes a list");
    if (design && designs) design->problem("'design' and 'designs' exclude each other: one fixed design, or a choice");
}

void require_memory(const YamlValue& place, Node& node) {
    if (node.memory.capacity == 0) {
        place.problem("missing 'memory.capacity', e.g. memory: {capacity: 16 GiB, bandwidth: 100 GB/s}");
        node.memory.capacity = 1;
    }
    if (node.memory.bandwidth.bits_per_second == 0) {
        place.problem("missing 'memory.bandwidth', e.g. memory: {capacity: 16 GiB, bandwidth: 100 GB/s}");
        node.memory.bandwidth = {1};
    }
}

} // namespace arsia
