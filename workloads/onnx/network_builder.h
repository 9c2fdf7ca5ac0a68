// From an ONNX graph to a Network: sizes that the file leaves open are set, shapes inferred, constants folded.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/yaml.h"
#include "workloads/onnx/import_options.h"
#include "workloads/onnx/network.h"

namespace arsia::onnx_import {

class NetworkBuilder {
public:
    using Predicate = std::function<bool(const Node&)>;

    /// `knows` says which operators can be converted later. Problems go to `problems`; the model outlives the network.
    NetworkBuilder(const onnx::ModelProto& model, const ImportOptions& options, Predicate knows, Problems& problems);

    /// Throws InputError with all problems.
    Network build();

    /// Operators that were taken for element-wise functions or cut off, as text; empty if none.
    const std::string& unknown_text() const { return unknown_text_; }

private:
    struct Unknown {
        std::string type;
        std::vector<std::string> names;
    };
    std::int64_t read_opset() const;
    void read_constants();
    void read_inputs();
    Dims input_dims(const std::string& name, const onnx::TypeProto& type);
    void check_dimension_names();
    /// Nodes that results depend on, by index.
    std::vector<bool> needed_nodes();
    void add_node(const onnx::NodeProto& proto, std::size_t index);
    /// False, and a problem, if an input does not exist.
    bool resolve_inputs(Node& node);
    void note_unknown(const Node& node);
    void infer(Node node);
    void cut(Node& node);
    std::size_t add_value(Value value, const std::string& path);
    void read_outputs();
    void report_unknown();
    /// Drops nodes whose results only served to know a shape.
    void prune();

    const onnx::ModelProto& model_;
    const onnx::GraphProto& graph_;
    const ImportOptions& options_;
    Predicate knows_;
    Problems& problems_;
    std::int64_t opset_ = 0;
    Network network_;
    std::unordered_map<std::string, std::size_t> by_name_;
    std::set<std::string> unresolved_;      ///< results of nodes that are unknown or cut off, or depend on such
    std::vector<std::size_t> cut_ends_;     ///< values that nodes which were cut off would have read
    std::set<std::string> dimension_names_; ///< of the file
    std::vector<Unknown> unknown_;
    std::string unknown_text_;
};

} // namespace arsia::onnx_import
