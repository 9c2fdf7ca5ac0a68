// `arsia check`: is a mapping legal?
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/common_options.h"
#include "cli/describe.h"
#include "cli/ink.h"
#include "cli/stage.h"
#include "mapper/legality.h"

namespace arsia {
namespace {

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    std::shared_ptr<const Scenario> scenario = scenario_of(arguments, console);
    Mapping mapping = mapping_of(arguments, *scenario, console);
    Stage stage(console, "checking");
    std::vector<std::string> problems = legality_problems(*scenario, mapping);
    stage.done(fmt::format("checked {}", arguments.text("mapping")));
    console.result({{"legal", problems.empty()}, {"problems", problems}});
    if (problems.empty()) {
        console.print(fmt::format("{} {} maps {} onto {}\n", inked(Ink::good, "legal:"), arguments.text("mapping"),
                                  scenario->graph.name, scenario->platform.name));
        return 0;
    }
    console.print(fmt::format("{} {}\n", inked(Ink::bad, "not legal:"), counted(problems.size(), "problem")));
    if (!console.json())
        for (const std::string& problem : problems) console.fail(problem, 1);
    return 1;
}

} // namespace

Command check_command() {
    std::vector<Option> options = {workloads_option(), topology_option(), mapping_option()};
    for (const Option& each : load_options()) options.push_back(each);
    return {
        {"check", {}, options},
        "Check whether a mapping is legal",
        "Checks a mapping without simulating it, and reports all that is wrong at once: accelerators and operators\n"
        "covered once, designs allowed and able, factors that fit, memory that suffices. Exit status 1 if not legal.",
        "arsia map --workload alexnet --topology f1_16xlarge --search baseline -o m.json && \\\n"
        "  arsia check --workload alexnet --topology f1_16xlarge --mapping m.json",
        run};
}

} // namespace arsia
