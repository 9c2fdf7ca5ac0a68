#include "cli/describe.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/suggest.h"
#include "cli/placements_text.h"
#include "cli/table.h"

namespace arsia {

std::string counted(std::size_t count, const std::string& noun) {
    if (count == 1) return "1 " + noun;
    bool hissing = !noun.empty() && (noun.back() == 'h' || noun.back() == 's'); // switch, class
    return fmt::format("{} {}{}", count, noun, hissing ? "es" : "s");
}

std::string memory_bandwidth_text(Bandwidth bandwidth) { return format_count(bandwidth.bytes_per_second()) + "B/s"; }

std::string span_text(Bandwidth least, Bandwidth most) {
    if (least == most) return format_bandwidth(least);
    return format_bandwidth(least) + " to " + format_bandwidth(most);
}

std::string shape_text(const Operator& op) {
    std::string out = fmt::format("{}x{}x{}x{}", at(op.extents, Dim::K), at(op.extents, Dim::C), at(op.extents, Dim::P),
                                  at(op.extents, Dim::Q));
    if (at(op.extents, Dim::N) != 1) out = fmt::format("batch {}, ", at(op.extents, Dim::N)) + out;
    if (at(op.extents, Dim::R) != 1 || at(op.extents, Dim::S) != 1)
        out += fmt::format(", kernel {}x{}", at(op.extents, Dim::R), at(op.extents, Dim::S));
    if (op.kind == OperatorKind::conv && op.groups > 1) out += fmt::format(", {} groups", op.groups);
    if (op.kind == OperatorKind::matmul && op.groups > 1) out += fmt::format(", {} heads", op.groups);
    if (op.gates > 1) out += fmt::format(", {} gates", op.gates);
    return out;
}

std::string platform_summary(const Scenario& scenario) {
    const Platform& platform = scenario.platform;
    std::size_t hosts = 0, switches = 0;
    for (const Node& node : platform.nodes) {
        hosts += node.kind == NodeKind::host;
        switches += node.kind == NodeKind::switch_node;
    }
    std::string out = fmt::format("platform  {}: {}, {}", platform.name,
                                  counted(scenario.accelerators.size(), "accelerator"), counted(hosts, "host"));
    if (switches > 0) out += ", " + counted(switches, "switch");
    if (!platform.links.empty()) {
        auto by_bandwidth = [](const Link& a, const Link& b) { return a.bandwidth < b.bandwidth; };
        auto [least, most] = std::minmax_element(platform.links.begin(), platform.links.end(), by_bandwidth);
        out += fmt::format(", {} of {}", counted(platform.links.size(), "directed link"),
                           span_text(least->bandwidth, most->bandwidth));
    }
    std::set<std::string> memories;
    for (NodeId accelerator : scenario.accelerators) {
        const Memory& memory = platform.nodes[accelerator].memory;
        memories.insert(fmt::format("{} at {}", format_bytes(static_cast<double>(memory.capacity)),
                                    memory_bandwidth_text(memory.bandwidth)));
    }
    out += fmt::format("\nmemory    {} for each accelerator\n", fmt::join(memories.begin(), memories.end(), " or "));
    std::vector<std::string> designs;
    for (const auto& [name, design] : scenario.designs) designs.push_back(name);
    return out + "designs   " + name_list(designs) + "\n";
}

std::string mapping_text(const Scenario& scenario, const Mapping& mapping) {
    std::string out;
    for (std::size_t i = 0; i < mapping.sets.size(); ++i) {
        const AcceleratorSet& set = mapping.sets[i];
        std::vector<std::string> names;
        for (NodeId accelerator : set.accelerators) names.push_back(scenario.platform.nodes[accelerator].name);
        std::string designs = set.is_mixed() ? "designs " + name_list(set.designs) : "design " + set.design;
        out += fmt::format("  set {}: {}; {}{}; {}\n", i, name_list(names), designs,
                           set.reconfigure ? " (loaded first)" : "", counted(set.operators.size(), "operator"));
        if (!set.operators.empty()) out += placements_text(scenario.graph, set.operators);
    }
    return out;
}

} // namespace arsia
