"""`arsia import`, and ONNX models where a workload is named."""
import json
import pathlib
import subprocess
import sys

import pytest

from conftest import ARSIA

onnx_models = pytest.importorskip("onnx_models", reason="needs python3-onnx")

DATA = pathlib.Path(__file__).parents[1] / "data" / "onnx"
COUNTS = {name: counts for name, counts in json.loads((DATA / "counts.json").read_text()).items() if name != "_meta"}
# What tells two operators of the same network apart; names and shapes too.
FIELDS = ["name", "type", "inputs", "output_shape", "extents", "groups", "activation", "macs", "weights"]


def operators(arsia, workload):
    found = arsia("show", "workload", workload, "--json").json
    return [{field: op[field] for field in FIELDS} for op in found["operators"]]


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_light_models_have_the_counts_of_the_files(arsia, name):
    report = arsia("import", DATA / name, "-o", "w.yaml", "--json").json
    assert report["macs"] == COUNTS[name]["macs"]
    assert report["weights"] == COUNTS[name]["conv_fc_weights"]
    shown = arsia("show", "workload", "w.yaml", "--json").json
    assert (len(shown["operators"]), shown["digest"]) == (report["operators"], report["digest"])


@pytest.mark.parametrize("name", ["light_squeezenet.onnx", "light_resnet50.onnx"])
def test_models_map_and_simulate_without_an_import(arsia, name):
    there = ["--workload", DATA / name, "--topology", "f1_16xlarge"]
    mapped = arsia("map", *there, "--search", "baseline", "-o", "m.json", "--json").json
    simulated = arsia("simulate", *there, "--mapping", "m.json", "--json").json
    assert simulated["latency_ns"] == mapped["latency_ns"] > 0


@pytest.mark.parametrize("name", ["alexnet", "resnet18"])
def test_same_network_as_in_the_catalog(arsia, tmp_path, name, baseline):
    (tmp_path / f"{name}.onnx").write_bytes(getattr(onnx_models, name)())
    assert operators(arsia, f"{name}.onnx") == operators(arsia, name)
    shown = [arsia("show", "workload", which, "--json").json for which in (f"{name}.onnx", name)]
    for key in ("macs", "weights", "parameters", "digest"):
        assert shown[0][key] == shown[1][key]
    # The catalog network's own mapping, without a warning that it was made for another.
    mapping = baseline(name)
    simulated = arsia("simulate", "--workload", f"{name}.onnx", "--topology", "f1_16xlarge", "--mapping", mapping.file,
                      "--json")
    assert simulated.json["latency_ns"] == mapping.report["latency_ns"]
    assert "warning" not in simulated.err


def test_exported_bert_is_the_catalog_s(arsia, tmp_path):
    (tmp_path / "bert.onnx").write_bytes(onnx_models.Bert(layers=12).bytes())
    arsia("import", "bert.onnx", "-o", "bert.yaml", "--dim", "tokens=128")
    found, catalog = operators(arsia, "bert.yaml"), operators(arsia, "bert_base")
    # A result is called after its node, that of a block in the catalog after the last operator: compare by place.
    assert [op["type"] for op in found] == [op["type"] for op in catalog]
    for ours, theirs in zip(found, catalog):
        for field in ("output_shape", "extents", "groups", "activation", "macs", "weights"):
            assert ours[field] == theirs[field], (ours["name"], field)
    assert arsia("show", "workload", "bert.yaml", "--json").json["parameters"] == \
        arsia("show", "workload", "bert_base", "--json").json["parameters"]


@pytest.mark.parametrize("opset", [11, 13, 17])
def test_attention_is_the_same_in_every_operator_set(arsia, tmp_path, opset):
    """Heads are split and joined without any movement of data."""
    (tmp_path / "bert.onnx").write_bytes(onnx_models.Bert(opset=opset, tokens=32).bytes())
    assert [op["type"] for op in operators(arsia, "bert.onnx")] == [
        "embedding", "embedding", "embedding", "add", "layer_norm", "linear", "linear", "linear", "matmul", "softmax",
        "matmul", "linear", "add", "layer_norm", "linear", "linear", "add", "layer_norm", "slice", "linear"]


