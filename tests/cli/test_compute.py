"""`compute`: one accelerator, no network."""
import json
import math
import pathlib
import random
import subprocess
import sys

import pytest

from conftest import ARSIA

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


def test_bytes_intensity_and_energy(arsia):
    """systolic_11_13_8 states 5 pJ a MAC, 160 pJ a byte, 10 W."""
    result = compute(arsia, "--memory-bandwidth", "19.2 GB/s", design="systolic_11_13_8")
    for op in result["operators"]:
        assert op["bytes"] == op["input_bytes"] + op["weight_bytes"] + op["output_bytes"]
        assert op["macs_per_byte"] == pytest.approx(op["macs"] / op["bytes"])
        assert op["energy_j"] == pytest.approx(
            5e-12 * op["macs"] + 160e-12 * op["bytes"] + 10 * op["latency_ps"] * 1e-12)
    assert result["energy_j"] == pytest.approx(sum(op["energy_j"] for op in result["operators"]))
    assert result["energy_j"] == pytest.approx(sum(result["energy_by_cause_j"].values()))
    assert "Horowitz" in result["energy_source"]


def convolutions(shapes):
    """A workload of convolutions without padding that do not depend on each other, each by its batch, input and output
    channels, output rows and columns, kernel rows and columns, and stride."""
    inputs, operators = [], []
    for i, (batch, c, k, rows, columns, r, s, stride) in enumerate(shapes):
        height, width = (rows - 1) * stride + r, (columns - 1) * stride + s
        inputs.append(f"  x{i}: [{batch}, {c}, {height}, {width}]\n")
        operators.append(f"  - {{name: c{i}, type: conv, input: x{i}, out_channels: {k}, kernel: [{r}, {s}], "
                         f"stride: [{stride}, {stride}]}}\n")
    return ("format: arsia-workload/1\nname: many\nelement: 16 bit\ninputs:\n" + "".join(inputs) + "operators:\n"
            + "".join(operators))


