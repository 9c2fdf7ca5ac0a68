#include "cli/common_options.h"

#include <vector>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

Platform platform_of(const Arguments& arguments) {
    Platform platform = read_topology(arguments.text("topology"));
    std::optional<std::string> burst = arguments.optional_text("burst");
    if (!burst) return platform;
    try {
        platform.burst = *burst == "message" ? 0 : parse_bytes(*burst);
    } catch (const InputError& error) {
        throw InputError(fmt::format("--burst: {}; or 'message', to send each transfer whole", error.what()));
    }
    if (platform.burst == 0 && *burst != "message")
        throw InputError("--burst: a burst has at least 1 B; 'message' sends each transfer whole");
    return platform;
}

NodeId node_named(const Platform& platform, const std::string& name) {
    NodeId found = platform.find_node(name);
    if (!found.valid())
        throw InputError(fmt::format("{} has no node '{}'{}; there are: {}", platform.name, name,
                                     did_you_mean(name, platform.node_names()), name_list(platform.node_names(), 8)));
    return found;
}

std::shared_ptr<const Scenario> scenario_of(const Arguments& arguments) {
    return load_scenario(arguments.text("workload"), arguments.text("topology"));
}

Mapping mapping_of(const Arguments& arguments, const Scenario& scenario, const Console& console) {
    std::vector<std::string> warnings;
    auto print_warnings = [&] {
        for (const std::string& warning : warnings) console.warn(warning);
    };
    try {
        Mapping mapping = read_mapping(arguments.text("mapping"), scenario, warnings);
        print_warnings();
        return mapping;
    } catch (...) {
        print_warnings();
        throw;
    }
}

Json mapping_object(const std::string& mapping_json) { return Json::parse(mapping_json); }

} // namespace arsia