def test_a_mask_of_tokens_is_repeated_for_each_head_once(arsia, tmp_path):
    (tmp_path / "bert.onnx").write_bytes(onnx_models.Bert(layers=2, tokens=32, mask=True).bytes())
    found = {op["name"]: op for op in operators(arsia, "bert.onnx")}
    repeated = found["layer.0.masked.repeat"]
    assert repeated["output_shape"] == [1, 12 * 32, 1, 1]
    for layer in range(2):
        assert found[f"layer.{layer}.masked"]["inputs"] == [f"layer.{layer}.scores", "layer.0.masked.repeat"]


def test_without_fusion_every_node_stays(arsia, tmp_path):
    (tmp_path / "alexnet.onnx").write_bytes(onnx_models.alexnet())
    fused = arsia("import", "alexnet.onnx", "-o", "fused.yaml", "--json").json
    whole = arsia("import", "alexnet.onnx", "-o", "whole.yaml", "--no-fuse", "--json").json
    assert fused["notes"] == ["fused into the operators before them: 7 activations"]
    assert (whole["notes"], whole["operators"]) == ([], fused["operators"] + 7)
    assert whole["macs"] == fused["macs"]


def test_the_batch_is_set_also_where_the_model_fixes_it(arsia):
    one = arsia("import", DATA / "light_squeezenet.onnx", "-o", "one.yaml", "--json").json
    four = arsia("import", DATA / "light_squeezenet.onnx", "-o", "four.yaml", "--batch", "4", "--json").json
    assert (four["macs"], four["weights"]) == (4 * one["macs"], one["weights"])
    assert arsia("show", "workload", "four.yaml", "--json").json["inputs"] == {"data_0": [4, 3, 224, 224]}


def test_what_is_said(arsia):
    out = arsia("import", DATA / "light_resnet50.onnx", "-o", "resnet50.yaml", "--element-bits", "8").out
    assert out == ("light_resnet50: 73 operators, 4.089 G MACs, 25.5 M weights (25.53 M parameters), 8 bit elements\n"
                   "  fused into the operators before them: 49 activations, 53 scales and shifts\n"
                   "written to resnet50.yaml\n")


def unknown_model(tmp_path):
    m = onnx_models.Model()
    x = m.conv(m.input("x", [1, 3, 16, 16]), "conv", 3, 8, 3)
    boxes = m.node("Hardmax", [x], "pick")
    other = m.nodes.append(onnx_models.helper.make_node("Attention", [boxes], ["a"], "attend", domain="com.maker"))
    y = m.conv("a", "tail", 8, 8, 1)
    (tmp_path / "m.onnx").write_bytes(m.bytes([y]))
    assert other is None
    return "m.onnx"


def test_unknown_operators_are_all_listed(refused, tmp_path):
    text = refused("import", unknown_model(tmp_path), "-o", "w.yaml")
    assert text == ("m.onnx: graph.node: operators that have no counterpart: Hardmax (1: pick); com.maker.Attention "
                    "(1: attend); '--unknown elementwise' takes each for a function of every element, '--unknown cut' "
                    "ends the network before them")
    assert not (tmp_path / "w.yaml").exists()


def test_unknown_operators_as_element_wise_functions(arsia, tmp_path):
    report = arsia("import", unknown_model(tmp_path), "-o", "w.yaml", "--unknown", "elementwise", "--no-fuse", "--json")
    assert report.json["notes"] == [
        "taken for element-wise functions: Hardmax (1: pick); com.maker.Attention (1: attend)"]
    assert [op["type"] for op in operators(arsia, "w.yaml")] == ["conv", "identity", "identity", "conv"]


