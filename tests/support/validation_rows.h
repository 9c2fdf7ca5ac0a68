// Rows for the table of validation errors in docs/models.md.
#pragma once

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/format.h>

namespace arsia::testing {

/// Share by which `simulated` differs from `reference`.
inline double relative_error(double simulated, double reference) {
    return std::abs(simulated - reference) / std::abs(reference);
}

/// Appends a row to the file that $ARSIA_VALIDATION_TABLE names, if it is set (scripts/validation_table.sh sets it).
/// The error is a share; the tolerance is what the test asks for.
inline void validation_row(const std::string& what, const std::string& reference, double error, double tolerance) {
    const char* file = std::getenv("ARSIA_VALIDATION_TABLE");
    if (file == nullptr) return;
    std::ofstream(file, std::ios::app) << fmt::format("| {} | {} | {:.2f} % | {:g} % |\n", what, reference, error * 100,
                                                      tolerance * 100);
}

} // namespace arsia::testing
