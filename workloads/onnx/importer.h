// Reads ONNX models as workloads (docs/onnx.md). Only this folder sees ONNX.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workloads/description.h"
#include "workloads/onnx/import_options.h"

namespace arsia {

struct ImportedModel {
    WorkloadDescription workload;
    std::vector<std::string> notes; ///< sentences on how the model was taken, for the user
};

/// Throws InputError with all problems: what is malformed, which dimensions are open, which operators are unknown.
ImportedModel import_onnx(const std::string& file, const ImportOptions& options = {});
/// The same of bytes in memory, for tests; `shown` stands in messages as the file name.
ImportedModel import_onnx_bytes(std::string_view bytes, const ImportOptions& options = {},
                                const std::string& shown = "model.onnx");

} // namespace arsia
