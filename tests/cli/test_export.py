"""Runs in the formats of other tools, read back by other code than that which wrote them."""
import collections
import csv
import importlib.util
import pathlib
import re
import subprocess

import h5py
import pytest

from conftest import seal

DATA = pathlib.Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def schema(tmp_path_factory):
    """Perfetto's messages, as protoc makes them from the published field numbers."""
    folder = tmp_path_factory.mktemp("proto")
    subprocess.run(["protoc", f"--python_out={folder}", f"--proto_path={DATA}", "perfetto.proto"], check=True)
    spec = importlib.util.spec_from_file_location("perfetto_pb2", folder / "perfetto_pb2.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["tiny", "collective", "resnet18"])
def run(request, arsia, tmp_path, tiny, baseline):
    """A run file, open."""
    if request.param == "tiny":
        arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    elif request.param == "collective":
        arsia("collective", "--topology", "mesh4x4", "--operation", "all-reduce", "--algorithm", "ring", "--size", "1MiB",
              "-o", "run.h5")
    else:
        arsia("simulate", "--workload", "resnet18", "--topology", "f1_16xlarge", "--mapping", baseline("resnet18").file,
              "-o", "run.h5")
    with h5py.File(tmp_path / "run.h5") as file:
        yield file


def notes_of(event):
    return {note.name: note.string_value if note.HasField("string_value") else note.int_value
            for note in event.debug_annotations}


def texts(dataset):
    return list(dataset.asstr()[:])


def read_trace(schema, file):
    trace = schema.Trace()
    trace.ParseFromString(file.read_bytes())
    return trace


def test_perfetto_trace_is_well_formed_and_equals_the_run(run, arsia, schema, tmp_path):
    arsia("export", "run.h5", "--perfetto", "run.pftrace")
    trace = read_trace(schema, tmp_path / "run.pftrace")
    types = schema.TrackEvent
    tracks = {}
    stacks = collections.defaultdict(list)
    begun, flows_out, flows_in = {}, {}, {}
    ended = collections.Counter()
    time = 0
    for number, packet in enumerate(trace.packet):
        assert packet.trusted_packet_sequence_id == 1
        assert packet.sequence_flags == (1 if number == 0 else 0)
        assert not packet.UnknownFields()
        if packet.HasField("track_descriptor"):
            described = packet.track_descriptor
            assert described.name and described.uuid not in tracks
            assert not described.HasField("parent_uuid") or described.parent_uuid in tracks
            tracks[described.uuid] = described
            continue
        event = packet.track_event
        assert packet.timestamp >= time and event.track_uuid in tracks
        time = packet.timestamp
        counter = tracks[event.track_uuid].HasField("counter")
        assert counter == (event.type == types.TYPE_COUNTER)
        if event.type == types.TYPE_SLICE_BEGIN:
            assert event.name
            assert not stacks[event.track_uuid], "slices of an engine follow each other"
            stacks[event.track_uuid].append((packet.timestamp, event))
        elif event.type == types.TYPE_SLICE_END:
            start, slice_begin = stacks[event.track_uuid].pop()
            if "start_ps" in notes_of(slice_begin):
                ended[notes_of(slice_begin)["task"]] = (start, packet.timestamp)
        if event.type in (types.TYPE_SLICE_BEGIN, types.TYPE_INSTANT) and "start_ps" in notes_of(event):
            notes = notes_of(event)
            assert notes["task"] not in begun
            begun[notes["task"]] = notes
            flows_out.update((flow, notes["task"]) for flow in event.flow_ids)
            flows_in.update((flow, notes["task"]) for flow in event.terminating_flow_ids)
    assert not any(stacks.values()), "every slice ends"
    # Every task once, with the times of the run file.
    tasks = run["tasks"]
    starts, ends, kinds = tasks["start"][:], tasks["end"][:], texts(tasks["kind"])
    assert sorted(begun) == list(range(len(starts)))
    for task, notes in begun.items():
        assert (notes["start_ps"], notes["end_ps"]) == (starts[task], ends[task])
        if kinds[task] != "join":
            assert ended[task] == (starts[task] // 1000, ends[task] // 1000)
    # Every dependency is a flow with both ends.
    edges = collections.Counter(zip(run["dependencies/before"][:], run["dependencies/after"][:]))
    assert flows_out.keys() == flows_in.keys()
    assert collections.Counter((flows_out[flow], flows_in[flow]) for flow in flows_out) == edges


def test_perfetto_tracks_and_counters(run, arsia, schema, tmp_path):
    arsia("export", "run.h5", "--perfetto", "run.pftrace")
    trace = read_trace(schema, tmp_path / "run.pftrace")
    tracks = {packet.track_descriptor.uuid: packet.track_descriptor for packet in trace.packet
              if packet.HasField("track_descriptor")}
    full = {uuid: (tracks[track.parent_uuid].name if track.parent_uuid else "", track.name)
            for uuid, track in tracks.items()}
    names = set(full.values())
    tasks = run["tasks"]
    for node, engine in set(zip(texts(tasks["node"]), texts(tasks["engine"]))):
        if engine:
            assert (node, "compute" if engine == "compute" else "dma 0") in names
    channels = dict(zip(texts(run["platform/nodes/name"]), run["platform/nodes/dma_channels"][:]))
    for node, track in names:
        if track.startswith("dma "):
            assert int(track.split()[1]) < channels[node], "no more tracks than channels"
    peaks, last = collections.Counter(), {}
    for packet in trace.packet:
        event = packet.track_event
        if packet.HasField("track_event") and event.type == schema.TrackEvent.TYPE_COUNTER:
            value = event.counter_value if event.HasField("counter_value") else event.double_counter_value
            peaks[full[event.track_uuid][1]] = max(peaks[full[event.track_uuid][1]], value)
            last[event.track_uuid] = value
    for name, peak in zip(texts(run["nodes/totals/name"]), run["nodes/totals/memory_peak"][:]):
        assert peaks[f"{name} live buffers"] == peak
    for name, row in zip(texts(run["links/totals/name"]), run["links/utilization"][:]):
        assert peaks[f"{name} use"] == pytest.approx(100 * row.max())


def test_vcd_changes_follow_the_tasks(run, arsia, tmp_path):
    arsia("export", "run.h5", "--vcd", "run.vcd")
    head, _, body = (tmp_path / "run.vcd").read_text().partition("$enddefinitions $end\n")
    assert "$timescale 1ps $end" in head
    assert head.count("$scope ") == head.count("$upscope ")
    names, scope = {}, ""
    for words in map(str.split, head.splitlines()):
        if words[0] == "$scope":
            scope = words[2]
        elif words[0] == "$var":
            names[words[3]] = f"{scope}.{words[4]}"
    assert len(names) == head.count("$var ")
    time, rises, values = -1, collections.defaultdict(list), {}
    for line in body.splitlines():
        if line.startswith("#"):
            assert int(line[1:]) > time
            time = int(line[1:])
            continue
        found = re.fullmatch(r"(?:([01x])|([br]\S+) )(\S+)", line)
        value, name = found.group(1) or found.group(2), names[found.group(3)]
        assert values.get(name) != value, "only changes are written"
        values[name] = value
        if name.endswith("compute_task") and value != "bx":
            rises[name.split(".")[0]].append((time, int(value[1:], 2)))
    assert time == run["meta"].attrs["latency_ps"]
    tasks = run["tasks"]
    expected = collections.defaultdict(list)
    for task, (node, engine, start, end) in enumerate(zip(texts(tasks["node"]), texts(tasks["engine"]), tasks["start"][:],
                                                          tasks["end"][:])):
        if engine == "compute" and end > start:
            expected[node].append((start, task))
    assert {node: sorted(found) for node, found in rises.items()} == {node: sorted(rows) for node, rows in expected.items()}
    assert all(values[name] == "b0" for name in values if name.endswith("dma_transfers")), "no transfer is left"


def test_csv_equals_the_run_file(run, arsia, tmp_path):
    arsia("export", "run.h5", "--csv", "tables")
    def rows(name):
        with open(tmp_path / "tables" / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))
    for group in ("tasks", "transfers", "platform/nodes", "critical_path", "links/totals"):
        table = rows(group.replace("/", "_"))
        for name, column in run[group].items():
            plain = texts(column) if column.dtype.kind in "SO" else [str(value) for value in column[:]]
            assert [row[name] for row in table] == plain, name
    assert {row["name"]: int(row["value"]) for row in rows("breakdown")} == {
        name: int(part[()]) for name, part in run["breakdown"].items()}
    use = rows("links_utilization")
    assert [int(row["end"]) for row in use] == list(run["links/bins"][1:])
    for name, values in zip(texts(run["platform/links/name"]), run["links/utilization"][:]):
        assert [float(row[name]) for row in use] == list(values)


def test_simulate_writes_what_export_writes(arsia, tiny, tmp_path):
    report = arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5", "--perfetto", "a.pftrace", "--vcd", "a.vcd",
                   "--csv", "a", "--json").json
    assert (report["perfetto"], report["vcd"], report["csv"]) == ("a.pftrace", "a.vcd", "a")
    arsia("export", "run.h5", "--perfetto", "b.pftrace", "--vcd", "b.vcd", "--csv", "b")
    for name in ("pftrace", "vcd"):
        assert (tmp_path / f"a.{name}").read_bytes() == (tmp_path / f"b.{name}").read_bytes()
    written = {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()}
    assert written == {file.name: file.read_bytes() for file in (tmp_path / "b").iterdir()}
    assert {"tasks.csv", "transfers.csv", "breakdown.csv"} <= written.keys()


