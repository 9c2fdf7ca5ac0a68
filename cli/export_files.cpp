#include "cli/export_files.h"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/errors.h"
#include "sim/recorder/exports.h"

namespace arsia {

namespace fs = std::filesystem;

std::vector<Option> export_options() {
    return {{"perfetto", "FILE.pftrace", "Write a trace for Perfetto (ui.perfetto.dev)", false, "", 0, false,
             Values::file()},
            {"vcd", "FILE.vcd", "Write a value-change dump for waveform viewers", false, "", 0, false, Values::file()},
            {"csv", "FOLDER", "Write every table as CSV into this folder, which is made if it is not there", false, "",
             0, false, Values::file()}};
}

static void make_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw InputError({{folder, 0, "", "cannot be made a folder: " + error.message()}});
}

ExportFiles::ExportFiles(const Arguments& arguments)
    : perfetto_(arguments.optional_text("perfetto")), vcd_(arguments.optional_text("vcd")),
      csv_(arguments.optional_text("csv")) {
    if (perfetto_ && perfetto_ == vcd_)
        throw InputError(fmt::format("--perfetto and --vcd name the same file '{}'", *vcd_));
    if (perfetto_) require_writable(*perfetto_);
    if (vcd_) require_writable(*vcd_);
    if (csv_) make_folder(*csv_);
}

void ExportFiles::write(const RunData& run, const CsvTables& csv_tables) const {
    if (perfetto_) write_file_atomically(*perfetto_, perfetto_trace(run));
    if (vcd_) write_file_atomically(*vcd_, vcd_dump(run));
    if (!csv_) return;
    for (const auto& [name, text] : csv_tables()) write_file_atomically((fs::path(*csv_) / name).string(), text);
}

void ExportFiles::add_to(Json& object) const {
    if (perfetto_) object["perfetto"] = *perfetto_;
    if (vcd_) object["vcd"] = *vcd_;
    if (csv_) object["csv"] = *csv_;
}

std::string ExportFiles::text() const {
    std::string out;
    if (perfetto_) out += fmt::format("written   {} (Perfetto trace; open it at ui.perfetto.dev)\n", *perfetto_);
    if (vcd_) out += fmt::format("written   {} (value-change dump)\n", *vcd_);
    if (csv_) out += fmt::format("written   {} (folder of CSV tables)\n", *csv_);
    return out;
}

} // namespace arsia
