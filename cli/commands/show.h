// What `arsia show` can show, one file each.
#pragma once

#include <string>

#include "cli/console.h"

namespace arsia {

void show_workload(const std::string& name, Console& console);
/// `dot`: a Graphviz graph in place of the tables.
void show_topology(const std::string& name, bool dot, Console& console);
void show_design(const std::string& name, Console& console);
void show_run(const std::string& file, Console& console);

} // namespace arsia
