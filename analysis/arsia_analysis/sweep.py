"""Results of `arsia sweep` (`arsia-sweep-result/1`) as a pandas table, and figures of them."""
import dataclasses
import json
import pathlib

import h5py
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from . import style, units
from .run_file import RunFileError

FORMAT = "arsia-sweep-result/1"
_TEXTS = {"latency": units.time, "bound": units.time, "period": units.time, "energy": "{:.3g} J".format,
          "bytes": units.size}


@dataclasses.dataclass
class Axis:
    """One axis: labels as the spec has them, and numbers (in `unit`) where the role is `quantity`."""
    name: str
    kind: str
    role: str
    noun: str
    labels: list
    numbers: object = None
    unit: str = ""


class Sweep:
    """A sweep, read into memory.

    name, question, measure, spec   texts
    axes        by name, in order
    points      one row each: a column of labels for every axis, then the columns of /points; times in ps; energy is NaN
                where it is not known
    mappings    of each point as a dictionary, or None
    answers     what the points say, in sentences
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        if not self.path.exists():
            raise RunFileError(f"{path}: no such file")
        if not h5py.is_hdf5(self.path):
            raise RunFileError(f"{path}: is not an HDF5 file")
        with h5py.File(self.path, "r") as file:
            found = file.attrs.get("format", "")
            found = found.decode() if isinstance(found, bytes) else found
            if found != FORMAT:
                raise RunFileError(f"{path}: has format '{found}', not '{FORMAT}'")
            try:
                self._read(file)
            except KeyError as missing:
                raise RunFileError(f"{path}: is not complete: {missing.args[0]}") from missing

    def _read(self, file):
        for name in ("name", "question", "measure"):
            value = file.attrs[name]
            setattr(self, name, value.decode() if isinstance(value, bytes) else value)
        self.spec = file["spec"].asstr()[()]
        self.axes = {}
        for name in _in_order(file["axes"]):
            group = file["axes"][name]
            axis = Axis(name, *(group.attrs[key] for key in ("kind", "role", "noun")), list(group["label"].asstr()[:]))
            if "value" in group:
                axis.numbers, axis.unit = group["value"][:], group["value"].attrs["unit"]
            self.axes[name] = axis
        points = file["points"]
        place = points["place"][:]
        columns = {axis.name: [axis.labels[at] for at in place[:, number]]
                   for number, axis in enumerate(self.axes.values())}
        for name in _in_order(points):
            if name in ("place", "mapping"):
                continue
            # An axis of the same name, such as `latency`, keeps its own; what was measured is then `latency_`.
            values = points[name].asstr()[:] if points[name].dtype.kind in "SO" else points[name][:]
            if name == "energy":
                values = np.where(values > 0, values, np.nan)
            columns[f"{name}_" if name in self.axes else name] = values
        self.points = pd.DataFrame(columns)
        self.mappings = [json.loads(text) if text else None for text in points["mapping"].asstr()[:]]
        self.answers = list(file["answers"].asstr()[:])

    def column(self, measure):
        """Name of the column that holds a measured figure."""
        return f"{measure}_" if measure in self.axes else measure

    @property
    def done(self):
        """Points that have a result."""
        return self.points[self.points.status == "done"]

    def measured(self, measure):
        """Points that have a result and this figure: not the energy where a design states none, nor the period of a
        single request."""
        values = self.done[self.column(measure)]
        return self.done[values > 0 if measure in ("energy", "period") else values.notna()]


def _in_order(group):
    """Members in the order in which they were made."""
    return sorted(group, key=lambda name: group.id.links.get_info(name.encode()).corder)


def load_sweep(path):
    """Reads the result of a sweep; RunFileError says what is wrong with it."""
    return Sweep(path)


def best(sweep, *axes, measure=None):
    """The best point for each value of some axes, the other axes free; without axes the best of all."""
    measure = measure or sweep.measure
    column, points = sweep.column(measure), sweep.measured(measure)
    if not axes:
        return points.nsmallest(1, column)
    rows = points.groupby(list(axes), sort=False)[column].idxmin()
    return sweep.points.loc[rows.sort_values()]


def curves(sweep, axis, measure=None, ax=None):
    """Curves along an axis of quantities, a line for each combination of the other axes; logarithmic axes."""
    measure = measure or sweep.measure
    along = sweep.axes[axis]
    if along.numbers is None:
        raise ValueError(f"axis '{axis}' has no numbers; heat_map draws it")
    if ax is None:
        _, ax = plt.subplots(figsize=(8, 4.5), layout="constrained")
    numbers = dict(zip(along.labels, along.numbers))
    others = [name for name, other in sweep.axes.items() if name != axis and len(other.labels) > 1]
    points = sweep.measured(measure)
    groups = points.groupby(others if len(others) != 1 else others[0], sort=False) if others else [("", points)]
    for name, rows in groups:
        rows = rows.assign(x=rows[axis].map(numbers)).sort_values("x")
        label = ", ".join(name) if isinstance(name, tuple) else str(name)
        ax.plot(rows.x, rows[sweep.column(measure)], marker="o", label=label or None)
    if min(along.numbers) > 0:
        ax.set_xscale("log")
    ax.set_xticks(along.numbers, along.labels)
    ax.minorticks_off()
    if (points[sweep.column(measure)] > 0).all():
        ax.set_yscale("log")
    ax.yaxis.set_major_formatter(lambda value, _: _TEXTS.get(measure, str)(value))
    ax.yaxis.set_minor_formatter(lambda value, _: _TEXTS.get(measure, str)(value))
    ax.set_xlabel(along.noun.removeprefix("of ") or axis)
    ax.set_ylabel(measure)
    ax.set_title(sweep.name)
    if others and len(points):
        ax.legend()
    return ax.figure


def heat_map(sweep, rows, columns, measure=None, ax=None):
    """The best of the other axes by the values of two."""
    measure = measure or sweep.measure
    table = best(sweep, rows, columns, measure=measure).pivot(index=rows, columns=columns, values=sweep.column(measure))
    table = table.reindex(index=sweep.axes[rows].labels, columns=sweep.axes[columns].labels)
    if ax is None:
        _, ax = plt.subplots(figsize=(1.6 + 1.1 * len(table.columns), 1.2 + 0.6 * len(table)), layout="constrained")
    ax.imshow(np.ma.masked_invalid(table.values.astype(float)), cmap=style.USE, aspect="auto")
    for row in range(len(table)):
        for column in range(len(table.columns)):
            value = table.values[row, column]
            ax.text(column, row, "–" if pd.isna(value) else _TEXTS.get(measure, str)(value), ha="center", va="center")
    ax.set_xticks(range(len(table.columns)), table.columns)
    ax.set_yticks(range(len(table)), table.index)
    ax.set_xlabel(columns.replace("_", " "))
    ax.set_ylabel(rows.replace("_", " "))
    ax.set_title(f"{sweep.name}: {measure}")
    return ax.figure


def figure(sweep):
    """The figure that suits a sweep: curves along its first axis of quantities, else a heat map, else bars. They show
    latencies if what the sweep measures is not known at any point."""
    measure = sweep.measure if len(sweep.measured(sweep.measure)) else "latency"
    for axis in sweep.axes.values():
        if axis.role == "quantity" and len(axis.labels) > 1:
            return curves(sweep, axis.name, measure)
    varied = [name for name, axis in sweep.axes.items() if len(axis.labels) > 1]
    if len(varied) >= 2:
        return heat_map(sweep, *varied[:2], measure)
    done, measured = sweep.measured(measure), sweep.column(measure)
    chart, ax = plt.subplots(figsize=(8, 1 + 0.4 * len(done)), layout="constrained")
    ax.barh(range(len(done)), done[measured])
    ax.set_yticks(range(len(done)), done[(varied or list(sweep.axes))[0]])
    ax.xaxis.set_major_formatter(lambda value, _: _TEXTS[measure](value))
    ax.invert_yaxis()
    ax.set_title(f"{sweep.name}: {measure}")
    return chart
