#include "mapper/scenario.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "workloads/merge.h"
#include "workloads/reader.h"

namespace arsia {

std::vector<std::string> Scenario::designs_without_energy() const {
    std::vector<std::string> out;
    for (const auto& [name, design] : designs)
        if (!design->energy.is_stated()) out.push_back(name);
    return out;
}

const Design* Scenario::find_design(const std::string& name) const {
    auto found = designs.find(name);
    return found == designs.end() ? nullptr : found->second.get();
}

bool Scenario::allows(NodeId accelerator, const std::string& design) const {
    const std::vector<std::string>& allowed = platform.nodes[accelerator].designs;
    if (!allowed.empty()) return std::find(allowed.begin(), allowed.end(), design) != allowed.end();
    const Design* found = find_design(design);
    return !found || shortage(*found, platform.nodes[accelerator]).empty();
}

std::vector<std::string> Scenario::common_designs(const std::vector<NodeId>& of) const {
    std::vector<std::string> out;
    for (const auto& [name, design] : designs) {
        auto allowed = [&, &candidate = name](NodeId node) { return allows(node, candidate); };
        if (std::all_of(of.begin(), of.end(), allowed)) out.push_back(name);
    }
    return out;
}

std::string shortage(const Design& design, const Node& node) {
    auto lacking = [&](std::int64_t need, std::int64_t there, const char* of) {
        return need >= 0 && there >= 0 && need > there
                   ? fmt::format("needs {} {}, and {} has {}", need, of, node.name, there)
                   : std::string();
    };
    std::string out = lacking(design.resources.dsp, node.resources.dsp, "DSP slices");
    return out.empty() ? lacking(design.resources.bram, node.resources.bram, "blocks of RAM") : out;
}

namespace {

/// Designs that an accelerator lists must fit it.
void check_designs(const Scenario& scenario) {
    std::vector<Problem> problems;
    for (NodeId id : scenario.accelerators) {
        const Node& node = scenario.platform.nodes[id];
        for (const std::string& name : node.designs) {
            std::string reason = shortage(*scenario.find_design(name), node);
            if (!reason.empty())
                problems.push_back({"", 0, "",
                                    fmt::format("topology '{}': {} may load {}, but {} {}", scenario.platform.name,
                                                node.name, name, name, reason)});
        }
    }
    if (!problems.empty()) throw InputError(problems);
}

/// What a platform must have before anything can be mapped onto it.
void check_platform(const Scenario& scenario) {
    const Platform& platform = scenario.platform;
    std::vector<Problem> problems;
    auto problem = [&](const std::string& message) {
        problems.push_back({"", 0, "", "topology '" + platform.name + "': " + message});
    };
    if (!scenario.host.valid())
        problem("has no host; the input starts at a host and the output goes back to it, so one node must have "
                "kind host");
    if (scenario.accelerators.empty()) problem("has no accelerator");
    if (scenario.host.valid()) {
        for (NodeId node : scenario.accelerators) {
            const std::string& name = platform.nodes[node].name;
            const std::string& host = platform.nodes[scenario.host].name;
            if (!platform.reachable(scenario.host, node)) problem(name + " cannot be reached from the host " + host);
            if (!platform.reachable(node, scenario.host)) problem(name + " cannot reach the host " + host);
        }
    }
    if (!problems.empty()) throw InputError(problems);
}

} // namespace

static std::shared_ptr<Scenario> scenario_with(Graph graph, Platform platform) {
    auto scenario = std::make_shared<Scenario>();
    scenario->graph = std::move(graph);
    scenario->platform = std::move(platform);
    scenario->accelerators = scenario->platform.accelerators();
    scenario->host = scenario->platform.host();
    check_platform(*scenario);

    std::set<std::string> names;
    for (NodeId node : scenario->accelerators) {
        const std::vector<std::string>& allowed = scenario->platform.nodes[node].designs;
        if (allowed.empty())
            for (const std::string& name : catalog_names(CatalogKind::design)) names.insert(name);
        names.insert(allowed.begin(), allowed.end());
    }
    // A platform may name a design's file; mappings call the design by its own name.
    std::map<std::string, std::string> own_names;
    for (const std::string& name : names) {
        DesignPtr design = read_design(name);
        own_names[name] = design->name;
        if (!scenario->designs.emplace(design->name, design).second)
            throw InputError(fmt::format("topology '{}' allows two designs that are both called '{}'; one is {}",
                                         scenario->platform.name, design->name, name));
    }
    for (NodeId node : scenario->accelerators)
        for (std::string& name : scenario->platform.nodes[node].designs) name = own_names.at(name);
    check_designs(*scenario);
    return scenario;
}

std::shared_ptr<const Scenario> load_scenario(const std::string& workload, const std::string& topology) {
    return make_scenario(read_workload(workload), read_topology(topology));
}

namespace {

/// Transfers are served by request, operator and rank, counted in 32 bits.
void check_stream(const Scenario& scenario, const Stream& stream) {
    if (stream.requests < 1) throw InputError("a stream has at least one request");
    std::size_t places = std::max<std::size_t>(1, scenario.graph.operators.size() * scenario.platform.nodes.size());
    std::size_t most = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()) / places;
    if (stream.requests > most)
        throw InputError(fmt::format("a stream of {} requests is too long; of {} operators on {} nodes at most {}",
                                     stream.requests, scenario.graph.operators.size(), scenario.platform.nodes.size(),
                                     most));
    TimePs last = 0;
    if (__builtin_mul_overflow(stream.interval, static_cast<TimePs>(stream.requests), &last))
        throw InputError(fmt::format("the last of {} requests {} would come after more than {}", stream.requests,
                                     arrival_text(stream), format_time(std::numeric_limits<TimePs>::max())));
}

} // namespace

std::shared_ptr<const Scenario> make_scenario(Graph graph, Platform platform) {
    return scenario_with(std::move(graph), std::move(platform));
}

std::shared_ptr<const Scenario> load_scenario(const ScenarioSource& source) {
    return load_scenario(source, read_topology(source.topology));
}

std::shared_ptr<const Scenario> load_scenario(const ScenarioSource& source, Platform platform) {
    std::vector<NamedGraph> parts;
    for (const std::string& given : source.workloads) parts.push_back(read_named_workload(given, source.batch));
    std::vector<Tenant> tenants;
    std::size_t end = 0;
    for (const NamedGraph& part : parts) {
        std::size_t begin = end;
        end += part.graph.operators.size();
        tenants.push_back({part.name, OperatorId(begin), OperatorId(end)});
    }
    bool alone = parts.size() == 1;
    Graph graph = alone ? std::move(parts.front().graph) : merged_graph(parts);
    if (alone) graph.name = parts.front().name;
    std::shared_ptr<Scenario> scenario = scenario_with(std::move(graph), std::move(platform));
    if (!alone) scenario->tenants = std::move(tenants);
    check_stream(*scenario, source.stream);
    scenario->stream = source.stream;
    return scenario;
}

} // namespace arsia
