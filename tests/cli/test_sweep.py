"""`arsia sweep` as a user runs it: points, errors, interruption, resuming, the result's file."""
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import h5py
import pytest

from conftest import ARSIA, MUTE_DESIGN, mpirun

HEAD = {"format": "arsia-sweep/1", "name": "small", "question": "why?", "workload": "tiny.yaml", "topology": "pair.yaml",
        "search": {"name": "mars", "seed": 2, "evaluations": 20}}
BANDWIDTHS = {"axis": "bandwidth", "links": "network", "values": ["1 Gbps", "8 Gbps", "64 Gbps"]}


@pytest.fixture
def write(tmp_path, tiny):  # pylint: disable=unused-argument
    """Writes s.yaml: a small sweep with these axes; keys given replace others."""
    def to(*axes, **keys):
        spec = {key: value for key, value in {**HEAD, **keys}.items() if value is not None}
        (tmp_path / "s.yaml").write_text(json.dumps({**spec, "axes": list(axes)}))
        return "s.yaml"
    return to


def test_points_are_those_that_map_and_simulate_find(arsia, write, tmp_path):
    sweep = arsia("sweep", write(BANDWIDTHS), "-o", "s.h5", "--json").json
    assert sweep["done"] == 3 and sweep["failed"] == 0 and not sweep["interrupted"]
    assert [point["axes"] for point in sweep["points"]] == [{"bandwidth": value} for value in BANDWIDTHS["values"]]
    for point in sweep["points"]:
        changed = {"format": "arsia-topology/1", "name": "pair", "base": "pair.yaml",
                   "links": [{"between": ["acc0", "acc1"], "bandwidth": point["axes"]["bandwidth"]}]}
        (tmp_path / "changed.yaml").write_text(json.dumps(changed))
        mapped = arsia("map", "--workload", "tiny.yaml", "--topology", "changed.yaml", "--search", "mars", "--seed", 2,
                       "--evaluations", 20, "--json").json
        for key in ("latency_ps", "bound_ns", "gap", "energy_j", "bytes_transferred", "breakdown"):
            assert point[key] == mapped[key], key

    given = arsia("sweep", write(BANDWIDTHS, search=None, mapping="m.json"), "-o", "s.h5", "--json").json
    simulated = arsia("simulate", "--workload", "tiny.yaml", "--topology", "pair.yaml", "--mapping", "m.json", "--json").json
    at_8 = given["points"][1]
    assert at_8["latency_ps"] == simulated["latency_ps"] and at_8["search"] is None
    assert at_8["breakdown"] == simulated["breakdown"]
    links = arsia("show", "topology", "pair.yaml", "--json").json["links"]
    # At 8 Gbps the platform is as its file has it.
    assert at_8["link_bandwidth_bits_per_s"] == sum(link["bandwidth_bits_per_s"] for link in links)


def test_the_terminal_shows_table_and_answers(arsia, write):
    outcome = arsia("sweep", write(BANDWIDTHS), "-o", "s.h5")
    assert outcome.err == ""
    assert outcome.out.startswith("sweep     small: 3 points\nquestion  why?\n")
    assert re.search(r"^8 Gbps +\S+ us +\d+ % .*(compute|memory|network|waiting|contention) \d+ %", outcome.out, re.M)
    assert "- From 1 Gbps to 64 Gbps of link bandwidth latency " in outcome.out
    assert "written   s.h5 (HDF5; arsia report shows it)\n" in outcome.out


def test_axes_of_all_kinds(arsia, write, tmp_path):
    shutil.copy(tmp_path / "pair.yaml", tmp_path / "other.yaml")
    axes = [{"axis": "latency", "values": ["1 us", "5 us"]}, {"axis": "memory_bandwidth", "values": ["5 GB/s"]},
            {"axis": "memory_latency", "values": ["0 ns"]}, {"axis": "burst", "values": ["4 KiB", "message"]},
            {"axis": "batch", "values": [2]}, {"axis": "requests", "values": [2]}, {"axis": "arrival", "values": ["every 1 ms"]},
            {"axis": "topology", "values": ["pair.yaml", "other.yaml"]}, {"axis": "seed", "values": [4]},
            {"axis": "search", "values": ["baseline", {"name": "random", "evaluations": 3}]}]
    sweep = arsia("sweep", write(*axes, topology=None, measure="period"), "-o", "s.h5", "--jobs", 2, "--json").json
    assert sweep["done"] == 16
    assert [list(point["axes"].values()) for point in sweep["points"]] == [
        list(values) for values in itertools.product(*[axis["values"] for axis in sweep["axes"]])]
    assert all(point["period_ns"] > 0 for point in sweep["points"])
    assert sweep["axes"][-1]["values"] == ["baseline", "random, 3 evaluations"]


