#include "topologies/link_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/names.h"
#include "base/suggest.h"
#include "topologies/name_pattern.h"
#include "topologies/routing.h"

namespace arsia {

namespace {

using Ends = std::pair<NodeId, NodeId>; ///< from, to

void add_pair(const YamlValue& place, const PlatformDraft& draft, NodeId a, NodeId b, bool both_ways,
              std::vector<Ends>& out) {
    if (a == b) {
        place.problem(fmt::format("'{}' cannot be linked to itself", draft.platform().nodes[a].name));
        return;
    }
    out.emplace_back(a, b);
    if (both_ways) out.emplace_back(b, a);
}

bool too_many_links(const YamlValue& place, std::size_t a, std::size_t b) {
    if (b == 0 || a <= most_links / b) return false;
    place.problem(fmt::format("{} times {} links would be needed; at most {} are possible", a, b, most_links));
    return true;
}

/// The ends of all links that are there: `links`, those to or from a host (`host`), or the others (`network`).
std::vector<Ends> ends_of_all(const YamlValue& which, const PlatformDraft& draft) {
    std::string kind = which.one_of({"links", "network", "host"});
    const Platform& platform = draft.platform();
    auto is_host = [&](NodeId node) { return platform.nodes[node].kind == NodeKind::host; };
    std::vector<Ends> ends;
    for (const Link& link : platform.links)
        if (kind == "links" || (is_host(link.from) || is_host(link.to)) == (kind == "host"))
            ends.emplace_back(link.from, link.to);
    // Parallel links have the same ends, and an entry means all of them.
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    if (ends.empty()) which.problem(fmt::format("'{}' names no link: there is none", kind));
    return ends;
}

/// The directed pairs that an entry names: `between` every node of one side and every node of the other, `among` every
/// two of a list, `from` … `to` one way, `all` those that are linked.
std::vector<Ends> read_ends(YamlMap& map, const PlatformDraft& draft) {
    std::optional<YamlValue> between = map.optional("between"), among = map.optional("among");
    std::optional<YamlValue> from = map.optional("from"), to = map.optional("to"), all = map.optional("all");
    std::vector<Ends> ends;
    if (int(between.has_value()) + int(among.has_value()) + int(from || to) + int(all.has_value()) != 1 ||
        from.has_value() != to.has_value()) {
        map.value().problem(
            "a link needs one of 'between: [a, b]' (each way), 'among: [a, b, c]' (every two, each way), "
            "'from: a' with 'to: b', or 'all: links' (that are there; or 'all: network', 'all: host')");
        return ends;
    }
    if (all) return ends_of_all(*all, draft);
    if (among) {
        std::vector<NodeId> nodes = read_node_names(*among, draft);
        if (too_many_links(*among, nodes.size(), nodes.size())) return ends;
        for (std::size_t a = 0; a < nodes.size(); ++a)
            for (std::size_t b = a + 1; b < nodes.size(); ++b) add_pair(*among, draft, nodes[a], nodes[b], true, ends);
        return ends;
    }
    if (between) {
        std::vector<YamlValue> sides = between->items();
        if (between->is_sequence() && sides.size() != 2)
            between->problem(
                fmt::format("expected two ends, found {}; 'among' joins every two of a list", sides.size()));
        if (sides.size() != 2) return ends;
        from = sides[0];
        to = sides[1];
    }
    std::vector<NodeId> sources = read_node_names(*from, draft);
    std::vector<NodeId> destinations = read_node_names(*to, draft);
    if (too_many_links(map.value(), sources.size(), destinations.size())) return ends;
    for (NodeId a : sources)
        for (NodeId b : destinations) add_pair(between ? *between : *to, draft, a, b, between.has_value(), ends);
    return ends;
}

} // namespace

std::vector<std::string> expand_or_report(const YamlValue& value) {
    std::vector<std::string> out;
    for (const std::string& text : value.texts()) {
        if (text.empty()) {
            if (value.is_scalar()) value.problem("a node's name cannot be empty");
            continue;
        }
        if (std::string reason = name_problem(text); !reason.empty()) {
            value.problem(reason);
            continue;
        }
        try {
            for (std::string& name : expand_names(text)) out.push_back(std::move(name));
        } catch (const InputError& error) {
            value.problem(error.what());
        }
    }
    return out;
}

std::vector<NodeId> read_node_names(const YamlValue& value, const PlatformDraft& draft) {
    std::vector<NodeId> out;
    for (const std::string& name : expand_or_report(value)) {
        NodeId node = draft.find(name);
        if (node.valid()) {
            out.push_back(node);
            continue;
        }
        std::vector<std::string> names = draft.platform().node_names();
        value.problem(fmt::format("unknown node '{}'{}; nodes: {}", name, did_you_mean(name, names), name_list(names)));
    }
    return out;
}

/// `total_bandwidth`: the links have equal parts of it. Kept in `change`.
static void share_bandwidth(const YamlValue& total, const YamlValue& entry, const PlatformDraft& draft,
                            const std::vector<Ends>& ends, LinkChange& change) {
    Bandwidth sum = total.bandwidth();
    if (change.bandwidth) entry.problem("'total_bandwidth' goes instead of 'bandwidth', not with it");
    std::uint64_t links = 0;
    for (auto [from, to] : ends) links += draft.links_between(from, to).size();
    if (links == 0) return total.problem("'total_bandwidth' is dealt to links that are there, and there is none");
    if (sum.bits_per_second < links) total.problem(fmt::format("{} links have less than 1 bit/s each", links));
    // Costs are divided by it, also where there is a problem.
    change.bandwidth = Bandwidth{std::max<std::uint64_t>(sum.bits_per_second / links, 1)};
}

void read_link_entry(const YamlValue& entry, PlatformDraft& draft) {
    YamlMap map = entry.map();
    if (!entry.is_map()) return;
    std::vector<Ends> ends = read_ends(map, draft);
    LinkChange change = read_link_change(map);
    std::optional<YamlValue> total = map.optional("total_bandwidth");
    bool parallel = false;
    if (auto value = map.optional("parallel")) parallel = value->boolean();
    map.finish();
    if (total) share_bandwidth(*total, entry, draft, ends, change);

    for (auto [from, to] : ends) {
        // A copy: adding a link appends to the list.
        std::vector<LinkId> known = draft.links_between(from, to);
        if (!known.empty() && !parallel) {
            if (change.empty()) {
                entry.problem(fmt::format("link {} exists and nothing is changed; state bandwidth, latency or energy, "
                                          "or 'parallel: true' for another link",
                                          draft.platform().links[known.front()].name));
                return;
            }
            for (LinkId link : known) change.apply_to(draft.platform().links[link]);
            continue;
        }
        if (!change.bandwidth) {
            entry.problem(fmt::format("link {}->{} is new; missing key 'bandwidth'", draft.platform().nodes[from].name,
                                      draft.platform().nodes[to].name));
            return;
        }
        try {
            draft.add_link(from, to, change.settings());
        } catch (const InputError& error) {
            entry.problem(error.what());
            entry.problems().throw_if_any();
        }
    }
}

void read_route_entry(const YamlValue& entry, PlatformDraft& draft) {
    YamlMap map = entry.map();
    std::optional<YamlValue> path = map.required("path");
    bool both_ways = false;
    if (auto value = map.optional("both_ways")) both_ways = value->boolean();
    map.finish();
    if (!path) return;
    std::size_t before = entry.problems().found().size();
    std::vector<NodeId> stops = read_node_names(*path, draft);
    if (entry.problems().found().size() != before) return;
    if (stops.size() < 2) return path->problem("a route needs at least two nodes, its source and its destination");

    const Platform& platform = draft.platform();
    std::vector<NodeId> sorted = stops;
    std::sort(sorted.begin(), sorted.end());
    auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
        return path->problem(fmt::format("the route passes '{}' twice", platform.nodes[*twice].name));
    for (std::size_t i = 1; i + 1 < stops.size(); ++i)
        if (!platform.nodes[stops[i]].forwards)
            path->problem(
                fmt::format("'{}' does not forward; a route may only end there", platform.nodes[stops[i]].name));

    for (int way = 0; way < (both_ways ? 2 : 1); ++way) {
        Route route;
        for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
            const std::vector<LinkId>& links = draft.links_between(stops[i], stops[i + 1]);
            if (links.empty()) {
                path->problem(fmt::format("no link leads from '{}' to '{}'", platform.nodes[stops[i]].name,
                                          platform.nodes[stops[i + 1]].name));
                continue;
            }
            route.push_back(*std::min_element(links.begin(), links.end(), [&](LinkId a, LinkId b) {
                return hop_cost(platform, platform.links[a]) < hop_cost(platform, platform.links[b]);
            }));
        }
        Ends ends{stops.front(), stops.back()};
        if (!draft.platform().fixed_routes.emplace(ends, std::move(route)).second)
            path->problem(fmt::format("the route from '{}' to '{}' is stated twice", platform.nodes[ends.first].name,
                                      platform.nodes[ends.second].name));
        std::reverse(stops.begin(), stops.end());
    }
}

