#include "cli/common_options.h"

#include <vector>

namespace arsia {

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
