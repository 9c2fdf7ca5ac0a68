// Catalog entries: a name or a path, wherever a workload, topology or design is named.
#pragma once

#include <string>
#include <vector>

namespace arsia {

/// The folders of shipped files. A study is what `arsia sweep` runs.
enum class CatalogKind { workload, design, topology, study };

/// Whether an argument is a path rather than a catalog name: path_form() says how it is told.
bool names_a_file(const std::string& argument);
/// `holds a '/' or ends in …`: how a path is told from a catalog name, for messages and help.
const std::string& path_form();

/// A path in a file is meant as seen from that file's folder: the path from here if there is such a file, else what was
/// written.
std::string seen_from(const std::string& folder, const std::string& name_or_path);

/// File of a catalog entry. A path is returned as it is; any other argument must be a catalog name. Throws InputError
/// that lists the near and legal names.
std::string resolve_catalog_file(CatalogKind kind, const std::string& name_or_path);

/// Names of all entries of a catalog, sorted.
std::vector<std::string> catalog_names(CatalogKind kind);

/// Folder that holds `workloads/catalog` etc., the first that is there of: $ARSIA_HOME; share/arsia beside the folder
/// of the executable; that of the package a program was built with; the source tree; that of the configured prefix;
/// that of the Debian package.
std::string catalog_root();

} // namespace arsia
