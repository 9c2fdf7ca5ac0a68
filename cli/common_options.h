// Options that several commands take, and reading what they name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/console.h"
#include "mapper/mapping.h"

namespace arsia {

inline Option workload_option() {
    return {"workload", "W", "Workload: catalog name or file", true, "", 0, false, Values::from("workloads")};
}
/// For commands that take several workloads.
inline Option workloads_option() {
    Option out{"workload", "W", "Workload: catalog name or file; several run side by side; NAME=W gives it a name",
               true};
    out.values = Values::from("workloads");
    out.repeats = true;
    return out;
}
/// `--batch`, `--requests`, `--arrival`: what there is to do of the workload.
std::vector<Option> load_options();
inline Option topology_option() {
    return {"topology", "T", "Topology: catalog name or file", true, "", 0, false, Values::from("topologies")};
}
inline Option burst_option() {
    return {"burst", "SIZE",
            "Size into which transfers are cut, like '64 KiB', or 'message' (never); the topology's if not given"};
}
/// Whether the simulator may advance what nothing disturbs in one event.
inline Option skip_option() { return {"no-skip", "", "Run every event through the kernel; slower, the same result"}; }
/// `-o`, for the main file that a command writes.
inline Option output_option(std::string value, std::string description, bool required = false) {
    return {"output", std::move(value), std::move(description), required, "", 'o', false, Values::output()};
}
inline Option mapping_option() {
    return {"mapping", "FILE", "Mapping file (JSON)", true, "", 0, false, Values::file()};
}

/// The platform that --topology names, with the burst of --burst if it is given.
Platform platform_of(const Arguments& arguments);
Platform platform_of(const Arguments& arguments, const Console& console);

/// Throws InputError with the nearest name if the platform has no such node.
NodeId node_named(const Platform& platform, const std::string& name);

/// The scenario that --workload and --topology name, with the load that load_options() state.
std::shared_ptr<const Scenario> scenario_of(const Arguments& arguments);
/// The same, saying how it goes.
std::shared_ptr<const Scenario> scenario_of(const Arguments& arguments, const Console& console);

/// The mapping that --mapping names. Warnings are printed also if reading fails in the end.
Mapping mapping_of(const Arguments& arguments, const Scenario& scenario, const Console& console);

/// A mapping as an object, as it stands in its file.
Json mapping_object(const std::string& mapping_json);

} // namespace arsia
