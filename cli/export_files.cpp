#include "cli/export_files.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/output_path.h"
#include "sim/recorder/exports.h"

namespace arsia {

namespace fs = std::filesystem;

std::vector<Option> export_options() {
    return {
        {"perfetto", "FILE.pftrace", "Write a trace for Perfetto (ui.perfetto.dev)", false, "", 0, false,
         Values::output()},
        {"vcd", "FILE.vcd", "Write a value-change dump for waveform viewers", false, "", 0, false, Values::output()},
        {"csv", "FOLDER", "Write every table as CSV into this folder, which is made if it is not there", false, "", 0,
         false, Values::output_folder(".csv")}};
}

ExportFiles::ExportFiles(const Arguments& arguments)
    : perfetto_(arguments.optional_text("perfetto")), vcd_(arguments.optional_text("vcd")),
      csv_(arguments.optional_text("csv")) {}

void ExportFiles::write(const RunData& run, const CsvTables& csv_tables) const {
    if (perfetto_) write_file_atomically(*perfetto_, perfetto_trace(run));
    if (vcd_) write_file_atomically(*vcd_, vcd_dump(run));
    if (!csv_) return;
    auto tables = csv_tables();
    make_folder(*csv_);
    for (const auto& [name, text] : tables) write_file_atomically((fs::path(*csv_) / name).string(), text);
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
