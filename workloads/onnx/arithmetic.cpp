#include "workloads/onnx/arithmetic.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace arsia::onnx_import {

UnaryFunction unary_function(const std::string& type) {
    static const std::map<std::string, UnaryFunction> functions = {
        {"Sqrt", std::sqrt},
        {"Floor", std::floor},
        {"Ceil", std::ceil},
        {"Exp", std::exp},
        {"Log", std::log},
        {"Abs", std::fabs},
        {"Neg", [](double x) { return -x; }},
        {"Reciprocal", [](double x) { return 1 / x; }},
        {"Not", [](double x) { return x == 0 ? 1.0 : 0.0; }},
    };
    auto found = functions.find(type);
    return found == functions.end() ? nullptr : found->second;
}

std::optional<std::int64_t> of_integers(const std::string& type, std::int64_t a, std::int64_t b) {
    std::int64_t out = 0;
    if (type == "Add") return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    if (type == "Sub") return __builtin_sub_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    if (type == "Mul") return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
    if (type == "Div" || type == "Mod") {
        if (b == 0 || (b == -1 && a == INT64_MIN)) return std::nullopt;
        if (type == "Div") return a / b;
        std::int64_t rest = a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
    if (type == "Min") return std::min(a, b);
    if (type == "Max") return std::max(a, b);
    if (type == "Equal") return a == b;
    if (type == "Less") return a < b;
    if (type == "LessOrEqual") return a <= b;
    if (type == "Greater") return a > b;
    if (type == "GreaterOrEqual") return a >= b;
    if (type == "And") return a != 0 && b != 0;
    if (type == "Or") return a != 0 || b != 0;
    return std::nullopt;
}

std::optional<double> of_reals(const std::string& type, double a, double b) {
    if (type == "Add") return a + b;
    if (type == "Sub") return a - b;
    if (type == "Mul") return a * b;
    if (type == "Div") return a / b;
    if (type == "Pow") return std::pow(a, b);
    if (type == "Min") return std::min(a, b);
    if (type == "Max") return std::max(a, b);
    return std::nullopt;
}

} // namespace arsia::onnx_import
