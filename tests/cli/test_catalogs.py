"""`list` and `show`: what the catalogs hold."""
import pytest

from conftest import NETWORKS

DESIGNS = ["superlip_64_7_7_14", "systolic_11_13_8", "winograd_4_3"]
TOPOLOGIES = ["f1_16xlarge", "h2h_0.125", "h2h_0.15", "h2h_0.25", "h2h_0.5", "h2h_1.25", "mesh4x4", "npu_pod64", "npu_pod8",
              "ring8", "switch8"]


@pytest.mark.parametrize("catalog, names", [
    ("workloads", NETWORKS), ("topologies", TOPOLOGIES), ("designs", DESIGNS), ("searches", ["baseline", "mars"])])
def test_list(arsia, catalog, names):
    items = [item["name"] for item in arsia("list", catalog, "--json").json["items"]]
    assert set(names) <= set(items)
    assert items == sorted(items)
    text = arsia("list", catalog).out
    assert [line.split()[0] for line in text.splitlines()[2:]] == items


def test_show_workload(arsia):
    shown = arsia("show", "workload", "alexnet", "--json").json
    assert shown["name"] == "alexnet"
    by_name = {op["name"]: op for op in shown["operators"]}
    assert shown["macs"] == sum(op["macs"] for op in shown["operators"])
    assert shown["weights"] == sum(op["weights"] for op in shown["operators"])
    # One tower: 61.1 M parameters with 10,344 biases (torchvision's figure is 61,100,840).
    assert shown["parameters"] == 61_100_840
    assert shown["weights"] == 61_100_840 - 10_344
    assert len([op for op in by_name.values() if op["type"] == "conv"]) == 5
    text = arsia("show", "workload", "alexnet").out
    assert "61.1 M with biases" in text
    for name in by_name:
        assert f"\n{name} " in text


def test_show_a_workload_with_caches(arsia, tmp_path):
    file = tmp_path / "step.yaml"
    file.write_text("""format: arsia-workload/1
name: step
inputs: {x: [1, 64, 1]}
parameters: {position: [1, 64, 1]}
caches: {keys: [1, 64, 31]}
operators:
  - {name: sum, type: add, inputs: [x, position]}
  - {name: scores, type: matmul, inputs: [sum, keys, sum], heads: 4, transpose: true}
""")
    shown = arsia("show", "workload", str(file), "--json").json
    assert shown["inputs"] == {"x": [1, 64, 1, 1]}
    assert shown["parameter_tensors"] == {"position": [1, 64, 1, 1]}
    assert shown["caches"] == {"keys": [1, 64, 31, 1]}
    assert (shown["parameters"], shown["cache_elements"], shown["macs"]) == (64, 64 * 31, 64 * 32)
    text = arsia("show", "workload", str(file)).out
    assert "parameter position 1x64x1x1" in text
    assert "cache     keys 1x64x31x1" in text
    assert "128x16x1x1, 4 heads" in text


def test_show_a_workload_file(arsia, tiny):
    shown = arsia("show", "workload", "tiny.yaml", "--json").json
    assert [op["name"] for op in shown["operators"]] == ["conv1", "conv2", "sum1", "fc"]
    # conv1 16·3·3·3, conv2 16·16·3·3, fc 10·16·32·32
    assert shown["weights"] == 16 * 3 * 9 + 16 * 16 * 9 + 10 * 16 * 32 * 32
    assert shown["macs"] == 32 * 32 * (16 * 3 * 9 + 16 * 16 * 9) + 10 * 16 * 32 * 32
    assert shown["operators"][2]["inputs"] == ["conv1", "conv2"]
    assert shown["operators"][1]["extents"] == {"N": 1, "K": 16, "C": 16, "P": 32, "Q": 32, "R": 3, "S": 3}


def test_show_topology(arsia):
    shown = arsia("show", "topology", "f1_16xlarge", "--json").json
    accelerators = [node for node in shown["nodes"] if node["kind"] == "accelerator"]
    assert [node["name"] for node in accelerators] == [f"fpga{i}" for i in range(8)]
    assert {node["memory"]["capacity_bytes"] for node in accelerators} == {1 << 30}
    assert {node["memory"]["bandwidth_bits_per_s"] for node in accelerators} == {8 * 19_200_000_000}
    # Two groups of four, all pairs both ways at 8 Gb/s; each FPGA to the host and back at 2 Gb/s.
    bandwidths = [link["bandwidth_bits_per_s"] for link in shown["links"]]
    assert bandwidths.count(8_000_000_000) == 2 * 4 * 3
    assert bandwidths.count(2_000_000_000) == 8 * 2
    text = arsia("show", "topology", "f1_16xlarge").out
    assert "fpga7" in text and "19.2 GB/s" in text
    assert "fpga0->fpga1" in text and "8 Gbit/s" in text


def test_show_topology_as_a_graph(arsia, tiny):
    dot = arsia("show", "topology", "pair.yaml", "--dot").out
    assert dot.startswith('digraph "pair" {') and dot.endswith("}\n")
    edges = [line for line in dot.splitlines() if "->" in line]
    assert len(edges) == 3 and all("dir=both" in edge for edge in edges)
    assert '"acc0" -> "acc1" [label="8 Gbit/s, 500 ns", dir=both];' in dot


def test_dot_and_json_exclude_each_other(arsia):
    outcome = arsia("show", "topology", "ring8", "--dot", "--json", status=2)
    assert outcome.errors == ["--dot and --json exclude each other: both want standard output"]


def test_show_design(arsia):
    shown = arsia("show", "design", "superlip_64_7_7_14", "--json").json
    assert (shown["multipliers"], shown["clock_hz"], shown["element_bits"]) == (448, 200_000_000, 16)
    text = arsia("show", "design", "superlip_64_7_7_14").out
    assert "448, together 89.6 G multiplications a second" in text and "200 MHz" in text


@pytest.mark.parametrize("kind, name, said", [
    ("workload", "resnet43", "did you mean 'resnet34'?"),
    ("topology", "ring9", "did you mean 'ring8'?"),
    ("design", "winograd", "unknown design 'winograd'; did you mean 'winograd_2_3' or 'winograd_4_3'?"),
    ("design", "nothing_like_it", " more ('arsia list designs' shows all)"),
    ("topology", "f1", "did you mean 'f1_16xlarge'?"),
    ("workload", "nowhere/net.yaml", "nowhere/net.yaml: no such workload file"),
])
def test_unknown_names(refused, kind, name, said):
    assert said in refused("show", kind, name)


def test_a_file_in_the_folder_is_pointed_out(arsia, refused, tiny):
    assert refused("show", "workload", "tiny").endswith("there is a file ./tiny.yaml: write './tiny.yaml'")
    assert arsia("show", "workload", "./tiny.yaml", "--json").json["name"] == "tiny"


def test_an_empty_home_is_none(arsia, monkeypatch):
    monkeypatch.setenv("ARSIA_HOME", "")
    assert "alexnet\n" in arsia("list", "workloads", "--names").out


def test_a_catalog_that_cannot_be_read_is_not_an_empty_one(refused, tmp_path, monkeypatch):
    (tmp_path / "workloads" / "catalog").mkdir(parents=True)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "catalog").write_text("a file")
    monkeypatch.setenv("ARSIA_HOME", str(tmp_path))
    assert refused("list", "designs") == f"{tmp_path}/models/catalog: cannot be read: Not a directory"
