// Reads a workload from a catalog name, a file (docs/formats/workload.md, `arsia-workload/1`) or an ONNX model.
#pragma once

#include <cstdint>
#include <string>

#include "workloads/graph.h"

namespace arsia {

/// `batch`: samples of each input and cache for each that the file has. Throws InputError with every problem of the
/// file.
Graph read_workload(const std::string& name_or_path, std::int64_t batch = 1);
/// The same from a text, for tests; `shown` stands in messages as the file name. `most`: operators; files with
/// more are refused.
Graph read_workload_text(const std::string& text, const std::string& shown = "workload.yaml", std::int64_t batch = 1,
                         std::int64_t most = most_operators);

} // namespace arsia
