// Several workloads as one graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/graph.h"

namespace arsia {

struct NamedGraph {
    std::string name;
    Graph graph;
};

/// `alexnet`, a file, or `name=file`; without a name the graph's own. Throws InputError.
NamedGraph read_named_workload(const std::string& given, std::int64_t batch = 1);

/// The workloads side by side: operators of each in their order, those of the first before those of the second. `a` and
/// `b` make the graph `a+b`, in which conv1 of `a` is `a/conv1`; tensors alike. Throws InputError if two have one name,
/// or elements of different width.
Graph merged_graph(const std::vector<NamedGraph>& parts);

} // namespace arsia
