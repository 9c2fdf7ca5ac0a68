"""Tables: their sums are those of the run."""
import h5py
import numpy as np
import pandas as pd
import pytest

import arsia_analysis as aa
from arsia_analysis.__main__ import main


@pytest.fixture(params=["base", "mars", "traffic"])
def run(request):
    return request.getfixturevalue(request.param)


def test_a_run_holds_the_file(run):
    with h5py.File(run.path) as file:
        assert run.latency == file["meta"].attrs["latency_ps"]
        assert len(run.tasks) == file["meta"].attrs["tasks"]
        assert list(run.tasks.columns) == list(file["tasks"])
        assert run.tasks.kind.tolist() == file["tasks/kind"].asstr()[:].tolist()
        assert list(run.nodes.columns[:3]) == ["name", "kind", "group"] and "memory_peak" in run.nodes
        assert run.utilization.shape == (len(run.links), len(run.link_bins) - 1)


def test_what_is_not_there(traffic, mars):
    assert traffic.mapping is None and traffic.candidates is None and traffic.title == "mesh4x4"
    assert traffic.operators.empty and aa.tables.mapping(traffic).empty
    assert mars.search["name"] == "mars" and mars.title == "resnet18 on f1_16xlarge"


def test_breakdown_and_path_sum_to_the_latency(run):
    assert aa.tables.breakdown(run).time.sum() == run.latency
    path = aa.tables.critical_path(run)
    assert path.time.sum() == run.latency and path.share.sum() == pytest.approx(1)
    assert path.time.is_monotonic_decreasing


def test_operators_cover_the_tasks(mars):
    table = aa.tables.operators(mars)
    owned = mars.tasks[mars.tasks.operator != ""]
    assert table.tasks.sum() == len(owned)
    assert table.macs.sum() == mars.tasks.macs.sum()
    assert table.transfer_bytes.sum() == owned[owned.kind == "transfer"].bytes.sum()
    assert table.last_end.max() <= mars.latency
    one = owned[(owned.operator == "conv1") & (owned.kind == "compute")]
    assert table.compute_busy["conv1"] == (one.end - one.start).sum()


def test_nodes_links_transfers(run):
    nodes, links, transfers = aa.tables.nodes(run), aa.tables.links(run), aa.tables.transfers(run)
    assert nodes[["compute", "memory"]].stack().between(0, 1).all()
    assert links.utilization.between(0, 1).all() and links.busy.is_monotonic_decreasing
    assert links.critical.sum() == run.breakdown.network
    assert transfers.bytes.sum() == run.meta["bytes_transferred"] and transfers.transfers.sum() == run.meta["transfers"]


def test_mapping(mars):
    table = aa.tables.mapping(mars)
    assert sorted(table.index) == sorted(mars.operators.name)
    assert (table.design != "").all() and (table.strategy != "").all()


def test_chain_follows_what_each_task_waited_for(run):
    last = int(run.tasks.end.idxmax())
    chain = aa.tables.chain(run, last)
    assert chain.id.iloc[-1] == last and chain.blocked_by.iloc[0] == -1
    assert chain.blocked_by.iloc[1:].tolist() == chain.id.iloc[:-1].tolist()
    assert (chain.start.iloc[1:].to_numpy() >= chain.end.iloc[:-1].to_numpy()).all()


def test_comparison_explains_the_difference(base, mars):
    totals = aa.compare.summary(base, mars)
    difference = mars.latency - base.latency
    assert totals.difference["latency_ps"] == difference
    assert totals.ratio["latency_ps"] == pytest.approx(mars.latency / base.latency)
    assert aa.compare.breakdown(base, mars).difference.sum() == difference
    operators = aa.compare.operators(base, mars)
    assert operators.difference.sum() == difference and operators.difference.abs().is_monotonic_decreasing
    links = aa.compare.links(base, mars)
    assert links.difference.sum() == mars.links.bytes.sum() - base.links.bytes.sum()
    assert (aa.compare.breakdown(base, base).difference == 0).all()


def test_pareto_front():
    table = pd.DataFrame({"latency": [3, 1, 2, 2, 5], "energy": [1, 5, 3, 3, 1]}, index=list("abcde"))
    # e has a's energy and takes longer; c and d are equal and both stay.
    assert aa.search.front(table, ["latency", "energy"]).to_dict() == {"a": True, "b": True, "c": True, "d": True, "e": False}
    assert aa.search.front(table, ["latency"]).tolist() == [False, True, False, False, False]


