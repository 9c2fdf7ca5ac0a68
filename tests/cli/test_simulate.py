"""`simulate` and `check` with a mapping written by hand."""
import re

import h5py
import pytest

KEYS = {"latency_ns", "latency_ps", "energy_j", "bound_ns", "tasks", "transfers", "bytes_transferred", "link_bytes",
        "events", "wall_s", "peak_memory_bytes", "breakdown"}


def test_keys_and_sums(arsia, tiny):
    result = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json
    assert KEYS <= set(result)
    assert result["latency_ns"] == result["latency_ps"] / 1000
    assert sum(result["breakdown"].values()) == result["latency_ps"]
    assert all(isinstance(time, int) and time >= 0 for time in result["breakdown"].values())
    assert sum(result["network_by_link"].values()) == result["breakdown"]["network"]
    assert 0 < result["bound_ns"] <= result["latency_ns"]
    assert set(result["link_bytes"]) == {"acc0->acc1", "acc1->acc0", "acc0->host", "host->acc0", "acc1->host",
                                         "host->acc1"}
    assert set(result["peak_memory_bytes"]) == {"acc0", "acc1"}
    assert 0 < max(result["peak_memory_bytes"].values()) <= 64 << 20


def test_bytes_by_hand(arsia, tiny):
    """conv1 splits its output channels, so each accelerator needs the whole image: 3·32·32 elements of 2 bytes. fc
    splits its features: 5 of 2 bytes go home from each. Between them conv2, which splits rows, needs of the half of
    conv1's channels that the other has (8 channels) 16 rows and one of halo, 17·32 elements each."""
    links = arsia("simulate", *tiny, "--mapping", "m.json", "--json").json["link_bytes"]
    image, answer = 2 * 3 * 32 * 32, 2 * 5
    assert (links["host->acc0"], links["host->acc1"]) == (image, image)
    assert (links["acc0->host"], links["acc1->host"]) == (answer, answer)
    halo = 2 * 8 * 17 * 32     # conv1's channels for conv2
    whole = 2 * 16 * 16 * 32   # fc needs every row of sum1: the other half
    assert links["acc0->acc1"] == links["acc1->acc0"] == halo + whole


def test_text(arsia, tiny):
    outcome = arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    for part in ("workload  tiny\n", "platform  pair: 2 accelerators, 1 host", "latency   ", "bound     ",
                 "Where time goes", "Busiest links", "acc0->acc1", "written   run.h5 (run file, HDF5)"):
        assert part in outcome.out, part
    assert outcome.err == ""
    again = [line for line in arsia("simulate", *tiny, "--mapping", "m.json").out.splitlines() if "wall" not in line]
    assert again == [line for line in outcome.out.splitlines() if "wall" not in line][:-2]


def test_skipping_events_changes_nothing_but_their_number(arsia, tiny):
    fast, slow = (arsia("simulate", *tiny, "--mapping", "m.json", *options, "--json").json
                  for options in ([], ["--no-skip"]))
    assert fast["events"] < slow["events"]
    for result in (fast, slow):
        del result["events"], result["wall_s"]
    assert fast == slow


def test_json_stays_pure_with_warnings(arsia, tiny, change_mapping):
    other = change_mapping(lambda mapping: mapping["workload"].update(name="small"))
    outcome = arsia("simulate", *other, "--json")
    assert outcome.json["workload"] == "tiny"
    assert outcome.err.startswith("arsia: warning: ") and "small" in outcome.err


def test_check(arsia, tiny):
    outcome = arsia("check", *tiny, "--mapping", "m.json")
    assert outcome.out == "legal: m.json maps tiny onto pair\n" and outcome.err == ""


def drop_an_operator(mapping):
    mapping["sets"][0]["operators"].pop()


def factors_too_small(mapping):
    mapping["sets"][0]["operators"][1]["es"] = {"P": 1}


def accelerator_twice(mapping):
    mapping["sets"][0]["accelerators"] = ["acc0", "acc0"]


