// Reads `arsia-topology/1` (docs/formats/topology.md): nodes first (generated, host, stated), then links (generated, to
// the host, stated), then routes. What comes later may change what came before.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/yaml.h"
#include "topologies/generators/generator.h"
#include "topologies/link_reader.h"
#include "topologies/node_settings.h"
#include "topologies/reader.h"
#include "topologies/routing.h"

namespace arsia {

namespace {

Platform read_file(const std::string& name_or_path, int depth);

/// A name that may be left empty.
std::string name_or_none(const YamlValue& value) {
    return value.is_scalar() && value.node().Scalar().empty() ? "" : value.name();
}

class TopologyReader {
public:
    /// `folder`: where a base that is named by a path is looked for first. `inside`: the topology stands in another
    /// document, which says the format; with a base it may go without a name of its own.
    explicit TopologyReader(const YamlValue& root, std::string folder = "", int depth = 0, bool inside = false)
        : root_value_(root), root_(root), folder_(std::move(folder)), depth_(depth), inside_(inside) {}

    Platform read() {
        if (!inside_ || root_.has("format")) expect_format(root_, "arsia-topology/1");
        Platform& platform = draft_.platform();
        std::optional<YamlValue> name = inside_ && root_.has("base") ? root_.optional("name") : root_.required("name");
        if (auto description = root_.optional("description")) platform.description = description->text();
        adopt_base();
        if (name) platform.name = name->name();
        if (auto burst = root_.optional("burst")) platform.burst = read_burst(*burst);
        read_defaults();
        generate();
        add_host();
        std::optional<YamlValue> nodes = root_.optional("nodes"), links = root_.optional("links"),
                                 routes = root_.optional("routes"), routing = root_.optional("routing"),
                                 events = root_.optional("events");
        // Without the nodes that were to be generated, each mention of one would be another problem.
        if (nodes_known_) {
            if (nodes)
                for (const YamlValue& entry : nodes->items()) read_node_entry(entry);
            attach_host();
            if (links)
                for (const YamlValue& entry : links->items()) read_link_entry(entry, draft_);
            check_costs();
            if (routes)
                for (const YamlValue& entry : routes->items()) read_route_entry(entry, draft_);
            if (events)
                for (const YamlValue& entry : events->items()) read_link_event(entry, draft_);
            std::stable_sort(platform.link_events.begin(), platform.link_events.end(),
                             [](const LinkEvent& a, const LinkEvent& b) { return a.at < b.at; });
            read_routing(routing);
        }
        if (root_value_.problems().empty() && platform.accelerators().empty())
            root_value_.problem("no accelerator; 'generate' or 'nodes' must make at least one");
        root_.finish();
        root_value_.problems().throw_if_any();
        std::string disconnected = connectivity_problem(platform);
        if (!disconnected.empty()) root_value_.problems().add(0, "", disconnected);
        root_value_.problems().throw_if_any();
        return std::move(platform);
    }

private:
    static Bytes read_burst(const YamlValue& value) {
        if (value.is_scalar() && value.node().Scalar() == "message") return 0;
        std::size_t before = value.problems().found().size();
        Bytes burst = value.bytes();
        if (value.problems().found().size() == before && burst == 0)
            value.problem("a burst must be above zero, like '64 KiB'; 'message' for transfers that are never cut");
        return std::max<Bytes>(burst, 1);
    }

    /// What `base:` names: another topology, which this one changes.
    void adopt_base() {
        std::optional<YamlValue> value = root_.optional("base");
        if (!value) return;
        nodes_known_ = false;
        if (value->is_map()) {
            adopt(TopologyReader(*value, folder_, depth_, true).read());
            return keep_base(*value);
        }
        std::string base = value->text();
        if (base.empty()) return;
        if (depth_ == most_bases)
            return value->problem(fmt::format("more than {} topologies, each the base of the next", most_bases));
        try {
            adopt(read_file(seen_from(folder_, base), depth_ + 1));
        } catch (const InputError& error) {
            return value->problem(fmt::format("the base cannot be used: {}", error.what()));
        }
        keep_base(*value);
    }

    void adopt(const Platform& base) {
        draft_.adopt(base);
        draft_.platform().name = base.name;
    }

    void keep_base(const YamlValue& value) {
        for (const char* key : {"generate", "host"})
            if (root_.has(key)) value.problem(fmt::format("a topology with a base cannot have '{}' as well", key));
        nodes_known_ = true;
        has_base_ = true;
        generated_routing_ = draft_.platform().routing;
        generated_links_ = draft_.platform().links.size();
    }