void read_link_event(const YamlValue& entry, PlatformDraft& draft) {
    YamlMap map = entry.map();
    if (!entry.is_map()) return;
    std::vector<Ends> ends = read_ends(map, draft);
    std::optional<YamlValue> at = map.required("at");
    std::optional<YamlValue> bandwidth = map.optional("bandwidth"), fails = map.optional("fails");
    map.finish();
    bool has_failed = fails && fails->boolean();
    if (has_failed == bandwidth.has_value()) {
        entry.problem("an event needs one of 'bandwidth', to which the link slows down, or 'fails: true'");
        return;
    }
    LinkEvent event;
    if (at) event.at = at->duration();
    if (bandwidth) event.bandwidth = bandwidth->bandwidth();
    Platform& platform = draft.platform();
    for (auto [from, to] : ends) {
        const std::vector<LinkId>& links = draft.links_between(from, to);
        if (links.empty())
            entry.problem(
                fmt::format("no link leads from '{}' to '{}'", platform.nodes[from].name, platform.nodes[to].name));
        for (LinkId link : links) {
            if (platform.links[link].bandwidth < event.bandwidth)
                bandwidth->problem(fmt::format("link {} cannot get faster than it is, {}", platform.links[link].name,
                                               format_bandwidth(platform.links[link].bandwidth)));
            event.link = link;
            platform.link_events.push_back(event);
        }
    }
}

} // namespace arsia
