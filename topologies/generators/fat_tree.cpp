// fat_tree: the three-level tree of k-port switches of Al-Fares, Loukissas, Vahdat: A scalable, commodity data center
// network architecture (SIGCOMM 2008).
#include <algorithm>

#include <fmt/format.h>

#include "topologies/generators/kinds.h"

namespace arsia {

namespace {

constexpr std::int64_t most_switch_ports = 64; // 64³/4 = 65,536 endpoints

/// k pods, each of k/2 edge and k/2 aggregation switches; (k/2)² core switches; k/2 endpoints an edge switch. Core
/// switch c is linked with aggregation switch c / (k/2) of every pod. With all k³/4 endpoints: 5k²/4 switches and 3k³/4
/// links each way. All links are equal; two endpoints are 2, 4 or 6 links apart (same edge switch, same pod, else).
class FatTreeGenerator : public Generator {
public:
    FatTreeGenerator(std::size_t count, std::size_t ports, LinkSettings link)
        : count_(count), half_(ports / 2), pods_(ports), link_(link) {}

    std::size_t endpoints() const override { return count_; }
    std::size_t links() const override { return 2 * (count_ + 2 * pods_ * half_ * half_); }
    bool endpoints_forward() const override { return false; }
    Routing routing() const override { return Routing::spread; }
    std::string group_of(std::size_t endpoint) const override {
        return fmt::format("pod{}", endpoint / (half_ * half_));
    }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        std::vector<NodeId> edge, aggregation, core;
        for (std::size_t i = 0; i < pods_ * half_; ++i) edge.push_back(draft.add_switch("edge"));
        for (std::size_t i = 0; i < pods_ * half_; ++i) aggregation.push_back(draft.add_switch("aggregation"));
        for (std::size_t i = 0; i < half_ * half_; ++i) core.push_back(draft.add_switch("core"));
        for (std::size_t i = 0; i < endpoints.size(); ++i) draft.connect(endpoints[i], edge[i / half_], link_);
        for (std::size_t pod = 0; pod < pods_; ++pod) {
            for (std::size_t lower = 0; lower < half_; ++lower)
                for (std::size_t upper = 0; upper < half_; ++upper)
                    draft.connect(edge[pod * half_ + lower], aggregation[pod * half_ + upper], link_);
            for (std::size_t i = 0; i < core.size(); ++i)
                draft.connect(aggregation[pod * half_ + i / half_], core[i], link_);
        }
        return NodeId();
    }

private:
    std::size_t count_;
    std::size_t half_; ///< ports up, and down, of edge and aggregation switches
    std::size_t pods_;
    LinkSettings link_;
};

std::size_t full_size(std::size_t ports) { return ports * ports * ports / 4; }

} // namespace

GeneratorPtr read_fat_tree(YamlMap& map) {
    std::size_t ports = 0;
    std::size_t count = 0;
    std::size_t before = map.value().problems().found().size();
    if (auto value = map.optional("switch_ports")) {
        ports = static_cast<std::size_t>(value->integer(2, most_switch_ports));
        if (ports % 2 != 0) value->problem(fmt::format("{} is odd; half of a switch's ports go up, half down", ports));
    }
    if (auto value = map.optional("count")) {
        count = static_cast<std::size_t>(value->integer(1, most_endpoints));
        if (ports != 0 && count > full_size(ports))
            value->problem(fmt::format("{} accelerators do not fit; switches of {} ports carry {} at most", count,
                                       ports, full_size(ports)));
    } else if (ports == 0) {
        map.value().problem("missing key 'switch_ports' (or 'count', for the smallest tree that carries as many)");
    }
    bool wrong = map.value().problems().found().size() != before;
    LinkSettings link = read_link(map);
    if (wrong) return nullptr;
    if (ports == 0) {
        ports = 2;
        while (full_size(ports) < count) ports += 2;
    }
    if (count == 0) count = full_size(ports);
    return std::make_unique<FatTreeGenerator>(count, ports, link);
}

} // namespace arsia
