// Small topology files for the tests.
#pragma once

#include <string>

#include "base/errors.h"
#include "topologies/platform.h"

namespace arsia {

/// What every file needs; starts on line 1 and ends before line 5.
inline const std::string head = "format: arsia-topology/1\n"
                                "name: test\n"
                                "accelerator:\n"
                                "  memory: {capacity: 1 GiB, bandwidth: 10 GB/s}\n";

/// A file of the head and `generate: {GENERATOR, link: …}`, then `rest`.
inline std::string generated(const std::string& generator, const std::string& rest = "") {
    return head + "generate: {" + generator + ", link: {bandwidth: 1 GB/s, latency: 1 us}}\n" + rest;
}

inline Platform platform_of(const std::string& generator, const std::string& rest = "") {
    return read_topology_text(generated(generator, rest), "t.yaml");
}

/// All problems of a file; empty if there are none.
inline std::string problems_of(const std::string& text) {
    try {
        read_topology_text(text, "t.yaml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

inline std::size_t count_of(const Platform& platform, NodeKind kind) {
    std::size_t count = 0;
    for (const Node& node : platform.nodes) count += node.kind == kind ? 1 : 0;
    return count;
}

/// Number of links that leave a node.
inline std::size_t degree(const Platform& platform, NodeId node) {
    std::size_t count = 0;
    for (const Link& link : platform.links) count += link.from == node ? 1 : 0;
    return count;
}

/// `acc0 acc1 acc2`: the nodes that a route passes, ends included.
inline std::string way(const Platform& platform, const std::string& from, const std::string& to) {
    std::string out = from;
    for (LinkId link : platform.route(platform.find_node(from), platform.find_node(to)))
        out += " " + platform.nodes[platform.links[link].to].name;
    return out;
}

} // namespace arsia
