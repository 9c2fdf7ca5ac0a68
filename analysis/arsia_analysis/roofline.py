"""Roofline plot (Williams, Waterman and Patterson, 2009) of the compute tasks."""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from . import units


def points(run):
    """One row an operator and node: MACs for each byte of local memory, MACs a second while the engine had the task.
    Operators without multiply-accumulates or without memory traffic have no place in the plot and are left out."""
    tasks = run.tasks[(run.tasks.kind == "compute") & (run.tasks.macs > 0) & (run.tasks.bytes > 0)]
    tasks = tasks.assign(time=tasks.end - tasks.start)
    out = tasks.groupby(["operator", "node"], sort=False)[["macs", "bytes", "cycles", "time"]].sum()
    return out.assign(intensity=out.macs / out.bytes, rate=out.macs / (out.time * 1e-12))


def roofs(run):
    """One row an accelerator: bytes a second of its memory, and MACs a second of its design at full use. Where the
    file states no design, or where Winograd's transformation lets tasks pass the multipliers' rate, the roof is the best
    rate that any task of the node reached."""
    nodes = run.nodes[run.nodes.kind == "accelerator"].set_index("name")
    reached = points(run).groupby("node").rate.max()
    peak = nodes.peak_macs.astype(float) if "peak_macs" in nodes else pd.Series(0.0, index=nodes.index)
    compute = peak.clip(lower=reached.reindex(nodes.index).fillna(0))
    return pd.DataFrame({"memory": nodes.memory_bandwidth / 8, "compute": compute, "stated": peak.eq(compute) & peak.gt(0)})


def roofline(run, axes=None):
    """Each operator on each accelerator under the roofs of memory bandwidth and of the design's peak rate."""
    axes = axes or plt.figure(figsize=(8, 5.5), layout="constrained").subplots()
    found, limits = points(run), roofs(run)
    used = limits[limits.index.isin(found.index.get_level_values("node"))].drop_duplicates()
    if len(found):
        low, high = found.intensity.min() / 3, max(found.intensity.max(), (used.compute / used.memory).max()) * 3
        along = np.geomspace(low, high, 200)
        for _, roof in used.iterrows():
            label = f"{units.size(roof.memory)}/s, {units.count(roof.compute)}MAC/s"
            axes.plot(along, np.minimum(along * roof.memory, roof.compute), color="black", linewidth=1,
                      linestyle="-" if roof.stated else "--", label=label)
        on_path = run.critical_path.assign(time=run.critical_path.end - run.critical_path.begin)
        weight = on_path.groupby("operator").time.sum().reindex(found.index.get_level_values(0)).fillna(0)
        drawn = axes.scatter(found.intensity, found.rate, s=24, c=weight / max(run.latency, 1), cmap="viridis_r",
                             edgecolor="black", linewidth=0.3, zorder=3)
        axes.figure.colorbar(drawn, ax=axes, label="operator's share of the critical path")
        axes.legend(fontsize=7, loc="lower right")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("MACs a byte of local memory")
    axes.set_ylabel("MACs a second")
    axes.set_title(f"{run.title}: roofline")
    return axes.figure
