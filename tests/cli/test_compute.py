"""`compute`: one accelerator, no network."""
import math
import pathlib

import pytest

ROOT = pathlib.Path(__file__).parents[2]


def compute(arsia, *more, design="superlip_64_7_7_14", workload="alexnet", status=0):
    return arsia("compute", "--design", design, "--workload", workload, "--json", *more, status=status).json


def test_keys_and_sums(arsia):
    result = compute(arsia)
    assert {"name", "cycles", "utilization", "latency_ns"} <= set(result["operators"][0])
    assert result["total_cycles"] == sum(op["cycles"] for op in result["operators"])
    assert result["latency_ps"] == sum(op["latency_ps"] for op in result["operators"])
    assert result["latency_ns"] == result["latency_ps"] / 1000
    assert result["refused"] == []


def test_without_a_limit_on_memory_the_design_alone_counts(arsia):
    for op in compute(arsia)["operators"]:
        assert op["cycles"] == op["compute_cycles"]
        # 200 MHz: 5 ns a cycle; the ample memory adds some picoseconds to fill and drain.
        assert 0 <= op["latency_ps"] - 5000 * op["cycles"] < 2500
        assert op["utilization"] == pytest.approx(op["macs"] / (448 * op["cycles"]))
        assert op["utilization"] <= 1
        assert op["bound"] == "compute"


def test_memory_limits(arsia):
    """VGG-16's first fully connected layer reads 102.8 M weights of 2 bytes once: at 0.5 GB/s
    that takes longer than its 113 ms of computing."""
    fc = [op["name"] for op in compute(arsia, workload="vgg16")["operators"] if op["macs"] == 512 * 49 * 4096][0]
    result = compute(arsia, "--operator", fc, "--memory-bandwidth", "0.5 GB/s", workload="vgg16")
    [op] = result["operators"]
    at_least_ps = op["bytes"] * 1e12 / 0.5e9
    assert op["bytes"] >= 2 * 512 * 49 * 4096
    assert op["bound"] == "memory"
    assert at_least_ps <= op["latency_ps"] <= 1.2 * at_least_ps
    assert op["cycles"] == pytest.approx(op["latency_ps"] / 5000, abs=1) and op["cycles"] > op["compute_cycles"]


def test_one_operator(arsia):
    everything = {op["name"]: op for op in compute(arsia)["operators"]}
    [alone] = compute(arsia, "--operator", "conv2")["operators"]
    assert alone == everything["conv2"]


def test_superlip_by_hand(arsia, tmp_path):
    """Tiles of 64 x 7 x 7 x 14 at kernel² · 7 · 14 cycles: 128 output and 14 input channels on 14 x 28 outputs are
    2 · 2 · 2 · 2 tiles of 9 · 98 cycles each."""
    (tmp_path / "one.yaml").write_text("""\
format: arsia-workload/1
name: one
element: 16 bit
inputs: {image: [1, 14, 14, 28]}
operators:
  - {name: conv, type: conv, input: image, out_channels: 128, kernel: [3, 3], padding: [1, 1]}
""")
    [op] = compute(arsia, workload="one.yaml")["operators"]
    assert op["compute_cycles"] == 16 * 9 * 98 == op["cycles"]
    assert op["utilization"] == 1.0


def test_refusals_are_listed(arsia, tmp_path, tiny):
    """A design that refuses an operator: the others run, the exit status is 1."""
    winograd = (ROOT / "models" / "catalog" / "winograd_4_3.yaml").read_text()
    assert "fallback: direct" in winograd
    (tmp_path / "strict.yaml").write_text(winograd.replace("fallback: direct", "fallback: refuse"))
    outcome = arsia("compute", "--design", "strict.yaml", "--workload", "tiny.yaml", "--json", status=1)
    names = [op["name"] for op in outcome.json["operators"]]
    refused = {entry["name"]: entry["reason"] for entry in outcome.json["refused"]}
    assert names == ["conv1", "conv2", "sum1"] and list(refused) == ["fc"]
    assert "a matrix product" in refused["fc"]
    assert any("refuses fc: " in line for line in outcome.errors)


def test_table(arsia):
    text = arsia("compute", "--design", "superlip_64_7_7_14", "--workload", "alexnet").out
    assert text.startswith("alexnet on one superlip_64_7_7_14 (448 multipliers)\n")
    assert "utilization" in text and "\nconv1 " in text and "\ntotal " in text


def test_unknown_operator(refused):
    said = refused("compute", "--design", "superlip_64_7_7_14", "--workload", "alexnet", "--operator", "conv9")
    assert "--operator: alexnet has no operator 'conv9'; did you mean 'conv" in said


def test_too_little_bandwidth_is_slow_but_exact(arsia, tmp_path, tiny):
    """At 1 MB/s every byte takes 1 us: the run is as long as its traffic, to the rounding of tiles."""
    result = compute(arsia, "--memory-bandwidth", "1 MB/s", workload="tiny.yaml")
    for op in result["operators"]:
        assert op["bound"] == "memory"
        assert op["latency_ps"] >= op["bytes"] * 1_000_000
        assert math.isclose(op["latency_ps"], op["bytes"] * 1_000_000, rel_tol=0.05)
