"""Files that are wrong: each a clear message with its place, status 2, and nothing half-written."""
import json
import os
import shutil

import pytest

from conftest import SEAL_BYTES, seal

WORKLOAD_HEAD = "format: arsia-workload/1\nname: bad\nelement: 16 bit\ninputs: {image: [1, 3, 32, 32]}\noperators:\n"


@pytest.mark.parametrize("operators, said", [
    # A cycle names its members.
    ("  - {name: a, type: relu, input: b}\n  - {name: b, type: relu, input: a}\n",
     ["bad.yaml:6: operators[0]: ", "cycle", "a -> b -> a"]),
    ("  - {name: a, type: conv, input: imag, out_channels: 8}\n", ["bad.yaml:6", "'imag'", "did you mean 'image'?"]),
    ("  - {name: a, type: conv, input: image, out_chanels: 8}\n",
     ["bad.yaml:6", "operators[0]", "out_chanels", "did you mean 'out_channels'?"]),
    ("  - {name: a, type: conw, input: image, out_channels: 8}\n", ["operators[0].type", "did you mean 'conv'?"]),
    ("  - {name: a, type: conv, input: image, out_channels: 8, kernel: [40, 40]}\n", ["bad.yaml:6", "40", "32"]),
    ("  - {name: a, type: conv, input: image, out_channels: 8, kernel: [1, 1]}\n"
     "  - {name: s, type: add, inputs: [a, image]}\n", ["bad.yaml:7: operators[1]", "8", "3"]),
    ("  - {name: a, type: conv, input: image, out_channels: -8}\n", ["operators[0].out_channels", "-8"]),
    ("  - {name: a, type: conv, input: image, out_channels: 8}\n  - {name: a, type: relu, input: a}\n",
     ["bad.yaml:7", "'a'"]),
    ("  - {name: a, type: conv, input: image\n", ["bad.yaml:"]),
    ("", ["operators"]),
])
def test_bad_workloads(refused, tmp_path, operators, said):
    (tmp_path / "bad.yaml").write_text(WORKLOAD_HEAD + operators)
    text = refused("show", "workload", "bad.yaml")
    for part in said:
        assert part in text, text
    assert "bad.yaml" in text


def test_all_problems_of_a_file_at_once(refused, tmp_path):
    (tmp_path / "bad.yaml").write_text(WORKLOAD_HEAD + "  - {name: a, type: conv, input: image, out_chanels: 8}\n"
                                       "  - {name: b, type: pol, input: a}\n  - {name: c, typ: relu, input: b}\n")
    lines = refused("show", "workload", "bad.yaml").splitlines()
    for number in (6, 7, 8):
        assert any(line.startswith(f"bad.yaml:{number}: operators[{number - 6}]") for line in lines), lines


TOPOLOGY = """\
format: arsia-topology/1
name: bad
nodes:
  - {name: acc0, kind: accelerator, memory: {capacity: 64 MiB, bandwidth: 10 GB/s}}
  - {name: acc1, kind: accelerator, memory: {capacity: 64 MiB, bandwidth: 10 GB/s}}
  - {name: host, kind: host, memory: {capacity: 64 GiB, bandwidth: 50 GB/s}}
links:
  - {between: [acc0, host], bandwidth: 2 Gbps, latency: 1 us}
  - {between: [acc1, host], bandwidth: 2 Gbps, latency: 1 us}
"""


