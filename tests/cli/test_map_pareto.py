"""`map` with energy and memory beside the latency: the Pareto set as JSON, table, files, run file and page."""
import json

import h5py
import pytest

import browser as browser_module
from conftest import MUTE_DESIGN, run_arsia

PROBLEM = ["--workload", "alexnet", "--topology", "f1_16xlarge", "--seed", 3]
NSGA2 = ["map", *PROBLEM, "--search", "nsga2", "--evaluations", 200]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A folder with run.h5, set/ and page.html of one search, and its report."""
    folder = tmp_path_factory.mktemp("pareto")
    outcome = run_arsia(*NSGA2, "--run", "run.h5", "--pareto", "set", "-o", "m.json", "--json", cwd=folder)
    assert outcome.status == 0, outcome.err
    assert run_arsia("report", "run.h5", "-o", "page.html", cwd=folder).status == 0
    return folder, outcome.json


def figures(row):
    return row["latency_ns"], row["energy_j"], row["peak_memory_bytes"]


def test_nothing_in_the_set_beats_another(found):
    _, report = found
    rows = [figures(row) for row in report["pareto"]]
    assert len(rows) > 5 and rows == sorted(rows) and len(set(rows)) == len(rows)
    for row in rows:
        assert not any(all(a <= b for a, b in zip(other, row)) for other in rows if other != row)
    assert rows[0][0] == report["latency_ns"]
    assert all(1 <= row["evaluation"] <= report["evaluations"] for row in report["pareto"])


def test_the_figures_are_those_of_simulate(found):
    folder, report = found
    assert report["pareto_folder"] == "set"
    names = sorted(path.name for path in (folder / "set").iterdir())
    width = len(str(len(report["pareto"])))
    assert names == [f"{at + 1:0{width}}.json" for at in range(len(report["pareto"]))]
    for at in (0, len(names) // 2, len(names) - 1):
        row = report["pareto"][at]
        assert json.loads((folder / "set" / names[at]).read_text()) == row["mapping"]
        again = run_arsia("simulate", "--workload", "alexnet", "--topology", "f1_16xlarge", "--mapping",
                          f"set/{names[at]}", "--json", cwd=folder).json
        assert again["latency_ns"] == row["latency_ns"]
        assert again["energy_j"] == pytest.approx(row["energy_j"], rel=1e-9)
        assert max(again["peak_memory_bytes"].values()) == row["peak_memory_bytes"]


def test_the_run_file_holds_it(found):
    folder, report = found
    with h5py.File(folder / "run.h5") as file:
        table = {name: column[:].tolist() for name, column in file["search/pareto"].items()}
        latencies = file["search/candidates/latency"][:]
    assert [json.loads(text) for text in table["mapping"]] == [row["mapping"] for row in report["pareto"]]
    assert table["peak_memory"] == [row["peak_memory_bytes"] for row in report["pareto"]]
    assert table["energy"] == [row["energy_j"] for row in report["pareto"]]
    assert table["latency"] == [latencies[number - 1] for number in table["evaluation"]]


def test_the_page_shows_it(found):
    folder, report = found
    browser = browser_module.Browser()
    try:
        for width in (1280, 390):
            browser.open(folder / "page.html", width=width)
            assert browser.errors == []
            assert browser.ask("document.querySelectorAll('#pareto .dot').length") == len(report["pareto"])
            assert browser.ask("document.documentElement.scrollWidth") <= width
        browser.ask("""(() => { const list = document.querySelector('#pareto select');
            list.value = 2; list.dispatchEvent(new Event('change')); document.querySelector('#pareto .dot').focus(); })()""")
        assert "energy against peak memory" in browser.ask("document.querySelector('#pareto svg').getAttribute('aria-label')")
        assert "peak memory" in browser.ask("document.querySelector('#tooltip').textContent")
        assert browser.errors == []
    finally:
        browser.close()


def test_the_table(arsia):
    text = arsia(*NSGA2[:-1], 60).out
    assert "Pareto set: " in text and " × " in text
    head = next(line for line in text.splitlines() if "peak memory" in line and "energy" in line)
    assert head.split() == ["#", "latency", "energy", "peak", "memory", "sets"]


@pytest.mark.parametrize("search", ["nsga2", "mars"])
def test_it_does_not_depend_on_who_evaluates(arsia, tmp_path, search):
    words = ["map", *PROBLEM, "--search", search, "--evaluations", 120]
    sets = [arsia(*words, "--jobs", jobs, "--pareto", f"set{jobs}", "--checkpoint", f"{jobs}.h5", "--json").json["pareto"]
            for jobs in (1, 3)]
    assert sets[0] == sets[1] and len(sets[0]) > 3
    # What a checkpoint says is as good as a simulation.
    again = arsia(*words, "--pareto", "again", "--checkpoint", "1.h5", "--resume", "--json")
    assert again.json["pareto"] == sets[0] and "resumed 1.h5" in again.err
    assert len(list((tmp_path / "again").iterdir())) == len(sets[0])


def test_other_searches_look_at_the_latency_only(arsia, refused):
    words = ["map", *PROBLEM, "--search", "mars", "--evaluations", 20, "--checkpoint", "c.h5"]
    report = arsia(*words, "--json").json
    assert "pareto" not in report and "pareto_folder" not in report
    text = refused(*words, "--resume", "--pareto", "set")
    assert "search mars, not mars, energy and memory" in text


def test_a_folder_that_cannot_be_the_set_s_is_refused(refused, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "1.json").write_text("{}")
    (tmp_path / "file").write_text("")
    assert refused(*NSGA2, "--pareto", "full") == "--pareto: the folder 'full' is not empty; name a new one"
    assert refused(*NSGA2, "--pareto", "file") == "file: cannot be made a folder: it is a file"
    assert (tmp_path / "full" / "1.json").read_text() == "{}"


def test_energy_is_not_weighed_where_a_design_states_none(arsia, tiny, tmp_path):
    (tmp_path / "mute.yaml").write_text(MUTE_DESIGN)
    pair = (tmp_path / "pair.yaml").read_text().replace("kind: accelerator,", "kind: accelerator, designs: [mute.yaml, winograd_4_3],")
    (tmp_path / "pair.yaml").write_text(pair)
    words = ["map", *tiny, "--search", "nsga2", "--evaluations", 80]
    rows = arsia(*words, "--run", "run.h5", "--json").json["pareto"]
    assert rows and all(row["energy_j"] is None for row in rows)
    # In the two figures that are left none beats another.
    pairs = [(row["latency_ns"], row["peak_memory_bytes"]) for row in rows]
    assert pairs == sorted(pairs) and [memory for _, memory in pairs] == sorted((memory for _, memory in pairs), reverse=True)
    text = arsia(*words).out
    assert "energy is not weighed: mute states no energy figures, and may be loaded\n" in text
    table = text[text.index("Pareto set: "):].splitlines()
    assert all(" J " not in line for line in table) and "-" in table[3].split()
    assert arsia("report", "run.h5", "-o", "page.html").status == 0
    browser = browser_module.Browser()
    try:
        browser.open(tmp_path / "page.html")
        assert browser.errors == []
        assert browser.ask("[...document.querySelectorAll('#pareto option')].map((one) => one.textContent)") == ["latency against peak memory"]
        assert "Energy is not among them: designs state none." in browser.ask("document.querySelector('#pareto .hint').textContent")
    finally:
        browser.close()


def test_with_another_objective_it_has_scores(arsia):
    report = arsia("map", "--workload", "alexnet", "--topology", "ring8", "--search", "nsga2", "--evaluations", 40, "--requests", 4,
                   "--objective", "throughput", "--json").json
    assert [row["score"] for row in report["pareto"]] == sorted(row["score"] for row in report["pareto"])
    assert report["pareto"][0]["score"] == report["score"] and "latency_ns" not in report["pareto"][0]
