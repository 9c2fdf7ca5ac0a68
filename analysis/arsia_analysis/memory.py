"""Local memories over time."""
import matplotlib.pyplot as plt

from . import style, units


def occupancy(run, axes=None):
    """Live buffers of each accelerator over time. Capacities that the peaks come near are drawn dashed; of others the
    title says how far off they are."""
    axes = axes or plt.figure(figsize=(10, 4), layout="constrained").subplots()
    nodes = run.nodes[run.nodes.kind == "accelerator"]
    peak, capacity = int(nodes.memory_peak.max()), int(nodes.memory_capacity.min())
    time_factor, time_unit = units.time_scale(max(run.latency, 1))
    factor, unit = units.size_scale(max(peak, 1))
    colours = style.colour_of(nodes.name)
    for at, name in nodes.name.items():
        axes.stairs(run.occupancy[at] / factor, run.memory_bins / time_factor, label=name, color=colours[name],
                    linewidth=1.3)
    if peak * 5 > capacity:
        for limit in sorted(set(nodes.memory_capacity)):
            axes.axhline(limit / factor, color="black", linestyle="--", linewidth=1)
    axes.set_ylim(0, None)
    axes.set_xlim(0, run.latency / time_factor)
    axes.set_xlabel(f"time ({time_unit})")
    axes.set_ylabel(f"live buffers ({unit})")
    axes.legend(fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    share = f", {peak / capacity:.1%} of {units.size(capacity)}" if capacity else ""
    axes.set_title(f"{run.title}: local memory, peak {units.size(peak)}{share}")
    return axes.figure
