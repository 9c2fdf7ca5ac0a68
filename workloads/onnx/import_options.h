// What a user may choose when an ONNX model is read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace arsia {

/// What to do with operators that have no counterpart here.
enum class UnknownOperators : std::uint8_t {
    refuse,
    elementwise, ///< taken for functions of each element of their first input
    cut,         ///< the network ends before them: what they read is its result
};

struct ImportOptions {
    std::optional<std::int64_t> batch;              ///< nothing: as the file says; 1 where it leaves that open
    std::map<std::string, std::int64_t> dimensions; ///< sizes of dimensions that the file leaves open, by name
    UnknownOperators unknown = UnknownOperators::refuse;
    bool fuse = true; ///< element-wise functions into the operator before them
    std::int64_t element_bits = 16;
};

} // namespace arsia
