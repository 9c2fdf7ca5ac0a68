"""`map` where the baseline finds nothing, or nobody does."""
import json

import pytest

ONE = """\
format: arsia-workload/1
name: one
inputs: {x: [1, 5, 7, 9]}
operators:
  - {name: c, type: conv, input: x, out_channels: 7, kernel: 3, padding: 1}
"""
SIMPLE = """\
format: arsia-workload/1
name: simple
inputs: {x: [1, 8, 16, 16]}
operators:
  - {name: a, type: relu, input: x}
  - {name: b, type: pool, input: a, kernel: 3, padding: 1}
  - {name: c, type: add, inputs: [a, b]}
"""
BOTH = ONE.replace("name: one", "name: both") + "  - {name: l, type: linear, input: c, out_features: 10}\n"
LINE = """\
format: arsia-topology/1
name: line
generate: {kind: line, count: 3, link: {bandwidth: 10 Gbps}}
accelerator:
  memory: {capacity: 64 MiB, bandwidth: 19.2 GB/s, latency: 100 ns}
nodes:
%s
host:
  memory: {capacity: 1 GiB, bandwidth: 19.2 GB/s, latency: 100 ns}
  dma: {channels: 2, setup: 1 us}
  link: {bandwidth: 10 Gbps, latency: 1 us}
"""
FIXED = "\n".join(f"  - {{name: acc{i}, design: {design}}}"
                  for i, design in enumerate(["h2h_cnn_1", "h2h_fc_ese", "h2h_lstm_pynq"]))
GROUPED = FIXED.replace("acc0, ", "acc0, group: a, ").replace("acc1, ", "acc1, group: b, ")
PARTLY = """\
  - {name: acc0, designs: [winograd_4_3, superlip_64_7_7_14]}
  - {name: acc1, designs: [superlip_64_7_7_14]}
  - {name: acc2, designs: [h2h_lstm_pynq, h2h_fc_ese]}"""
EITHER = """\
  - {name: acc0, designs: [h2h_cnn_1, h2h_fc_ese]}
  - {name: acc1, designs: [h2h_cnn_1, h2h_fc_ese]}
  - {name: acc2, designs: [h2h_cnn_1, h2h_fc_ese]}"""
SEARCHES = ["anneal", "auto", "baseline", "dp", "exhaustive", "h2h", "mars", "nsga2", "random"]


@pytest.fixture
def problem(tmp_path):
    """Writes a workload and a topology; gives their options."""
    def write(workload, topology):
        (tmp_path / "w.yaml").write_text(workload)
        (tmp_path / "t.yaml").write_text(topology)
        return ["--workload", "w.yaml", "--topology", "t.yaml"]
    return write


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("workload", [ONE, SIMPLE], ids=["product", "simple"])
@pytest.mark.parametrize("nodes", [FIXED, GROUPED, PARTLY], ids=["fixed", "grouped", "partly"])
def test_every_search_maps_where_accelerators_share_no_design(arsia, problem, search, workload, nodes):
    words = problem(workload, LINE % nodes)
    report = arsia("map", *words, "--search", search, "--evaluations", 30 if search != "exhaustive" else 200_000,
                   "-o", "m.json", "--json").json
    assert report["bound_ns"] <= report["latency_ns"]
    assert report["baseline_ns"] is not None and report["baseline_problems"] == []
    assert arsia("simulate", *words, "--mapping", "m.json", "--json").json["latency_ps"] == report["latency_ps"]


REASON = "the fastest design of no set supports operator '"


@pytest.mark.parametrize("search", [name for name in SEARCHES if name not in ("baseline", "exhaustive")])
def test_a_baseline_that_finds_nothing_says_why_and_the_search_goes_on(arsia, problem, search):
    """One group, one design for it: none runs both operators, two designs on two accelerators do."""
    words = [*problem(BOTH, LINE % EITHER), "--search", search, "--evaluations", 60]
    report = arsia("map", *words, "--json").json
    assert report["baseline_ns"] is None and report["saving_over_baseline"] is None
    assert len(report["baseline_problems"]) == 1 and report["baseline_problems"][0].startswith(REASON)
    assert f"\nbaseline  finds no legal mapping: {REASON}" in arsia("map", *words).out


def test_without_a_baseline_a_mix_is_in_relation_to_a_millisecond(arsia, problem):
    words = [*problem(BOTH, LINE % EITHER), "--requests", 2]
    report = arsia("map", *words, "--objective", 0.25, "--evaluations", 60, "-o", "m.json", "--json").json
    assert report["baseline_score"] is None
    stream = arsia("simulate", *words, "--mapping", "m.json", "--json").json
    milliseconds = 0.25 * stream["requests"][0]["latency_ns"] / 1e6 + 0.75 * stream["period_ns"] / 1e6
    assert report["score"] == pytest.approx(milliseconds * 1e9, abs=2)


def test_the_baseline_itself_fails_with_its_reason(arsia, problem, tmp_path):
    failed = arsia("map", *problem(BOTH, LINE % EITHER), "--search", "baseline", "-o", "m.json", status=1)
    assert failed.errors[0] == "baseline found no legal mapping of both onto line in 0 evaluations"
    assert failed.errors[1].startswith("the baseline makes no mapping: " + REASON)
    assert not (tmp_path / "m.json").exists()


CUT = LINE % "  - {name: acc0, group: a}" + "events:\n  - {at: 0 s, all: host, fails: true}\n"


@pytest.mark.parametrize("search", ["auto", "baseline", "random"])
def test_failed_links_are_named_where_they_leave_no_mapping(arsia, problem, search):
    failed = arsia("map", *problem(ONE, CUT), "--search", search, "--evaluations", 5, status=1)
    assert f"{search} found no legal mapping of one onto line in " in failed.errors[0]
    assert failed.errors[1].startswith("for example in the baseline's mapping: transfer 0 of ")
    assert " cannot be routed at 0 ps: no route leads from 'host' to " in failed.errors[1]
    assert failed.errors[1].endswith(" failed")


def test_a_sweep_names_the_failed_links_too(arsia, problem, tmp_path):
    problem(ONE, CUT)
    (tmp_path / "s.yaml").write_text(json.dumps({
        "format": "arsia-sweep/1", "name": "s", "question": "why?", "workload": "w.yaml", "topology": "t.yaml",
        "search": {"name": "auto", "evaluations": 5}, "axes": [{"axis": "batch", "values": [1, 2]}]}))
    failed = arsia("sweep", "s.yaml", "-o", "s.h5", "--json", status=1).json["points"][0]
    assert failed["error"].startswith("auto found no legal mapping in ")
    assert "\nfor example in the baseline's mapping: transfer 0 of " in failed["error"]
