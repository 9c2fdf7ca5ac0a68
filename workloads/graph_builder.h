// Builds a graph operator by operator: infers shapes, checks them, and puts operators in topological order.
// Used by every source of workloads (YAML files, importers, tests).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/yaml.h"
#include "workloads/graph.h"

namespace arsia {

/// What a source says of one operator, before shapes are known. Unused fields keep their defaults.
struct OperatorSpec {
    std::string name;
    std::string type;                ///< conv, linear, max_pool, avg_pool, global_avg_pool, add, mul, relu, …, concat
    std::vector<std::string> inputs; ///< names of operators or graph inputs
    std::int64_t out_features = 0;   ///< output channels of conv, features of linear
    std::int64_t kernel_h = 1, kernel_w = 1;
    Window window;
    std::int64_t groups = 1;
    bool bias = true;
    int line = 0; ///< place in the source, for messages
    std::string path;
};

/// Collects specs and turns them into a graph. All problems (dangling inputs, cycles, shapes that do not fit,
/// duplicate names) go into `problems`; finish() throws InputError if there is any.
class GraphBuilder {
public:
    GraphBuilder(std::string graph_name, std::int64_t element_bits, Problems& problems);

    void add_input(const std::string& name, const std::vector<std::int64_t>& shape, int line = 0,
                   const std::string& path = "");
    void add_operator(OperatorSpec spec);
    /// Names of tensors that go back to the host; none named: every tensor that nobody consumes.
    void set_outputs(std::vector<std::string> names);

    Graph finish();

private:
    Graph graph_;
    std::vector<OperatorSpec> specs_;
    std::vector<std::string> outputs_;
    std::map<std::string, TensorId> tensor_by_name_;
    Problems& problems_;
};

} // namespace arsia
