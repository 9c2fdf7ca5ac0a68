// The CSV form: a header names the columns, in any order; a line is a transfer.
#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>

#include "base/suggest.h"
#include "traffic/transfer_reader.h"
#include "traffic/transfers_file.h"

namespace arsia {

namespace {

std::string trimmed(const std::string& text) {
    auto blank = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    std::size_t begin = 0, end = text.size();
    while (begin < end && blank(text[begin])) ++begin;
    while (end > begin && blank(text[end - 1])) --end;
    return text.substr(begin, end - begin);
}

/// The cells of a line (RFC 4180, without line breaks in cells).
std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        bool quote = line[i] == '"';
        if (quote && quoted && i + 1 < line.size() && line[i + 1] == '"')
            out.back() += line[i++]; // two quotes stand for one
        else if (quote)
            quoted = !quoted;
        else if (line[i] == ',' && !quoted)
            out.emplace_back();
        else
            out.back() += line[i];
    }
    for (std::string& cell : out) cell = trimmed(cell);
    return out;
}

using Column = std::optional<TransferField> TransferFields::*;

struct KnownColumn {
    const char* name;
    Column column;
    bool required;
};

constexpr KnownColumn known_columns[] = {{"source", &TransferFields::source, true},
                                         {"destination", &TransferFields::destination, true},
                                         {"bytes", &TransferFields::bytes, true},
                                         {"start", &TransferFields::start, false}};

/// Lines of a CSV file under its header.
class CsvTransfers {
public:
    CsvTransfers(Problems& problems, TransferReader& reader) : problems_(problems), reader_(reader) {}

    void line(const std::string& text, int number) {
        if (trimmed(text).empty()) return;
        if (columns_.empty())
            header(cells_of(text), number);
        else
            entry(cells_of(text), number);
    }
    void finish() {
        if (columns_.empty()) problems_.add(0, "", "the file is empty; its first line must name the columns");
    }

private:
    void header(const std::vector<std::string>& names, int number) {
        for (const std::string& name : names) columns_.push_back(find(name, number));
        for (const KnownColumn& known : known_columns)
            if (known.required && std::find(columns_.begin(), columns_.end(), known.column) == columns_.end())
                problems_.add(number, "", fmt::format("the header has no column '{}'", known.name));
    }

    /// nullptr and a problem if the name is unknown or there twice.
    Column find(const std::string& name, int number) {
        std::vector<std::string> names;
        for (const KnownColumn& known : known_columns) {
            names.emplace_back(known.name);
            if (known.name != name) continue;
            if (std::find(columns_.begin(), columns_.end(), known.column) == columns_.end()) return known.column;
            problems_.add(number, "", fmt::format("the header names the column '{}' twice", name));
            return nullptr;
        }
        problems_.add(number, "",
                      fmt::format("the header names an unknown column '{}'{}; legal: {}", name,
                                  did_you_mean(name, names), name_list(names)));
        return nullptr;
    }

    void entry(const std::vector<std::string>& cells, int number) {
        if (cells.size() != columns_.size()) {
            problems_.add(number, "",
                          fmt::format("{} cells in a line under a header of {}", cells.size(), columns_.size()));
            return;
        }
        TransferFields fields;
        for (std::size_t i = 0; i < cells.size(); ++i)
            for (const KnownColumn& known : known_columns)
                if (columns_[i] == known.column) fields.*columns_[i] = TransferField{cells[i], number, known.name};
        if (fields.start && fields.start->text.empty()) fields.start.reset();
        reader_.add(fields);
    }

    Problems& problems_;
    TransferReader& reader_;
    std::vector<Column> columns_; ///< of the header; empty before it
};

} // namespace

Traffic read_transfers_csv(const std::string& text, const std::string& shown, const Platform& platform) {
    Problems problems(shown);
    TransferReader reader(platform, problems);
    CsvTransfers lines(problems, reader);
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // some spreadsheets begin with it
    bool marked = text.compare(0, byte_order_mark.size(), byte_order_mark) == 0;
    std::istringstream stream(marked ? text.substr(byte_order_mark.size()) : text);
    int number = 0;
    for (std::string line; std::getline(stream, line);) lines.line(line, ++number);
    lines.finish();
    problems.throw_if_any();
    return reader.traffic();
}

} // namespace arsia