@pytest.mark.parametrize("old, new, said", [
    ("bandwidth: 2 Gbps", "bandwidth: 2", ["bad.yaml:8: links[0].bandwidth: ", "'2' has no unit", "8 Gbps"]),
    ("bandwidth: 2 Gbps", "bandwidth: 0 Gbps", ["bad.yaml:8: links[0].bandwidth: ", "above zero"]),
    ("bandwidth: 2 Gbps", "bandwidth: -2 Gbps", ["bad.yaml:8: links[0].bandwidth: ", "negative"]),
    ("latency: 1 us", "latency: 1 parsec", ["bad.yaml:8: links[0].latency: ", "unknown unit 'parsec'"]),
    ("capacity: 64 MiB", "capacity: 64", ["bad.yaml:4: nodes[0].memory.capacity: ", "has no unit"]),
    ("[acc0, host]", "[acc0, hots]", ["bad.yaml:8", "'hots'", "did you mean 'host'?"]),
    ("links:\n", "lnks:\n", ["bad.yaml:7", "lnks", "did you mean 'links'?"]),
    ("format: arsia-topology/1", "format: arsia-workload/1", ["bad.yaml:1: format: ", "arsia-topology/1"]),
    ("name: bad\n", "name: bad\nname: worse\n", ["bad.yaml:3", "name"]),
    ("name: bad\n", "name: [bad\n", ["bad.yaml:"]),
])
def test_bad_topologies(refused, tmp_path, old, new, said):
    assert old in TOPOLOGY
    (tmp_path / "bad.yaml").write_text(TOPOLOGY.replace(old, new, 1))
    text = refused("show", "topology", "bad.yaml")
    for part in said:
        assert part in text, text


def test_disconnected_platform(refused, tmp_path):
    (tmp_path / "bad.yaml").write_text("".join(TOPOLOGY.splitlines(True)[:-1]))
    text = refused("map", "--workload", "alexnet", "--topology", "bad.yaml", "-o", "m.json")
    assert "no route" in text and "no link leads to 'acc1'" in text
    assert not (tmp_path / "m.json").exists()


@pytest.mark.parametrize("words, said", [
    (["simulate", "--workload", "resnet43", "--topology", "ring8", "--mapping", "m.json"], "did you mean 'resnet34'?"),
    (["simulate", "--workload", "alexnet", "--topology", "rng8", "--mapping", "m.json"], "did you mean 'ring8'?"),
    (["compute", "--design", "winogrd_4_3", "--workload", "alexnet"], "did you mean 'winograd_4_3'?"),
    (["map", "--workload", "no/such.yaml", "--topology", "ring8"], "no/such.yaml: no such workload file"),
    (["map", "--workload", "alexnet", "--topology", "none.yaml"], "none.yaml: no such topology file"),
    (["simulate", "--workload", "alexnet", "--topology", "ring8", "--mapping", "none.json"], "none.json"),
    (["show", "run", "none.h5"], "none.h5"),
    (["show", "workload", "./"], "./"),
])
def test_missing_files_and_unknown_names(refused, words, said):
    assert said in refused(*words)


def of_another_workload(mapping):
    mapping["workload"]["name"] = "other"
    for number, placed in enumerate(mapping["sets"][0]["operators"]):
        placed["name"] = f"layer{number}"


@pytest.mark.parametrize("edit, said", [
    (lambda m: m["sets"][0].update(designe="x"), ["bad.json", "sets[0]", "designe", "did you mean 'design'?"]),
    (lambda m: m["sets"][0].update(accelerators=["acc0", "acc9"]), ["sets[0].accelerators[1]", "'acc9'"]),
    (lambda m: m["sets"][0]["operators"][0].update(name="conv0"),
     ["sets[0].operators[0].name", "'conv0'", "did you mean 'conv1'?"]),
    (lambda m: m["sets"][0]["operators"][0].update(es={"X": 2}), ["sets[0].operators[0].es", "X"]),
    (lambda m: m["sets"][0]["operators"][0].update(es={"K": "two"}), ["sets[0].operators[0].es.K", "two"]),
    (lambda m: m["sets"][0]["operators"][0].update(es={"K": 0}), ["sets[0].operators[0].es.K", "0"]),
    (lambda m: m.update(format="arsia-run/1"), ["format", "arsia-mapping/1"]),
    (of_another_workload, ["'layer0'", "'layer3'"]),
])
@pytest.mark.parametrize("command", ["check", "simulate"])
def test_bad_mappings(refused, change_mapping, command, edit, said):
    text = refused(command, *change_mapping(edit))
    for part in said:
        assert part in text, text


def test_a_mapping_for_another_workload_also_warns(arsia, change_mapping):
    outcome = arsia("simulate", *change_mapping(of_another_workload), status=2)
    assert "arsia: warning: " in outcome.err and "other" in outcome.err


def test_malformed_mapping(refused, tmp_path, tiny):
    (tmp_path / "bad.json").write_text('{"format": "arsia-mapping/1", "sets": [')
    assert "bad.json" in refused("simulate", *tiny, "--mapping", "bad.json")


