"""Two breakdowns beside each other."""
import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from . import style, units


def breakdowns(runs, axes=None):
    """One stacked bar a run; the bars are as long as the latencies."""
    axes = axes or plt.figure(figsize=(10, 1.2 + 0.6 * len(runs)), layout="constrained").subplots()
    factor, unit = units.time_scale(max(run.latency for run in runs) or 1)
    for at, run in enumerate(runs):
        left = 0
        for cause, time in run.breakdown.items():
            axes.barh(at, time / factor, left=left / factor, color=style.CAUSES[cause], edgecolor="white")
            left += time
    axes.set_yticks(range(len(runs)), [f"{run.path.name}\n{units.time(run.latency)}" for run in runs], fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(f"time on the critical path ({unit})")
    axes.legend(handles=[Patch(color=colour, label=cause) for cause, colour in style.CAUSES.items()], fontsize=7,
                loc="upper left", bbox_to_anchor=(1, 1))
    return axes.figure
