// Names that come from outside: what may stand in one, and how to show what may not.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace arsia {

/// Place of the first byte that does not belong to UTF-8 text; nothing if all do.
std::optional<std::size_t> first_byte_not_utf8(std::string_view text);

/// Why a text cannot be a name: it is empty, not UTF-8, or holds a control character (U+0000 to U+001F, U+007F), which
/// tables and files that the name is written to would cut or misread. Empty if it can.
std::string name_problem(std::string_view name);

/// `0xFF`.
std::string shown_byte(char byte);

/// The text with `\x00` for a control character; line breaks and tabs stay.
std::string without_controls(std::string_view text);

} // namespace arsia
