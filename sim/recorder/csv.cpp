#include <fmt/format.h>

#include "sim/recorder/exports.h"
#include "sim/recorder/hdf5_input.h"
#include "sim/recorder/run_summary.h"

namespace arsia {

namespace {

using Texts = std::vector<std::string>;
using Table = std::pair<std::string, std::string>;

/// Groups that are tables; those that a file does not have are left out.
constexpr const char* tables[] = {"platform/nodes", "platform/links",    "workload/operators", "tasks",
                                  "dependencies",   "transfers",         "links/totals",       "nodes/totals",
                                  "critical_path",  "search/candidates", "sensitivity"};
/// Groups of single figures.
constexpr const char* figures[] = {"breakdown", "energy"};

/// Quoted where it must be (RFC 4180).
std::string field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (char letter : text) out += letter == '"' ? "\"\"" : std::string(1, letter);
    return out + "\"";
}

std::string file_name(std::string group) {
    for (char& letter : group)
        if (letter == '/') letter = '_';
    return group + ".csv";
}

/// The values of a dataset of any kind as fields.
Texts fields(const hdf5::InputFile& file, const std::string& dataset) {
    Texts out;
    switch (file.kind(dataset)) {
    case hdf5::ValueKind::integer:
        for (std::int64_t value : file.integers(dataset)) out.push_back(fmt::format("{}", value));
        break;
    case hdf5::ValueKind::real:
        for (double value : file.reals(dataset)) out.push_back(fmt::format("{}", value));
        break;
    case hdf5::ValueKind::text:
        for (const std::string& value : file.texts(dataset)) out.push_back(field(value));
        break;
    }
    return out;
}

std::string table_text(const hdf5::InputFile& file, const std::string& group) {
    std::vector<Texts> columns;
    std::string out;
    for (const std::string& name : file.members(group)) {
        columns.push_back(fields(file, group + "/" + name));
        if (columns.back().size() != columns.front().size())
            file.refuse(fmt::format("dataset '{}/{}' has {} values instead of {}", group, name, columns.back().size(),
                                    columns.front().size()));
        out += (out.empty() ? "" : ",") + field(name);
    }
    out += "\r\n";
    for (std::size_t row = 0; !columns.empty() && row < columns.front().size(); ++row)
        for (std::size_t column = 0; column < columns.size(); ++column)
            out += columns[column][row] + (column + 1 < columns.size() ? "," : "\r\n");
    return out;
}

/// One row a figure: name, value, unit.
std::string figures_text(const hdf5::InputFile& file, const std::string& group) {
    std::string out = "name,value,unit\r\n";
    for (const std::string& name : file.members(group)) {
        std::string dataset = group + "/" + name;
        Texts figure = fields(file, dataset);
        if (figure.size() != 1)
            file.refuse(fmt::format("dataset '{}' has {} values instead of 1", dataset, figure.size()));
        out += field(name) + "," + figure[0] + "," + field(file.text_attribute(dataset, "unit")) + "\r\n";
    }
    return out;
}

/// A matrix of `names` × bins, turned: a row a bin.
std::string bins_text(const hdf5::InputFile& file, const std::string& matrix, const std::string& edges,
                      const std::string& names) {
    Texts values = fields(file, matrix), times = fields(file, edges), columns = fields(file, names);
    std::size_t bins = times.size() - 1;
    if (times.empty() || values.size() != bins * columns.size())
        file.refuse(
            fmt::format("dataset '{}' has {} values instead of {} x {}", matrix, values.size(), columns.size(), bins));
    std::string out = "begin,end";
    for (const std::string& name : columns) out += "," + name;
    out += "\r\n";
    for (std::size_t bin = 0; bin < bins; ++bin) {
        out += times[bin] + "," + times[bin + 1];
        for (std::size_t column = 0; column < columns.size(); ++column) out += "," + values[column * bins + bin];
        out += "\r\n";
    }
    return out;
}

std::vector<Table> csv_of(const hdf5::InputFile& file) {
    read_summary(file); // refuses what is no run file
    std::vector<Table> out;
    for (const char* group : tables)
        if (file.has(group)) out.emplace_back(file_name(group), table_text(file, group));
    for (const char* group : figures) out.emplace_back(file_name(group), figures_text(file, group));
    out.emplace_back("links_utilization.csv",
                     bins_text(file, "links/utilization", "links/bins", "platform/links/name"));
    out.emplace_back("memory_occupancy.csv", bins_text(file, "memory/occupancy", "memory/bins", "platform/nodes/name"));
    return out;
}

} // namespace

std::vector<Table> csv_tables(const std::string& run_file) { return csv_of(hdf5::InputFile(run_file)); }

std::vector<Table> csv_tables_of_image(const std::string& image) {
    return csv_of(hdf5::InputFile("the recorded run", image));
}

} // namespace arsia
