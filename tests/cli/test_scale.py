"""Networks of very many operators: every command still runs, in time that grows with their number."""
import h5py
import pytest

MANY = 20_000

ONE = """\
format: arsia-topology/1
name: one
nodes:
  - {name: acc0, kind: accelerator, memory: {capacity: 64 MiB, bandwidth: 10 GB/s}, dma: {channels: 2, setup: 10 ns}}
  - {name: host, kind: host, memory: {capacity: 64 GiB, bandwidth: 50 GB/s}, dma: {channels: 4, setup: 10 ns}}
links:
  - {between: [acc0, host], bandwidth: 8 Gbps, latency: 1 us}
"""


@pytest.fixture
def many(tmp_path):
    """A chain of convolutions and activations, written out one by one, on a platform of one accelerator."""
    lines = ["format: arsia-workload/1", "name: many", "inputs: {image: [1, 16, 4, 4]}", "operators:"]
    for i in range(0, MANY, 2):
        source = f"relu{i - 1}" if i else "image"
        lines.append(f"  - {{name: conv{i}, type: conv, input: {source}, out_channels: 16, kernel: 1}}")
        lines.append(f"  - {{name: relu{i + 1}, type: relu, input: conv{i}}}")
    (tmp_path / "many.yaml").write_text("\n".join(lines) + "\n")
    (tmp_path / "one.yaml").write_text(ONE)
    return ["--workload", "./many.yaml", "--topology", "./one.yaml"]


def test_a_network_of_very_many_operators(arsia, many, tmp_path):
    mapped = arsia("map", *many, "--search", "baseline", "-o", "m.json", "--json").json
    assert sum(len(part["operators"]) for part in mapped["mapping"]["sets"]) == MANY
    # Each operator is one task; the input comes, the output goes.
    run = arsia("simulate", *many, "--mapping", "m.json", "-o", "run.h5", "--json").json
    assert (run["tasks"], run["transfers"]) == (MANY + 2, 2)
    assert run["bytes_transferred"] == 2 * 16 * 4 * 4 * 2
    assert run["latency_ns"] == mapped["latency_ns"]
    assert sum(run["breakdown"].values()) == run["latency_ps"]
    assert 0 < run["bound_ns"] <= run["latency_ns"]
    assert f"the {MANY} operators of the longest chain" in run["bound"]["reasoning"]
    assert "in pieces of 64 operators" in run["bound"]["reasoning"]
    with h5py.File(tmp_path / "run.h5") as file:
        assert file["tasks/id"].shape == (MANY + 2,)
        assert file["workload/operators/name"].shape == (MANY,)
        assert file["critical_path/task"].shape == (MANY + 2,)
    assert arsia("check", *many, "--mapping", "m.json", "--json").json["legal"]


def test_a_search_over_very_many_operators(arsia, many):
    found = arsia("map", *many, "--search", "mars", "--evaluations", 2, "--seed", 1, "--json").json
    assert found["evaluations"] == 2
    assert sum(len(part["operators"]) for part in found["mapping"]["sets"]) == MANY
    assert found["bound_ns"] <= found["latency_ns"]
