// A run written for other tools: options that say which, and the files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/arguments.h"
#include "cli/console.h"
#include "sim/recorder/run_data.h"

namespace arsia {

/// --perfetto, --vcd, --csv.
std::vector<Option> export_options();

/// The files that these options name.
class ExportFiles {
public:
    explicit ExportFiles(const Arguments& arguments);

    bool any() const { return perfetto_ || vcd_ || csv_; }
    using CsvTables = std::function<std::vector<std::pair<std::string, std::string>>()>;
    /// Writes what was asked for.
    void write(const RunData& run, const CsvTables& csv_tables) const;
    /// Adds the names of the files to a result.
    void add_to(Json& object) const;
    /// A line a file.
    std::string text() const;

private:
    std::optional<std::string> perfetto_, vcd_, csv_; ///< csv: a folder
};

} // namespace arsia
