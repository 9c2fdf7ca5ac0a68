// Small things that the tests of workloads share.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "workloads/reader.h"

namespace arsia::test {

/// A file with one 3x8x8 image `x` and the given lines under `operators:`; the first of them is line 5.
inline std::string file_with(const std::string& operators) {
    return "format: arsia-workload/1\nname: t\ninputs: {x: [1, 3, 8, 8]}\noperators:\n" + operators;
}

inline Graph read(const std::string& operators) { return read_workload_text(file_with(operators), "w.yaml"); }

/// Message of the InputError that reading gives; empty and a failure if there is none.
inline std::string error_of(const std::string& text) {
    try {
        read_workload_text(text, "w.yaml");
    } catch (const InputError& error) {
        EXPECT_EQ(error.exit_status(), 2);
        return error.what();
    }
    ADD_FAILURE() << "no error for\n" << text;
    return "";
}

inline std::string operators_error(const std::string& operators) { return error_of(file_with(operators)); }

inline const Operator& op_of(const Graph& graph, const std::string& name) {
    OperatorId id = graph.find_operator(name);
    EXPECT_TRUE(id.valid()) << name;
    return graph.operators[id.valid() ? id : OperatorId(0)];
}

inline TensorShape shape_of(const Graph& graph, const std::string& name) {
    return graph.output_of(op_of(graph, name)).shape;
}

} // namespace arsia::test
