"""`traffic`: raw transfers on a platform."""
import csv
import json

import pytest

# One byte a nanosecond, 100 ns, bursts of 1000 B; memories that are never in the way.
LINE = """\
format: arsia-topology/1
name: line3
generate: {kind: line, count: 3, link: {bandwidth: 8 Gbps, latency: 100 ns}}
accelerator: {memory: {capacity: 1 GiB, bandwidth: 1000 GB/s}, dma: {channels: 4}}
burst: 1 kB
"""
TWO = [{"source": "acc0", "destination": "acc2", "bytes": "10 kB"},
       {"source": "acc1", "destination": "acc2", "bytes": "5 kB", "start": "20 us"}]


@pytest.fixture
def line(tmp_path):
    (tmp_path / "line.yaml").write_text(LINE)
    (tmp_path / "two.json").write_text(json.dumps(TWO))
    return ["--topology", "line.yaml"]


def write(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    return name


def draw(arsia, pattern, *more, topology="mesh4x4"):
    return arsia("traffic", "--topology", topology, "--random", pattern, *more, "--json").json


def test_finish_times_by_hand(arsia, line):
    """10 bursts over two links: 10 x 1000 + 1000 + 2 x 100 ns; 5 over one link, from 20 us on: 5000 + 100 ns."""
    result = arsia("traffic", *line, "--transfers", "two.json", "--json").json
    first, second = result["transfers"]
    assert first.items() >= {"source": "acc0", "destination": "acc2", "bytes": 10000, "start_ns": 0.0,
                             "finish_ns": 11200.0, "alone_ns": 11200.0, "slowdown": 1.0}.items()
    assert second.items() >= {"source": "acc1", "destination": "acc2", "bytes": 5000, "start_ns": 20000.0,
                              "finish_ns": 25100.0}.items()
    assert result["time_ns"] == 25100.0 and result["time_ps"] == 25_100_000
    assert result["bytes"] == 15000
    assert result["events"] > 0 and result["wall_s"] > 0
    busiest = result["links"]["acc1->acc2"]
    assert busiest.items() >= {"bytes": 15000, "busy_ns": 15000.0, "utilization": 15000 / 25100}.items()
    assert busiest["queueing_ns"] > 0, "a window of bursts stands before the link"
    assert result["links"]["acc2->acc1"]["bytes"] == 0


@pytest.mark.parametrize("name, text", [
    ("two.yaml", "format: arsia-transfers/1\ntransfers:\n"
                 "  - {source: acc0, destination: acc2, bytes: 10 kB}\n"
                 "  - {source: acc1, destination: acc2, bytes: 5 kB, start: 20 us}\n"),
    ("two.csv", "source,destination,bytes,start\nacc0,acc2,10 kB,0 ns\nacc1,acc2,5 kB,20 us\n"),
])
def test_every_form_of_the_file_gives_the_same(arsia, line, tmp_path, name, text):
    write(tmp_path, name, text)
    runs = [arsia("traffic", *line, "--transfers", file, "--json").json for file in ("two.json", name)]
    assert runs[0]["transfers"] == runs[1]["transfers"]


def test_burst(arsia, line):
    """Never cut, 10 kB are stored and forwarded whole: 2 x (10000 + 100) ns; in bursts of 100 B: 10000 + 100 + 200."""
    def first(burst):
        return arsia("traffic", *line, "--transfers", "two.json", "--burst", burst, "--json").json["transfers"][0]
    assert first("message")["finish_ns"] == 20200.0
    assert first("100 B")["finish_ns"] == 10300.0


def test_a_transfer_waits_for_a_channel(arsia, line, tmp_path):
    (tmp_path / "line.yaml").write_text(LINE.replace("channels: 4", "channels: 1"))
    write(tmp_path, "t.csv", "source,destination,bytes\nacc0,acc1,1 kB\nacc0,acc1,2 kB\n")
    first, second = arsia("traffic", *line, "--transfers", "t.csv", "--json").json["transfers"]
    assert (first["finish_ns"], second["channel_ns"], second["finish_ns"]) == (1100.0, 1100.0, 3200.0)
    assert second["slowdown"] == pytest.approx(3200 / 2100)


def test_the_order_of_the_list_does_not_matter(arsia, line, tmp_path):
    rows = [f"acc{a},acc{b},{n} kB" for a, b, n in [(0, 2, 9), (1, 2, 7), (0, 1, 8), (2, 0, 3), (0, 2, 4)]]
    def finishes(lines):
        write(tmp_path, "t.csv", "\n".join(["source,destination,bytes", *lines]))
        found = arsia("traffic", *line, "--transfers", "t.csv", "--json").json["transfers"]
        return {(t["source"], t["destination"], t["bytes"]): t["finish_ns"] for t in found}
    assert finishes(rows) == finishes(rows[::-1])


@pytest.mark.parametrize("pattern", ["uniform", "permutation", "incast", "nearest_neighbour"])
def test_random_patterns(arsia, pattern):
    options = ["--count", "64", "--seed", "3", "--bytes", "10 kB..1 MB", "--spread-over", "1 ms"]
    result = draw(arsia, pattern, *options)
    assert len(result["transfers"]) == 64
    for transfer in result["transfers"]:
        assert transfer["source"] != transfer["destination"]
        assert 10_000 <= transfer["bytes"] <= 1_000_000
        assert 0 <= transfer["start_ns"] <= 1e6
        assert transfer["slowdown"] >= 1 and transfer["finish_ns"] <= result["time_ns"]
    assert sum(t["bytes"] for t in result["transfers"]) == result["bytes"]
    assert all(link["utilization"] <= 1 for link in result["links"].values())
    assert draw(arsia, pattern, *options)["transfers"] == result["transfers"]
    assert draw(arsia, pattern, *options, "--no-skip")["transfers"] == result["transfers"]


def test_another_seed_gives_other_traffic(arsia):
    first, second = (draw(arsia, "uniform", "--count", "20", "--seed", seed)["transfers"] for seed in ("1", "2"))
    assert first != second
    assert draw(arsia, "uniform", "--count", "20")["transfers"] == first, "the seed is 1 if none is given"


def test_incast_on_a_target(arsia):
    result = draw(arsia, "incast", "--count", "7", "--target", "acc5", "--bytes", "4MiB", topology="switch8")
    assert {t["destination"] for t in result["transfers"]} == {"acc5"}
    assert len({t["source"] for t in result["transfers"]}) == 7
    finishes = [t["finish_ns"] for t in result["transfers"]]
    assert min(finishes) > 0.98 * max(finishes), "each gets its share, so all end together"


def test_text(arsia, line):
    said = arsia("traffic", *line, "--transfers", "two.json").out
    assert said.startswith("topology  line3: 3 nodes, 4 directed links, burst 1000 B\n"
                           "traffic   2 transfers of 14.65 KiB in all\n"
                           "finish    25.1 us (25100000 ps)\n")
    assert "slowdown  mean 1.00, median 1.00, largest 1.00" in said
    assert "Transfers, by slowdown\n" in said and "Busiest links\n" in said
    many = arsia("traffic", "--topology", "ring8", "--random", "uniform", "--count", "50").out
    assert "The 8 slowest transfers, by slowdown\n" in many


def test_nothing_to_send(arsia, line, tmp_path):
    write(tmp_path, "none.yaml", "[]")
    result = arsia("traffic", *line, "--transfers", "none.yaml", "--json").json
    assert result["transfers"] == [] and result["time_ps"] == 0
    assert "No link was used" in arsia("traffic", *line, "--transfers", "none.yaml").out


def test_run_file(arsia, line, tmp_path):
    h5py = pytest.importorskip("h5py")
    result = arsia("traffic", *line, "--transfers", "two.json", "-o", "run.h5", "--json").json
    assert result["run"] == "run.h5"
    with h5py.File(tmp_path / "run.h5") as run:
        assert run.attrs["format"] in ("arsia-run/1", b"arsia-run/1")
        ends = list(run["transfers"]["end"])
        assert ends == [11_200_000, 25_100_000]
    assert arsia("show", "run", "run.h5", "--json").json["transfers"] == 2


def test_results_can_be_fed_back(arsia, tmp_path):
    """A drawn pattern, written as CSV from the JSON result, gives the same run."""
    drawn = draw(arsia, "uniform", "--count", "30", "--bytes", "1 kB..100 kB", "--spread-over", "10 us")
    with open(tmp_path / "again.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["source", "destination", "bytes", "start"])
        for t in drawn["transfers"]:
            rows.writerow([t["source"], t["destination"], f"{t['bytes']} B", f"{round(t['start_ns'] * 1000)} ps"])
    again = arsia("traffic", "--topology", "mesh4x4", "--transfers", "again.csv", "--json").json
    assert again["transfers"] == drawn["transfers"]


@pytest.mark.parametrize("text, said", [
    ("- {source: acc0, destination: acc9, bytes: 1 KiB}", "t.yaml:1: [0].destination: line3 has no node 'acc9'; did you"
                                                          " mean 'acc0'?"),
    ("- {source: acc0, destination: acc1, bytes: 1024}", "t.yaml:1: [0].bytes: '1024' has no unit"),
    ("- {source: acc0, destination: acc1, bytes: 1 KiB, start: -1 us}", "'-1 us': a duration cannot be negative"),
    ("- {source: acc0, destination: acc1, bytes: 1 KiB, stat: 1 us}", "unknown key 'stat'; did you mean 'start'?"),
    ("- {source: acc0, bytes: 1 KiB}", "t.yaml:1: [0]: missing key 'destination'"),
    ("hello", "expected a map or a list at the top of the file"),
])
def test_bad_files(refused, line, tmp_path, text, said):
    write(tmp_path, "t.yaml", text)
    assert said in refused("traffic", *line, "--transfers", "t.yaml")


@pytest.mark.parametrize("words, said", [
    ([], "which transfers? Give --transfers FILE, or --random PATTERN --count N"),
    (["--transfers", "two.json", "--random", "uniform"], "give either --transfers or --random, not both"),
    (["--transfers", "two.json", "--seed", "1"], "--seed goes with --random, not with --transfers"),
    (["--transfers", "none.json"], "none.json: cannot be opened"),
    (["--random", "uniform"], "option '--count N' is missing"),
    (["--random", "unifrom", "--count", "1"], "--random: unknown pattern 'unifrom'; did you mean 'uniform'?"),
    (["--random", "uniform", "--count", "0"], "--count: '0' is not a whole number from 1"),
    (["--random", "uniform", "--count", "1", "--bytes", "5"], "--bytes: '5' has no unit"),
    (["--random", "uniform", "--count", "1", "--bytes", "2 kB..1 kB"], "--bytes: '2 kB..1 kB' counts down"),
    (["--random", "uniform", "--count", "1", "--spread-over", "1"], "--spread-over: '1' has no unit"),
    (["--random", "incast", "--count", "1", "--target", "acc7"], "--target: line3 has no node 'acc7'; did you mean"),
    (["--random", "uniform", "--count", "1", "--target", "acc1"], "only the pattern incast has a target"),
    (["--transfers", "two.json", "--burst", "64"], "--burst: '64' has no unit"),
    (["--transfers", "two.json", "--burst", "0 B"], "--burst: a burst has at least 1 B"),
    (["--transfers", "two.json", "-o", "nowhere/run.h5"], "nowhere"),
])
def test_bad_options(refused, line, words, said):
    assert said in refused("traffic", *line, *words)
