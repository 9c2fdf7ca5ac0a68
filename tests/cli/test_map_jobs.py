"""`map` with worker processes, under mpirun, and with checkpoints: the same result whatever happens."""
import json
import os
import pathlib
import signal
import subprocess
import time

import h5py
import pytest

from conftest import ARSIA, mpirun

PROBLEM = ["--workload", "resnet18", "--topology", "f1_16xlarge", "--search", "mars", "--seed", "5"]
VARYING = ("wall_s", "evaluations_per_s", "output")


def without_times(report):
    return {key: value for key, value in report.items() if key not in VARYING}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The search in one process, without checkpoints: its mapping's bytes and its report."""
    folder = tmp_path_factory.mktemp("undisturbed")
    done = subprocess.run([ARSIA, "map", *PROBLEM, "--evaluations", "400", "-o", "m.json", "--json"], cwd=folder,
                          capture_output=True, text=True, check=True)
    return (folder / "m.json").read_bytes(), without_times(json.loads(done.stdout))


def children_of(process, name="arsia-worker"):
    """Process ids of the children with a name, without those that have ended."""
    children = []
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            start, end = status.read_text().rsplit(")", 1)
            fields = end.split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == process.pid and fields[0] != "Z" and start.endswith(f"({name}"):
            children.append(int(status.parent.name))
    return sorted(children)


