// What the fuzzers run, and what the replay of their corpus runs in an ordinary build.
#pragma once

#include <cstddef>
#include <cstdint>

namespace arsia::fuzz {

/// Reads the bytes as an ONNX model. A model that is accepted must give the same graph again when it is written as a
/// workload file and read back; anything but an InputError ends the process.
void read_onnx(const std::uint8_t* data, std::size_t size);

/// Reads the bytes as a workload file.
void read_yaml(const std::uint8_t* data, std::size_t size);

/// Reads the bytes as the file of a sweep, and puts together the settings of some points.
void read_sweep_spec(const std::uint8_t* data, std::size_t size);

} // namespace arsia::fuzz
