#include "sim/recorder/run_file.h"

#include "sim/recorder/run_recorder.h"
#include "sim/recorder/run_results.h"

namespace arsia {

std::string run_file_image(const RunRecord& record) {
    hdf5::OutputFile file;
    hdf5::OutputGroup root = file.root();
    RunSections sections(root, record.platform, record.graph, record.program, record.result.tasks);
    RunTables& tables = sections.tables();
    for (std::size_t block = 0; block < tables.task_blocks(); ++block) tables.write_program(block);
    for (std::size_t block = 0; block < tables.task_blocks(); ++block) tables.tasks_ended(block);
    sections.finish(record);
    return file.image();
}

void write_run_file(const std::string& path, const RunRecord& record) {
    RunRecorder recorder(path, record.platform, record.graph);
    recorder.run_begins(record.program, record.result.tasks);
    std::size_t tasks = record.program.tasks().size();
    for (std::size_t block = 0; block * RunObserver::block_tasks < tasks; ++block) recorder.block_ended(block);
    recorder.finish(record);
}

} // namespace arsia
