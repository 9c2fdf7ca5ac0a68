// Workers on many machines: the other ranks of an MPI run.
#pragma once

#include <memory>
#include <optional>

#include "mapper/evaluation/workers.h"

namespace arsia {

/// The MPI run that this process belongs to: `mpirun -n 16 arsia map …`. Rank 0 searches, the others evaluate. While
/// none exists nothing of MPI is touched.
///
/// Waiting is by asking and sleeping in turns: the library's own waiting keeps a core busy, which an evaluation may
/// need.
class MpiRun {
public:
    /// Whether mpirun started this process together with others.
    static bool launched();
    /// Rank that mpirun gave to this process; 0 without mpirun.
    static int rank();

    /// Joins. One a process. Throws InputError if this arsia was built without MPI.
    MpiRun();
    /// Rank 0: lets the others end. All: leaves.
    ~MpiRun();
    MpiRun(const MpiRun&) = delete;
    MpiRun& operator=(const MpiRun&) = delete;

    // Rank 0.
    /// Tells the others what is to be evaluated. They are the workers from then on.
    std::unique_ptr<Workers> begin(const std::string& problem);

    // The others.
    /// What rank 0 wants evaluated; nothing if it ended before.
    std::optional<std::string> wait_for_problem();
    /// Answers until rank 0 has no more questions.
    void serve(const EvaluateMapping& evaluate);
    void serve(const Reply& reply);
    /// Ends all ranks, since this one cannot do its part.
    [[noreturn]] void give_up(int exit_status);

private:
    int ranks_ = 1;
};

} // namespace arsia
