#include "cli/page.h"

#include <stdexcept>
#include <utility>

#include "cli/report_files.h"

namespace arsia {

namespace {

/// Text as it may stand in HTML.
std::string escaped(const std::string& text) {
    std::string out;
    for (char letter : text) switch (letter) {
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '&': out += "&amp;"; break;
        default: out += letter;
        }
    return out;
}

/// JSON that may stand inside <script>: no name in it can end the element.
std::string script_json(const Json& json) {
    std::string out;
    for (char letter : json.dump(-1, ' ', false, Json::error_handler_t::replace))
        if (letter == '<')
            out += "\\u003c";
        else
            out += letter;
    return out;
}

/// The page with each `{{name}}` replaced once; what is put in is not searched again.
std::string filled(const std::string& page, const std::vector<std::pair<std::string, std::string>>& values) {
    std::string out;
    std::size_t from = 0;
    for (const auto& [name, value] : values) {
        std::size_t at = page.find("{{" + name + "}}", from);
        if (at == std::string::npos) throw std::logic_error("the report's page has no place for " + name);
        out.append(page, from, at - from).append(value);
        from = at + name.size() + 4;
    }
    return out.append(page, from);
}

} // namespace

std::string filled_page(const std::string& title, const std::vector<std::string>& styles, const Json& data,
                        const std::vector<std::string>& scripts) {
    std::string style, script = "\"use strict\";\n";
    for (const std::string& name : styles) style += report_file(name);
    for (const std::string& name : scripts) script += report_file(name);
    return filled(report_file("page.html"),
                  {{"title", escaped(title)}, {"style", style}, {"data", script_json(data)}, {"script", script}});
}

} // namespace arsia
