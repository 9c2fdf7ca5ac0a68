// A workload as a file would say it, before shapes are inferred: what importers make, and what can be written as a
// file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "workloads/graph.h"
#include "workloads/graph_builder.h"

namespace arsia {

struct WorkloadDescription {
    struct Input {
        std::string name;
        TensorShape shape{};
        Residence residence = Residence::host;
    };
    std::string name;
    std::int64_t element_bits = 16;
    std::vector<Input> inputs;
    std::vector<OperatorSpec> operators;
    std::vector<std::string> outputs; ///< none: all results that no operator reads
};

/// Problems with the shapes go to `problems`; throws InputError if there is any. `batch` as read_workload has it.
Graph build_graph(const WorkloadDescription& workload, Problems& problems, std::int64_t batch = 1);

/// An `arsia-workload/1` file. `comment` stands at its head, each line after `# `. Reading it gives the graph of
/// build_graph().
std::string workload_text(const WorkloadDescription& workload, const std::string& comment);

} // namespace arsia
