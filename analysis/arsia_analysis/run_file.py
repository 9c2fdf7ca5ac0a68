"""Run files (`arsia-run/1`) as pandas tables."""
import json
import pathlib

import h5py
import numpy as np
import pandas as pd

FORMAT = "arsia-run/1"


class RunFileError(ValueError):
    """A file that is no run file; the text begins with its name."""


def _column(dataset):
    return dataset.asstr()[:] if dataset.dtype.kind in "SO" else dataset[:]


def _table(group):
    return pd.DataFrame({name: _column(item) for name, item in group.items() if isinstance(item, h5py.Dataset)})


def _scalars(group):
    return pd.Series({name: item[()] for name, item in group.items()})


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, np.generic) else value


class Run:
    """One run, read into memory. Times are integer picoseconds and sizes bytes, as in the file; tables have the file's
    columns and names.

    meta        attributes of /meta, with `burst_bytes` of the platform
    tasks, transfers, dependencies, critical_path   one row each
    nodes, links    the platform's rows beside their totals
    operators       empty for raw traffic
    breakdown, energy   Series by cause
    utilization, occupancy   arrays, links or nodes × bins, with link_bins and memory_bins as edges
    mapping     the mapping as a dictionary, or None
    sensitivity what twice the rate of a resource would save, or None
    candidates  the search's candidates, or None; `search` its attributes
    pareto      the search's Pareto set (evaluation, latency, energy, memory, mapping), or None
    """

    def __init__(self, path):
        self.path = pathlib.Path(path)
        if not self.path.exists():
            raise RunFileError(f"{path}: no such file")
        if not h5py.is_hdf5(self.path):
            raise RunFileError(f"{path}: is not an HDF5 file")
        with h5py.File(self.path, "r") as file:
            found = _plain(file.attrs.get("format", ""))
            if found != FORMAT:
                raise RunFileError(f"{path}: has format '{found}', not '{FORMAT}'")
            try:
                self._read(file)
            except KeyError as missing:
                raise RunFileError(f"{path}: is not complete: {missing.args[0]}") from missing

    def _read(self, file):
        self.meta = {name: _plain(value) for name, value in file["meta"].attrs.items()}
        self.meta["burst_bytes"] = _plain(file["platform"].attrs["burst_bytes"])
        for name in ("tasks", "transfers", "dependencies", "critical_path"):
            setattr(self, name, _table(file[name]))
        self.nodes = _table(file["platform/nodes"]).join(_table(file["nodes/totals"]).drop(columns="name"))
        self.links = _table(file["platform/links"]).join(_table(file["links/totals"]).drop(columns="name"))
        self.breakdown = _scalars(file["breakdown"])
        self.energy = _scalars(file["energy"])
        self.utilization, self.link_bins = file["links/utilization"][:], file["links/bins"][:]
        self.occupancy, self.memory_bins = file["memory/occupancy"][:], file["memory/bins"][:]
        self.operators = _table(file["workload/operators"]) if "workload" in file else pd.DataFrame({"name": []})
        self.mapping = json.loads(_plain(file["mapping"][()])) if "mapping" in file else None
        self.sensitivity = _table(file["sensitivity"]) if "sensitivity" in file else None
        self.search, self.candidates, self.pareto = None, None, None
        if "search" in file:
            self.search = {name: _plain(value) for name, value in file["search"].attrs.items()}
            self.candidates = _table(file["search/candidates"])
            if "pareto" in file["search"]:
                self.pareto = _table(file["search/pareto"]).rename(columns={"peak_memory": "memory"})

    @property
    def latency(self):
        """Picoseconds."""
        return self.meta["latency_ps"]

    @property
    def title(self):
        """`workload on topology`, or the topology alone."""
        workload, topology = self.meta["workload"], self.meta["topology"]
        return f"{workload} on {topology}" if workload else topology


def load(path):
    """Reads a run file; RunFileError says what is wrong with it."""
    return Run(path)
