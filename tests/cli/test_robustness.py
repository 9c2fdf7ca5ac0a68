"""Figures beyond 64 bits, too little memory, no room on the disk: errors that say so, and no file that is not whole."""
import json
import os
import random
import resource
import subprocess

import pytest

from conftest import ARSIA, SANITIZERS, SEAL_BYTES

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
    for trace in ("HDF5-DIAG", "terminate called", "internal error", "infinite loop", "runtime error:"):
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


def loads(mebibytes):
    """Whether the program and its libraries can begin with so much memory."""
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes << 20, mebibytes << 20))
    return subprocess.run([ARSIA, "--version"], preexec_fn=limit, capture_output=True, check=False).returncode == 0


def least_memory():
    """MiB with which the program can begin."""
    least = next(mebibytes for mebibytes in range(32, 4096, 8) if loads(mebibytes))
    return next(mebibytes for mebibytes in range(least - 7, least + 1) if loads(mebibytes))


@pytest.mark.skipif("address" in SANITIZERS, reason="the address sanitizer sets more address space aside than a limit leaves")
@pytest.mark.parametrize("words, file, step", [
    (["simulate", "--mapping", "m.json", "--requests", 500, "-o", "file.h5"], "file.h5", 3),
    (["map", "--evaluations", 30, "--checkpoint", "file.h5", "--search", "mars"], "file.h5", 7),
    (["simulate", "--mapping", "m.json", "--requests", 300, "--csv", "folder"], "folder/tasks.csv", 7),
    (["export", "given.h5", "--vcd", "file.vcd"], "file.vcd", 7),
])
def test_too_little_memory_is_an_error(arsia, tmp_path, tiny, words, file, step):
    """From enough to begin with up to enough for all: each limit ends in what was asked for, or in an error and nothing."""
    least, ends = least_memory(), []
    made = tmp_path / file
    if words[0] == "export":
        arsia("simulate", *tiny, "--mapping", "m.json", "--requests", 300, "-o", "given.h5")
    else:
        words = [words[0], *tiny, *words[1:]]
    for mebibytes in [*range(least, least + 90, step), *range(least + 90, least + 250, 30)]:
        status, error = limited(words, tmp_path, timeout=20, RLIMIT_AS=mebibytes << 20)
        assert status in (0, 2), f"{mebibytes} MiB: {status}, {error}"
        if status == 2:
            assert "memory" in error, error
            assert not made.exists()
        else:
            made.unlink()
        ends.append(status)
    assert ends == sorted(ends, reverse=True) and set(ends) == {0, 2}, "more memory is never worse"


@pytest.mark.parametrize("kind, words", [
    ("checkpoint", ["map", "--evaluations", 20, "--search", "mars", "--checkpoint", "file.h5", "--resume"]),
    ("run", ["show", "run", "file.h5"]),
    ("run", ["export", "file.h5", "--vcd", "x.vcd"]),
    ("run", ["report", "file.h5", "-o", "x.html"]),
])
def test_damaged_files_are_refused(arsia, refused, tmp_path, tiny, kind, words):
    """Bytes that changed on a disk: HDF5 itself crashes on some, so it must not see them."""
    if kind == "checkpoint":
        words = [words[0], *tiny, *words[1:]]
        arsia(*words)
    else:
        arsia("simulate", *tiny, "--mapping", "m.json", "-o", "file.h5")
    whole = (tmp_path / "file.h5").read_bytes()
    chance = random.Random(8)
    for _ in range(50):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(SEAL_BYTES, len(whole))] ^= chance.randint(1, 255)
        if damaged == whole:
            continue
        (tmp_path / "file.h5").write_bytes(damaged)
        assert refused(*words).startswith("file.h5: is a truncated or damaged HDF5 file: its checksum does not fit")


def test_one_accelerator_and_nothing_to_wait_for(arsia, tmp_path):
    """Zero latency, zero set-up, one accelerator, one operator of one element."""
    (tmp_path / "w.yaml").write_text(TERABYTE.replace("[1, 1000000, 1000, 1000]", "[1, 1, 1, 1]"))
    (tmp_path / "t.yaml").write_text(ROOMY.replace("BANDWIDTH", "1 GB/s"))
    report = arsia("map", "--workload", "w.yaml", "--topology", "t.yaml", "--evaluations", 5, "--json").json
    assert 0 < report["bound_ns"] * 1000 <= report["latency_ps"]
