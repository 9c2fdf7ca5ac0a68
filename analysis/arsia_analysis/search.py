"""What a search found, and which results no other one beats."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from . import units
from .run_file import RunFileError

OBJECTIVES = ["latency", "energy", "memory"]


def convergence(run, axes=None):
    """Every legal candidate's latency, and the best so far."""
    if run.candidates is None:
        raise RunFileError(f"{run.path}: was not made by a search; `arsia map --run` writes such files")
    rows = run.candidates
    axes = axes or plt.figure(figsize=(9, 4), layout="constrained").subplots()
    factor, unit = units.time_scale(max(run.latency, 1))
    legal, found = rows[rows.latency >= 0], rows[rows.best >= 0]
    axes.plot(legal.evaluation, legal.latency / factor, ".", markersize=3, color="#9aa0a6", label="candidate")
    axes.step(found.evaluation, found.best / factor, where="post", color="#2878b5", label="best so far")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("evaluation")
    axes.set_ylabel(f"latency ({unit})")
    axes.legend(fontsize=8)
    axes.set_title(f"{run.title}: {run.search['name']}, seed {run.search['seed']}, {units.time(run.latency)}")
    return axes.figure


def front(table, objectives):
    """True for each row that no other row beats: none is at least as good in all objectives (less is better) and
    better in one. Of equal rows all stay."""
    values = table[objectives].to_numpy(dtype=float)
    beaten = np.zeros(len(values), dtype=bool)
    for at, row in enumerate(values):
        beaten[at] = ((values <= row).all(axis=1) & (values < row).any(axis=1)).any()
    return pd.Series(~beaten, index=table.index)


def objectives_of(runs):
    """One row a run: latency, energy, largest peak of memory of an accelerator."""
    def peak(run):
        return run.nodes.memory_peak[run.nodes.kind == "accelerator"].max()
    rows = {str(run.path): (run.latency, run.energy.sum(), peak(run)) for run in runs}
    return pd.DataFrame.from_dict(rows, orient="index", columns=OBJECTIVES)


def found_by(run):
    """One row a mapping of the Pareto set that the run's search found; the index is the number of its evaluation."""
    if run.pareto is None:
        raise RunFileError(f"{run.path}: its search kept no Pareto set; `arsia map --search nsga2 --run` writes such files")
    return run.pareto.set_index("evaluation")[OBJECTIVES]


def pareto(table, x="latency", y="energy", axes=None):
    """Rows by two objectives, those that none beats joined by a line. `table` is objectives_of() several runs, or what
    found_by() has of one search."""
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
