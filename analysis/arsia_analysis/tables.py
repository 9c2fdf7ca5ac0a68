"""Tables made from a run: what took the time, by operator, node, link, purpose and set."""
import pandas as pd


def _share(times, whole):
    return times / whole if whole else times * 0.0


def breakdown(run):
    """The latency by cause along the critical path; the times sum to the latency."""
    return pd.DataFrame({"time": run.breakdown, "share": _share(run.breakdown, run.latency)}).rename_axis("cause")


def critical_path(run):
    """The critical path by operator and kind, the largest first: times sum to the latency."""
    path = run.critical_path.assign(time=run.critical_path.end - run.critical_path.begin)
    out = path.groupby(["operator", "kind"]).time.agg(time="sum", steps="size")
    return out.assign(share=_share(out.time, run.latency)).sort_values("time", ascending=False, kind="stable")


def operators(run):
    """One row an operator: when its tasks ran, busy time of compute engines, cycles, bytes moved, time on the path."""
    tasks = run.tasks[run.tasks.operator != ""].assign(busy=lambda rows: rows.end - rows.start)
    groups = tasks.groupby("operator", sort=False)
    out = groups.agg(first_start=("start", "min"), last_end=("end", "max"), tasks=("id", "size"))
    computing = tasks[tasks.kind != "transfer"].groupby("operator")
    moving = tasks[tasks.kind == "transfer"].groupby("operator")
    on_path = run.critical_path.assign(time=run.critical_path.end - run.critical_path.begin)
    columns = {"compute_busy": computing.busy.sum(), "cycles": computing.cycles.sum(), "macs": computing.macs.sum(),
               "memory_bytes": computing.bytes.sum(), "transfers": moving.size(), "transfer_bytes": moving.bytes.sum(),
               "on_critical_path": on_path.groupby("operator").time.sum()}
    for name, values in columns.items():
        out[name] = values.reindex(out.index).fillna(0).astype("int64")
    return out


def nodes(run):
    """One row a node: how busy its engine and memory were, of the latency; the memory's peak, of its capacity."""
    out = run.nodes.set_index("name")
    return pd.DataFrame({"kind": out.kind, "compute": _share(out.compute_busy, run.latency),
                         "memory": _share(out.memory_busy, run.latency), "memory_bytes": out.memory_bytes,
                         "peak": out.memory_peak, "capacity": out.memory_capacity})


def links(run):
    """One row a link, the busiest first: bytes, busy share, queueing, its share of the breakdown's network time."""
    out = run.links.set_index("name")
    out = out.assign(utilization=_share(out.busy, run.latency))
    return out[["bytes", "busy", "utilization", "queueing", "critical"]].sort_values(
        "busy", ascending=False, kind="stable")


def transfers(run):
    """By purpose: number, bytes, time in flight, and how much of it they would not have taken alone."""
    rows = run.transfers.assign(time=run.transfers.end - run.transfers.start)
    rows["contention"] = (rows.time - rows.alone).clip(lower=0)
    groups = rows.groupby("purpose", sort=False)
    return groups.agg(transfers=("task", "size"), bytes=("bytes", "sum"), time=("time", "sum"),
                      contention=("contention", "sum"))


def mapping(run):
    """One row an operator of the mapping: its set, the set's design (or designs, by accelerator), its strategy."""
    rows = []
    for number, one in enumerate(run.mapping["sets"] if run.mapping else []):
        for op in one["operators"]:
            factors = " ".join(f"{dim}{factor}" for dim, factor in op.get("es", {}).items())
            strategy = factors + (f" +SS {op['ss']}" if "ss" in op else "")
            if "shares" in op:
                strategy += " by " + ":".join(map(str, op["shares"]))
            design = one["design"] if "design" in one else " ".join(one["designs"])
            rows.append((op["name"], number, design, " ".join(one["accelerators"]), strategy.strip() or "whole"))
    columns = ["operator", "set", "design", "accelerators", "strategy"]
    return pd.DataFrame(rows, columns=columns).set_index("operator")


def chain(run, task):
    """The tasks that led to `task`: what it was blocked by, what that was blocked by, and so on; in order of time."""
    blocked_by = run.tasks.blocked_by.to_numpy()
    found = [task]
    while blocked_by[found[-1]] >= 0:
        found.append(blocked_by[found[-1]])
    return run.tasks.iloc[found[::-1]]
