"""Two runs side by side."""
import pandas as pd

from . import tables


def _joined(ours, theirs, column):
    out = pd.DataFrame({"first": ours[column], "second": theirs[column]}).fillna(0).astype("int64")
    return out.assign(difference=out.second - out["first"])


def summary(first, second):
    """Latency, energy, bytes and events of both runs, their difference and ratio."""
    rows = {"latency_ps": (first.latency, second.latency),
            "energy_j": (first.energy.sum(), second.energy.sum())}
    for name in ("tasks", "transfers", "bytes_transferred", "events"):
        rows[name] = (first.meta[name], second.meta[name])
    rows["peak_memory_bytes"] = (first.nodes.memory_peak.max(), second.nodes.memory_peak.max())
    out = pd.DataFrame.from_dict(rows, orient="index", columns=["first", "second"])
    return out.assign(difference=out.second - out["first"], ratio=out.second / out["first"].where(out["first"] != 0))


def breakdown(first, second):
    """The latencies by cause: the differences sum to the difference of the latencies."""
    return _joined(tables.breakdown(first), tables.breakdown(second), "time")


def operators(first, second):
    """Time on the critical path by operator, the largest change first; the differences sum to that of the latencies."""
    ours, theirs = (tables.critical_path(run).groupby("operator")[["time"]].sum() for run in (first, second))
    out = _joined(ours, theirs, "time")
    return out.reindex(out.difference.abs().sort_values(ascending=False, kind="stable").index)


def links(first, second):
    """Bytes by link, the largest change first."""
    out = _joined(tables.links(first), tables.links(second), "bytes")
    return out.reindex(out.difference.abs().sort_values(ascending=False, kind="stable").index)
