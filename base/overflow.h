// What does not fit in 63 bits.
#pragma once

#include <string>

#include "base/errors.h"

namespace arsia {

/// What throw_overflow() throws. Whoever knows of what the figure is says so: about().
class OverflowError : public InputError {
public:
    using InputError::InputError;
    /// The same error with its subject in front, `transfer 3 from a to b: …`; no longer one that wants a subject.
    InputError about(const std::string& subject) const { return InputError(subject + ": " + what()); }
};

} // namespace arsia
