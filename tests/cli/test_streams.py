"""Batches, streams of requests, objectives, several workloads at once."""
import json
import pathlib
import re

import pytest

MODEL = pathlib.Path(__file__).parents[1] / "data" / "onnx" / "light_squeezenet.onnx"

MAP = ["--topology", "f1_16xlarge", "--search", "mars", "--evaluations", 60]


def without_time(report):
    return {key: value for key, value in report.items() if key not in ("wall_s", "evaluations_per_s")}


def test_one_request_is_as_without(arsia, tiny):
    plain = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json
    one = arsia("simulate", *tiny, "--mapping", "m.json", "--requests", 1, "--arrival", "every 5 ms", "--batch", 1,
                "--json").json
    assert without_time(plain) == without_time(one)
    assert plain["requests"] == [{"arrival_ns": 0, "finish_ns": plain["latency_ns"], "latency_ns": plain["latency_ns"]}]
    assert plain["period_ns"] is None
    assert plain["throughput_per_s"] == pytest.approx(1e9 / plain["latency_ns"])


def test_requests(arsia, tiny):
    one = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json
    many = arsia("simulate", *tiny, "--mapping", "m.json", "--requests", 6, "--json").json
    finishes = [request["finish_ns"] for request in many["requests"]]
    assert len(finishes) == 6 and finishes == sorted(finishes) and finishes[-1] == many["latency_ns"]
    assert all(request["latency_ns"] == request["finish_ns"] for request in many["requests"])
    assert many["period_ns"] == pytest.approx((finishes[5] - finishes[2]) / 3, abs=0.001)
    assert many["throughput_per_s"] == pytest.approx(6e9 / many["latency_ns"])
    assert 0 < many["bound_ns"] <= many["latency_ns"] < 6 * one["latency_ns"]
    assert many["bytes_transferred"] == 6 * one["bytes_transferred"]
    assert sum(many["breakdown"].values()) == many["latency_ps"]


def test_arrivals(arsia, tiny):
    one = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json
    apart = arsia("simulate", *tiny, "--mapping", "m.json", "--requests", 3, "--arrival", "every 100 ms", "--json").json
    assert [request["arrival_ns"] for request in apart["requests"]] == [0, 1e8, 2e8]
    assert {request["latency_ns"] for request in apart["requests"]} == {one["latency_ns"]}
    assert apart["period_ns"] == 1e8
    assert apart["bound_ns"] == pytest.approx(2e8 + one["bound_ns"])
    text = arsia("simulate", *tiny, "--mapping", "m.json", "--requests", 3, "--arrival", "every 100 ms").out
    assert "requests  3, every 100 ms: latency " in text and "one every 100 ms in the second half" in text


def test_batch(arsia, tiny):
    one = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json
    outcome = arsia("simulate", *tiny, "--mapping", "m.json", "--batch", 4, "--json")
    assert outcome.json["bytes_transferred"] == 4 * one["bytes_transferred"]
    assert outcome.json["latency_ns"] > 1.3 * one["latency_ns"]
    assert "has changed since the mapping was made" not in outcome.err  # it has no digest
    baseline = ["map", "--workload", "alexnet", "--topology", "f1_16xlarge", "--search", "baseline", "--json"]
    mapped = arsia(*baseline, "--batch", 4, "-o", "b.json").json
    assert mapped["bound_ns"] > 2 * arsia(*baseline).json["bound_ns"]
    warned = arsia("check", "--workload", "alexnet", "--topology", "f1_16xlarge", "--mapping", "b.json")
    assert "workload 'alexnet' has changed since the mapping was made" in warned.err


def test_batch_of_an_onnx_model(arsia):
    def macs(*options):
        text = arsia("map", "--workload", MODEL, "--topology", "f1_16xlarge", "--search", "baseline", *options).out
        return float(re.search(r", ([0-9.]+) M MACs", text)[1])
    assert macs("--batch", 2) == pytest.approx(2 * macs(), rel=2e-3)


def test_objectives(arsia):
    stream = ["--workload", "alexnet", *MAP, "--requests", 8]
    found = {objective: arsia("map", *stream, "--objective", objective, "--json").json
             for objective in ("latency", "throughput", "0.5")}
    assert without_time(found["latency"]) == without_time(arsia("map", *stream, "--json").json)
    assert found["throughput"]["score"] == round(found["throughput"]["period_ns"] * 1000)
    assert found["throughput"]["improvements"][-1]["score"] == found["throughput"]["score"]
    assert found["throughput"]["score"] <= found["throughput"]["baseline_score"]
    assert found["throughput"]["period_ns"] <= found["latency"]["period_ns"]
    assert found["0.5"]["objective"] == "0.5" and found["0.5"]["baseline_score"] == 10**9
    assert 0 < found["0.5"]["score"] <= 10**9
    for report in found.values():
        assert report["bound_ns"] <= report["latency_ns"]
    text = arsia("map", *stream, "--objective", 0.5).out
    assert "objective 0.5: score 0." in text and "baseline  score 1.000000, latency " in text


