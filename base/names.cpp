#include "base/names.h"

#include <algorithm>

#include <boost/locale/utf.hpp>
#include <fmt/format.h>

namespace arsia {

static bool is_control(char letter) {
    auto code = static_cast<unsigned char>(letter);
    return code < 0x20 || code == 0x7f;
}

std::optional<std::size_t> first_byte_not_utf8(std::string_view text) {
    using Utf8 = boost::locale::utf::utf_traits<char>;
    for (auto at = text.begin(); at != text.end();) {
        auto letter = at;
        if (!boost::locale::utf::is_valid_codepoint(Utf8::decode(at, text.end())))
            return static_cast<std::size_t>(letter - text.begin());
    }
    return std::nullopt;
}

std::string name_problem(std::string_view name) {
    if (name.empty()) return "the name is empty";
    if (auto bad = first_byte_not_utf8(name))
        return fmt::format("a name must be UTF-8 text; byte {} of this one, {}, is not", *bad + 1,
                           shown_byte(name[*bad]));
    auto control = std::find_if(name.begin(), name.end(), is_control);
    if (control == name.end()) return "";
    std::string shown;
    for (char letter : name) shown += is_control(letter) ? fmt::format("\\x{:02x}", letter) : std::string(1, letter);
    return fmt::format("the name '{}' holds the control character U+{:04X}, which a name cannot", shown,
                       static_cast<unsigned>(*control));
}

std::string shown_byte(char byte) { return fmt::format("0x{:02X}", static_cast<unsigned char>(byte)); }

std::string without_controls(std::string_view text) {
    std::string out;
    for (char letter : text)
        out += is_control(letter) && letter != '\n' && letter != '\t' ? fmt::format("\\x{:02x}", letter)
                                                                      : std::string(1, letter);
    return out;
}

} // namespace arsia
