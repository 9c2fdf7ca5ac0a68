# %% [markdown]
# # Why is this mapping fast? A tutorial in cells
#
# Open this file in an editor that knows cells (`# %%`): VS Code, Spyder, PyCharm, or Jupyter through Jupytext. Or run it as it
# is: `PYTHONPATH=analysis python3 docs/analysis-tutorial.py`. It needs `arsia` on the path, makes two mappings of ResNet-18
# and asks why one is faster than the other. Figures are written to the working folder.

# %%
import subprocess

import matplotlib

matplotlib.use("Agg")  # figures go to files; leave this out in a notebook

import arsia_analysis as aa


def arsia(*words):
    """Runs a command and returns what it says."""
    return subprocess.run(["arsia", *words], capture_output=True, text=True, check=True).stdout


# %% [markdown]
# ## Two mappings of one network
#
# `baseline` follows rules, as one would by hand. `mars` searches; every candidate is simulated. Both leave a run file.

# %%
problem = ["map", "--workload", "resnet18", "--topology", "f1_16xlarge"]
arsia(*problem, "--search", "baseline", "--run", "baseline.h5")
arsia(*problem, "--search", "mars", "--seed", "1", "--evaluations", "300", "--run", "mars.h5")
baseline, mars = aa.load("baseline.h5"), aa.load("mars.h5")
for run in (baseline, mars):
    print(f"{run.latency / 1e9:.3f} ms, {len(run.tasks)} tasks, {len(run.transfers)} transfers")
assert mars.latency < baseline.latency

# %% [markdown]
# ## Where does the time go?
#
# The breakdown follows the critical path from the end back to time 0, so its parts sum to the latency to the picosecond.

# %%
breakdown = aa.compare.breakdown(baseline, mars)
print((breakdown / 1e6).round(1))  # us
assert breakdown.sum().iloc[:2].tolist() == [baseline.latency, mars.latency]
aa.compare_figure.breakdowns([baseline, mars]).savefig("breakdowns.png")

# %% [markdown]
# ## Which operators explain the difference?
#
# Time on the critical path by operator; the differences sum to that of the latencies.

# %%
operators = aa.compare.operators(baseline, mars)
print(operators.head())
assert operators.difference.sum() == mars.latency - baseline.latency

# %% [markdown]
# ## When did it happen?
#
# A Gantt chart of the first quarter: one lane for each engine and DMA engine.

# %%
aa.gantt.gantt(mars, end=mars.latency // 4).savefig("gantt.png")

# %% [markdown]
# ## What led to the end?
#
# The chain of the last task: each row let the next one begin.

# %%
chain = aa.tables.chain(mars, mars.tasks.end.idxmax())
print(chain.groupby("kind").size())
assert chain.end.is_monotonic_increasing and chain.end.iloc[-1] == mars.latency

# %% [markdown]
# ## Is the network the limit?
#
# The platform with each link coloured by its time on the critical path; and how much longer transfers took than they would
# have alone. Every question of your own is a line of pandas.

# %%
aa.network.heat_map(mars, value="critical").savefig("network.png")
transfers = mars.transfers.assign(slowdown=(mars.transfers.end - mars.transfers.start) / mars.transfers.alone)
print(transfers.groupby("purpose").slowdown.agg(["size", "median", "max"]).round(2))
assert (transfers.slowdown > 0.999).all()

# %% [markdown]
# ## Or the memory, or the accelerators?
#
# Memory over time against capacity; and the roofline: operators under the slope wait for memory, those under the roof compute.

# %%
aa.memory.occupancy(mars).savefig("memory.png")
aa.roofline.roofline(mars).savefig("roofline.png")

# %% [markdown]
# ## Was the search done?
#
# The best latency so far over the evaluations. If the line still falls at its end, a longer search may find more.

# %%
aa.search.convergence(mars).savefig("convergence.png")
