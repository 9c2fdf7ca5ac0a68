// The workload while it is made: operators that may still be joined with their neighbours.
#pragma once

#include <string>
#include <vector>

#include "workloads/description.h"

namespace arsia::onnx_import {

/// What a function of one tensor with constant numbers does, if it is one: x · scale + shift.
struct Affine {
    bool is = false;
    bool shifts = false;      ///< adds something
    bool per_channel = false; ///< another number for each channel
};

struct DraftOperator {
    OperatorSpec spec;
    Affine affine;
    bool zero_padding = false; ///< a pad whose border is zero
};

struct Draft {
    std::vector<WorkloadDescription::Input> inputs;
    std::vector<DraftOperator> operators;
    std::vector<std::string> outputs;
    std::vector<std::string> notes; ///< what a user should know of how the model was taken
};

} // namespace arsia::onnx_import
