"""Helpers of the command-line tests: running the executable, small inputs, mappings made once a session."""
import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import zlib

import pytest

ARSIA = os.environ.get("ARSIA", str(pathlib.Path(__file__).parents[2] / "build" / "release" / "arsia"))
SANITIZERS = os.environ.get("ARSIA_SANITIZERS", "")  # of the build under test, e.g. address,undefined
NETWORKS = ["alexnet", "vgg16", "resnet18", "resnet34", "resnet50", "resnet101", "wrn50_2"]

TINY_WORKLOAD = """\
format: arsia-workload/1
name: tiny
element: 16 bit
inputs: {image: [1, 3, 32, 32]}
operators:
  - {name: conv1, type: conv, input: image, out_channels: 16, kernel: [3, 3], padding: [1, 1]}
  - {name: conv2, type: conv, input: conv1, out_channels: 16, kernel: [3, 3], padding: [1, 1]}
  - {name: sum1, type: add, inputs: [conv1, conv2]}
  - {name: fc, type: linear, input: sum1, out_features: 10}
"""

PAIR_TOPOLOGY = """\
format: arsia-topology/1
name: pair
nodes:
  - {name: acc0, kind: accelerator, memory: {capacity: 64 MiB, bandwidth: 10 GB/s}, dma: {channels: 2, setup: 10 ns}}
  - {name: acc1, kind: accelerator, memory: {capacity: 64 MiB, bandwidth: 10 GB/s}, dma: {channels: 2, setup: 10 ns}}
  - {name: host, kind: host, memory: {capacity: 64 GiB, bandwidth: 50 GB/s}, dma: {channels: 4, setup: 10 ns}}
links:
  - {between: [acc0, acc1], bandwidth: 8 Gbps, latency: 500 ns}
  - {between: [acc0, host], bandwidth: 2 Gbps, latency: 1 us}
  - {between: [acc1, host], bandwidth: 2 Gbps, latency: 1 us}
"""

# A design without energy figures.
MUTE_DESIGN = """\
format: arsia-design/1
name: mute
model: tiled_loop
clock: 100 MHz
tile: {K: 16, C: 16, P: 14, Q: 14}
vector: {width: 16, tile: 4096}
"""

PAIR_MAPPING = {
    "format": "arsia-mapping/1",
    "workload": {"name": "tiny"},
    "topology": {"name": "pair"},
    "sets": [{
        "accelerators": ["acc0", "acc1"],
        "design": "superlip_64_7_7_14",
        "operators": [
            {"name": "conv1", "es": {"K": 2}},
            {"name": "conv2", "es": {"P": 2}},
            {"name": "sum1", "es": {"P": 2}},
            {"name": "fc", "es": {"K": 2}},
        ],
    }],
}


@dataclasses.dataclass
class Outcome:
    """What a command left: exit status, both streams."""
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def errors(self):
        """Lines of the error messages, without their prefix."""
        prefix = "arsia: error: "
        return [line[len(prefix):] for line in self.err.splitlines() if line.startswith(prefix)]


def run_arsia(*arguments, cwd=None, timeout=120):
    done = subprocess.run([ARSIA, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, check=False)
    for trace in ("HDF5-DIAG", "terminate called", "internal error", "SystemC", "runtime error:"):
        assert trace not in done.stdout + done.stderr, done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def mpirun(ranks, words, folder):
    """Runs under mpirun. A build with the address sanitizer does not look for leaks then: Open MPI has some, in plugins
    that it has unloaded by the end, so that no suppression can name them."""
    assert shutil.which("mpirun"), "mpirun is missing; scripts/deps.sh installs it"
    environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0"}
    return subprocess.run(["mpirun", "-n", str(ranks), "--oversubscribe", ARSIA, *map(str, words)], cwd=folder,
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                          check=False)


SEAL_BYTES = 512


def seal(path):
    """Makes the checksum fit a file of arsia's that was changed, or one that h5py made with a user block."""
    content = path.read_bytes()[SEAL_BYTES:]
    line = f"arsia: HDF5 from byte {SEAL_BYTES} on, {len(content)} bytes with CRC-32 {zlib.crc32(content):08x}\n"
    path.write_bytes(line.encode().ljust(SEAL_BYTES, b"\0") + content)


@pytest.fixture
def arsia(tmp_path):
    """Runs the executable in the test's own folder."""
    def run(*arguments, status=0, **options):
        outcome = run_arsia(*arguments, cwd=options.pop("cwd", tmp_path), **options)
        assert outcome.status == status, f"exit status {outcome.status}\n{outcome.err}"
        return outcome
    return run


@pytest.fixture
def refused(arsia):
    """Runs a command that must fail with status 2 (or another): errors on standard error only, nothing on standard
    output, each line prefixed. Returns the error lines as one text."""
    def run(*arguments, status=2, **options):
        outcome = arsia(*arguments, status=status, **options)
        assert outcome.out == ""
        assert outcome.errors
        assert all(line.startswith(("arsia: error: ", "arsia: warning: ")) for line in outcome.err.splitlines())
        return "\n".join(outcome.errors)
    return run


@pytest.fixture
def tiny(tmp_path):
    """A workload, a topology and a legal mapping for them, as files in the test's folder."""
    (tmp_path / "tiny.yaml").write_text(TINY_WORKLOAD)
    (tmp_path / "pair.yaml").write_text(PAIR_TOPOLOGY)
    (tmp_path / "m.json").write_text(json.dumps(PAIR_MAPPING))
    return ["--workload", "tiny.yaml", "--topology", "pair.yaml"]


@pytest.fixture
def change_mapping(tmp_path, tiny):
    """Writes bad.json: the legal mapping after `edit` has changed it."""
    def write(edit):
        mapping = json.loads(json.dumps(PAIR_MAPPING))
        edit(mapping)
        (tmp_path / "bad.json").write_text(json.dumps(mapping))
        return [*tiny, "--mapping", "bad.json"]
    return write


@dataclasses.dataclass
class Mapped:
    """The baseline mapping of a catalog network on the eight FPGAs, as `map` reported it."""
    file: pathlib.Path
    report: dict


@pytest.fixture(scope="session")
def baseline(tmp_path_factory):
    """Baseline mapping of a network; made once."""
    folder = tmp_path_factory.mktemp("baseline")
    made = {}

    def get(network):
        if network not in made:
            file = folder / f"{network}.json"
            outcome = run_arsia("map", "--workload", network, "--topology", "f1_16xlarge", "--search", "baseline",
                                "-o", file, "--json")
            assert outcome.status == 0, outcome.err
            made[network] = Mapped(file, outcome.json)
        return made[network]
    return get
