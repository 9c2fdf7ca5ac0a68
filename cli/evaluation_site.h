// Where a search's mappings are evaluated, as the command line and mpirun ask for.
#pragma once

#include <memory>

#include "cli/arguments.h"
#include "mapper/evaluation/dealt_pool.h"
#include "mapper/evaluation/mpi_run.h"
#include "mapper/search.h"
#include "mapper/searches/baseline.h"

namespace arsia {

/// `--jobs`
Option jobs_option();
/// Number of worker processes. Throws InputError if it is no number, or is given to one of several ranks.
std::size_t jobs_of(const Arguments& arguments);

/// The run that mpirun made this process a part of; nothing without mpirun.
std::unique_ptr<MpiRun> mpi_run();

/// This process with one job, worker processes with several, the other ranks under mpirun.
std::unique_ptr<EvaluationPool> make_pool(std::size_t jobs, MpiRun* ranks, Evaluator& evaluator, DealtPool::Note note);

/// `--objective`
Option objective_option();
/// What --objective asks for; throws InputError if the scenario's stream is too short for it.
Objective objective_of(const Arguments& arguments, const Scenario& scenario);
/// Lets the evaluator minimise the objective, a mix of two in relation to the baseline if that is legal.
void aim(Evaluator& evaluator, Objective objective, const BaselineOutcome& baseline);

/// Whether evaluations need energy and memory: the search looks at them, or their Pareto set is asked for.
bool wants_figures(const Arguments& arguments);

/// What a rank other than 0 does: evaluates for rank 0 until that has enough. Returns the exit status.
int serve_rank_0(const Arguments& arguments, MpiRun& ranks);

} // namespace arsia