def test_unknown_operators_cut_off(arsia, tmp_path):
    report = arsia("import", unknown_model(tmp_path), "-o", "w.yaml", "--unknown", "cut", "--json").json
    assert report["notes"] == ["cut off before: Hardmax (1: pick); com.maker.Attention (1: attend)"]
    assert [op["name"] for op in operators(arsia, "w.yaml")] == ["conv"]


def test_open_dimensions_must_be_set(refused, arsia, tmp_path):
    (tmp_path / "bert.onnx").write_bytes(onnx_models.Bert().bytes())
    text = refused("import", "bert.onnx", "-o", "w.yaml")
    assert "input 'words': the size of dimension 'tokens' is open; set it with 'arsia import --dim tokens=N'" in text
    assert "--dim" in refused("show", "workload", "bert.onnx")
    text = refused("import", "bert.onnx", "-o", "w.yaml", "--dim", "tokns=8")
    assert "--dim tokns: no input has an open dimension of this name; did you mean 'tokens'?; there are: batch, tokens" \
        in text
    arsia("import", "bert.onnx", "-o", "w.yaml", "--dim", "tokens=8", "--dim", "batch=2")
    assert arsia("show", "workload", "w.yaml", "--json").json["inputs"]["words"] == [2, 1, 8, 1]


@pytest.mark.parametrize("option, message", [
    (["--dim", "tokens"], "--dim: 'tokens' is not NAME=SIZE with a size from 1 to 2147483647, like sequence=128"),
    (["--dim", "a=0"], "--dim: 'a=0' is not NAME=SIZE with a size from 1 to 2147483647, like sequence=128"),
    (["--dim", "a=1", "--dim", "a=2"], "--dim: 'a' is given more than once"),
    (["--unknown", "ignore"], "--unknown: 'ignore' is unknown; legal: error, elementwise, cut"),
    (["--batch", "0"], "--batch: '0' is not a whole number from 1 to 2^64 − 1"),
    (["--element-bits", "129"], "--element-bits: 129 is above 128"),
])
def test_bad_options(refused, option, message):
    assert refused("import", DATA / "light_squeezenet.onnx", "-o", "w.yaml", *option) == message


def test_files_that_are_no_models(refused, tmp_path):
    (tmp_path / "text.onnx").write_text("format: arsia-workload/1\n")
    assert "is no ONNX model" in refused("import", "text.onnx", "-o", "w.yaml")
    (tmp_path / "empty.onnx").write_bytes(b"")
    assert "the model has no nodes; is it an ONNX model?" in refused("show", "workload", "empty.onnx")
    whole = (DATA / "light_squeezenet.onnx").read_bytes()
    (tmp_path / "half.onnx").write_bytes(whole[:len(whole) // 2])
    assert "is no ONNX model, or it is cut off" in refused("import", "half.onnx", "-o", "w.yaml")
    assert "No such file" in refused("import", "absent.onnx", "-o", "w.yaml")


def peak_memory(model, folder):
    """Kilobytes that an import takes at most."""
    script = ("import resource, subprocess, sys; status = subprocess.call(sys.argv[1:]); "
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(status)")
    done = subprocess.run([sys.executable, "-c", script, ARSIA, "import", model, "-o", "w.yaml"], cwd=folder,
                          capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def test_weights_are_not_read_into_memory(tmp_path):
    """200 MB of weights in a file take no more memory than 20 kB."""
    for name, rows in (("small.onnx", 1), ("big.onnx", 10000)):
        m = onnx_models.Model()
        x = m.input("x", [1, 5000])
        weights = onnx_models.numpy_helper.from_array(onnx_models.numpy.zeros((rows, 5000), "float32"), "w")
        m.initializers.append(weights)
        (tmp_path / name).write_bytes(m.bytes([m.node("Gemm", [x, "w"], "fc", transB=1)]))
    assert (tmp_path / "big.onnx").stat().st_size > 200_000_000
    assert peak_memory("big.onnx", tmp_path) < peak_memory("small.onnx", tmp_path) + 10_000
