#include "base/catalog.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <system_error>

#include <fmt/format.h>

#include "base/errors.h"
#include "base/suggest.h"

namespace arsia {

namespace fs = std::filesystem;

/// Defined where a program was built with the installed package (cmake/installed_catalogs.cpp), and nowhere else.
__attribute__((weak)) const char* installed_data_folder();

static const char* folder_of(CatalogKind kind) {
    switch (kind) {
    case CatalogKind::workload: return "workloads";
    case CatalogKind::design: return "models";
    case CatalogKind::topology:
    case CatalogKind::study: return "topologies";
    }
    return "";
}

/// As `arsia list` takes it.
static const char* plural_for(CatalogKind kind) {
    switch (kind) {
    case CatalogKind::workload: return "workloads";
    case CatalogKind::design: return "designs";
    case CatalogKind::topology: return "topologies";
    case CatalogKind::study: return "studies";
    }
    return "";
}

static const char* word_for(CatalogKind kind) {
    switch (kind) {
    case CatalogKind::workload: return "workload";
    case CatalogKind::design: return "design";
    case CatalogKind::topology: return "topology";
    case CatalogKind::study: return "study";
    }
    return "";
}

static bool holds_catalogs(const fs::path& root) {
    std::error_code ignored;
    return fs::is_directory(root / "workloads" / "catalog", ignored);
}

std::string catalog_root() {
    if (const char* home = std::getenv("ARSIA_HOME"); home && *home != '\0') {
        if (!holds_catalogs(home))
            throw InputError(
                fmt::format("ARSIA_HOME is '{}', but there is no folder '{}/workloads/catalog'", home, home));
        return home;
    }
    std::error_code ignored;
    fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
    std::vector<std::string> places;
    if (!executable.empty()) // unknown where /proc is not mounted
        places.push_back((executable.parent_path().parent_path() / "share" / "arsia").string());
    if (installed_data_folder != nullptr) places.emplace_back(installed_data_folder());
    places.emplace_back(ARSIA_SOURCE_DIR);
    places.emplace_back(ARSIA_INSTALL_DIR);
    places.emplace_back("/usr/share/arsia"); // of the Debian package
    for (const std::string& place : places)
        if (holds_catalogs(place)) return place;
    throw InputError(fmt::format("the catalogs are in none of {}; set ARSIA_HOME to the folder that holds "
                                 "workloads/catalog, models/catalog and topologies/catalog",
                                 name_list(places)));
}

static fs::path catalog_folder(CatalogKind kind) {
    return fs::path(catalog_root()) / folder_of(kind) / (kind == CatalogKind::study ? "studies" : "catalog");
}

std::vector<std::string> catalog_names(CatalogKind kind) {
    std::vector<std::string> names;
    fs::path folder = catalog_folder(kind);
    std::error_code failed;
    fs::directory_iterator entries(folder, failed);
    if (failed == std::errc::not_enough_memory) throw std::bad_alloc();
    if (failed && failed != std::errc::no_such_file_or_directory) // a catalog of one's own need not hold studies
        throw InputError({{folder.string(), 0, "", "cannot be read: " + failed.message()}});
    for (const fs::directory_entry& entry : entries)
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

constexpr std::array<const char*, 4> file_endings = {".yaml", ".yml", ".json", ".onnx"};

bool names_a_file(const std::string& argument) {
    std::string ending = fs::path(argument).extension().string();
    return argument.find('/') != std::string::npos ||
           std::find(file_endings.begin(), file_endings.end(), ending) != file_endings.end();
}

const std::string& path_form() {
    static const std::string form = [] {
        std::string out = "holds a '/' or ends in ";
        for (std::size_t i = 0; i < file_endings.size(); ++i)
            out += (i == 0 ? "" : i + 1 < file_endings.size() ? ", " : " or ") + std::string(file_endings[i]);
        return out;
    }();
    return form;
}

std::string seen_from(const std::string& folder, const std::string& name_or_path) {
    if (!names_a_file(name_or_path)) return name_or_path;
    fs::path near = fs::path(folder) / name_or_path;
    std::error_code ignored; // a text too long for a path is no file either
    return fs::exists(near, ignored) ? near.string() : name_or_path;
}

/// What to write for a file that was perhaps meant by a word that is no path.
static std::string hint_of_file(const std::string& word) {
    std::vector<std::string> files = {word};
    for (const char* ending : file_endings) files.push_back(word + ending);
    std::error_code ignored;
    for (const std::string& file : files)
        if (fs::is_regular_file(file, ignored)) return fmt::format("there is a file ./{0}: write './{0}'", file);
    return "a path " + path_form();
}

std::string resolve_catalog_file(CatalogKind kind, const std::string& name_or_path) {
    if (names_a_file(name_or_path)) {
        std::error_code ignored;
        if (!fs::exists(name_or_path, ignored))
            throw InputError({{name_or_path, 0, "", fmt::format("no such {} file", word_for(kind))}});
        return name_or_path;
    }
    fs::path file = catalog_folder(kind) / (name_or_path + ".yaml");
    std::error_code ignored;
    if (fs::exists(file, ignored)) return file.string();
    std::vector<std::string> names = catalog_names(kind);
    std::string listed = name_list(names);
    if (!names.empty() && listed.find(names.back()) == std::string::npos)
        listed += fmt::format(" ('arsia list {}' shows all)", plural_for(kind));
    throw InputError(fmt::format("unknown {} '{}'{}; the catalog has: {}; {}", word_for(kind), name_or_path,
                                 did_you_mean(name_or_path, names), listed, hint_of_file(name_or_path)));
}

} // namespace arsia