def test_refusals(arsia, refused, tiny, tmp_path):
    arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    assert "into which format? Give --perfetto FILE, --vcd FILE or --csv FOLDER" in refused("export", "run.h5")
    assert "--perfetto and --vcd name the same file, x; nothing was written" in refused("export", "run.h5", "--perfetto", "x", "--vcd", "x")
    assert "no/such" in refused("export", "run.h5", "--vcd", "no/such/folder.vcd")
    assert "run.h5: cannot be made a folder" in refused("export", "run.h5", "--csv", "run.h5")
    assert "tiny.yaml: is not an HDF5 file" in refused("export", "tiny.yaml", "--vcd", "x.vcd")
    with h5py.File(tmp_path / "run.h5", "a") as file:
        file["tasks/blocked_by"][0] = 10_000
    seal(tmp_path / "run.h5")
    assert "'tasks/blocked_by' names task 10000" in refused("export", "run.h5", "--vcd", "x.vcd")
    assert not (tmp_path / "x.vcd").exists()


def test_values_that_name_what_is_not_there(arsia, refused, tiny, tmp_path):
    arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    whole = (tmp_path / "run.h5").read_bytes()

    def said_of(change):
        (tmp_path / "run.h5").write_bytes(whole)
        with h5py.File(tmp_path / "run.h5", "a") as file:
            change(file)
        seal(tmp_path / "run.h5")
        return refused("export", "run.h5", "--perfetto", "x.pftrace")

    def nowhere(file):
        file["tasks/node"][int(file["transfers/task"][0])] = b""

    def other_task(file):
        kinds = file["tasks/kind"][:].tolist()
        file["transfers/task"][0] = kinds.index(b"compute")

    def twice(file):
        file["transfers/task"][0] = file["transfers/task"][1]

    def no_figure(file):
        del file["energy/memory"]
        file["energy/memory"] = []

    assert said_of(nowhere) == "run.h5: 'tasks/node' names '', which the file does not hold"
    assert "'transfers/task' names task" in (text := said_of(other_task)) and "which is no transfer" in text
    assert "'transfers/task' names task" in (text := said_of(twice)) and "which is named before" in text
    assert said_of(no_figure) == "run.h5: dataset 'energy/memory' has 0 values instead of 1"