def test_superlip_takes_the_published_closed_form(arsia, tmp_path):
    """Random shapes, simulated, on a design with ports of 2 words: Lat1 = max(tI, tW, tComp), Lat2 = max(C/Tn · Lat1, tO),
    and as many Lat2 as there are output tiles. The simulated engine adds its first load and last store, which an ample
    memory does in picoseconds."""
    (tmp_path / "ports.yaml").write_text("""\
format: arsia-design/1
name: ports
model: tiled_loop
clock: 100 MHz
tile: {K: 8, C: 32, P: 13, Q: 13}
ports: {input: 2, weight: 2, output: 2}
vector: {width: 16, tile: 4096}
""")
    draw = random.Random(4)
    shapes = [(2, 192, 128, 13, 13, 3, 3, 1)]  # the public model's own point: 519,168 cycles
    shapes += [(2, draw.randint(1, 300), draw.randint(1, 100), draw.randint(1, 40), draw.randint(1, 40),
                draw.choice([1, 3, 5]), draw.choice([1, 3, 5]), draw.choice([1, 2])) for _ in range(40)]
    (tmp_path / "many.yaml").write_text(convolutions(shapes))
    found = compute(arsia, design="ports.yaml", workload="many.yaml")["operators"]
    assert found[0]["cycles"] == 519_168
    for op, (n, c, k, p, q, r, s, _) in zip(found, shapes, strict=True):
        lat1 = max(-(-32 * 169 // 2), -(-8 * 32 * r * s // 2), r * s * 169)
        lat2 = max(-(-c // 32) * lat1, -(-8 * 169 // 2))
        cycles = n * -(-k // 8) * -(-p // 13) * -(-q // 13) * lat2
        assert op["cycles"] == op["compute_cycles"] == cycles
        assert 0 <= op["latency_ps"] - 10_000 * cycles < 5_000


def test_systolic_arrays_of_the_catalog_take_the_cycles_of_scale_sim(arsia, tmp_path):
    reference = json.loads((ROOT / "tests" / "data" / "systolic.json").read_text())
    for run in reference["runs"]:
        shapes = []
        for layer in run["layers"]:
            rows, columns = (-(-(layer[f"ifmap_{axis}"] - layer[f"filt_{axis}"]) // layer[f"stride_{axis}"]) + 1
                             for axis in "hw")
            shapes.append((1, layer["channels"], layer["num_filters"], rows, columns, layer["filt_h"], layer["filt_w"],
                           layer["stride_h"]))
        (tmp_path / "many.yaml").write_text(convolutions(shapes))
        design = f"systolic_{run['dataflow']}_{run['array_rows']}x{run['array_cols']}"
        found = compute(arsia, design=design, workload="many.yaml")["operators"]
        assert [op["cycles"] for op in found] == [layer["total_cycles"] + 1 for layer in run["layers"]], design


def test_fixed_designs_take_the_time_of_the_formula(arsia, tmp_path):
    """The simulated time of the benchmark's convolutions (VLocNet), without transfers from and to the host: every tile is
    rounded up to a picosecond, and an ample memory adds the first load and last store."""
    data = json.loads((ROOT / "tests" / "data" / "heterogeneous.json").read_text())
    acc = data["accelerators"][0]
    layers = [layer for layer in data["models"]["VLocNet"] if layer["LayerType"] == "CNN"]
    shapes = [(1, layer["N"], layer["M"], layer["R"], layer["C"], layer["K"], layer["K"], 1) for layer in layers]
    (tmp_path / "many.yaml").write_text(convolutions(shapes))
    found = compute(arsia, design="h2h_cnn_1", workload="many.yaml")["operators"]
    word = acc["Dtype"] / (acc["Bandwidth"] * acc["Freq"] * 1e6)
    for op, layer in zip(found, layers, strict=True):
        kernel = layer["K"] ** 2
        weights, inputs = 32 * 32 * kernel * word, 32 * 16 * 16 * word
        tile = weights + inputs + 2 * 16 * 14 * 32 * 32 * kernel / (acc["Th"] * 1e9)
        seconds = (-(-layer["R"] // 16) * -(-layer["C"] // 14) * -(-layer["M"] // 32)
                   * (-(-layer["N"] // 32) * tile + 32 * 16 * 14 * word))
        cycle = 1 / (acc["Freq"] * 1e6)
        assert 0 <= op["latency_ps"] * 1e-12 - seconds < cycle + 1e-12 * op["tiles"] + 1e-10


@pytest.mark.parametrize("network", ["bert_base", "mobilenet_v2"])
@pytest.mark.parametrize("design", ["superlip_64_7_7_14", "systolic_ws_32x32", "winograd_2_3", "gpu_a100"])
def test_every_kind_of_operator_runs(arsia, network, design):
    """Matrix products of activations, normalisations, views and depthwise convolutions, on unlike kinds of design."""
    result = compute(arsia, design=design, workload=network)
    assert result["refused"] == []
    for op in result["operators"]:
        assert op["cycles"] >= op["compute_cycles"] - 1 and op["compute_cycles"] >= 1
        assert op["utilization"] <= (2.25 if design == "winograd_2_3" else 1)


def test_tables_of_fastest_designs_are_current(arsia):
    done = subprocess.run([sys.executable, ROOT / "scripts" / "design_table.py", "--arsia", ARSIA, "--check"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


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


def test_a_time_beyond_64_bits_names_the_operator(refused):
    said = refused("compute", "--design", "superlip_64_7_7_14", "--workload", "alexnet", "--memory-bandwidth", "1 bps")
    assert "of operator conv" in said and "on acc0" in said and said.endswith("does not fit in 63 bits")


def test_a_design_states_energy_or_it_does_not(arsia, refused, tmp_path):
    text = arsia("show", "design", "superlip_64_7_7_14", "--json").json["energy"]["source"]
    assert text
    design = (ROOT / "models" / "catalog" / "superlip_64_7_7_14.yaml").read_text()
    head = design.split("energy:")[0]
    (tmp_path / "none.yaml").write_text(head)
    words = ["--design", "none.yaml", "--workload", "alexnet"]
    assert "energy    not stated by the design" in arsia("compute", *words).out
    found = arsia("compute", *words, "--json").json
    assert found["energy_source"] == "" and found["energy_j"] == 0
    assert "energy           not stated" in arsia("show", "design", "none.yaml").out
    (tmp_path / "none.yaml").write_text(
        head + "energy: {per_mac: 1 pJ, per_memory_byte: 1 pJ, static: 1 W, source: ''}\n")
    assert "energy.source: the source is empty" in refused("compute", *words)


def test_too_little_bandwidth_is_slow_but_exact(arsia, tmp_path, tiny):
    """At 1 MB/s every byte takes 1 us: the run is as long as its traffic, to the rounding of tiles."""
    result = compute(arsia, "--memory-bandwidth", "1 MB/s", workload="tiny.yaml")
    for op in result["operators"]:
        assert op["bound"] == "memory"
        assert op["latency_ps"] >= op["bytes"] * 1_000_000
        assert math.isclose(op["latency_ps"], op["bytes"] * 1_000_000, rel_tol=0.05)
