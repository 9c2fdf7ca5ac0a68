"""Gantt charts: one lane an engine (a compute engine, a DMA channel)."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch

from . import style, units


def lanes(run):
    """The tasks with the lane each ran in: `NODE compute`, or `NODE dma K`. A run file says which node's DMA served a
    transfer, not which channel: each takes the first channel that is free, as channels are alike."""
    tasks = run.tasks[run.tasks.engine != ""].sort_values(["start", "id"])
    names = []
    free = {}
    for node, engine, start, end in tasks[["node", "engine", "start", "end"]].itertuples(index=False):
        if engine != "dma":
            names.append(f"{node} {engine}")
            continue
        channels = free.setdefault(node, [])
        at = next((k for k, until in enumerate(channels) if until <= start), len(channels))
        channels[at:at + 1] = [end]
        names.append(f"{node} dma {at}")
    return tasks.assign(lane=names)


def _in_order(run, names):
    """Lanes by node in the platform's order, compute before DMA."""
    place = {name: at for at, name in enumerate(run.nodes.name)}

    def key(lane):
        node, engine = lane.split(" ", 1)
        return place[node], not engine.startswith("compute"), len(engine), engine
    return sorted(set(names), key=key)


def gantt(run, begin=None, end=None, axes=None):
    """Tasks over time; those of the critical path have a dark edge. `begin` and `end` in ps cut a stretch out."""
    begin, end = begin or 0, run.latency if end is None else end
    rows = lanes(run)
    names = _in_order(run, rows.lane)
    rows = rows[(rows.end >= begin) & (rows.start <= end)]
    factor, unit = units.time_scale(max(end, 1))
    axes = axes or plt.figure(figsize=(11, 1.2 + 0.22 * max(len(names), 4)), layout="constrained").subplots()
    place = {name: at for at, name in enumerate(names)}
    critical = set(run.critical_path.task)
    for kind, part in rows.groupby("kind", sort=False):
        for on_path in (False, True):
            some = part[part.id.isin(critical) == on_path]
            axes.barh(some.lane.map(place), (some.end - some.start) / factor, left=some.start / factor, height=0.8,
                      color=style.KINDS[kind], edgecolor="black" if on_path else style.KINDS[kind],
                      linewidth=0.8 if on_path else 0.2)
    axes.set_yticks(np.arange(len(names)), names, fontsize=7)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(begin / factor, end / factor)
    axes.set_xlabel(f"time ({unit})")
    axes.set_title(f"{run.title}: {units.time(run.latency)}")
    keys = [Patch(color=style.KINDS[kind], label=kind) for kind in style.KINDS if (rows.kind == kind).any()]
    keys.append(Patch(facecolor="white", edgecolor="black", label="critical path"))
    axes.legend(handles=keys, fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    return axes.figure


def interactive(run):
    """The same as a plotly figure for notebooks: zoom, hover for operator, bytes and what the task waited for."""
    import plotly.graph_objects as go  # pylint: disable=import-outside-toplevel  # slow to import

    rows = lanes(run)
    factor, unit = units.time_scale(max(run.latency, 1))
    figure = go.Figure()
    for kind, part in rows.groupby("kind", sort=False):
        data = np.stack([part.id, part.operator, part.bytes.map(units.size), part.blocked_by], axis=-1)
        figure.add_bar(
            name=kind, y=part.lane, x=(part.end - part.start) / factor, base=part.start / factor, orientation="h",
            marker_color=style.KINDS[kind], customdata=data,
            hovertemplate="task %{customdata[0]} · %{customdata[1]}<br>%{base:.4f} + %{x:.4f} " + unit
            + "<br>%{customdata[2]}<br>waited for task %{customdata[3]}")
    figure.update_layout(barmode="overlay", title=f"{run.title}: {units.time(run.latency)}",
                         xaxis_title=f"time ({unit})",
                         yaxis={"categoryorder": "array", "categoryarray": _in_order(run, rows.lane)[::-1]})
    return figure