    /// What `accelerator:` says of every accelerator; generated ones cannot do without.
    void read_defaults() {
        bool generates = root_.has("generate");
        std::optional<YamlValue> value = generates ? root_.required("accelerator") : root_.optional("accelerator");
        if (!value) return;
        YamlMap map = value->map();
        forwards_stated_ = map.has("forwards");
        if (has_base_) change_accelerators(map);
        read_node_settings(map, accelerator_);
        map.finish();
        if (generates) require_memory(*value, accelerator_);
    }

    /// What is said of every accelerator holds for those of the base, too.
    void change_accelerators(YamlMap& map) {
        for (NodeId node : draft_.platform().accelerators()) {
            std::size_t before = root_value_.problems().found().size();
            read_node_settings(map, draft_.platform().nodes[node]);
            if (root_value_.problems().found().size() != before) break; // each would have the same problem
        }
    }

    void generate() {
        std::optional<YamlValue> value = root_.optional("generate");
        if (!value) {
            if (!root_.has("nodes") && !root_.has("base"))
                root_value_.problem("missing key 'generate', 'nodes' or 'base'");
            return;
        }
        YamlMap map = value->map();
        std::string prefix = "acc";
        if (auto names = map.optional("names")) {
            prefix = name_or_none(*names); // numbers alone are names, too
        }
        GeneratorPtr generator = read_generator(map);
        map.finish();
        if (generator && generator->links() > most_links) {
            value->problem(
                fmt::format("{} links would be needed; at most {} are possible", generator->links(), most_links));
            generator = nullptr;
        }
        nodes_known_ = generator != nullptr;
        if (!generator) return;
        std::vector<NodeId> endpoints;
        for (std::size_t i = 0; i < generator->endpoints(); ++i) {
            Node node = accelerator_;
            node.name = fmt::format("{}{}", prefix, i);
            node.group = generator->group_of(i);
            if (!forwards_stated_) node.forwards = generator->endpoints_forward();
            endpoints.push_back(draft_.add_node(std::move(node)));
        }
        generator->join(endpoints, draft_);
        generated_routing_ = generator->routing();
        draft_.platform().grid = generator->grid();
        generated_links_ = draft_.platform().links.size();
    }

    void add_host() {
        std::optional<YamlValue> value = root_.optional("host");
        if (!value) return;
        YamlMap map = value->map();
        host_.name = "host";
        if (auto name = map.optional("name")) host_.name = name->name();
        if (auto group = map.optional("group")) host_.group = name_or_none(*group);
        read_node_settings(map, host_);
        host_link_ = map.optional("link");
        host_attach_ = map.optional("attach");
        map.finish();
        require_memory(*value, host_);
        if (host_attach_ && !host_link_) value->problem("'attach' needs 'link', what the host is attached by");
        if (draft_.find(host_.name).valid())
            value->problem(fmt::format("a node '{}' exists already", host_.name));
        else
            host_id_ = draft_.add_node(host_);
    }

    void attach_host() {
        if (!host_link_) return;
        LinkSettings link = read_link_settings(*host_link_);
        std::vector<NodeId> attached = draft_.platform().accelerators();
        if (host_attach_) attached = read_node_names(*host_attach_, draft_);
        if (!host_id_.valid()) return;
        for (NodeId node : attached) {
            if (node == host_id_)
                host_attach_->problem(fmt::format("'{}' cannot be linked to itself", host_.name));
            else if (!draft_.links_between(host_id_, node).empty())
                host_attach_->problem(fmt::format("'{}' is named twice", draft_.platform().nodes[node].name));
            else
                draft_.connect(node, host_id_, link);
        }
    }

    void read_node_entry(const YamlValue& entry) {
        YamlMap map = entry.map();
        std::optional<YamlValue> name = map.required("name");
        std::vector<std::string> names = name ? expand_or_report(*name) : std::vector<std::string>{};
        std::optional<YamlValue> kind = map.optional("kind");
        std::optional<YamlValue> group = map.optional("group");
        if (names.empty()) {
            map.entries(); // which keys are legal depends on the node
            return;
        }
        if (group) name_or_none(*group);
        for (std::size_t i = 0; i < names.size(); ++i) {
            // The keys of a range of names are read again for each; what is wrong with them is said once.
            std::size_t before = entry.problems().found().size();
            read_one_node(map, entry, *name, names[i], kind, group);
            if (entry.problems().found().size() != before) break;
        }
        map.finish();
    }

