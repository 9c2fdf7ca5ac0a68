// Arithmetic of single numbers, by the names of ONNX operators.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace arsia::onnx_import {

using UnaryFunction = double (*)(double);

/// Null if there is no such function.
UnaryFunction unary_function(const std::string& type);
/// Nothing if there is no such operator, the result is not defined or does not fit.
std::optional<std::int64_t> of_integers(const std::string& type, std::int64_t a, std::int64_t b);
std::optional<double> of_reals(const std::string& type, double a, double b);

} // namespace arsia::onnx_import
