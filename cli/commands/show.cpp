// `arsia show`: one workload, topology, design or run file.
#include "cli/commands/show.h"

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"

namespace arsia {
namespace {

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    const std::string& kind = arguments.text("KIND");
    const std::string& name = arguments.text("NAME");
    bool dot = arguments.given("dot");
    if (dot && kind != "topology") throw InputError("--dot goes with 'arsia show topology NAME' only");
    if (dot && console.json()) throw InputError("--dot and --json exclude each other: both want standard output");
    if (kind == "workload") {
        show_workload(name, console);
    } else if (kind == "topology") {
        show_topology(name, dot, console);
    } else if (kind == "design") {
        show_design(name, console);
    } else if (kind == "run") {
        show_run(name, console);
    } else {
        const std::vector<std::string> kinds = {"workload", "topology", "design", "run"};
        throw InputError(
            fmt::format("'{}' cannot be shown{}; there are: {}", kind, did_you_mean(kind, kinds), name_list(kinds)));
    }
    return 0;
}

} // namespace

Command show_command() {
    const std::vector<std::string> kinds = {"workload", "topology", "design", "run"};
    const Values names = {
        Values::Kind::by_first,
        "",
        kinds,
        {Values::from("workloads"), Values::from("topologies"), Values::from("designs"), Values::file()}};
    return {{"show",
             {{"KIND", "workload, topology, design or run", true, Values::one_of(kinds)},
              {"NAME", "Catalog name or file; a run is always a file", true, names}},
             {{"dot", "", "Topologies: print a Graphviz graph instead (pipe it into 'dot -Tsvg')"}}},
            "Show one workload, topology, design or run file",
            "Describes one entry of a catalog or a file of one's own, or sums up a run file (HDF5).",
            "arsia show workload alexnet",
            run};
}

} // namespace arsia
