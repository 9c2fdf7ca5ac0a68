// `arsia list`: the catalogs.
#include <functional>
#include <map>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "base/suggest.h"
#include "cli/command.h"
#include "cli/table.h"
#include "collectives/operation.h"
#include "mapper/search.h"
#include "models/design.h"
#include "sweep/reader.h"
#include "topologies/platform.h"
#include "workloads/reader.h"

namespace arsia {
namespace {

/// Both forms of a catalog's list.
struct Listing {
    Table table;
    Json items = Json::array();
};

Listing list_workloads() {
    Listing out{Table({"workload", ">operators", ">MACs", ">weights"})};
    for (const std::string& name : catalog_names(CatalogKind::workload)) {
        Graph graph = read_workload(name);
        out.items.push_back({{"name", name},
                             {"operators", graph.operators.size()},
                             {"macs", graph.macs()},
                             {"weights", graph.weights()}});
        out.table.row({name, std::to_string(graph.operators.size()), format_count(static_cast<double>(graph.macs())),
                       format_count(static_cast<double>(graph.weights()))});
    }
    return out;
}

Listing list_topologies() {
    Listing out{Table({"topology", ">accelerators", ">links", "description"})};
    for (const std::string& name : catalog_names(CatalogKind::topology)) {
        Platform platform = read_topology(name);
        std::size_t accelerators = platform.accelerators().size();
        out.items.push_back({{"name", name},
                             {"accelerators", accelerators},
                             {"links", platform.links.size()},
                             {"description", platform.description}});
        out.table.row({name, std::to_string(accelerators), std::to_string(platform.links.size()),
                       platform.description.substr(0, platform.description.find('\n'))});
    }
    return out;
}

Listing list_designs() {
    Listing out{Table({"design", "kind", ">multipliers", ">clock"})};
    for (const std::string& name : catalog_names(CatalogKind::design)) {
        DesignPtr design = read_design(name);
        out.items.push_back({{"name", name},
                             {"kind", design->kind},
                             {"multipliers", design->multipliers},
                             {"clock_hz", design->clock.hertz},
                             {"description", design->description}});
        out.table.row({name, design->kind, std::to_string(design->multipliers),
                       format_count(static_cast<double>(design->clock.hertz)) + "Hz"});
    }
    return out;
}

Listing list_searches() {
    Listing out{Table({"search", "what it does"})};
    for (const SearchInfo& search : searches()) {
        out.items.push_back({{"name", search.name}, {"summary", search.summary}});
        out.table.row({search.name, search.summary});
    }
    return out;
}

Listing list_studies() {
    Listing out{Table({"study", ">points", "question"})};
    for (const std::string& name : catalog_names(CatalogKind::study)) {
        SweepSpec study = read_sweep(name);
        out.items.push_back({{"name", name},
                             {"points", study.points()},
                             {"question", study.question},
                             {"description", study.description}});
        out.table.row({name, std::to_string(study.points()), study.question});
    }
    return out;
}

Listing list_collectives() {
    Listing out{Table({"operation", "what it does", "algorithms"})};
    for (const OperationInfo& operation : collective_operations()) {
        std::vector<std::string> algorithms = algorithm_names(operation);
        out.items.push_back({{"name", operation.name},
                             {"summary", operation.summary},
                             {"size", operation.buffer},
                             {"algorithms", algorithms}});
        out.table.row({operation.name, operation.summary, name_list(algorithms)});
    }
    return out;
}

/// Names alone need no file to be read: quick enough for the completion of a word.
void print_names(const std::string& catalog, Console& console) {
    const std::map<std::string, CatalogKind> of_files = {{"workloads", CatalogKind::workload},
                                                         {"topologies", CatalogKind::topology},
                                                         {"designs", CatalogKind::design},
                                                         {"studies", CatalogKind::study}};
    std::vector<std::string> names;
    if (auto kind = of_files.find(catalog); kind != of_files.end()) names = catalog_names(kind->second);
    if (catalog == "searches")
        for (const SearchInfo& search : searches()) names.push_back(search.name);
    if (catalog == "collectives")
        for (const OperationInfo& operation : collective_operations()) names.push_back(operation.name);
    Json items = Json::array();
    for (const std::string& name : names) {
        console.print(name + "\n");
        items.push_back({{"name", name}});
    }
    console.result({{"catalog", catalog}, {"items", items}});
}

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    const std::string& catalog = arguments.text("CATALOG");
    const std::vector<std::pair<std::string, Listing (*)()>> catalogs = {
        {"workloads", list_workloads}, {"topologies", list_topologies}, {"designs", list_designs},
        {"searches", list_searches},   {"studies", list_studies},       {"collectives", list_collectives}};
    std::vector<std::string> names;
    for (const auto& [name, list] : catalogs) {
        names.push_back(name);
        if (name != catalog) continue;
        if (arguments.given("names")) {
            print_names(catalog, console);
            return 0;
        }
        Listing listing = list();
        console.print(listing.table.text());
        console.result({{"catalog", catalog}, {"items", listing.items}});
        return 0;
    }
    throw InputError(
        fmt::format("unknown catalog '{}'{}; there are: {}", catalog, did_you_mean(catalog, names), name_list(names)));
}

} // namespace

Command list_command() {
    return {{"list",
             {{"CATALOG", "workloads, topologies, designs, searches, studies or collectives", true,
               Values::one_of({"workloads", "topologies", "designs", "searches", "studies", "collectives"})}},
             {{"names", "", "Print the names only"}}},
            "List a catalog",
            "Lists the workloads, topologies, designs, searches, studies of arsia sweep, or collectives that can be "
            "named.\n"
            "Files serve in their stead: where a workload, topology, design or study is named, a word that\n" +
                path_form() + " is a file.",
            "arsia list workloads",
            run};
}

} // namespace arsia
