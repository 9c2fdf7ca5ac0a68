"""`collective`: collective operations on a platform."""
import h5py
import pytest

KEYS = {"topology", "operation", "algorithm", "bytes", "chunks", "ranks", "time_ns", "time_ps", "ideal_ns", "ideal_ratio",
        "algorithm_bandwidth", "bus_bandwidth", "transfers", "bytes_sent", "bytes_on_links", "links", "events", "wall_s"}

# A byte a nanosecond and 100 ns a link, 10 ns a descriptor; no host.
TOPOLOGY = """\
format: arsia-topology/1
name: test
generate: {{{generate}, link: {{bandwidth: 1 GB/s, latency: 100 ns}}}}
accelerator: {{memory: {{capacity: 1 GiB, bandwidth: 100000000 GB/s}}, dma: {{channels: 16, setup: 10 ns}}}}
burst: message
"""


@pytest.fixture
def platform(tmp_path):
    def write(generate):
        (tmp_path / "t.yaml").write_text(TOPOLOGY.format(generate=generate))
        return ["--topology", "t.yaml"]
    return write


@pytest.fixture
def collective(arsia, platform):
    """The JSON of a collective on a generated platform."""
    def run(generate, operation, algorithm, size, *more):
        return arsia("collective", *platform(generate), "--operation", operation, "--algorithm", algorithm, "--size",
                     size, *more, "--json").json
    return run


def test_a_ring_by_its_closed_form(collective):
    """2(n-1) runs of a slice and the notice of completion; 2(n-1) S bytes in all."""
    result = collective("kind: ring, count: 4", "all-reduce", "ring", "4 kB")
    assert KEYS <= set(result)
    assert result["time_ns"] == 6 * (10 + 1000 + 100) + 10
    assert result["time_ps"] == 1000 * result["time_ns"]
    assert result["bytes_sent"] == result["bytes_on_links"] == 6 * 4000
    assert result["transfers"] == 24
    assert result["ideal_ns"] == 6 * 4000 / 8    # over eight links
    assert result["ideal_ratio"] == pytest.approx(result["ideal_ns"] / result["time_ns"])
    assert result["algorithm_bandwidth"] == pytest.approx(4000e9 / result["time_ns"])
    assert result["bus_bandwidth"] == pytest.approx(1.5 * result["algorithm_bandwidth"])
    assert result["ranks"] == ["acc0", "acc1", "acc2", "acc3"]
    up, down = result["links"]["acc0->acc1"], result["links"]["acc1->acc0"]
    assert (up["bytes"], up["busy_ns"], up["queueing_ns"]) == (6000, 6000.0, 0.0)
    assert down["bytes"] == 0


def test_skipping_events_changes_no_time(collective):
    fast, slow = (collective("kind: ring, count: 4", "all-reduce", "direct", "1 MB", *options)
                  for options in ([], ["--no-skip"]))
    assert fast["time_ps"] == slow["time_ps"] and fast["links"] == slow["links"]


@pytest.mark.parametrize("side", [4, 8])
def test_a_torus_dimension_by_dimension(collective, side):
    size = side * side * 1000
    result = collective(f"kind: torus, dims: [{side}, {side}]", "all-reduce", "hierarchical", f"{size} B")
    assert result["dimension_algorithm"] == "ring"
    first, second = 10 + side * 1000 + 100, 10 + 1000 + 100
    assert result["time_ns"] == 2 * (side - 1) * (first + second) + 10


def test_ranks_are_numbered_as_given(collective):
    """Neighbours of the ranks are two hops apart on the ring: whole messages are stored and forwarded."""
    result = collective("kind: ring, count: 8", "all-gather", "ring", "1 kB", "--ranks", "acc0, acc2,acc4,acc6")
    assert result["ranks"] == ["acc0", "acc2", "acc4", "acc6"]
    assert result["time_ns"] == 3 * (10 + 2 * 1100) + 10
    assert collective("kind: ring, count: 8", "all-gather", "ring", "1 kB", "--ranks", "acc7,acc0..acc6")["ranks"][:2] \
        == ["acc7", "acc0"]


def test_bursts_are_those_of_the_option(collective):
    """Two hops of a message in ten bursts take eleven bursts' time."""
    whole = collective("kind: switch, count: 2", "send-receive", "direct", "1 kB", "--pairs", "acc1:acc0")
    cut = collective("kind: switch, count: 2", "send-receive", "direct", "1 kB", "--pairs", "acc1:acc0", "--burst",
                     "100 B")
    assert whole["time_ns"] == 10 + 2 * 1100 + 10
    assert cut["time_ns"] == 10 + 1100 + 2 * 100 + 10
    assert whole["links"]["sw0->acc0"]["bytes"] == 1000 and whole["links"]["sw0->acc1"]["bytes"] == 0


def test_chunks_follow_each_other(collective):
    line = "kind: line, count: 5"
    assert collective(line, "broadcast", "ring", "8 kB")["time_ns"] == 4 * 8110 + 10
    assert collective(line, "broadcast", "ring", "8 kB", "--chunks", "8")["time_ns"] == 4 * 1110 + 7 * 1000 + 10


