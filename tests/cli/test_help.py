"""Help, version, and command lines that are wrong before any file is read."""
import re
import subprocess

import pytest

from conftest import ARSIA

COMMANDS = ["list", "show", "compute", "check", "simulate", "map", "traffic", "collective", "report", "export",
            "completion", "man"]


def test_general_help_names_every_command(arsia):
    out = arsia("--help").out
    for command in COMMANDS + ["help"]:
        assert re.search(rf"^  {command} +\S", out, re.MULTILINE), command
    assert "Exit status: 0 done; 1 no legal mapping, or a check failed; 2 bad usage or input." in out
    assert out == arsia("help").out == arsia("-h").out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(arsia, command):
    outcome = arsia(command, "--help")
    assert outcome.out.startswith(f"Usage: arsia {command} ")
    assert "--json" in outcome.out and "--help" in outcome.out and "Example:\n  arsia " in outcome.out
    assert outcome.err == ""
    assert outcome.out == arsia("help", command).out == arsia(command, "-h").out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_the_help_runs(arsia, command, tmp_path):
    import os
    example = arsia("help", command).out.split("Example:\n")[1]
    (tmp_path / "arsia").symlink_to(ARSIA)
    environment = dict(os.environ, PATH=f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run(["bash", "-euc", example], cwd=tmp_path, env=environment, capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout and "error" not in done.stderr


def test_help_wins_over_what_is_missing(arsia):
    assert arsia("map", "--workload", "alexnet", "--help").out == arsia("help", "map").out
    assert arsia("map", "--json", "--help").out == arsia("help", "map").out


def test_version(arsia):
    assert re.fullmatch(r"arsia \d+\.\d+\.\d+\n", arsia("--version").out)


def test_without_a_command_the_help_goes_to_standard_error(arsia):
    outcome = arsia(status=2)
    assert outcome.out == "" and "Usage: arsia COMMAND [options]" in outcome.err
    assert outcome.err.endswith("\nTry: arsia list workloads\n")


@pytest.mark.parametrize("word", ["--help", "-h", "help"])
def test_help_of_the_help_is_the_general_help(arsia, word):
    assert arsia("help", word).out == arsia("--help").out


@pytest.mark.parametrize("command", COMMANDS + ["sweep", "import"])
def test_help_fits_the_width_of_a_page(arsia, command):
    description = arsia("help", command).out.split("Example:")[0]
    assert max(map(len, description.splitlines()[1:])) <= 120
    assert "`" not in description


def test_what_counts_as_a_file_is_said_alike_everywhere(arsia, refused):
    form = "holds a '/' or ends in .yaml, .yml, .json or .onnx"
    assert form in arsia("list", "--help").out
    assert form in refused("show", "workload", "nothing-like-it")
    page = subprocess.run([ARSIA, "man"], capture_output=True, text=True, check=True).stdout.replace("\\(aq", "'").replace("\\-", "-")
    assert page.count(form) == 2  # at `list` and under FILES
    assert "topologies/studies" in page.split(".B ARSIA_HOME")[1].split(".TP")[0]


@pytest.mark.parametrize("words, said", [
    (["simulat"], "unknown command 'simulat'; did you mean 'simulate'?"),
    (["--verson"], "unknown option '--verson'; did you mean '--version'?"),
    (["help", "mapp"], "unknown command 'mapp'; did you mean 'map'?"),
    (["help", "map", "list"], "unexpected argument 'list'"),
    (["--version", "now"], "unexpected argument 'now'"),
    (["list"], "CATALOG is missing (workloads, topologies, designs, searches, studies or collectives)"),
    (["list", "workload"], "unknown catalog 'workload'; did you mean 'workloads'?"),
    (["list", "workloads", "please"], "unexpected argument 'please'; usage: arsia list CATALOG"),
    (["show", "wrkload", "alexnet"], "'wrkload' cannot be shown; did you mean 'workload'?"),
    (["show", "workload"], "NAME is missing (Catalog name or file; a run is always a file)"),
    (["show", "workload", "alexnet", "--dot"], "--dot goes with 'arsia show topology NAME' only"),
    (["map", "--sed", "1"], "unknown option '--sed'; did you mean '--seed'?"),
    # No guessing: an unfinished option is unknown, not taken for the nearest.
    (["map", "--evaluation", "1"], "unknown option '--evaluation'; did you mean '--evaluations'?"),
    (["map", "--seed"], "--seed"),
    (["map", "--topology", "ring8"], "option '--workload W' is missing (Workload: catalog name or file; "),
    (["map", "--workload", "alexnet", "--topology", "ring8", "--topology", "torus_4x4"],
     "option '--topology' is given more than once"),
])
def test_wrong_usage(refused, words, said):
    assert said in refused(*words)


def test_all_missing_options_are_named_at_once(refused):
    said = refused("simulate", "stray")
    for part in ("--workload W", "--topology T", "--mapping FILE", "unexpected argument 'stray'"):
        assert part in said


MAP = ["map", "--workload", "alexnet", "--topology", "f1_16xlarge"]


@pytest.mark.parametrize("option, value, said", [
    ("--seed", "-1", "--seed: '-1' is not a whole number from 0"),
    ("--seed", "1.5", "--seed: '1.5' is not a whole number from 0"),
    ("--seed", "99999999999999999999999", "is not a whole number from 0"),
    ("--evaluations", "0", "--evaluations: '0' is not a whole number from 1"),
    ("--evaluations", "many", "--evaluations: 'many' is not a whole number from 1"),
    ("--seconds", "0", "--seconds: '0' is not a number of seconds above zero"),
    ("--seconds", "nan", "--seconds: 'nan' is not a number of seconds above zero"),
    ("--search", "baselin", "did you mean 'baseline'?"),
])
def test_wrong_values(refused, option, value, said):
    assert said in refused(*MAP, f"{option}={value}")


def test_a_bare_bandwidth_is_refused(refused):
    said = refused("compute", "--design", "superlip_64_7_7_14", "--workload", "alexnet", "--memory-bandwidth", "19")
    assert "--memory-bandwidth: '19' has no unit" in said