def test_errors_under_json_are_an_object(arsia):
    outcome = arsia("show", "workload", "resnet43", "--json", status=2)
    assert outcome.json["exit_status"] == 2 and outcome.json["errors"] == outcome.errors
    assert arsia("simulate", "--json", status=2).json["errors"]


# Output that cannot be written: said before the work, nothing left.

@pytest.mark.parametrize("command, option", [("simulate", "-o"), ("map", "-o"), ("map", "--run")])
@pytest.mark.parametrize("target, said", [
    ("no/such/out", "there is no folder 'no/such'"), ("folder", "folder"), ("m.json/out", "'m.json' is not a folder")])
def test_unwritable_output(refused, tmp_path, tiny, command, option, target, said):
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    more = ["--mapping", "m.json"] if command == "simulate" else ["--search", "baseline"]
    text = refused(command, *tiny, *more, option, target)
    assert target in text and said in text
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission(refused, tmp_path, tiny):
    (tmp_path / "locked").mkdir(mode=0o555)
    assert "locked" in refused("map", *tiny, "--search", "baseline", "-o", "locked/m.json")


def test_the_same_file_twice(refused, tiny):
    said = refused("map", *tiny, "-o", "x", "--run", "x")
    assert said == "-o and --run name the same file, x; nothing was written"


def test_a_failing_run_leaves_the_old_file(arsia, tmp_path, change_mapping):
    (tmp_path / "run.h5").write_text("precious")
    arsia("simulate", *change_mapping(lambda m: m["sets"][0]["operators"].pop()), "-o", "run.h5", status=1)
    assert (tmp_path / "run.h5").read_text() == "precious"


# Run files.

@pytest.fixture
def run_file(arsia, tmp_path, tiny):
    arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    return tmp_path / "run.h5"


@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_truncated_run_files(refused, run_file, part):
    content = run_file.read_bytes()
    run_file.write_bytes(content[:int(len(content) * part)])
    said = refused("show", "run", "run.h5")
    assert said.startswith("run.h5: ")
    assert "truncated" in said or "not an HDF5 file" in said


