"""The run file, as h5py and pandas see it, against what the command printed and what the documentation says."""
import json
import pathlib
import re

import pandas
import pytest

h5py = pytest.importorskip("h5py")


def table(file, group, *columns):
    """Columns of a table, as readers without our code get them."""
    def plain(values):
        return [value.decode() if isinstance(value, bytes) else value for value in values]
    return pandas.DataFrame({column: plain(file[group][column][:]) for column in columns})


@pytest.fixture(params=["tiny", "resnet18"])
def run(request, arsia, tmp_path, tiny):
    """A run file and the summary of the same run."""
    if request.param == "tiny":
        words = [*tiny, "--mapping", "m.json"]
        summary = arsia("simulate", *words, "-o", "run.h5", "--json").json
    else:
        words = ["--workload", "resnet18", "--topology", "f1_16xlarge"]
        summary = arsia("map", *words, "--search", "mars", "--evaluations", 40, "--run", "run.h5", "--json").json
    with h5py.File(tmp_path / "run.h5", "r") as file:
        yield file, summary


def test_sums_agree(run):
    file, summary = run
    tasks = table(file, "tasks", "id", "kind", "node", "ready", "start", "end", "bytes", "blocked_by")
    assert len(tasks) == summary["tasks"]
    assert tasks["end"].max() == summary["latency_ps"]
    assert (tasks["ready"] <= tasks["start"]).all() and (tasks["start"] <= tasks["end"]).all()
    transfers = table(file, "transfers", "source", "destination", "bytes", "start", "end", "route")
    assert len(transfers) == summary["transfers"] == (tasks["kind"] == "transfer").sum()
    assert transfers["bytes"].sum() == summary["bytes_transferred"]
    links = table(file, "links/totals", "name", "bytes")
    assert dict(zip(links["name"], links["bytes"])) == summary["link_bytes"]
    # A transfer's bytes pass each link of its route once.
    by_link = dict.fromkeys(summary["link_bytes"], 0)
    for route, size in zip(transfers["route"], transfers["bytes"]):
        for link in route.split():
            by_link[link] += size
    assert by_link == summary["link_bytes"]
    nodes = table(file, "nodes/totals", "name", "memory_peak").set_index("name")["memory_peak"]
    assert {name: nodes[name] for name in summary["peak_memory_bytes"]} == summary["peak_memory_bytes"]


def test_breakdown_and_path_sum_to_the_latency(run):
    file, summary = run
    assert {cause: int(time[()]) for cause, time in file["breakdown"].items()} == summary["breakdown"]
    path = table(file, "critical_path", "begin", "end")
    assert path["begin"].iloc[0] == 0 and path["end"].iloc[-1] == summary["latency_ps"]
    assert (path["begin"].iloc[1:].values == path["end"].iloc[:-1].values).all()


def test_energy_agrees(run):
    file, summary = run
    assert sum(float(value[()]) for value in file["energy"].values()) == pytest.approx(summary["energy_j"])


def test_every_dataset_is_explained(run):
    file, _ = run
    bare = []
    file.visititems(lambda name, item: bare.append(name) if isinstance(item, h5py.Dataset)
                    and not (item.attrs.get("unit") and item.attrs.get("description")) else None)
    assert bare == []
    assert file.attrs["format"] in ("arsia-run/1", b"arsia-run/1")


def test_show_run(run, arsia):
    _, summary = run
    shown = arsia("show", "run", "run.h5", "--json").json
    for key in ("latency_ps", "latency_ns", "tasks", "transfers", "bytes_transferred", "workload", "topology"):
        assert shown[key] == summary[key], key
    assert shown["format"] == "arsia-run/1"
    assert shown["command"].startswith("arsia ") and "run.h5" in shown["command"]
    assert shown["mapping"]["format"] == "arsia-mapping/1"
    text = arsia("show", "run", "run.h5").out
    assert f"({summary['latency_ps']} ps)" in text and f"workload   {summary['workload']}" in text


def test_mapping_of_a_run_can_be_simulated(run, arsia, tmp_path):
    file, summary = run
    mapping = file["mapping"][()]
    (tmp_path / "again.json").write_bytes(mapping)
    words = {"tiny": ["--workload", "tiny.yaml", "--topology", "pair.yaml"],
             "resnet18": ["--workload", "resnet18", "--topology", "f1_16xlarge"]}[summary["workload"]]
    assert json.loads(mapping)["format"] == "arsia-mapping/1"
    assert arsia("simulate", *words, "--mapping", "again.json", "--json").json["latency_ps"] == summary["latency_ps"]


def test_search_log(arsia, tmp_path):
    report = arsia("map", "--workload", "resnet18", "--topology", "f1_16xlarge", "--search", "mars", "--evaluations",
                   40, "--run", "run.h5", "--json").json
    with h5py.File(tmp_path / "run.h5", "r") as file:
        candidates = table(file, "search/candidates", "evaluation", "latency", "best")
        assert file["search"].attrs["seed"] == 1
    assert list(candidates["evaluation"]) == list(range(1, 41))
    assert candidates["best"].iloc[-1] == report["latency_ps"]
    assert (candidates["latency"] == -1).sum() == report["illegal"]


def documented():
    """The documentation's table of datasets: path -> (type, unit), and its attributes: group -> names."""
    page = (pathlib.Path(__file__).parents[2] / "docs" / "run-file.md").read_text()
    datasets, attributes = {}, {}
    for line in page.splitlines():
        row = re.match(r"\| `(/[^`]+)` \| (\w+)[^|]* \| ([^|]+) \| (.*) \|$", line)
        if row:
            path, kind, unit, meaning = row.groups()
            # `likewise` names more columns of the same kind.
            more = re.findall(r"`(\w+)`", meaning.partition("likewise")[2])
            for one in [path, *(f"{path.rpartition('/')[0]}/{name}" for name in more)]:
                assert one not in datasets, f"{one} is documented twice"
                datasets[one] = (kind, unit)
        row = re.match(r"\| (root|`/\w+`) \| (`.*) \|$", line)
        if row:
            attributes[row.group(1).strip("`").replace("root", "/")] = set(re.findall(r"`(\w+)`", row.group(2).partition(";")[0]))
    return datasets, attributes


def test_the_documentation_names_every_dataset(arsia, tmp_path):
    network = ["--workload", "resnet18", "--topology", "f1_16xlarge"]
    arsia("map", *network, "--search", "mars", "--evaluations", 5, "--pareto", "set", "--run", "run.h5", "-o", "mapping.json")
    arsia("simulate", *network, "--mapping", "mapping.json", "--sensitivity", 1, "-o", "sensitivity.h5")
    datasets, attributes = documented()
    kinds = {"i": "int64", "f": "float64", "S": "text", "O": "text"}
    found, found_attributes = {}, {}
    with h5py.File(tmp_path / "run.h5") as file, h5py.File(tmp_path / "sensitivity.h5") as other:
        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                kind = kinds[item.dtype.kind]
                assert kind == "text" or item.dtype.itemsize == 8
                found["/" + name] = (kind, item.attrs["unit"])
            elif item.attrs:
                found_attributes["/" + name] = set(item.attrs)
        file.visititems(visit)
        other["sensitivity"].visititems(lambda name, item: visit("sensitivity/" + name, item))
        found_attributes["/"] = set(file.attrs)
    assert found == datasets
    assert found_attributes == attributes
