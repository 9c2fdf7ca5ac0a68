// Tables of text.
#pragma once

#include <string>
#include <vector>

namespace arsia {

/// Columns as wide as their widest cell, two blanks between them. A header that begins with '>' makes its column flush
/// right (numbers).
class Table {
public:
    explicit Table(std::vector<std::string> headers);

    void row(std::vector<std::string> cells);
    std::size_t size() const { return rows_.size(); }
    /// Header, rule and rows, each indented by `indent` blanks.
    std::string text(std::size_t indent = 0) const;

private:
    std::vector<std::string> headers_;
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

/// A text of several columns' width: lines broken at blanks so that none is longer than `width` (where words allow),
/// all but the first indented by `indent` blanks. Ends without a line break.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width = 100);

/// A bar of `width` cells, filled in proportion to `part` of `whole`.
std::string bar(double part, double whole, std::size_t width);

} // namespace arsia
