"""Results of sweeps in Python."""
import subprocess

import h5py
import pytest

import arsia_analysis as aa
from arsia_analysis.__main__ import main
from conftest import ARSIA

SPEC = """\
format: arsia-sweep/1
name: small
workload: alexnet
topology: f1_16xlarge
search: {name: baseline, evaluations: 1}
axes:
  - {axis: bandwidth, links: network, values: [1 Gbps, 8 Gbps, 64 Gbps]}
  - {axis: memory_capacity, values: [1 GiB, 1 KiB]}
  - {axis: latency, values: [1 us, 50 us]}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "small.yaml").write_text(SPEC)
    subprocess.run([ARSIA, "sweep", "small.yaml", "-o", "small.h5"], cwd=folder, check=True, capture_output=True)
    return folder / "small.h5"


@pytest.fixture
def sweep(file):
    return aa.load_sweep(file)


def test_points_have_their_axes_and_figures(sweep, file):
    assert list(sweep.axes) == ["bandwidth", "memory_capacity", "latency"]
    assert sweep.axes["bandwidth"].labels == ["1 Gbps", "8 Gbps", "64 Gbps"]
    assert list(sweep.axes["bandwidth"].numbers) == [1e9, 8e9, 64e9] and sweep.axes["bandwidth"].unit == "bit/s"
    assert len(sweep.points) == 12 and len(sweep.done) == 6
    assert set(sweep.points[sweep.points.memory_capacity == "1 KiB"].status) == {"failed"}
    with h5py.File(file) as raw:
        # The axis `latency` keeps its name; what was measured gives way.
        assert list(sweep.points.latency_) == list(raw["points/latency"][:])
        assert sweep.answers == [text.decode() for text in raw["answers"][:]]
    assert list(sweep.points.latency[:3]) == ["1 us", "50 us", "1 us"]
    parts = sweep.done[["compute", "memory", "network", "dma_setup", "contention", "reconfiguration", "waiting"]]
    assert (parts.sum(axis=1) == sweep.done.latency_).all()
    assert [mapping is not None for mapping in sweep.mappings] == list(sweep.points.status == "done")


def test_best_points(sweep):
    assert list(aa.sweep.best(sweep).latency_) == [sweep.done.latency_.min()]
    best = aa.sweep.best(sweep, "bandwidth")
    assert list(best.bandwidth) == ["1 Gbps", "8 Gbps", "64 Gbps"]
    assert list(best.latency_) == [sweep.done[sweep.done.bandwidth == name].latency_.min() for name in best.bandwidth]


def test_figures(sweep):
    curves = aa.sweep.curves(sweep, "bandwidth").axes[0]
    assert curves.get_xscale() == "log" and len(curves.lines) == 2
    for line in curves.lines:
        assert list(line.get_xdata()) == [1e9, 8e9, 64e9]
    assert sorted(value for line in curves.lines for value in line.get_ydata()) == sorted(sweep.done.latency_)
    heat = aa.sweep.heat_map(sweep, "bandwidth", "memory_capacity").axes[0]
    assert [text.get_text() for text in heat.texts][1::2] == ["–"] * 3


DESIGN = """\
format: arsia-design/1
name: mute
model: tiled_loop
clock: 100 MHz
tile: {K: 16, C: 16, P: 14, Q: 14}
vector: {width: 16, tile: 4096}
"""


def test_points_without_energy_are_not_the_best(tmp_path, capsys):
    (tmp_path / "mute.yaml").write_text(DESIGN)
    head = SPEC[:SPEC.index("axes:")] + "measure: energy\naxes:\n  - {axis: bandwidth, values: [1 Gbps, 8 Gbps]}\n"
    for name, designs in (("both", "mute.yaml, winograd_4_3"), ("none", "mute.yaml")):
        (tmp_path / f"{name}.yaml").write_text(f"{head}  - {{axis: designs, values: [{designs}]}}\n")
        subprocess.run([ARSIA, "sweep", f"{name}.yaml", "-o", f"{name}.h5"], cwd=tmp_path, check=True, capture_output=True)
    both, none = aa.load_sweep(tmp_path / "both.h5"), aa.load_sweep(tmp_path / "none.h5")
    assert both.points.energy.isna().tolist() == [True, False, True, False]
    assert set(aa.sweep.best(both, "bandwidth").designs) == {"winograd_4_3"} and len(aa.sweep.best(none)) == 0
    axes = aa.sweep.figure(both).axes[0]
    assert len(axes.lines) == 1 and axes.get_ylabel() == "energy"
    axes = aa.sweep.figure(none).axes[0]
    assert len(axes.lines) == 1 and axes.get_ylabel() == "latency"
    assert [text.get_text() for text in aa.sweep.heat_map(both, "designs", "bandwidth").axes[0].texts][:2] == ["–", "–"]
    assert main(["sweep", str(tmp_path / "none.h5")]) == 0
    assert "nan" not in capsys.readouterr().out.lower()


def test_what_is_no_sweep_is_refused(tmp_path, base):
    with pytest.raises(aa.RunFileError, match="no such file"):
        aa.load_sweep(tmp_path / "none.h5")
    with pytest.raises(aa.RunFileError, match="has format 'arsia-run/1', not 'arsia-sweep-result/1'"):
        aa.load_sweep(base.path)


def test_from_the_shell(file, tmp_path, capsys):
    assert main(["sweep", str(file), "-o", str(tmp_path / "sweep.png")]) == 0
    out = capsys.readouterr().out
    assert "1 Gbps" in out and "\n- " in out and "latency_" in out
    assert (tmp_path / "sweep.png").stat().st_size > 5000
    assert main(["sweep", str(tmp_path / "sweep.png")]) == 2
    assert "is not an HDF5 file" in capsys.readouterr().err