@pytest.mark.parametrize("edit, said", [
    (drop_an_operator, ["fc"]),
    (factors_too_small, ["conv2", "es", "2"]),
    (accelerator_twice, ["acc0"]),
])
def test_what_is_not_legal(arsia, change_mapping, edit, said):
    words = change_mapping(edit)
    outcome = arsia("check", *words, status=1)
    assert outcome.out.startswith("not legal: ")
    for part in said:
        assert part in "\n".join(outcome.errors)
    as_json = arsia("check", *words, "--json", status=1)
    assert as_json.json == {"legal": False, "problems": outcome.errors} and as_json.err == ""
    # simulate says the same and writes nothing
    simulated = arsia("simulate", *words, "-o", "run.h5", status=1)
    assert simulated.out == "" and simulated.errors == outcome.errors
    assert arsia("simulate", *words, "--json", status=1).json == {"errors": outcome.errors, "exit_status": 1}


def test_all_problems_at_once(arsia, change_mapping):
    def edit(mapping):
        drop_an_operator(mapping)
        factors_too_small(mapping)
    problems = arsia("check", *change_mapping(edit), "--json", status=1).json["problems"]
    assert len(problems) == 2
    assert any("conv2" in problem for problem in problems) and any("fc" in problem for problem in problems)


def test_weights_that_cannot_fit(arsia, tmp_path, tiny):
    """160 KiB of local memory do not hold half of fc's 320 KB of weights: the bytes needed and there are both said."""
    topology = (tmp_path / "pair.yaml").read_text()
    (tmp_path / "pair.yaml").write_text(topology.replace("capacity: 64 MiB", "capacity: 160 KiB"))
    problems = arsia("check", *tiny, "--mapping", "m.json", "--json", status=1).json["problems"]
    assert len(problems) == 2
    for name, problem in zip(("acc0", "acc1"), problems):
        needed = re.fullmatch(rf"memory of {name}: needs (\d+) bytes \(.*\) at fc, has 163840 bytes \(160 KiB\)", problem)
        # Half of fc's weights and all of its input, 16·32·32 elements of 2 bytes, are there at once.
        assert needed and int(needed.group(1)) >= 10 * 16 * 32 * 32 + 2 * 16 * 32 * 32
    outcome = arsia("map", *tiny, "--search", "mars", "--evaluations", 20, "-o", "best.json", status=1)
    assert outcome.errors[0] == "mars found no legal mapping of tiny onto pair in 20 evaluations"
    assert outcome.errors[1].startswith("for example in the baseline's mapping: memory of acc0: needs ")
    assert not (tmp_path / "best.json").exists()


def test_sensitivity_is_predicted_confirmed_and_recorded(arsia, baseline, tmp_path):
    words = ["simulate", "--workload", "alexnet", "--topology", "f1_16xlarge", "--mapping", baseline("alexnet").file,
             "--sensitivity", 3, "-o", "run.h5"]
    told = arsia(*words, "--json").json
    rows = told["sensitivity"]
    names = [row["resource"] for row in rows]
    assert "all links" in names and "all compute engines" in names and "links of hosts" in names
    assert sum(not name.startswith(("all ", "links of")) for name in names) == 3
    for row in rows:
        assert row["predicted_ps"] < told["latency_ps"]
        assert row["path_time_ps"] == 2 * (told["latency_ps"] - row["predicted_ps"])
        off = abs(row["predicted_ps"] - row["confirmed_ps"]) / row["confirmed_ps"]
        assert (off <= 0.05) == (row["agreement"] == "agrees")
        assert (row["limited_by"] == "") == (row["agreement"] == "agrees")
    with h5py.File(tmp_path / "run.h5") as file:
        assert [name.decode() for name in file["sensitivity/resource"]] == names
        assert list(file["sensitivity/confirmed"]) == [row["confirmed_ps"] for row in rows]
    text = arsia(*words).out
    assert "Twice as fast: what would it save?" in text
    assert any(line.split()[:2] == ["all", "links"] and line.endswith("agrees") for line in text.splitlines())


def test_sensitivity_takes_a_number(arsia, baseline):
    outcome = arsia("simulate", "--workload", "alexnet", "--topology", "f1_16xlarge", "--mapping",
                    baseline("alexnet").file, "--sensitivity", "many", status=2)
    assert "sensitivity" in outcome.err and "many" in outcome.err
