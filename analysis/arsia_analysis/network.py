"""The platform drawn as a graph, its links coloured by use."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from . import style, units

_MARKS = {"accelerator": "s", "host": "D", "switch": "o"}


def positions(run, rounds=300):
    """A place in the unit square for each node, close where a link joins them: springs between neighbours, repulsion
    between all (Fruchterman and Reingold, 1991), from a circle, so the same run is always drawn the same way."""
    names = list(run.nodes.name)
    place = {name: at for at, name in enumerate(names)}
    number = len(names)
    angle = 2 * np.pi * np.arange(number) / max(number, 1)
    at = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 0.5
    # The host in the middle of its accelerators, where there is one.
    hubs = np.array([kind != "accelerator" for kind in run.nodes.kind])
    at[hubs] *= 0.1
    joined = np.zeros((number, number))
    for source, target in zip(run.links["from"], run.links["to"]):
        joined[place[source], place[target]] = joined[place[target], place[source]] = 1
    ideal = 0.9 / np.sqrt(max(number, 1))
    for step in range(rounds if number > 2 else 0):
        apart = at[:, None, :] - at[None, :, :]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-3)
        push = ideal**2 / distance**2 - joined * distance / ideal
        move = (apart * push[:, :, None]).sum(axis=1)
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        at += move / length * np.minimum(length, 0.1 * (1 - step / rounds) + 1e-3)
    at -= at.min(axis=0)
    return dict(zip(names, at / max(at.max(), 1e-9)))


def heat_map(run, value="utilization", axes=None):
    """Nodes and links; a link's two directions stand beside each other. Colour: `utilization` (busy share of the
    latency), `bytes`, `queueing`, or `critical` (time of the critical path)."""
    links = run.links.assign(utilization=run.links.busy / max(run.latency, 1))
    if value not in ("utilization", "bytes", "queueing", "critical"):
        raise ValueError(f"no link has '{value}'; there are: utilization, bytes, queueing, critical")
    axes = axes or plt.figure(figsize=(8, 7), layout="constrained").subplots()
    at = positions(run)
    lines = []
    for source, target in zip(links["from"], links["to"]):
        begin, end = at[source], at[target]
        along = end - begin
        aside = np.array([-along[1], along[0]]) / max(np.linalg.norm(along), 1e-9) * 0.008
        lines.append([begin + aside, end + aside])
    scale = Normalize(0, max(float(links[value].max()), 1e-12))
    order = np.argsort(links[value].to_numpy(), kind="stable")  # the most used on top
    shade = plt.get_cmap(style.USE)
    axes.add_collection(LineCollection([lines[k] for k in order], linewidths=3,
                                       colors=[shade(scale(links[value].iloc[k])) for k in order]))
    for kind, part in run.nodes.groupby("kind", sort=False):
        axes.scatter(*np.array([at[name] for name in part.name]).T, s=160, marker=_MARKS[kind], color="white",
                     edgecolor="black", zorder=3, label=kind)
    for name, (x, y) in at.items():
        axes.annotate(name, (x, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=7, zorder=4)
    axes.figure.colorbar(ScalarMappable(scale, shade), ax=axes, shrink=0.7,
                         label={"utilization": "busy share of the latency", "bytes": "bytes",
                                "queueing": "time that bursts waited (ps)",
                                "critical": "time on the critical path (ps)"}[value])
    axes.legend(fontsize=7, loc="lower left")
    axes.margins(0.08)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_title(f"{run.title}: {units.time(run.latency)}")
    return axes.figure


def utilization(run, most=20, axes=None):
    """How busy the busiest links were over time, one row a link."""
    order = run.links.busy.sort_values(ascending=False, kind="stable").index[:most]
    axes = axes or plt.figure(figsize=(11, 1.2 + 0.22 * max(len(order), 4)), layout="constrained").subplots()
    factor, unit = units.time_scale(max(run.latency, 1))
    mesh = axes.pcolormesh(run.link_bins / factor, np.arange(len(order) + 1) - 0.5, run.utilization[order],
                           cmap=style.USE, vmin=0, vmax=1)
    axes.set_yticks(np.arange(len(order)), run.links.name[order], fontsize=7)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlabel(f"time ({unit})")
    axes.figure.colorbar(mesh, ax=axes, label="busy share of the bin")
    axes.set_title(f"{run.title}: busiest links")
    return axes.figure
