#include "cli/common_options.h"

#include <vector>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "base/suggest.h"
#include "cli/describe.h"
#include "cli/stage.h"
#include "workloads/graph_builder.h"

namespace arsia {

static constexpr std::int64_t most_requests = 1'000'000;

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

static std::string platform_counts(const Platform& platform) {
    return fmt::format("{}, {}", counted(platform.accelerators().size(), "accelerator"),
                       counted(platform.links.size(), "directed link"));
}

Platform platform_of(const Arguments& arguments, const Console& console) {
    Stage stage(console, "reading the topology");
    Platform platform = platform_of(arguments);
    stage.done(fmt::format("read topology {}: {}",
                           resolve_catalog_file(CatalogKind::topology, arguments.text("topology")),
                           platform_counts(platform)));
    return platform;
}

NodeId node_named(const Platform& platform, const std::string& name) {
    NodeId found = platform.find_node(name);
    if (!found.valid())
        throw InputError(fmt::format("{} has no node '{}'{}; there are: {}", platform.name, name,
                                     did_you_mean(name, platform.node_names()), name_list(platform.node_names(), 8)));
    return found;
}

std::vector<Option> load_options() {
    return {{"batch", "N", "Samples at once for each that the workload's inputs have"},
            {"requests", "N", "Run the workload N times, one request after another through the same mapping"},
            {"arrival", "WHEN", "When requests arrive: 'all at once' (if not given) or like 'every 5 ms'"}};
}

static std::int64_t number_up_to(const Arguments& arguments, const std::string& name, std::int64_t most) {
    std::uint64_t number = arguments.whole_number(name, 1);
    if (number > static_cast<std::uint64_t>(most))
        throw InputError(fmt::format("--{}: at most {}, not {}", name, most, number));
    return static_cast<std::int64_t>(number);
}

std::shared_ptr<const Scenario> scenario_of(const Arguments& arguments) {
    ScenarioSource source;
    source.workloads = arguments.texts("workload");
    source.topology = arguments.text("topology");
    if (arguments.given("batch")) source.batch = number_up_to(arguments, "batch", largest_size);
    if (arguments.given("requests"))
        source.stream.requests = static_cast<std::uint32_t>(number_up_to(arguments, "requests", most_requests));
    if (arguments.given("arrival")) {
        if (!arguments.given("requests")) throw InputError("--arrival: --requests must say how many requests arrive");
        try {
            source.stream.interval = parse_arrival(arguments.text("arrival"));
        } catch (const InputError& error) {
            throw InputError(fmt::format("--arrival: {}", error.what()));
        }
    }
    return load_scenario(source);
}

std::shared_ptr<const Scenario> scenario_of(const Arguments& arguments, const Console& console) {
    Stage stage(console, "reading the workload and the topology");
    std::shared_ptr<const Scenario> scenario = scenario_of(arguments);
    stage.done(fmt::format(
        "read {} {} ({}, {} MACs) and topology {} ({}), with {}", scenario->tenants.empty() ? "workload" : "workloads",
        fmt::join(arguments.texts("workload"), ", "), counted(scenario->graph.operators.size(), "operator"),
        format_count(static_cast<double>(scenario->graph.macs())),
        resolve_catalog_file(CatalogKind::topology, arguments.text("topology")), platform_counts(scenario->platform),
        counted(scenario->designs.size(), "design")));
    return scenario;
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