def test_pareto_set_of_a_search(folder, mars):
    run = aa.load(folder / "nsga2.h5")
    table = aa.search.found_by(run)
    assert len(table) > 3 and aa.search.front(table, aa.search.OBJECTIVES).all()
    # The run is that of the set's fastest.
    own = aa.search.objectives_of([run]).iloc[0]
    assert own.latency == table.latency.iloc[0] == run.candidates.latency[run.candidates.latency >= 0].min()
    assert own.memory >= table.memory.min()
    with pytest.raises(aa.RunFileError, match="kept no Pareto set"):
        aa.search.found_by(mars)


def test_a_score_is_no_latency(folder, capsys):
    mixed, stream = aa.load(folder / "mixed.h5"), aa.load(folder / "stream.h5")
    table = aa.search.found_by(mixed)
    assert list(table) == ["score", "energy", "memory"] and aa.search.score_of(mixed) == "score"
    # In parts of the baseline's score, which is 1.
    assert table.score.tolist() == (mixed.pareto.latency / 1e9).tolist() and table.score.iloc[0] < 2
    table = aa.search.found_by(stream)
    assert list(table) == ["period", "energy", "memory"] and table.period.iloc[0] < stream.latency
    assert aa.search.pareto(table).axes[0].get_xlabel() == "period"
    assert main(["pareto", str(stream.path)]) == 0
    assert f" {aa.units.time(table.period.iloc[0])} " in capsys.readouterr().out
    assert main(["pareto", str(mixed.path), "--objectives", "score", "memory"]) == 0
    assert "latency" not in capsys.readouterr().out
    assert main(["pareto", str(mixed.path), "--objectives", "latency", "memory"]) == 2
    assert "mixed.h5: has no latency to compare by, but score, energy, memory" in capsys.readouterr().err


def test_energy_that_is_not_known_beats_nothing():
    table = pd.DataFrame({"latency": [1, 2, 3], "energy": [np.nan, 5, 6], "memory": [1, 1, 1]}, index=list("abc"))
    assert aa.search.front(table, ["latency", "energy"]).to_dict() == {"a": False, "b": True, "c": False}
    assert aa.search.known(table) == ["latency", "energy", "memory"]
    assert aa.search.known(table.assign(energy=np.nan)) == ["latency", "memory"]


def test_lanes_of_an_engine_do_not_overlap(run):
    rows = aa.gantt.lanes(run).sort_values(["lane", "start", "end"])
    same = (rows.lane == rows.lane.shift()).to_numpy()
    assert (rows.start.to_numpy()[1:] >= rows.end.to_numpy()[:-1])[same[1:]].all()
    assert len(rows) == (run.tasks.engine != "").sum()
    channels = run.nodes.set_index("name").dma_channels
    for lane in rows.lane.unique():
        node, engine = lane.split(" ", 1)
        assert engine == "compute" or int(engine.split()[1]) < channels[node]


def test_roofline_stays_under_its_roofs(mars):
    points, roofs = aa.roofline.points(mars), aa.roofline.roofs(mars)
    assert len(points) > 10
    for (_, node), point in points.iterrows():
        limit = min(point.intensity * roofs.memory[node], roofs.compute[node])
        assert point.rate <= limit * (1 + 1e-9)


@pytest.mark.parametrize("value, text", [(0, "0 ps"), (999, "999 ps"), (1500, "1.5 ns"), (3.51e9, "3.51 ms"), (-2e12, "-2 s")])
def test_times_are_readable(value, text):
    assert aa.units.time(value) == text


def test_sizes_are_readable():
    assert [aa.units.size(n) for n in (0, 1023, 1536, 5 * 2**20)] == ["0 B", "1023 B", "1.5 KiB", "5 MiB"]


def test_what_is_no_run_file_is_refused(tmp_path, folder):
    with pytest.raises(aa.RunFileError, match="none.h5: no such file"):
        aa.load(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("no")
    with pytest.raises(aa.RunFileError, match="text.h5: is not an HDF5 file"):
        aa.load(tmp_path / "text.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs["format"] = "arsia-run/9"
    with pytest.raises(aa.RunFileError, match="has format 'arsia-run/9', not 'arsia-run/1'"):
        aa.load(tmp_path / "other.h5")
    (tmp_path / "part.h5").write_bytes((folder / "base.h5").read_bytes())
    with h5py.File(tmp_path / "part.h5", "a") as file:
        del file["tasks"]
    with pytest.raises(aa.RunFileError, match="part.h5: is not complete: .*tasks"):
        aa.load(tmp_path / "part.h5")
