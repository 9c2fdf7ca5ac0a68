// ONNX models in the textual form of the onnx library, for tests.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "workloads/onnx/importer.h"
#include "workloads/onnx/protobuf.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/defs/parser.h>
#pragma GCC diagnostic pop

namespace arsia::test {

/// A model of one graph, `(float[1, 3] x, float[4, 3] w) => (float[1, 4] y) { y = Gemm <transB = 1> (x, w) }`. Inputs
/// whose names begin with `w` become initialisers whose data lie in another file.
inline std::string onnx_bytes(const std::string& graph, int opset = 13) {
    onnx::ModelProto model;
    std::string text =
        "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + ", \"com.maker\" : 1]> g " + graph;
    auto status = onnx::OnnxParser::Parse(model, text.c_str());
    EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
    onnx::GraphProto inputs = model.graph();
    model.mutable_graph()->clear_input();
    for (const onnx::ValueInfoProto& input : inputs.input()) {
        if (input.name().front() != 'w') {
            *model.mutable_graph()->add_input() = input;
            continue;
        }
        onnx::TensorProto* weights = model.mutable_graph()->add_initializer();
        weights->set_name(input.name());
        weights->set_data_type(input.type().tensor_type().elem_type());
        weights->set_data_location(onnx::TensorProto::EXTERNAL);
        for (const auto& dim : input.type().tensor_type().shape().dim()) weights->add_dims(dim.dim_value());
    }
    return model.SerializeAsString();
}

/// Lines of the file that importing writes, from the first after `name:` and `element:` on.
inline std::vector<std::string> imported(const std::string& graph, int opset = 13, const ImportOptions& options = {}) {
    ImportedModel model = import_onnx_bytes(onnx_bytes(graph, opset), options);
    std::istringstream text(workload_text(model.workload, ""));
    Problems problems("model.onnx");
    EXPECT_NO_THROW(build_graph(model.workload, problems)) << text.str();
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    lines.erase(lines.begin(), lines.begin() + 3);
    return lines;
}

/// The operators among those lines, without `- {name: ` and `}`.
inline std::vector<std::string> imported_operators(const std::string& graph, int opset = 13,
                                                   const ImportOptions& options = {}) {
    std::vector<std::string> out;
    const std::string start = "  - {name: ";
    for (const std::string& line : imported(graph, opset, options)) {
        if (line.rfind(start, 0) == 0)
            out.push_back(line.substr(start.size()));
        else if (line.rfind("     ", 0) == 0)
            out.back() += line.substr(4);
    }
    for (std::string& line : out) line.pop_back();
    return out;
}

/// Message of the InputError that importing gives; empty and a failure if there is none.
inline std::string import_error(const std::string& bytes, const ImportOptions& options = {}) {
    try {
        ImportedModel model = import_onnx_bytes(bytes, options);
        Problems problems("model.onnx");
        build_graph(model.workload, problems);
    } catch (const InputError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
}

} // namespace arsia::test
