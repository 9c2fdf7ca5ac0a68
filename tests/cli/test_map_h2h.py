"""`map --search h2h`: whole layers on heterogeneous accelerators."""
import json

PROBLEM = ["--workload", "casia_surf", "--topology", "h2h_0.125"]


def test_whole_layers_on_single_accelerators(arsia, tmp_path):
    report = arsia("map", *PROBLEM, "--search", "h2h", "-o", "m.json", "--json").json
    assert report["search"] == "h2h" and report["evaluations"] > 4
    # The baseline knows nothing of the way through the host, which is slow here.
    assert report["bound_ns"] < report["latency_ns"] < 0.4 * report["baseline_ns"]
    kinds = {op["name"]: op["type"] for op in arsia("show", "workload", "casia_surf", "--json").json["operators"]}
    placed = []
    for group in report["mapping"]["sets"]:
        assert len(group["accelerators"]) == 1
        for op in group["operators"]:
            assert set(op) <= {"name", "es"} and not op.get("es")
            if kinds[op["name"]] == "conv":
                assert group["design"].startswith("h2h_cnn_")
            if kinds[op["name"]] == "linear":
                assert group["design"].startswith("h2h_fc_")
            placed.append(op["name"])
    assert sorted(placed) == sorted(kinds)
    again = arsia("simulate", *PROBLEM, "--mapping", "m.json", "--json").json
    assert again["latency_ps"] == report["latency_ps"]
    assert json.loads((tmp_path / "m.json").read_text()) == report["mapping"]


def test_the_seed_changes_nothing_and_neither_do_jobs(arsia):
    runs = [arsia("map", *PROBLEM, "--search", "h2h", *options, "--json").json
            for options in (["--seed", 1], ["--seed", 2], ["--jobs", 2])]
    assert len({json.dumps(run["mapping"]) for run in runs}) == 1
    assert len({run["evaluations"] for run in runs}) == 1


def test_a_budget_is_kept(arsia):
    report = arsia("map", *PROBLEM, "--search", "h2h", "--evaluations", 3, "--json").json
    assert report["evaluations"] == 3


def test_faster_links_do_no_harm(arsia):
    latencies = [arsia("map", "--workload", "facebag", "--topology", f"h2h_{rate}", "--search", "h2h", "--json").json
                 ["latency_ns"] for rate in ("0.125", "0.5", "1.25")]
    assert latencies[0] >= latencies[1] >= latencies[2]
