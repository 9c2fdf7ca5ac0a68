// What a mapping is for: workloads and the requests for them, a platform, and the designs that may be loaded.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mapper/stream.h"
#include "models/design.h"
#include "topologies/platform.h"
#include "workloads/graph.h"

namespace arsia {

/// One of several workloads on a platform: operators from `begin` up to `end` of the scenario's graph.
struct Tenant {
    std::string name;
    OperatorId begin, end;
};

/// Immutable once built; everything above the simulator works on one.
struct Scenario {
    Graph graph;                 ///< of all workloads
    std::vector<Tenant> tenants; ///< none: the graph is one workload
    Stream stream;               ///< requests for the graph, all its workloads at once
    Platform platform;
    /// Every design that some accelerator may load, by name.
    std::map<std::string, DesignPtr> designs;
    std::vector<NodeId> accelerators;
    NodeId host;

    /// nullptr if unknown.
    const Design* find_design(const std::string& name) const;
    /// Names of designs that state no energy figures, sorted. With any of them mappings cannot be compared by energy.
    std::vector<std::string> designs_without_energy() const;
    /// Whether the accelerator's `designs` allow it (an empty list allows all that fit the device).
    bool allows(NodeId accelerator, const std::string& design) const;
    /// Names of designs that every one of the accelerators allows, sorted.
    std::vector<std::string> common_designs(const std::vector<NodeId>& accelerators) const;
};

/// Why the design does not fit the device, or an empty text: `needs 1152 DSP slices, and fpga0 has 900`. What either
/// does not state fits.
std::string shortage(const Design& design, const Node& node);

/// Reads workload, topology and the designs it allows (all of the catalog where an accelerator allows any).
/// Throws InputError, also if the platform has no host, no accelerator, parts that cannot reach the host, or a
/// design in an accelerator's list that does not fit it.
std::shared_ptr<const Scenario> load_scenario(const std::string& workload, const std::string& topology);
std::shared_ptr<const Scenario> make_scenario(Graph graph, Platform platform);

/// What there may be to a scenario beside a workload and a topology.
struct ScenarioSource {
    std::vector<std::string> workloads; ///< each a name or file, `name=` before it to call it so
    std::string topology;
    std::int64_t batch = 1; ///< samples of each input of a request where its file has one
    Stream stream;
};
/// Several workloads are one graph (merged_graph). Throws InputError as above; also if the stream is too long.
std::shared_ptr<const Scenario> load_scenario(const ScenarioSource& source);
/// The same on a platform that is there already; the source's topology is not looked at.
std::shared_ptr<const Scenario> load_scenario(const ScenarioSource& source, Platform platform);

} // namespace arsia
