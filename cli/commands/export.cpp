// `arsia export`: a run file in the formats of other tools.
#include <fmt/format.h>

#include "base/errors.h"
#include "cli/command.h"
#include "cli/export_files.h"
#include "cli/stage.h"
#include "sim/recorder/exports.h"

namespace arsia {
namespace {

int run(const Arguments& arguments, Console& console, const CommandLine&) {
    const std::string& file = arguments.text("RUN.h5");
    ExportFiles files(arguments);
    if (!files.any()) throw InputError("into which format? Give --perfetto FILE, --vcd FILE or --csv FOLDER");
    Stage reading(console, "reading the run file");
    RunData data = read_run(file);
    reading.done(fmt::format("read {}: {} tasks", file, data.summary.tasks));
    Stage writing(console, "writing");
    files.write(data, [&] { return csv_tables(file); });
    writing.done("wrote the files");
    Json object = {{"run", file}, {"tasks", data.summary.tasks}};
    files.add_to(object);
    console.result(object);
    console.print(files.text());
    return 0;
}

} // namespace

Command export_command() {
    return {{"export",
             {{"RUN.h5", "Run file of simulate, map, traffic or collective", true, Values::file()}},
             export_options()},
            "Write a run file in the formats of other tools",
            "Perfetto shows every engine on a track of its own, with arrows along the dependencies; waveform viewers\n"
            "show the value-change dump; CSV is for spreadsheets. Several may be asked for at once.",
            "arsia collective --topology mesh4x4 --operation all-reduce --algorithm ring --size 1MiB -o run.h5 && \\\n"
            "  arsia export run.h5 --perfetto run.pftrace --csv tables",
            run};
}

} // namespace arsia