def test_an_objective_does_not_depend_on_the_processes(arsia):
    options = ["map", "--workload", "alexnet", *MAP, "--requests", 4, "--objective", "0.3", "--json"]
    assert without_time(arsia(*options).json) == without_time(arsia(*options, "--jobs", 2).json)


def test_a_checkpoint_of_another_objective_is_refused(arsia):
    options = ["map", "--workload", "alexnet", *MAP, "--requests", 4, "--checkpoint", "c.h5"]
    first = arsia(*options, "--objective", "throughput", "--json").json
    again = arsia(*options, "--objective", "throughput", "--resume", "--json").json
    assert without_time(first) == without_time(again)
    refused = arsia(*options, "--resume", status=2)
    assert "checkpoint of another search" in refused.err and "objective throughput" in refused.err


def test_the_run_file_says_the_objective(arsia, tmp_path):
    h5py = pytest.importorskip("h5py")
    arsia("map", "--workload", "alexnet", *MAP, "--requests", 4, "--objective", "throughput", "--run", "run.h5")
    with h5py.File(tmp_path / "run.h5") as file:
        objective = file["search"].attrs["objective"]
        assert (objective.decode() if isinstance(objective, bytes) else objective) == "throughput"


@pytest.fixture(name="pair")
def _pair(arsia, tmp_path):
    """alexnet and resnet18 on one set of eight accelerators each other's half."""
    workloads = ["--workload", "alexnet", "--workload", "resnet18", "--topology", "f1_16xlarge"]
    arsia("map", *workloads, "--search", "mars", "--evaluations", 40, "-o", "pair.json")
    return workloads, json.loads((tmp_path / "pair.json").read_text())


def test_several_workloads(arsia, pair):
    workloads, mapping = pair
    assert mapping["workload"]["name"] == "alexnet+resnet18"
    names = {operator["name"] for one in mapping["sets"] for operator in one["operators"]}
    assert "alexnet/conv1" in names and "resnet18/conv1" in names
    report = arsia("simulate", *workloads, "--mapping", "pair.json", "--json").json
    latencies = {one["name"]: one["latency_ns"] for one in report["workloads"]}
    assert set(latencies) == {"alexnet", "resnet18"}
    assert max(latencies.values()) == report["latency_ns"] > min(latencies.values()) > 0
    assert arsia("check", *workloads, "--mapping", "pair.json", "--json").json == {"legal": True, "problems": []}
    text = arsia("simulate", *workloads, "--mapping", "pair.json").out
    assert "workloads alexnet: latency " in text and "\n          resnet18: latency " in text


def test_a_stream_for_each_of_several_workloads(arsia, pair):
    workloads, _ = pair
    report = arsia("simulate", *workloads, "--mapping", "pair.json", "--requests", 4, "--arrival", "every 2 ms",
                   "--json").json
    for one in report["workloads"]:
        assert [request["arrival_ns"] for request in one["requests"]] == [0, 2e6, 4e6, 6e6]
        assert one["latency_ns"] == max(request["finish_ns"] for request in one["requests"])
    assert report["latency_ns"] == max(one["latency_ns"] for one in report["workloads"])


def test_the_same_workload_twice(arsia):
    refused = arsia("map", "--workload", "alexnet", "--workload", "alexnet", *MAP, status=2)
    assert "two workloads are called 'alexnet'; give each a name of its own, like 'first=alexnet'" in refused.err
    report = arsia("map", "--workload", "a=alexnet", "--workload", "b=alexnet", *MAP, "--json").json
    assert [one["name"] for one in report["workloads"]] == ["a", "b"]
    assert report["mapping"]["workload"]["name"] == "a+b"


@pytest.mark.parametrize("options, text", [
    (["--requests", "0"], "--requests"),
    (["--requests", "2000000"], "--requests: at most 1000000, not 2000000"),
    (["--batch", "0"], "--batch"),
    (["--arrival", "all at once"], "--arrival: --requests must say how many requests arrive"),
    (["--requests", "2", "--arrival", "soon"],
     "--arrival: 'soon' is no arrival; legal: 'all at once', or a distance like 'every 5 ms'"),
    (["--objective", "throughput"], "--objective: throughput needs the period of a stream; --requests must be at least 2"),
    (["--objective", "0.5"], "--objective: a mix needs the period of a stream"),
    (["--requests", "2", "--objective", "1.5"],
     "--objective: '1.5' is no objective; legal: latency, throughput, or the weight of latency in a mix of both"),
])
def test_errors(arsia, options, text):
    refused = arsia("map", "--workload", "alexnet", *MAP, *options, status=2)
    assert text in refused.err