def started(words, folder):
    return subprocess.Popen([ARSIA, "map", *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if (found := condition()):
            return found
        time.sleep(0.002)
    pytest.fail("waited in vain")


def simulations_in(checkpoint):
    try:
        with h5py.File(checkpoint) as file:
            return len(file["latency"])
    except OSError:  # it is not there yet
        return 0


@pytest.mark.parametrize("jobs", [2, 5])
def test_the_result_does_not_depend_on_the_number_of_processes(arsia, tmp_path, undisturbed, jobs):
    outcome = arsia("map", *PROBLEM, "--evaluations", 400, "--jobs", jobs, "-o", "m.json", "--json")
    assert ((tmp_path / "m.json").read_bytes(), without_times(outcome.json)) == undisturbed
    assert outcome.err == ""


@pytest.mark.parametrize("search", ["anneal", "random", "baseline", "dp", "auto"])
def test_nor_do_other_searches(arsia, tmp_path, search):
    words = ["map", "--workload", "alexnet", "--topology", "ring8", "--search", search, "--evaluations", 60]
    for jobs in (1, 2):
        arsia(*words, "--jobs", jobs, "-o", f"{jobs}.json")
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()


def test_workers_that_are_killed_are_replaced(tmp_path, undisturbed):
    with started([*PROBLEM, "--evaluations", 400, "--jobs", 2, "-o", "m.json", "--json"], tmp_path) as process:
        killed = []
        for _ in range(3):
            victim = wait_for(lambda: [child for child in children_of(process) if child not in killed])[0]
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)
            time.sleep(0.05)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert ((tmp_path / "m.json").read_bytes(), without_times(json.loads(out))) == undisturbed
    for victim in killed[:-1]:  # the last may have died when nothing was left to do
        assert f"arsia: warning: worker process {victim} (signal 9: Killed) has " in err
    assert "another takes its place" in err


def test_a_bound_whose_process_is_killed_is_found_anew(tmp_path, undisturbed):
    with started([*PROBLEM, "--evaluations", 400, "--jobs", 2, "-o", "m.json", "--json"], tmp_path) as process:
        os.kill(wait_for(lambda: children_of(process, "arsia-bound"))[0], signal.SIGKILL)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert ((tmp_path / "m.json").read_bytes(), without_times(json.loads(out))) == undisturbed
    assert json.loads(out)["bound_ns"] > 0


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    with started([*PROBLEM, "--seconds", 60, "--jobs", 2], tmp_path) as process:
        workers = wait_for(lambda: len(children_of(process)) == 2 and children_of(process))
        workers += children_of(process, "arsia-bound")
        process.kill()
        process.wait()
        wait_for(lambda: not any(pathlib.Path(f"/proc/{worker}/stat").exists() for worker in workers))


@pytest.mark.parametrize("number, jobs, sent", [(signal.SIGINT, 1, 1), (signal.SIGINT, 2, 1), (signal.SIGTERM, 2, 1),
                                                (signal.SIGINT, 2, 2)])
def test_a_signal_ends_the_search_at_once(tmp_path, number, jobs, sent):
    """Also one that comes twice within moments, as timeout sends it: to the process and to its group."""
    with started([*PROBLEM, "--seconds", 60, "--jobs", jobs, "--checkpoint", "c.h5", "-o", "m.json"],
                 tmp_path) as process:
        wait_for(lambda: simulations_in(tmp_path / "c.h5") > 0)
        begin = time.monotonic()
        for _ in range(sent):
            process.send_signal(number)
            time.sleep(0.005)
        first = process.stderr.readline()
        end = time.monotonic()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert first.startswith("interrupted after ") and "the best mapping so far is kept" in first
    assert end - begin < 1.5  # a tenth of a second, if the machine has nothing else to do
    assert "written   m.json" in out


def test_mpi_ranks_give_the_same(tmp_path, undisturbed):
    done = mpirun(3, ["map", *PROBLEM, "--evaluations", 400, "-o", "m.json", "--json"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert ((tmp_path / "m.json").read_bytes(), without_times(json.loads(done.stdout))) == undisturbed


def test_mpi_ranks_say_everything_once(tmp_path):
    done = mpirun(3, ["map", *PROBLEM, "--evaluations", 0], tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("arsia: error: --evaluations") == 1
    done = mpirun(2, ["list", "searches"], tmp_path)
    assert done.returncode == 0 and done.stdout.count("baseline ") == 1
    done = mpirun(2, ["map", *PROBLEM, "--jobs", 2], tmp_path)
    assert done.returncode == 2 and "under mpirun the ranks evaluate, one process each" in done.stderr


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.3])
def test_a_killed_run_is_resumed_to_the_same_end(arsia, tmp_path, undisturbed, delay):
    words = [*PROBLEM, "--evaluations", 400, "--checkpoint", "c.h5", "-o", "m.json", "--json"]
    with started([*words, "--jobs", 2], tmp_path) as process:
        if delay > 0:
            wait_for((tmp_path / "c.h5").exists)
        time.sleep(delay)
        process.kill()
        process.wait()
    begun = (tmp_path / "c.h5").exists()
    outcome = arsia("map", *words, "--resume")
    assert ((tmp_path / "m.json").read_bytes(), without_times(outcome.json)) == undisturbed
    expected = "resumed c.h5: " if begun else "there is no checkpoint 'c.h5' yet; the search begins anew"
    assert expected in outcome.err


def test_an_interrupted_run_is_resumed_without_simulating_again(arsia, tmp_path, undisturbed):
    words = [*PROBLEM, "--evaluations", 400, "--checkpoint", "c.h5", "-o", "m.json", "--json"]
    with started(words, tmp_path) as process:
        wait_for((tmp_path / "c.h5").exists)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    with h5py.File(tmp_path / "c.h5") as file:
        known = len(file["latency"])
        assert file.attrs["format"] == "arsia-checkpoint/1" and file.attrs["search"] == "mars"
        assert file["latency"].attrs["unit"] == "ps" and len(file["mapping"]) == known
    outcome = arsia("map", *words, "--resume", "--jobs", 2)
    assert ((tmp_path / "m.json").read_bytes(), without_times(outcome.json)) == undisturbed
    if known < 400:
        assert f"resumed c.h5: {known} simulation" in outcome.err
    with h5py.File(tmp_path / "c.h5") as file:
        assert len(file["latency"]) >= known
    # What has reached its end is read back whole.
    again = arsia("map", *words, "--resume")
    assert without_times(again.json) == undisturbed[1]


def test_a_checkpoint_of_something_else_is_refused(arsia, refused, tmp_path):
    words = ["map", *PROBLEM, "--evaluations", 20, "--checkpoint", "c.h5"]
    arsia(*words)
    text = refused("map", *PROBLEM[:-1], "6", "--evaluations", 30, "--checkpoint", "c.h5", "--resume")
    assert "c.h5: checkpoint of another search: seed 5, not 6" in text
    assert "c.h5: checkpoint of another search: budget 20 evaluations, not 30 evaluations" in text
    other = ["--workload", "alexnet", *PROBLEM[2:]]
    text = refused("map", *other, "--evaluations", 20, "--checkpoint", "c.h5", "--resume")
    assert "workload resnet18, not alexnet" in text
    (tmp_path / "x.h5").write_text("no HDF5")
    assert "x.h5" in refused("map", *PROBLEM, "--checkpoint", "x.h5", "--resume")
    arsia("map", *PROBLEM, "--evaluations", 20, "--run", "run.h5", "--quiet")
    assert "not a checkpoint: its format is 'arsia-run/1'" in refused(
        "map", *PROBLEM, "--evaluations", 20, "--checkpoint", "run.h5", "--resume")


@pytest.mark.parametrize("words, message", [
    (["--resume"], "--resume: --checkpoint must name the file that the search goes on from"),
    (["--jobs", "0"], "--jobs"),
    (["--jobs", "2000"], "--jobs: at most 1024 processes, not 2000"),
    (["--checkpoint", "no/such/c.h5"], "no/such/c.h5: cannot write: there is no folder 'no/such'"),
    (["--checkpoint", "x", "-o", "x"], "-o and --checkpoint name the same file, x; nothing was written"),
    (["--run", "x", "--checkpoint", "x"], "--run and --checkpoint name the same file, x; nothing was written"),
])
def test_wrong_options(refused, words, message):
    assert message in refused("map", *PROBLEM, *words)
