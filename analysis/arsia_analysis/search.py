"""What a search found, and which results no other one beats."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from . import units
from .run_file import RunFileError

OBJECTIVES = ["latency", "energy", "memory"]
# What the score of a search is by its objective; of others a mix of latency and period.
_SCORES = {"latency": "latency", "throughput": "period"}


def score_of(run):
    """What the run's search minimised: `latency` or `period`, in ps, or `score`, a mix of both, 1 being the baseline's."""
    return _SCORES.get(run.search.get("objective", "latency"), "score")


def scores(run, column):
    """A column of scores in the file (times in ps, mixes in billionths) in the unit of score_of()."""
    return column if score_of(run) in _SCORES.values() else column / 1e9


def convergence(run, axes=None):
    """Every legal candidate's latency, or score for another objective, and the best so far."""
    if run.candidates is None:
        raise RunFileError(f"{run.path}: was not made by a search; `arsia map --run` writes such files")
    rows = run.candidates
    axes = axes or plt.figure(figsize=(9, 4), layout="constrained").subplots()
    legal, found = rows[rows.latency >= 0], rows[rows.best >= 0]
    name, (factor, unit) = score_of(run), (1e9, "")
    if name in _SCORES.values():
        factor, unit = units.time_scale(max(found.best.min() if len(found) else 1, 1))
    axes.plot(legal.evaluation, legal.latency / factor, ".", markersize=3, color="#9aa0a6", label="candidate")
    axes.step(found.evaluation, found.best / factor, where="post", color="#2878b5", label="best so far")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("evaluation")
    axes.set_ylabel(f"{name} ({unit})" if unit else name)
    axes.legend(fontsize=8)
    axes.set_title(f"{run.title}: {run.search['name']}, seed {run.search['seed']}, latency {units.time(run.latency)}")
    return axes.figure


def front(table, objectives):
    """True for each row that no other row beats: none is at least as good in all objectives (less is better) and
    better in one. Of equal rows all stay; rows of which an objective is not known (NaN) are left out."""
    values = table[objectives].to_numpy(dtype=float)
    beaten = np.isnan(values).any(axis=1)
    for at, row in enumerate(values):
        beaten[at] |= ((values <= row).all(axis=1) & (values < row).any(axis=1)).any()
    return pd.Series(~beaten, index=table.index)


def objectives_of(runs):
    """One row a run: latency, energy (NaN: not known), largest peak of memory of an accelerator."""
    def peak(run):
        return run.nodes.memory_peak[run.nodes.kind == "accelerator"].max()
    rows = {str(run.path): (run.latency, run.energy.sum() or np.nan, peak(run)) for run in runs}
    return pd.DataFrame.from_dict(rows, orient="index", columns=OBJECTIVES)


def found_by(run):
    """One row a mapping of the Pareto set that the run's search found; the index is the number of its evaluation. The
    columns are what the search weighed: score_of() it, energy (NaN: not known), memory."""
    if run.pareto is None:
        raise RunFileError(f"{run.path}: its search kept no Pareto set; `arsia map --search nsga2 --run` writes such files")
    table = run.pareto.set_index("evaluation")[OBJECTIVES]
    table = table.assign(latency=scores(run, table.latency), energy=table.energy.where(table.energy > 0))
    return table.rename(columns={"latency": score_of(run)})


def known(table):
    """The objectives of a table for which there is any value."""
    return [name for name in table.columns if table[name].notna().any()]


def pareto(table, x=None, y=None, axes=None):
    """Rows by two objectives, the first two that are known if none are named; those that none beats joined by a line.
    `table` is objectives_of() several runs, or what found_by() has of one search."""
    x, y = (x, y) if x and y else known(table)[:2]
    axes = axes or plt.figure(figsize=(7, 5), layout="constrained").subplots()
    best = table[front(table, [x, y])].sort_values([x, y])
    axes.plot(table[x], table[y], "o", color="#9aa0a6", label="beaten")
    axes.step(best[x], best[y], "o-", where="post", color="#2878b5", label="not beaten")
    for name, row in best.iterrows():
        axes.annotate(str(name), (row[x], row[y]), xytext=(4, 4), textcoords="offset points", fontsize=7)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.legend(fontsize=8)
    return axes.figure
