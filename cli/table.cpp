#include "cli/table.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "cli/ink.h"

namespace arsia {

/// Cells on the screen: marks of ink take none, and neither do bytes that continue a UTF-8 character.
static std::size_t shown_width(const std::string& marked) {
    const std::string text = without_ink(marked);
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Table::Table(std::vector<std::string> headers) : headers_(std::move(headers)) {
    for (std::string& header : headers_) {
        bool right = !header.empty() && header.front() == '>';
        if (right) header.erase(0, 1);
        right_.push_back(right);
    }
}

void Table::row(std::vector<std::string> cells) {
    cells.resize(headers_.size());
    rows_.push_back(std::move(cells));
}

std::string Table::text(std::size_t indent) const {
    std::vector<std::size_t> widths;
    for (const std::string& header : headers_) widths.push_back(shown_width(header));
    for (const std::vector<std::string>& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], shown_width(row[i]));

    auto line = [&](const std::vector<std::string>& cells) {
        std::string out(indent, ' ');
        for (std::size_t i = 0; i < cells.size(); ++i) {
            std::string padding(widths[i] - shown_width(cells[i]), ' ');
            out += (i ? "  " : "") + (right_[i] ? padding + cells[i] : cells[i] + padding);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out + "\n";
    };
    std::vector<std::string> rules;
    for (std::size_t width : widths) rules.emplace_back(width, '-');
    std::string heading = line(headers_);
    heading.pop_back();
    std::string out = inked(Ink::heading, heading) + "\n" + line(rules);
    for (const std::vector<std::string>& row : rows_) out += line(row);
    return out;
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
    std::string out;
    std::size_t column = indent;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        bool first = out.empty();
        if (!first && column + 1 + shown_width(word) > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!first) {
            out += ' ';
            ++column;
        }
        out += word;
        column += shown_width(word);
    }
    return out;
}

std::string bar(double part, double whole, std::size_t width) {
    if (part <= 0 || whole <= 0) return "";
    double cells = std::round(std::min(part / whole, 1.0) * static_cast<double>(width));
    return inked(Ink::bar, std::string(static_cast<std::size_t>(cells), '#'));
}

} // namespace arsia
