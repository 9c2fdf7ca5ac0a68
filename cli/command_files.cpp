#include "cli/command_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/catalog.h"
#include "base/errors.h"
#include "base/output_path.h"

namespace arsia {

namespace {

namespace fs = std::filesystem;

/// A file or folder, and what names it: `-o`, `--run`, `RUN.h5`.
struct NamedFile {
    std::string option;
    std::string path;
    std::string ending; ///< of the files that are written into it, if it is a folder: `.csv`
};

std::optional<CatalogKind> catalog_kind(const std::string& catalog) {
    if (catalog == "workloads") return CatalogKind::workload;
    if (catalog == "designs") return CatalogKind::design;
    if (catalog == "topologies") return CatalogKind::topology;
    if (catalog == "studies") return CatalogKind::study;
    return std::nullopt; // searches, say, which are no files
}

/// Whether a file that is written into the folder may be this one.
bool may_write(const NamedFile& folder, const std::string& file) {
    fs::path place = place_of(file);
    if (place.extension() == folder.ending && place.parent_path() == place_of(folder.path)) return true;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path, ignored)) // links among them
        if (entry.path().extension() == folder.ending && same_file(entry.path().string(), file)) return true;
    return false;
}

bool is_below(const std::string& path, const std::string& file) {
    std::string begin = place_of(file) + "/";
    return place_of(path).compare(0, begin.size(), begin) == 0;
}

[[noreturn]] void refuse(const NamedFile& output, const NamedFile& other) {
    std::string also = output.path == other.path ? "" : fmt::format(" ({} for {})", other.path, other.option);
    throw InputError(fmt::format("{} and {} name the same file, {}{}; nothing was written", output.option, other.option,
                                 output.path, also));
}

class CommandFiles {
public:
    CommandFiles(const Signature& signature, const Arguments& arguments) {
        for (const Positional& positional : signature.positionals)
            if (auto text = arguments.optional_text(positional.name)) add(positional.name, positional.values, *text);
        for (const Option& option : signature.options) {
            std::string name = option.letter ? fmt::format("-{}", option.letter) : "--" + option.name;
            for (const std::string& text : arguments.texts(option.name)) add(name, option.values, text);
        }
    }

    void check() const {
        for (const NamedFile& output : outputs_)
            output.ending.empty() ? require_writable(output.path) : require_folder_writable(output.path);
        for (std::size_t i = 0; i < outputs_.size(); ++i)
            for (std::size_t j = i + 1; j < outputs_.size(); ++j) check(outputs_[i], outputs_[j]);
        for (const NamedFile& output : outputs_)
            for (const NamedFile& input : inputs_) check(output, input);
    }

private:
    void add(const std::string& option, const Values& values, const std::string& text) {
        switch (values.kind) {
        case Values::Kind::file: inputs_.push_back({option, text, ""}); break;
        case Values::Kind::output: outputs_.push_back({option, text, values.ending}); break;
        case Values::Kind::catalog: add_entry(option, values.catalog, text); break;
        case Values::Kind::free:
        case Values::Kind::choice:
        case Values::Kind::by_first: break;
        }
    }

    void add_entry(const std::string& option, const std::string& catalog, const std::string& text) {
        std::optional<CatalogKind> kind = catalog_kind(catalog);
        if (!kind) return;
        // Of NAME=FILE the second part; a file whose own name is like that is found as well.
        for (const std::string& entry : {text, text.substr(text.find('=') + 1)}) {
            try {
                inputs_.push_back({option, resolve_catalog_file(*kind, entry), ""});
            } catch (const InputError&) { // the command says it, if it comes to that
            }
        }
    }

    static void check(const NamedFile& output, const NamedFile& other) {
        if (same_file(output.path, other.path)) refuse(output, other);
        check_folder(output, other);
        check_folder(other, output);
    }

    /// Files in a folder that is written to.
    static void check_folder(const NamedFile& folder, const NamedFile& other) {
        if (folder.ending.empty()) return;
        if (may_write(folder, other.path))
            throw InputError(fmt::format("{} writes {} files into the folder {}, where {} names one, {}; nothing was "
                                         "written",
                                         folder.option, folder.ending, folder.path, other.option, other.path));
        if (other.ending.empty() && is_below(folder.path, other.path))
            throw InputError(fmt::format("{} names the file {}, {} the folder {} inside; nothing was written",
                                         other.option, other.path, folder.option, folder.path));
    }

    std::vector<NamedFile> inputs_, outputs_;
};

bool writes(const Signature& signature, const Arguments& arguments) {
    return std::any_of(signature.options.begin(), signature.options.end(), [&](const Option& option) {
        return option.values.kind == Values::Kind::output && arguments.given(option.name);
    });
}

} // namespace

void require_separate_files(const Signature& signature, const Arguments& arguments) {
    if (!writes(signature, arguments)) return;
    CommandFiles(signature, arguments).check();
}

} // namespace arsia
