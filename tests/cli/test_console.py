"""What every command takes: how much is said, and in which colours."""
import re

import pytest

from conftest import SANITIZERS
from test_map import on_terminal

MARK = re.compile(r"\x1b\[[0-9;]*m")
RING = ["collective", "--topology", "ring8", "--operation", "all-reduce", "--algorithm", "ring", "--size", "1 MiB"]


def test_quiet_says_results_only(arsia, tmp_path, tiny):
    words = ["map", *tiny, "--evaluations", 5, "--checkpoint", "none.h5", "--resume"]
    assert "arsia: warning: there is no checkpoint 'none.h5' yet" in arsia(*words).err
    (tmp_path / "none.h5").unlink()
    quiet = arsia(*words, "--quiet")
    assert quiet.err == "" and "Best mapping" in quiet.out


def test_quiet_still_says_errors(refused):
    assert "unknown topology 'ring9'" in refused("show", "topology", "ring9", "--quiet")


@pytest.mark.parametrize("words, said", [
    (RING, ["read topology .*ring8.yaml: 8 accelerators, 32 directed links", r"simulated \d+ tasks, \d+ events"]),
    (["compute", "--design", "winograd_4_3", "--workload", "alexnet"],
     ["read design winograd_4_3 and workload alexnet, 11 operators", "simulated 11 operators"]),
    (["map", "--workload", "alexnet", "--topology", "f1_16xlarge", "--evaluations", 20, "-o", "m.json"],
     [r"read workload alexnet \(11 operators, 714.2 M MACs\) and topology .*f1_16xlarge.yaml \(8 accelerators, "
      r"40 directed links\), with 3 designs", "elaborated the platform and evaluated the baseline",
      "searched with 1 worker: 20 evaluations, ", "simulated the best mapping again, ", "wrote the files"]),
    (["traffic", "--topology", "mesh4x4", "--random", "uniform", "--count", 10, "-o", "run.h5"],
     ["read topology .*mesh4x4.yaml", "simulated 10 tasks", "wrote run.h5"]),
])
def test_verbose_says_what_is_done_and_how_long_it_took(arsia, words, said):
    lines = arsia(*words, "--verbose").err.splitlines()
    assert len(lines) == len(said)
    for line, part in zip(lines, said):
        assert re.fullmatch(rf"arsia: {part}.* \(\d+\.\d\d\d s\)", line), line


def test_verbose_runs_of_a_mapping(arsia, tiny):
    words = [*tiny, "--mapping", "m.json", "--verbose"]
    assert re.search(r"^arsia: checked m.json \(\d", arsia("check", *words).err, re.MULTILINE)
    said = arsia("simulate", *words, "-o", "run.h5").err
    for part in (r"lowered to \d+ tasks and simulated them, \d+ events", "found the critical path and a lower bound",
                 "wrote the files"):
        assert re.search(rf"^arsia: {part} \(\d+\.\d\d\d s\)$", said, re.MULTILINE), part
    assert "made a page of 1 run (" in arsia("report", "run.h5", "-o", "run.html", "--verbose").err
    assert re.search(r"read run.h5: \d+ tasks ", arsia("export", "run.h5", "--vcd", "run.vcd", "--verbose").err)


def test_the_result_does_not_depend_on_how_much_is_said(arsia, tiny):
    words = ["simulate", *tiny, "--mapping", "m.json", "--json"]

    def result(*more):
        found = arsia(*words, *more).json
        found.pop("wall_s")
        return found
    assert result() == result("--quiet") == result("--verbose") == result("--color", "always")


def test_quiet_and_verbose_exclude_each_other(refused):
    assert refused("list", "workloads", "--quiet", "--verbose") == "--quiet and --verbose exclude each other"


def test_colours_when_asked_for(arsia, monkeypatch):
    plain = arsia(*RING).out
    assert not MARK.search(plain)
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = arsia(*RING, "--color", "always").out
    assert MARK.search(coloured)
    without = re.compile(r"wall .*")
    assert without.sub("", MARK.sub("", coloured)) == without.sub("", plain)
    assert not MARK.search(arsia(*RING, "--color=never").out)


def test_errors_and_warnings_in_colour(arsia):
    assert arsia("show", "topology", "ring9", "--color=always", status=2).err.startswith("arsia: \x1b[1;31merror:\x1b[0m ")


def test_a_file_gets_no_colours(arsia, tiny, tmp_path):
    arsia("map", *tiny, "--evaluations", 5, "-o", "found.json", "--color", "always")
    assert "\x1b" not in (tmp_path / "found.json").read_text()


def test_colours_on_a_terminal_unless_the_environment_says_no(tmp_path, monkeypatch):
    words = ["show", "topology", "ring9"]
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert MARK.search(on_terminal(words, tmp_path)[2])
    assert not MARK.search(on_terminal([*words, "--color", "never"], tmp_path)[2])
    for variable, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as changed:
            changed.setenv(variable, value)
            assert not MARK.search(on_terminal(words, tmp_path)[2]), variable


def test_an_unknown_way_to_colour(refused):
    assert refused("list", "workloads", "--color", "alway") == \
        "--color: 'alway' is unknown; did you mean 'always'?; legal: auto, always, never"


# Takes some seconds; a sanitizer makes four of each.
LONG = ["traffic", "--topology", "npu_pod64", "--random", "uniform", "--count", 8000 if SANITIZERS else 30000,
        "--bytes", "1 MiB", "--no-skip", "--burst", "16 KiB"]


def test_a_long_simulation_shows_progress_on_a_terminal_only(tmp_path):
    status, out, shown = on_terminal(LONG, tmp_path)
    assert status == 0 and "time" in out
    assert re.search(r"\r\x1b\[Ksimulating (\[[#-]{20}\] \d+ %, )?\d+ s", shown)
    assert shown.endswith("\r\x1b[K")
    status, _, shown = on_terminal([*LONG, "--quiet"], tmp_path)
    assert status == 0 and shown == ""


def test_a_switch_takes_no_value(refused):
    assert refused("list", "workloads", "--json=3") == "option '--json' takes no value"


def test_a_missing_value_is_not_the_next_option(refused):
    assert "option '--seed N' needs a value (Seed of everything random)" in refused("map", "--seed")
    said = refused("map", "--workload", "alexnet", "--topology", "ring8", "-o", "--quiet")
    assert said == "option '--output MAPPING.json' needs a value, and '--quiet' is an option"
