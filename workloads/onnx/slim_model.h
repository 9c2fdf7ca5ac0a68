// The bytes of an ONNX file without the contents of its large tensors.
//
// A model may hold gigabytes of weights, of which only the shapes matter here. The file is copied message by message;
// data fields of tensors above a limit are skipped on disk, so that memory holds the graph only. Tensors inside nodes
// (Constant) and inside nested graphs are treated alike. Documentation and training parts are left out as well.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace arsia::onnx_import {

/// Data of at most so many bytes are kept: enough for shapes, axes and the like.
constexpr int most_data_bytes = 16384;

/// Throws InputError if the file cannot be read or is no sequence of protobuf messages.
std::string slim_model_of_file(const std::string& file);
/// The same of bytes in memory; `shown` stands in messages as the file name.
std::string slim_model_of_bytes(std::string_view bytes, const std::string& shown);

} // namespace arsia::onnx_import
