"""Figures beyond 64 bits, too little memory, no room on the disk: errors that say so, and no file that is not whole."""
import json
import os
import resource
import subprocess

import pytest

from conftest import ARSIA

TERABYTE = """\
format: arsia-workload/1
name: large
element: 8 bit
inputs: {x: [1, 1000000, 1000, 1000]}
operators:
  - {name: big_relu, type: relu, input: x}
"""

ROOMY = """\
format: arsia-topology/1
name: roomy
nodes:
  - {name: acc0, kind: accelerator, designs: [gpu_a100], memory: {capacity: 16 TiB, bandwidth: 10 GB/s}}
  - {name: host, kind: host, memory: {capacity: 16 TiB, bandwidth: 50 GB/s}}
links:
  - {between: [acc0, host], bandwidth: BANDWIDTH, latency: 0 ns}
"""


def limited(words, folder, timeout=120, **limits):
    """Runs with resource limits; gives exit status and standard error."""
    def limit():
        for name, value in limits.items():
            resource.setrlimit(getattr(resource, name), (value, value))
    done = subprocess.run([ARSIA, *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          preexec_fn=limit, timeout=timeout, check=False)
    for trace in ("HDF5-DIAG", "terminate called", "internal error", "infinite loop"):
        assert trace not in done.stdout + done.stderr, done.stderr
    return done.returncode, done.stderr


@pytest.fixture
def terabyte(tmp_path):
    """Input files with a tensor of 10^12 bytes; the links' bandwidth is the test's."""
    def write(bandwidth, burst="64 KiB"):
        (tmp_path / "w.yaml").write_text(TERABYTE)
        (tmp_path / "t.yaml").write_text(ROOMY.replace("BANDWIDTH", bandwidth) + f"burst: {burst}\n")
        return ["--workload", "w.yaml", "--topology", "t.yaml"]
    return write


def test_a_terabyte_takes_as_long_as_its_links(arsia, terabyte):
    """10^12 B there and back at 1 GB/s, with neither latency nor set-up: above 2000 s."""
    report = arsia("map", *terabyte("1 GB/s", "message"), "--search", "baseline", "--json").json
    assert report["bytes_transferred"] == 2 * 10**12
    assert 2000 * 10**12 < report["latency_ps"] < 2400 * 10**12


def test_a_time_beyond_64_bits_names_the_transfer(arsia, terabyte):
    text = arsia("map", *terabyte("1 bps"), "--search", "baseline", status=2).err
    assert "of operator big_relu from host to acc0 (931.3 GiB)" in text
    assert "does not fit in 63 bits" in text


def test_a_computation_beyond_64_bits_names_operator_and_design(refused, tmp_path):
    (tmp_path / "w.yaml").write_text(TERABYTE.replace(
        "{name: big_relu, type: relu, input: x}",
        "{name: huge, type: conv, input: x, out_channels: 1000000, kernel: [3, 3], padding: [1, 1]}"))
    (tmp_path / "t.yaml").write_text(ROOMY.replace("BANDWIDTH", "1 GB/s").replace("gpu_a100", "superlip_64_7_7_14"))
    text = refused("map", "--workload", "w.yaml", "--topology", "t.yaml", "--search", "baseline")
    assert text == ("operator huge on design superlip_64_7_7_14: a computation's duration in ps does not fit in 63 bits")


def test_bytes_beyond_64_bits_name_the_operator(refused, tmp_path):
    (tmp_path / "w.yaml").write_text(TERABYTE.replace("1000, 1000]", "10000000, 10000000]"))
    (tmp_path / "t.yaml").write_text(ROOMY.replace("BANDWIDTH", "1 GB/s"))
    text = refused("map", "--workload", "w.yaml", "--topology", "t.yaml")
    assert "input 'x' has 2^63 or more bits" in text and "'big_relu'" in text


def test_a_full_disk_leaves_the_old_file(tmp_path, tiny):
    words = ["simulate", *tiny, "--mapping", "m.json", "--requests", 300, "-o", "run.h5"]
    (tmp_path / "run.h5").write_bytes(b"old")
    before = sorted(os.listdir(tmp_path))
    status, error = limited(words, tmp_path, RLIMIT_FSIZE=20_000)
    assert status == 2
    assert "run.h5: " in error and "File too large" in error
    assert (tmp_path / "run.h5").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == before


def test_a_full_disk_does_not_lose_the_search(tmp_path, tiny):
    """The checkpoint outgrows the disk, the mapping has room."""
    status, error = limited(["map", *tiny, "--evaluations", 600, "--checkpoint", "c.h5", "-o", "best.json"], tmp_path,
                            RLIMIT_FSIZE=9_000)
    assert status == 0, error
    assert "c.h5" in error and "File too large" in error
    assert json.loads((tmp_path / "best.json").read_text())["format"] == "arsia-mapping/1"


@pytest.mark.parametrize("target", ["/dev/full", "/proc/run.h5"])
def test_where_nothing_can_be_written(refused, tiny, target):
    text = refused("simulate", *tiny, "--mapping", "m.json", "-o", target)
    assert text.startswith(f"{target}: cannot write: ")


def test_one_accelerator_and_nothing_to_wait_for(arsia, tmp_path):
    """Zero latency, zero set-up, one accelerator, one operator of one element."""
    (tmp_path / "w.yaml").write_text(TERABYTE.replace("[1, 1000000, 1000, 1000]", "[1, 1, 1, 1]"))
    (tmp_path / "t.yaml").write_text(ROOMY.replace("BANDWIDTH", "1 GB/s"))
    report = arsia("map", "--workload", "w.yaml", "--topology", "t.yaml", "--evaluations", 5, "--json").json
    assert 0 < report["bound_ns"] * 1000 <= report["latency_ps"]
