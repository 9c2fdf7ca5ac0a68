// A platform while it is put together: nodes by name, links by their ends.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "topologies/platform.h"

namespace arsia {

/// More are taken for a typing error: they would fill gigabytes.
constexpr std::size_t most_links = 2'000'000;

/// What a file says of one link, in one direction.
struct LinkSettings {
    Bandwidth bandwidth{0};
    TimePs latency = 0;
    double pj_per_byte = 0;
};

class PlatformDraft {
public:
    /// Starts from another platform; only before anything is added.
    void adopt(const Platform& base);
    /// No node may have the name yet.
    NodeId add_node(Node node);
    /// A forwarding switch named by the prefix and the lowest free number.
    NodeId add_switch(const std::string& prefix);
    /// Throws InputError beyond most_links.
    LinkId add_link(NodeId from, NodeId to, const LinkSettings& settings);
    /// One link each way.
    void connect(NodeId a, NodeId b, const LinkSettings& settings);

    NodeId find(const std::string& name) const; ///< invalid if unknown
    /// Links straight from one node to another, in order of id.
    const std::vector<LinkId>& links_between(NodeId from, NodeId to) const;

    Platform& platform() { return platform_; }
    const Platform& platform() const { return platform_; }

private:
    static std::uint64_t key(NodeId from, NodeId to) { return (std::uint64_t(from.value()) << 32) | to.value(); }

    Platform platform_;
    std::unordered_map<std::string, NodeId> node_by_name_;
    std::unordered_map<std::uint64_t, std::vector<LinkId>> links_by_ends_;
    std::map<std::string, int> next_switch_;
};

} // namespace arsia