def test_points_without_energy_are_left_out_of_a_sweep_of_energy(arsia, write, tmp_path):
    (tmp_path / "mute.yaml").write_text(MUTE_DESIGN)
    spec = write({"axis": "designs", "values": ["mute.yaml", "winograd_4_3"]}, BANDWIDTHS, measure="energy")
    sweep = arsia("sweep", spec, "-o", "s.h5", "--json").json
    assert [point["energy_j"] is None for point in sweep["points"]] == [True] * 3 + [False] * 3
    text = " ".join(sweep["answers"])
    assert "nan" not in text and " 0 J" not in text
    assert "at 1 Gbps of link bandwidth only winograd_4_3 has a known energy" in text.replace("At 1", "at 1")
    assert sweep["answers"][-1] == ("Energy is not known at 3 of 6 points (the first: mute.yaml, 1 Gbps of link bandwidth), and "
                                    "those are left out of what is said here: designs of their mappings state no energy figures.")
    shown = arsia("sweep", write({"axis": "designs", "values": ["mute.yaml"]}, BANDWIDTHS, measure="energy"), "-o", "t.h5").out
    assert re.findall(r"^mute.yaml +\d+ Gbps +\S+ [um]s +\d+ % +(\S+) ", shown, re.M) == ["-"] * 3
    answers = " ".join(shown[shown.index("\n- "):].split())
    assert answers.startswith("- Energy is not known at any point, so that nothing is compared: designs of their mappings state no "
                              "energy figures. wall")


def test_a_sweep_of_energy_takes_the_mapping_of_least_energy(arsia, write):
    # The same search tries the same mappings, of which the other sweep takes the fastest.
    search = {"name": "random", "evaluations": 30}
    fast, frugal = (arsia("sweep", write(BANDWIDTHS, measure=measure, search=search), "-o", f"{measure}.h5", "--json").json
                    for measure in ("latency", "energy"))
    pairs = list(zip(fast["points"], frugal["points"]))
    assert all(b["energy_j"] <= a["energy_j"] and b["latency_ps"] >= a["latency_ps"] for a, b in pairs)
    assert any(b["energy_j"] < a["energy_j"] for a, b in pairs)
    best = arsia("map", "--workload", "tiny.yaml", "--topology", "pair.yaml", "--search", "random", "--evaluations", 30, "--seed",
                 1, "--pareto", "set", "--json").json["pareto"]
    at_8 = frugal["points"][1]
    assert at_8["energy_j"] == pytest.approx(min(row["energy_j"] for row in best), rel=1e-9)
    assert frugal["answers"][-1] == ("Of the mappings that its search tried, each point has the one that takes least energy; but random "
                                     "looks for low latency alone, while nsga2 looks for low energy too.")
    assert not any("low energy" in answer for answer in fast["answers"])


def test_the_result_does_not_depend_on_jobs(arsia, write, tmp_path):
    spec = write(BANDWIDTHS, {"axis": "seed", "values": [1, 2]})
    for jobs in (1, 3):
        arsia("sweep", spec, "-o", f"j{jobs}.h5", "--jobs", jobs)
    assert (tmp_path / "j1.h5").read_bytes() == (tmp_path / "j3.h5").read_bytes()


def test_failed_points_are_recorded(arsia, write):
    capacity = {"axis": "memory_capacity", "values": ["64 MiB", "1 KiB"]}
    sweep = arsia("sweep", write(capacity), "-o", "s.h5", "--json").json
    assert [point["status"] for point in sweep["points"]] == ["done", "failed"]
    assert sweep["points"][1]["error"].startswith("mars found no legal mapping in ")
    assert sweep["answers"][-1].startswith("1 of 2 points has no result; at 1 KiB of local memory: mars found")
    # Nothing at all is the answer no.
    outcome = arsia("sweep", write({"axis": "memory_capacity", "values": ["1 KiB"]}), "-o", "none.h5", status=1)
    assert "1 of 1 points has no result" in outcome.out
    page = arsia("report", "none.h5", "-o", "none.html")
    assert "1 point, 0 with a result" in page.out


def test_wrong_specs_are_refused_before_anything_runs(refused, write, tmp_path):
    text = refused("sweep", write({"axis": "bandwith", "values": [1]}, measur="latency"), "-o", "s.h5")
    assert "s.yaml:" in text and "did you mean 'bandwidth'?" in text and "did you mean 'measure'?" in text
    text = refused("sweep", write({"axis": "workload", "values": ["tiny.yaml", "alexnt"]}, workload=None), "-o", "s.h5")
    assert "unknown workload 'alexnt'; did you mean 'alexnet'?" in text
    text = refused("sweep", write(BANDWIDTHS, search=None, mapping="none.json"), "-o", "s.h5")
    assert "none.json" in text
    assert "unknown study 'shape'; did you mean 'shapes'?" in refused("sweep", "shape", "-o", "s.h5")
    assert "no such study file" in refused("sweep", "none.yaml", "-o", "s.h5")
    assert "--output" in refused("sweep", write(BANDWIDTHS))
    assert not (tmp_path / "s.h5").exists()