def test_the_root_is_where_it_is_said(collective):
    result = collective("kind: line, count: 3", "gather", "direct", "1 kB", "--root", "acc2")
    assert result["links"]["acc1->acc2"]["bytes"] == 2000 and result["links"]["acc1->acc0"]["bytes"] == 0


def test_the_run_file_holds_every_transfer(arsia, platform, tmp_path):
    words = [*platform("kind: ring, count: 4"), "--operation", "all-reduce", "--algorithm", "ring", "--size", "4 kB"]
    result = arsia("collective", *words, "-o", "run.h5", "--json").json
    assert result["run"] == "run.h5"
    assert result["time_ns"] == arsia("collective", *words, "--json").json["time_ns"]
    with h5py.File(tmp_path / "run.h5") as run:
        transfers = run["transfers"]
        table = transfers["bytes"][()]
        assert sorted(table) == [0] * 4 + [1000] * 24
        assert max(transfers["end"][()]) == result["time_ps"]
    assert "run.h5" in arsia("show", "run", "run.h5").out


def test_text(arsia):
    outcome = arsia("collective", "--topology", "ring8", "--operation", "all-reduce", "--algorithm", "ring-both",
                    "--size", "16MiB", "--chunks", "2")
    for part in ("collective  all-reduce by ring-both, 8 ranks, 2 chunks\n", "size        16 MiB: a rank's buffer\n",
                 "time   ", "ideal   ", "bandwidth   algorithm ", "traffic     224 MiB in 448 transfers", "Busiest links",
                 "acc0->acc1"):
        assert part in outcome.out, part
    assert outcome.err == ""


def test_list(arsia):
    items = arsia("list", "collectives", "--json").json["items"]
    assert [item["name"] for item in items] == ["all-reduce", "reduce-scatter", "all-gather", "all-to-all", "broadcast",
                                                "gather", "scatter", "send-receive"]
    assert items[-1]["algorithms"] == ["direct"]
    assert all(item["summary"] and item["size"] for item in items)


@pytest.mark.parametrize("topology", ["ring8", "switch8", "f1_16xlarge"])
def test_every_collective_of_the_list_runs(arsia, topology):
    for item in arsia("list", "collectives", "--json").json["items"]:
        for algorithm in item["algorithms"]:
            if algorithm == "hierarchical" and topology != "f1_16xlarge":
                continue
            result = arsia("collective", "--topology", topology, "--operation", item["name"], "--algorithm", algorithm,
                           "--size", "1000001 B", "--chunks", "3", "--json").json
            assert 0 < result["ideal_ns"] <= result["time_ns"], (item["name"], algorithm)


@pytest.mark.parametrize("change, said", [
    ({"operation": "all-reduse"}, "--operation: unknown collective operation 'all-reduse'; did you mean 'all-reduce'?"),
    ({"algorithm": "rings"}, "--algorithm: unknown collective algorithm 'rings'; did you mean 'ring'?"),
    ({"operation": "all-to-all", "algorithm": "double-binary-tree"},
     "there is no all-to-all by double-binary-tree; all-to-all can be done by: ring, ring-both, direct, hierarchical"),
    ({"size": "16"}, "--size: "),
    ({"size": "0 B"}, "a collective moves at least one byte"),
    ({"chunks": "2000000"}, "--chunks: 2000000 chunks are more than 1000000"),
    ({"chunks": "0"}, "--chunks: '0' is not a whole number from 1"),
    ({"ranks": "acc0,acc9"}, "--ranks: ring8 has no node 'acc9'; did you mean 'acc"),
    ({"ranks": "acc0"}, "a collective needs at least two ranks, not 1"),
    ({"ranks": "acc0,acc1,acc0"}, "acc0 is given more than one rank"),
    ({"root": "acc1"}, "--root goes with broadcast, gather and scatter"),
    ({"pairs": "acc0:acc1"}, "only send-receive has pairs of ranks"),
    ({"operation": "send-receive", "algorithm": "direct", "pairs": "acc0-acc1"},
     "--pairs: 'acc0-acc1' is no pair like acc0:acc1"),
    ({"operation": "send-receive", "algorithm": "direct", "pairs": "acc2:acc2"}, "the pair acc2:acc2 sends to itself"),
    ({"operation": "broadcast", "ranks": "acc0,acc1", "root": "acc2"}, "--root: acc2 is none of the ranks"),
    ({"dimension-algorithm": "direct"}, "--dimension-algorithm goes with --algorithm hierarchical"),
    ({"algorithm": "hierarchical"}, "hierarchical needs a mesh, a torus or groups of nodes; on ring8 acc0 is in none"),
    ({"algorithm": "halving-doubling", "ranks": "acc0..acc5"}, "halving-doubling needs a power of two of ranks, not 6"),
    ({"burst": "64"}, "--burst: "),
])
def test_what_is_refused(refused, change, said):
    words = {"topology": "ring8", "operation": "all-reduce", "algorithm": "ring", "size": "1 MiB", **change}
    text = refused("collective", *[word for name in words for word in (f"--{name}", words[name])])
    assert said in text
    assert not any(text.count(f"--{name}: ") > 1 for name in change)


def test_all_wrong_options_at_once(refused):
    said = refused("collective", "--topology", "ring8", "--operation", "gathr", "--algorithm", "ringg", "--size", "3")
    assert all(option in said for option in ("--operation: ", "--algorithm: ", "--size: "))
