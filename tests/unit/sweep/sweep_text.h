// Small sweeps for the tests.
#pragma once

#include <string>

#include "base/errors.h"
#include "sweep/reader.h"

namespace arsia {

/// What every file needs but axes; four lines.
inline const std::string sweep_head = "format: arsia-sweep/1\n"
                                      "name: test\n"
                                      "workload: alexnet\n"
                                      "topology: f1_16xlarge\n";

inline SweepSpec sweep_of(const std::string& rest) { return read_sweep_text(sweep_head + rest, "s.yaml"); }

/// All problems of a file; empty if there are none.
inline std::string problems_of_sweep(const std::string& text) {
    try {
        read_sweep_text(text, "s.yaml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

} // namespace arsia
