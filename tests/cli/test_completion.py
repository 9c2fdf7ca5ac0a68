"""Completion by bash and zsh, and the manual page: made of the tables that the command line is read with."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from conftest import ARSIA

COMMANDS = ["list", "show", "compute", "check", "simulate", "map", "traffic", "collective", "sweep", "report", "export",
            "import", "completion", "man"]


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    file = tmp_path_factory.mktemp("bash") / "arsia.bash"
    file.write_text(subprocess.run([ARSIA, "completion", "bash"], capture_output=True, text=True, check=True).stdout)
    return file


@pytest.fixture
def completed(script, tmp_path):
    """What bash offers for the last of the words, as it takes them apart itself."""
    def ask(*words):
        words = [ARSIA, *words]
        quoted = " ".join(f"'{word}'" for word in words)
        text = f"source '{script}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _arsia; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(["bash", "--norc", "-uc", text], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.stderr == ""
        return [word for word in done.stdout.splitlines() if word]
    return ask


def options_of(command):
    out = subprocess.run([ARSIA, "help", command], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^ {2,6}(?:-\w, )?(--[\w-]+)", out, re.MULTILINE))


def test_commands(completed):
    assert set(completed("")) == {*COMMANDS, "help", "--help", "--version"}
    assert completed("co") == ["compute", "collective", "completion"]
    assert set(completed("help", "")) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_options_of_every_command(completed, command):
    offered = completed(command, "--")
    assert set(offered) == options_of(command) and len(offered) == len(set(offered))
    assert {"--json", "--quiet", "--verbose", "--color", "--help"} <= set(offered)


def names(arsia, catalog):
    return arsia("list", catalog, "--names").out.split()


def test_names_of_catalogs(completed, arsia):
    assert completed("map", "--topology", "f1") == ["f1_16xlarge"]
    assert completed("map", "--workload", "") == names(arsia, "workloads")
    assert completed("compute", "--design", "winograd_") == ["winograd_2_3", "winograd_4_3"]
    assert set(completed("map", "--workload", "alexnet", "--search", "")) == set(names(arsia, "searches"))
    assert completed("sweep", "f") == [name for name in names(arsia, "studies") if name.startswith("f")]


def test_values_after_an_equals_sign(completed):
    # bash takes '--topology=f1' apart.
    assert completed("map", "--topology", "=", "f1") == ["f1_16xlarge"]
    assert "alexnet" in completed("map", "--workload", "=")


def test_names_are_those_of_the_catalogs_in_use(completed, tmp_path, monkeypatch):
    home = tmp_path / "home"
    for folder in ("workloads/catalog", "models/catalog", "topologies/catalog"):
        (home / folder).mkdir(parents=True)
    (home / "workloads/catalog/mine.yaml").write_text("")
    monkeypatch.setenv("ARSIA_HOME", str(home))
    assert [name for name in completed("map", "--workload", "") if name != "home"] == ["mine"]


def test_choices(completed):
    assert completed("show", "w") == ["workload"]
    assert completed("list", "s") == ["searches", "studies"]
    assert completed("completion", "") == ["bash", "zsh"]
    assert completed("list", "workloads", "--color", "a") == ["auto", "always"]
    assert "all-reduce" in completed("collective", "--operation", "")
    assert "ring-both" in completed("collective", "--topology", "ring8", "--algorithm", "ring")
    assert "uniform" in completed("traffic", "--random", "")


def test_a_name_depends_on_its_kind(completed, tmp_path):
    (tmp_path / "run.h5").touch()
    assert completed("show", "topology", "ring") == ["ring8"]
    assert completed("show", "--json", "design", "nvdla") == ["nvdla_full"]
    assert completed("show", "run", "r") == ["run.h5"]


def test_files(completed, tmp_path):
    (tmp_path / "run.h5").touch()
    (tmp_path / "ring.yaml").touch()
    (tmp_path / "with blank.h5").touch()
    assert completed("report", "r") == ["ring.yaml", "run.h5"]
    # The value of an option is no positional argument; the second one is due here.
    assert completed("report", "-o", "x.html", "run.h5", "w") == ["with blank.h5"]
    assert completed("map", "--topology", "ri") == ["ring8", "ring.yaml"]
    assert completed("map", "--output", "ru") == completed("map", "-o", "ru") == ["run.h5"]
    assert completed("map", "--seed", "") == []


def test_bash_completes_for_itself(script, tmp_path):
    """Through bash's own machinery: the function is bound to the command, and loads without complaint."""
    done = subprocess.run(["bash", "--norc", "-euc", f"source '{script}'; complete -p arsia"], capture_output=True, text=True,
                          cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "complete -F _arsia arsia\n", "")
    if shutil.which("shellcheck"):
        check = subprocess.run(["shellcheck", "-s", "bash", "-S", "warning", script], capture_output=True, text=True, check=False)
        assert check.stdout == ""


