#include "workloads/merge.h"

#include <fmt/format.h>

#include "base/errors.h"
#include "base/names.h"
#include "workloads/graph_builder.h"
#include "workloads/reader.h"

namespace arsia {

NamedGraph read_named_workload(const std::string& given, std::int64_t batch) {
    std::size_t equals = given.find('=');
    // What stands before an equals sign inside a path is no name.
    if (equals == std::string::npos || given.find('/') < equals) {
        Graph graph = read_workload(given, batch);
        return {graph.name, std::move(graph)};
    }
    std::string name = given.substr(0, equals);
    if (std::string reason = name_problem(name); !name.empty() && !reason.empty()) throw InputError(reason);
    if (name.empty() || name.find('+') != std::string::npos)
        throw InputError(
            fmt::format("'{}': '{}' is no name for a workload; it has at least one character and no '+'", given, name));
    return {name, read_workload(given.substr(equals + 1), batch)};
}

static void check_parts(const std::vector<NamedGraph>& parts) {
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < parts.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (parts[i].name == parts[j].name)
                problems.push_back({"", 0, "",
                                    fmt::format("two workloads are called '{}'; give each a name of its own, like "
                                                "'first={}'",
                                                parts[i].name, parts[i].name)});
            if (j == 0 && parts[i].graph.element_bits != parts[j].graph.element_bits)
                problems.push_back({"", 0, "",
                                    fmt::format("elements of '{}' have {} bits, those of '{}' {}; workloads that share "
                                                "a platform have elements of one width",
                                                parts[i].name, parts[i].graph.element_bits, parts[j].name,
                                                parts[j].graph.element_bits)});
        }
    if (!problems.empty()) throw InputError(problems);
}

Graph merged_graph(const std::vector<NamedGraph>& parts) {
    check_parts(parts);
    std::vector<const Graph*> graphs;
    std::vector<std::string> names;
    for (const NamedGraph& part : parts) {
        graphs.push_back(&part.graph);
        names.push_back(part.name);
    }
    return GraphBuilder::merged(graphs, names);
}

} // namespace arsia
