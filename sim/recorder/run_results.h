// A run file section by section: what is known before a run, what becomes known during it, what is known at its end.
#pragma once

#include <memory>

#include "sim/recorder/run_file.h"
#include "sim/recorder/run_tables.h"

namespace arsia {

/// Writes a run file from its first section to its last. References must outlive it.
class RunSections {
public:
    /// Writes what is known before the run. RunTables says what `platform` and `times` must be.
    RunSections(const hdf5::OutputGroup& root, const Platform& platform, const Graph* graph, const Program& program,
                const IdVector<TaskId, TaskTimes>& times);
    /// To be filled before finish().
    RunTables& tables() { return *tables_; }
    /// All else. All its tasks must be in the tables.
    void finish(const RunRecord& record);

private:
    const hdf5::OutputGroup& root_;
    hdf5::OutputGroup meta_;
    std::unique_ptr<RunTables> tables_;
};

} // namespace arsia