def test_foreign_run_files(refused, tmp_path):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "text.h5").write_text("not HDF5\n")
    assert refused("show", "run", "text.h5") == "text.h5: is not an HDF5 file"
    (tmp_path / "empty.h5").write_bytes(b"")
    assert "is empty" in refused("show", "run", "empty.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["data"] = [1, 2, 3]
    assert refused("show", "run", "other.h5") == (
        "other.h5: is an HDF5 file, but arsia reads only its own: it does not begin with a checksum")
    with h5py.File(tmp_path / "other.h5", "w", userblock_size=SEAL_BYTES) as file:
        file["data"] = [1, 2, 3]
    seal(tmp_path / "other.h5")
    assert "is an HDF5 file but not a run file" in refused("show", "run", "other.h5")
    with h5py.File(tmp_path / "other.h5", "a") as file:
        file.attrs["format"] = "arsia-run/9"
    assert ("its checksum does not fit (if another program changed it on purpose, seal it again"
            in refused("show", "run", "other.h5"))
    seal(tmp_path / "other.h5")
    assert "has format 'arsia-run/9'; this version reads 'arsia-run/1'" in refused("show", "run", "other.h5")


def test_a_sweep_is_no_run(arsia, refused, run_file, tmp_path, tiny):
    (tmp_path / "s.yaml").write_text("format: arsia-sweep/1\nname: s\nworkload: tiny.yaml\ntopology: pair.yaml\n"
                                     "search: {name: baseline}\naxes: [{axis: latency, values: [1 us, 2 us]}]\n")
    arsia("sweep", "s.yaml", "-o", "s.h5")
    said = "s.h5: is not a run file: it is the result of a sweep; 'arsia report s.h5 -o FILE.html' shows it"
    assert refused("show", "run", "s.h5") == said
    assert refused("report", "run.h5", "s.h5", "-o", "r.html") == said


def test_other_files_than_mappings(refused, run_file, tmp_path, tiny):
    wanted = "a mapping file (arsia-mapping/1)"
    assert refused("simulate", *tiny, "--mapping", "run.h5") == f"run.h5: is an HDF5 file, and {wanted} is JSON"
    (tmp_path / "bare.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert refused("check", *tiny, "--mapping", "bare.h5") == f"bare.h5: is an HDF5 file, and {wanted} is JSON"
    said = refused("simulate", *tiny, "--mapping", "tiny.yaml")
    assert said.startswith("tiny.yaml:1: not JSON at column 2: ") and said.endswith(f"; {wanted} is expected")


def test_a_mapping_is_no_workload(refused, tiny):
    assert refused("show", "workload", "m.json") == (
        "m.json:1: format: format 'arsia-mapping/1' is not understood; expected 'arsia-workload/1'")


NAMED = "format: arsia-workload/1\nname: {}\ninputs: {{x: [1, 3]}}\noperators: [{{name: a, type: relu, input: x}}]\n"


def test_names_that_are_not_utf8(refused, arsia, tmp_path):
    (tmp_path / "w.yaml").write_bytes(NAMED.format("größe").encode("latin-1"))
    for words in (["show", "workload", "w.yaml"], ["map", "--workload", "w.yaml", "--topology", "ring8"]):
        assert refused(*words) == "w.yaml:2: the byte 0xF6 at column 9 is not UTF-8; names and all other text must be"
    (tmp_path / "w.yaml").write_bytes(NAMED.format("größe").encode())
    assert arsia("show", "workload", "w.yaml", "--json").json["name"] == "größe"


def test_names_with_control_characters(refused, tmp_path):
    (tmp_path / "w.yaml").write_text(NAMED.format('"a\\0b"'))
    assert refused("show", "workload", "w.yaml") == (
        "w.yaml:2: name: the name 'a\\x00b' holds the control character U+0000, which a name cannot")


def test_a_second_document(refused, arsia, tmp_path):
    (tmp_path / "w.yaml").write_text(NAMED.format("w") + "---\n" + NAMED.format("v"))
    assert refused("show", "workload", "w.yaml") == "w.yaml:5: a second document begins here; a file holds one"
    (tmp_path / "w.yaml").write_text("---\n" + NAMED.format("w") + "...\n")
    assert arsia("show", "workload", "w.yaml", "--json").json["name"] == "w"


def test_costs_of_routes_that_do_not_fit(refused, tmp_path, tiny):
    far = TOPOLOGY.replace("latency: 1 us", "latency: 9000000 s").replace("host, kind: host,",
                                                                          "host, kind: host, forwards: true,")
    (tmp_path / "far.yaml").write_text(far)
    words = ["map", "--workload", "tiny.yaml", "--topology", "far.yaml"]
    route = "costs 9e+06 s up to its last link, "
    said = refused(*words)
    assert said.startswith("topology 'bad': the route from 'acc") and route in said
    (tmp_path / "far.yaml").write_text(far.replace("2 Gbps", "1 bps"))
    assert refused(*words).startswith("far.yaml: link acc0->host with a latency of 9e+06 s, 64 KiB for a burst at 1 bit/s: ")
    (tmp_path / "near.yaml").write_text(far.replace("9000000 s", "1 us"))
    (tmp_path / "s.yaml").write_text("format: arsia-sweep/1\nname: s\nworkload: tiny.yaml\ntopology: near.yaml\n"
                                     "axes: [{axis: latency, values: [9000000 s, 0 s]}]\n")
    said = refused("sweep", "s.yaml", "-o", "s.h5")
    assert said.startswith("s.yaml: latency 9000000 s: ") and route in said


def test_run_file_without_a_dataset(refused, run_file):
    h5py = pytest.importorskip("h5py")
    with h5py.File(run_file, "a") as file:
        del file["transfers/route"]
    seal(run_file)
    assert refused("show", "run", "run.h5") == "run.h5: missing in the file: 'transfers/route'"


def test_a_run_file_is_no_workload(refused, run_file, tmp_path):
    shutil.copy(run_file, tmp_path / "run.yaml")
    assert "run.yaml" in refused("show", "workload", "run.yaml")
    (tmp_path / "object.yaml").write_text(json.dumps([1, 2]))
    assert "object.yaml" in refused("show", "workload", "object.yaml")
