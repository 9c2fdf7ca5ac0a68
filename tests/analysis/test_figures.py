"""Figures show the run's data; the command line writes them."""
import io
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import arsia_analysis as aa


def bars(axes):
    return [patch for patch in axes.patches if patch.get_width() > 0]


def test_gantt_has_a_bar_a_task(mars):
    figure = aa.gantt.gantt(mars)
    axes = figure.axes[0]
    ran = mars.tasks[(mars.tasks.engine != "") & (mars.tasks.end > mars.tasks.start)]
    assert len(bars(axes)) == len(ran)
    factor = aa.units.time_scale(mars.latency)[0]
    assert sum(bar.get_width() for bar in bars(axes)) * factor == pytest.approx((ran.end - ran.start).sum())
    assert axes.get_xlim() == (0, pytest.approx(mars.latency / factor))


def test_gantt_of_a_stretch(mars):
    half = mars.latency // 2
    axes = aa.gantt.gantt(mars, begin=half).axes[0]
    assert len(bars(axes)) < len(mars.tasks)
    assert axes.get_xlim()[0] == pytest.approx(half / aa.units.time_scale(mars.latency)[0])


def test_interactive_gantt(mars):
    figure = aa.gantt.interactive(mars)
    assert sum(len(trace.y) for trace in figure.data) == (mars.tasks.engine != "").sum()
    assert {trace.name for trace in figure.data} <= {"compute", "transfer", "reduce", "reconfigure"}


def test_network_draws_every_link_and_node(mars, traffic):
    for run in (mars, traffic):
        axes = aa.network.heat_map(run).axes[0]
        assert len(axes.collections[0].get_segments()) == len(run.links)
        assert {text.get_text() for text in axes.texts} == set(run.nodes.name)
        places = np.array(list(aa.network.positions(run).values()))
        apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.eye(len(places))
        assert places.min() >= 0 and places.max() <= 1 and apart.min() > 0.02, "no two nodes in one place"
    with pytest.raises(ValueError, match="no link has 'speed'; there are: utilization, bytes"):
        aa.network.heat_map(mars, value="speed")


def test_utilization_shows_the_busiest_links(mars):
    axes = aa.network.utilization(mars, most=5).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == aa.tables.links(mars).index[:5].tolist()
    assert np.asarray(axes.collections[0].get_array()).size == 5 * (len(mars.link_bins) - 1)


def test_memory_reaches_the_peaks(mars):
    axes = aa.memory.occupancy(mars).axes[0]
    accelerators = mars.nodes[mars.nodes.kind == "accelerator"]
    assert len(axes.patches) == len(accelerators)
    top = max(patch.get_data().values.max() for patch in axes.patches)
    assert top * aa.units.size_scale(accelerators.memory_peak.max())[0] == pytest.approx(accelerators.memory_peak.max())
    assert aa.units.size(accelerators.memory_peak.max()) in axes.get_title()


def test_roofline_has_a_point_an_operator_and_node(mars, traffic):
    axes = aa.roofline.roofline(mars).axes[0]
    assert len(axes.collections[0].get_offsets()) == len(aa.roofline.points(mars))
    assert len(aa.roofline.points(traffic)) == 0
    assert aa.roofline.roofline(traffic).axes[0].get_title() == "mesh4x4: roofline"


def test_convergence_ends_with_the_latency(mars, traffic):
    axes = aa.search.convergence(mars).axes[0]
    factor = aa.units.time_scale(mars.latency)[0]
    assert axes.lines[1].get_ydata()[-1] * factor == pytest.approx(mars.latency)
    assert len(axes.lines[0].get_ydata()) == (mars.candidates.latency >= 0).sum()
    assert axes.get_ylabel().startswith("latency (")
    with pytest.raises(aa.RunFileError, match="was not made by a search"):
        aa.search.convergence(traffic)


def test_convergence_of_another_objective(folder):
    mixed, stream = aa.load(folder / "mixed.h5"), aa.load(folder / "stream.h5")
    axes = aa.search.convergence(mixed).axes[0]
    assert axes.get_ylabel() == "score" and axes.lines[1].get_ydata()[-1] == mixed.candidates.best.min() / 1e9
    axes = aa.search.convergence(stream).axes[0]
    factor, unit = aa.units.time_scale(stream.candidates.best.min())
    assert axes.get_ylabel() == f"period ({unit})"
    assert axes.lines[1].get_ydata()[-1] * factor == pytest.approx(stream.candidates.best.iloc[-1])


def test_pareto_joins_the_best(base, mars):
    table = aa.search.objectives_of([base, mars])
    assert table.latency.tolist() == [base.latency, mars.latency]
    axes = aa.search.pareto(table).axes[0]
    assert len(axes.lines[1].get_xdata()) == aa.search.front(table, ["latency", "energy"]).sum()


def test_breakdowns_are_as_long_as_the_latencies(base, mars):
    axes = aa.compare_figure.breakdowns([base, mars]).axes[0]
    factor = aa.units.time_scale(max(base.latency, mars.latency))[0]
    for at, run in enumerate((base, mars)):
        length = sum(bar.get_width() for bar in axes.patches if round(bar.get_y() + bar.get_height() / 2) == at)
        assert length * factor == pytest.approx(run.latency)


def command(*words, cwd, status=0):
    done = subprocess.run([sys.executable, "-m", "arsia_analysis", *map(str, words)], cwd=cwd, capture_output=True,
                          text=True, env={**os.environ, "MPLCONFIGDIR": str(cwd)}, check=False)
    assert done.returncode == status, done.stderr
    return done.stderr if status else done.stdout


def test_commands(folder, mars, tmp_path):
    run = folder / "mars.h5"
    assert f"({mars.latency} ps)" in command("summary", run, cwd=tmp_path)
    printed = pd.read_csv(io.StringIO(command("critical-path", run, "--csv", cwd=tmp_path)))
    assert printed.time.sum() == mars.latency
    assert "more; --rows 0 shows all" in command("mapping", run, "--rows", 3, cwd=tmp_path)
    assert command("network", run, "--value", "bytes", "-o", "links.svg", cwd=tmp_path) == "written links.svg\n"
    assert (tmp_path / "links.svg").read_text().startswith("<?xml")
    text = command("compare", folder / "base.h5", run, cwd=tmp_path)
    assert "Critical path by operator" in text and "Breakdown" in text
    assert command("pareto", folder / "base.h5", run, cwd=tmp_path).count("True") >= 1
    found = pd.read_csv(io.StringIO(command("pareto", folder / "nsga2.h5", "--csv", cwd=tmp_path)))
    assert found.best.iloc[0] and len(found) == len(aa.load(folder / "nsga2.h5").pareto)


def test_commands_refuse_with_the_reason(folder, tmp_path):
    assert "no-run.h5: no such file" in command("summary", "no-run.h5", cwd=tmp_path, status=2)
    assert "was not made by a search" in command("convergence", folder / "traffic.h5", cwd=tmp_path, status=2)
    assert "tables of two runs" in command("compare", folder / "base.h5", cwd=tmp_path, status=2)
    assert "invalid choice" in command("draw", folder / "base.h5", cwd=tmp_path, status=2)
