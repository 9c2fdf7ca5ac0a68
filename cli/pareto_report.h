// The Pareto set of a search: as JSON, as a table, for the run file, as files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/console.h"
#include "mapper/objective.h"
#include "mapper/pareto.h"
#include "sim/recorder/run_file.h"

namespace arsia {

/// `--pareto`
Option pareto_option();

/// The folder that --pareto names.
class ParetoFolder {
public:
    /// Throws InputError if there is something in it: files of another set would be taken for this one's.
    explicit ParetoFolder(const Arguments& arguments);

    /// Makes the folder and writes each mapping: `1.json`, …, with leading zeros so that all names are equally long.
    void write(const std::vector<ParetoRow>& rows) const;
    const std::optional<std::string>& path() const { return path_; }

private:
    std::optional<std::string> path_;
};

std::vector<ParetoRow> pareto_rows(const ParetoFront& front, const Scenario& scenario);
Json pareto_json(const std::vector<ParetoRow>& rows, const Objective& objective);
/// A table; of many mappings some, evenly chosen along the set.
std::string pareto_text(const ParetoFront& front, const Objective& objective, const Scenario& scenario);

} // namespace arsia
