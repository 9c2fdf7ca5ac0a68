// What a command reads and writes: nothing may be written twice, or over what is read.
#pragma once

#include "cli/arguments.h"

namespace arsia {

/// To be asked before a command runs. Throws InputError if a file that it is to write could not be written, or is also
/// read or written by another of its options. Which options name such files their `values` tell.
void require_separate_files(const Signature& signature, const Arguments& arguments);

} // namespace arsia
