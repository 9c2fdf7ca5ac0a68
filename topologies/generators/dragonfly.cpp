// dragonfly: groups of routers, fully connected inside and among each other (Kim, Dally, Scott, Abts:
// Technology-driven, highly-scalable dragonfly topology, ISCA 2008).
#include <fmt/format.h>

#include "topologies/generators/kinds.h"
#include "topologies/link_settings.h"

namespace arsia {

namespace {

constexpr std::int64_t most_routers = 1'024; // a group, and groups: a million links each

struct Size {
    std::size_t groups = 1;
    std::size_t routers = 1; ///< a group
    std::size_t hosts = 1;   ///< accelerators a router
};

/// g groups of a routers with p accelerators each. Every two routers of a group and every two groups have one link each
/// way: g·a·p·2 + g·a·(a−1) + g·(g−1) links. Seen from a group the others count onwards from it, and each router takes
/// the next ⌈(g−1)/a⌉ of them. A shortest route is at most accelerator, router, router, router, router, accelerator.
class DragonflyGenerator : public Generator {
public:
    DragonflyGenerator(Size size, LinkSettings link, LinkSettings global_link)
        : size_(size), link_(link), global_link_(global_link) {}

    std::size_t endpoints() const override { return size_.groups * size_.routers * size_.hosts; }
    std::size_t links() const override {
        return 2 * endpoints() + size_.groups * size_.routers * (size_.routers - 1) + size_.groups * (size_.groups - 1);
    }
    bool endpoints_forward() const override { return false; }
    std::string group_of(std::size_t endpoint) const override {
        return fmt::format("group{}", endpoint / (size_.routers * size_.hosts));
    }

    NodeId join(const std::vector<NodeId>& endpoints, PlatformDraft& draft) const override {
        std::vector<NodeId> routers;
        for (std::size_t i = 0; i < size_.groups * size_.routers; ++i) routers.push_back(draft.add_switch("router"));
        for (std::size_t i = 0; i < endpoints.size(); ++i) draft.connect(endpoints[i], routers[i / size_.hosts], link_);
        for (std::size_t group = 0; group < size_.groups; ++group)
            for (std::size_t a = 0; a < size_.routers; ++a)
                for (std::size_t b = a + 1; b < size_.routers; ++b)
                    draft.connect(routers[group * size_.routers + a], routers[group * size_.routers + b], link_);
        for (std::size_t a = 0; a < size_.groups; ++a)
            for (std::size_t b = a + 1; b < size_.groups; ++b)
                draft.connect(routers[gateway(a, b)], routers[gateway(b, a)], global_link_);
        return NodeId();
    }

private:
    /// Router of `group` that holds the link to `other`.
    std::size_t gateway(std::size_t group, std::size_t other) const {
        std::size_t onwards = (other + size_.groups - group - 1) % size_.groups;
        std::size_t links_a_router = (size_.groups - 1 + size_.routers - 1) / size_.routers;
        return group * size_.routers + onwards / links_a_router;
    }

    Size size_;
    LinkSettings link_, global_link_;
};

} // namespace

GeneratorPtr read_dragonfly(YamlMap& map) {
    Size size;
    size.groups = read_count(map, "groups", most_routers);
    size.routers = read_count(map, "routers", most_routers);
    size.hosts = read_count(map, "hosts");
    bool wrong = size.groups * size.routers * size.hosts == 0 || too_many_endpoints(map, size.groups, size.routers) ||
                 too_many_endpoints(map, size.groups * size.routers, size.hosts);
    LinkSettings link = read_link(map);
    LinkSettings global_link = link;
    if (auto value = map.optional("global_link")) global_link = read_link_settings(*value);
    if (wrong) return nullptr;
    return std::make_unique<DragonflyGenerator>(size, link, global_link);
}

} // namespace arsia