# A shell on a terminal of its own; $1 is typed, then the Tab key.
ZSH = r"""
zmodload zsh/zpty
zpty -b z zsh -f -i
typeset -F SECONDS
shown=
listen() {
    local end=$((SECONDS + 20)) part
    while ((SECONDS < end)) && [[ $shown != *$1* ]]; do
        zpty -r -t z part && shown+=$part || sleep 0.05
    done
}
zpty -w z "PS1=; fpath=($PWD \$fpath); PATH=$PWD:\$PATH; autoload -Uz compinit; compinit -u -D; print loa''ded"
listen loaded
shown=
zpty -n -w z "$1"$'\t'
listen "$2"
zpty -d z
print -r -- "$shown"
"""


@pytest.mark.parametrize("typed, offered", [
    ("arsia show topo", "topology"),
    ("arsia map --topology f1", "f1_16xlarge"),
    ("arsia map --thorough", "--thorough-bound"),
    ("arsia show design nvdla", "nvdla_full"),
    ("arsia completion z", "zsh"),
])
def test_zsh(typed, offered, tmp_path):
    if not shutil.which("zsh"):
        pytest.fail("zsh is missing: scripts/deps.sh --tests installs it")
    made = subprocess.run([ARSIA, "completion", "zsh"], capture_output=True, text=True, check=True).stdout
    (tmp_path / "_arsia").write_text(made)
    (tmp_path / "arsia").symlink_to(pathlib.Path(ARSIA).resolve())
    assert subprocess.run(["zsh", "-n", tmp_path / "_arsia"], capture_output=True, text=True, check=True).stderr == ""
    try:
        shown = subprocess.run(["zsh", "-fc", ZSH, "zsh", typed, offered], capture_output=True, text=True, cwd=tmp_path, timeout=60,
                               env=dict(os.environ, TERM="dumb"), check=False).stdout
    except subprocess.TimeoutExpired:
        pytest.fail("zsh did not answer")
    assert offered in shown, shown


def test_an_unknown_shell(refused):
    assert refused("completion", "fish") == "no completion for 'fish'; there are: bash, zsh"


def test_names_of_a_list(arsia):
    for catalog in ("workloads", "topologies", "designs", "searches", "studies", "collectives"):
        listed = [item["name"] for item in arsia("list", catalog, "--json").json["items"]]
        assert names(arsia, catalog) == listed
        assert [item["name"] for item in arsia("list", catalog, "--names", "--json").json["items"]] == listed


def test_manual_page(tmp_path):
    page = subprocess.run([ARSIA, "man"], capture_output=True, text=True, check=True).stdout
    (tmp_path / "arsia.1").write_text(page)
    done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-P-c", tmp_path / "arsia.1"], capture_output=True, text=True,
                          check=True)
    assert done.stderr == ""  # no warning
    text = re.sub(r".\x08", "", done.stdout)
    for heading in ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT"):
        assert re.search(rf"^{heading}$", text, re.MULTILINE), heading
    for command in COMMANDS:
        assert re.search(rf"^   {command}$", text, re.MULTILINE), command
        for option in options_of(command):
            assert option in text, option
