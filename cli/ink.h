// Colours of a terminal, as marks within a text. Whoever makes a text may mark parts of it; the console keeps the marks
// or takes them out, as the user and the stream want it.
#pragma once

#include <string>
#include <string_view>

namespace arsia {

enum class Ink { heading, bar, good, caution, bad };

/// The text between the marks (ANSI "select graphic rendition") that turn an ink on and off. Empty stays empty.
std::string inked(Ink ink, std::string_view text);

/// The text without any such marks.
std::string without_ink(std::string_view text);

/// Whether to keep the marks: what `--color` says ("always", "never", else "auto": on a terminal that is not dumb,
/// unless the environment has a NO_COLOR that is not empty).
bool wants_ink(std::string_view color, int file_descriptor);

} // namespace arsia