def started(tmp_path, *words):
    return subprocess.Popen([ARSIA, "sweep", "s.yaml", "-o", "s.h5", *words], cwd=tmp_path, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True)


def points_in(file):
    """Points that a file has by now; 0 if there is none."""
    if not file.exists():
        return 0
    with h5py.File(file) as result:
        return sum(status != b"pending" for status in result["points/status"][:])


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_resumes_after_an_end_to_the_same_result(arsia, write, tmp_path, end):
    many = {"axis": "seed", "values": list(range(8))}
    spec = write(BANDWIDTHS, many, workload="alexnet", topology="f1_16xlarge", search={"name": "mars", "evaluations": 10})
    arsia("sweep", spec, "-o", "whole.h5", "--jobs", 2)
    process = started(tmp_path, "--jobs", "2")
    deadline = time.monotonic() + 60
    while points_in(tmp_path / "s.h5") == 0:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, end)
    _, messages = process.communicate(timeout=30)
    known = points_in(tmp_path / "s.h5")
    assert 0 < known < 24
    if end == signal.SIGINT:
        assert process.returncode == 0
        assert f"interrupted; {known} of 24 points are kept; --resume goes on" in messages
    outcome = arsia("sweep", spec, "-o", "s.h5", "--jobs", 2, "--resume")
    assert outcome.err == f"resumed s.h5: {known} point{'s' if known > 1 else ''} known\n"
    assert (tmp_path / "s.h5").read_bytes() == (tmp_path / "whole.h5").read_bytes()


def test_resuming_another_sweep_is_refused(arsia, refused, write, tmp_path):
    outcome = arsia("sweep", write(BANDWIDTHS), "-o", "s.h5", "--resume")
    assert "there is no 's.h5' yet; the sweep begins anew" in outcome.err
    assert "s.h5: cannot be resumed, it is of another sweep: axis bandwidth with the values" in refused(
        "sweep", write({**BANDWIDTHS, "values": ["1 Gbps"]}), "-o", "s.h5", "--resume")
    write(BANDWIDTHS)
    (tmp_path / "pair.yaml").write_text((tmp_path / "pair.yaml").read_text().replace("64 MiB", "65 MiB"))
    assert "what the point bandwidth 1 Gbps names has changed since" in refused("sweep", "s.yaml", "-o", "s.h5", "--resume")


def test_ranks_of_mpi_run_the_points(arsia, write, tmp_path):
    spec = write(BANDWIDTHS, {"axis": "seed", "values": [1, 2]})
    arsia("sweep", spec, "-o", "alone.h5")
    done = mpirun(3, ["sweep", spec, "-o", "ranks.h5", "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"answers"') == 1
    assert (tmp_path / "ranks.h5").read_bytes() == (tmp_path / "alone.h5").read_bytes()


def test_studies_are_listed(arsia):
    listed = arsia("list", "studies", "--json").json["items"]
    assert {"f1_bandwidth", "shapes", "scaling", "failed_link"} <= {study["name"] for study in listed}
    assert all(study["question"].endswith("?") and study["points"] > 1 for study in listed)


def test_the_documentation_names_every_dataset(arsia, write, tmp_path):
    arsia("sweep", write(BANDWIDTHS, {"axis": "burst", "values": ["4 KiB", "message"]}), "-o", "s.h5")
    page = (pathlib.Path(__file__).parents[2] / "docs" / "sweep.md").read_text()
    documented = {path: (kind, unit) for path, kind, unit in re.findall(r"^\| `(/[^`]+)` \| (\w+) \| ([^|]+) \|", page, re.M)}
    kinds = {"i": "int64", "f": "float64", "S": "text", "O": "text"}
    found = {}
    with h5py.File(tmp_path / "s.h5") as file:
        assert set(file.attrs) == {"format", "version", "name", "question", "measure"}
        assert all(set(axis.attrs) == {"kind", "role", "noun"} for axis in file["axes"].values())

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                path = re.sub("^/axes/[^/]+/", "/axes/NAME/", "/" + name)
                unit = "of the axis" if path.endswith("NAME/value") else item.attrs["unit"]
                found[path] = (kinds[item.dtype.kind], unit)
                assert item.attrs["description"]
        file.visititems(visit)
        parts = sum(file["points"][cause][:] for cause in ("compute", "memory", "network", "dma_setup", "contention",
                                                           "reconfiguration", "waiting"))
        assert (parts == file["points/latency"][:]).all()
    assert found == documented