    void read_one_node(YamlMap& map, const YamlValue& entry, const YamlValue& name_value, const std::string& name,
                       const std::optional<YamlValue>& kind_value, const std::optional<YamlValue>& group) {
        if (std::find(stated_.begin(), stated_.end(), name) != stated_.end())
            name_value.problem(fmt::format("node '{}' is stated twice under 'nodes'", name));
        stated_.push_back(name);
        NodeId known = draft_.find(name);
        std::optional<NodeKind> kind;
        if (kind_value) kind = read_kind(*kind_value);
        if (known.valid()) {
            Node& node = draft_.platform().nodes[known];
            if (kind && *kind != node.kind)
                kind_value->problem(fmt::format("'{}' is of kind {} already; a node's kind cannot be changed", name,
                                                name_of(node.kind)));
            if (group && group->is_scalar()) node.group = group->text();
            read_node_settings(map, node);
            return;
        }
        if (!kind) {
            entry.problem(fmt::format("node '{}' is new; missing key 'kind' (accelerator, host or switch)", name));
            map.entries();
            return;
        }
        Node node = *kind == NodeKind::accelerator ? accelerator_ : *kind == NodeKind::host ? host_ : Node();
        node.name = name;
        node.kind = *kind;
        node.group = group && group->is_scalar() ? group->text() : "";
        if (*kind == NodeKind::switch_node) node.forwards = true;
        read_node_settings(map, node);
        if (*kind != NodeKind::switch_node) require_memory(entry, node);
        draft_.add_node(std::move(node));
    }

    /// Routes are found by costs, so each link must have one.
    void check_costs() {
        if (!root_value_.problems().empty()) return;
        try {
            for (const Link& link : draft_.platform().links) hop_cost(draft_.platform(), link);
        } catch (const InputError& error) {
            root_value_.problems().add(0, root_value_.path(), error.what());
            root_value_.problems().throw_if_any();
        }
    }

    static NodeKind read_kind(const YamlValue& value) {
        std::string name = value.one_of({"accelerator", "host", "switch"});
        if (name == "host") return NodeKind::host;
        return name == "switch" ? NodeKind::switch_node : NodeKind::accelerator;
    }

    void read_routing(const std::optional<YamlValue>& value) {
        Platform& platform = draft_.platform();
        std::string why_no_grid = why_not_in_dimension_order();
        platform.routing = generated_routing_;
        if (!value && platform.routing == Routing::dimension_order && !why_no_grid.empty())
            platform.routing = Routing::shortest;
        if (!value) return;
        std::string name = value->one_of({"shortest", "spread", "dimension_order"});
        platform.routing = name == "shortest" ? Routing::shortest
                           : name == "spread" ? Routing::spread
                                              : Routing::dimension_order;
        if (platform.routing == Routing::dimension_order && !why_no_grid.empty()) value->problem(why_no_grid);
    }

    /// Why routes of the grid alone would be wrong or wasteful; empty if they are not.
    std::string why_not_in_dimension_order() const {
        const Platform& platform = draft_.platform();
        std::size_t size = platform.grid.size();
        if (size == 0) return "dimension_order needs a generated mesh or torus";
        for (std::size_t i = 0; i < size; ++i)
            if (!platform.nodes[NodeId(i)].forwards)
                return fmt::format("dimension_order leads through every node of the grid, but '{}' does not forward",
                                   platform.nodes[NodeId(i)].name);
        for (std::size_t i = generated_links_; i < platform.links.size(); ++i) {
            const Link& link = platform.links[LinkId(i)];
            if (link.from.value() < size && link.to.value() < size)
                return fmt::format("dimension_order would not use the added link {}; shortest does", link.name);
        }
        return "";
    }

    static constexpr int most_bases = 8;

    YamlValue root_value_;
    YamlMap root_;
    std::string folder_;
    int depth_;
    bool inside_;
    bool has_base_ = false;
    PlatformDraft draft_;
    Node accelerator_; ///< what every accelerator starts from
    bool forwards_stated_ = false;
    Node host_ = host_defaults();
    NodeId host_id_;
    bool nodes_known_ = true; ///< whether `generate:` could be read far enough to make its nodes
    std::optional<YamlValue> host_link_, host_attach_;
    std::vector<std::string> stated_; ///< names under `nodes:` so far
    Routing generated_routing_ = Routing::shortest;
    std::size_t generated_links_ = 0;

    static Node host_defaults() {
        Node node;
        node.kind = NodeKind::host;
        return node;
    }
};

Platform read_file(const std::string& name_or_path, int depth) {
    std::string file = resolve_catalog_file(CatalogKind::topology, name_or_path);
    Problems problems(file);
    std::string folder = std::filesystem::path(file).parent_path().string();
    return TopologyReader(load_yaml_file(file, problems), folder, depth).read();
}

} // namespace

Platform read_topology(const std::string& name_or_path) { return read_file(name_or_path, 0); }

Platform read_topology_text(const std::string& text, const std::string& shown) {
    Problems problems(shown);
    return TopologyReader(load_yaml_text(text, problems)).read();
}

Platform read_topology_value(const YamlValue& value, const std::string& folder) {
    return TopologyReader(value, folder, 0, true).read();
}

} // namespace arsia
