// The summary of an opened run file.
#pragma once

#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_file.h"

namespace arsia {

/// Throws InputError that says what is wrong with the file.
RunSummary read_summary(const hdf5::InputFile& file);

} // namespace arsia
