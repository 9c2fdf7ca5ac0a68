"""What a command writes: never over what it reads, never twice to one file, through links, and no folder left by a command
that was refused."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest
import yaml

from conftest import ARSIA, mpirun

MODEL = pathlib.Path(__file__).parents[1] / "data" / "onnx" / "light_squeezenet.onnx"
QUICK = ["--search", "baseline"]
# Of each command all options and arguments that name files: what it reads, and what it writes.
READS = {
    "map": ["--workload", "--topology"],
    "simulate": ["--workload", "--topology", "--mapping"],
    "traffic": ["--topology", "--transfers"],
    "collective": ["--topology"],
    "sweep": ["SPEC"],
    "report": ["RUN.h5", "OTHER.h5"],
    "export": ["RUN.h5"],
    "import": ["MODEL.onnx"],
}
WRITES = {
    "map": ["-o", "--run", "--pareto", "--checkpoint"],
    "simulate": ["-o", "--perfetto", "--vcd", "--csv"],
    "traffic": ["-o"],
    "collective": ["-o"],
    "sweep": ["-o"],
    "report": ["-o"],
    "export": ["--perfetto", "--vcd", "--csv"],
    "import": ["-o"],
}
FOLDERS = ["--pareto", "--csv"]


@pytest.fixture
def inputs(arsia, tiny, tmp_path):
    """Words of each command that name its inputs, all of them files of the test's folder."""
    arsia("collective", "--topology", "pair.yaml", "--operation", "all-reduce", "--algorithm", "ring", "--size", "1KiB",
          "-o", "r.h5")
    (tmp_path / "other.h5").write_bytes((tmp_path / "r.h5").read_bytes())
    (tmp_path / "t.yaml").write_text("format: arsia-transfers/1\ntransfers:\n"
                                     "  - {source: acc0, destination: acc1, bytes: 1 KiB}\n")
    (tmp_path / "sw.yaml").write_text(yaml.safe_dump({
        "format": "arsia-sweep/1", "name": "few", "workload": "tiny.yaml", "topology": "pair.yaml",
        "axes": [{"axis": "batch", "values": [1, 2]}], "search": {"name": "baseline"}}))
    shutil.copy(MODEL, tmp_path / "model.onnx")
    return {
        "map": [*tiny, *QUICK],
        "simulate": [*tiny, "--mapping", "m.json"],
        "traffic": ["--topology", "pair.yaml", "--transfers", "t.yaml"],
        "collective": ["--topology", "pair.yaml", "--operation", "all-reduce", "--algorithm", "ring", "--size", "1KiB"],
        "sweep": ["sw.yaml"],
        "report": ["r.h5", "other.h5"],
        "export": ["r.h5"],
        "import": ["model.onnx"],
    }


def named_file(words, command, option):
    """What names the file of an input among the words."""
    if option.startswith("-"):
        return words[words.index(option) + 1]
    return words[READS[command].index(option)]


def contents(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def test_no_option_that_names_a_file_is_forgotten_here(arsia):
    for command in re.findall(r"^  (\w+) ", arsia("--help").out.split("Commands:")[1].split("Options:")[0], re.M):
        if command in ("help", "man", "completion"):
            continue
        text = arsia("help", command).out.split("Options of every command:")[0]
        options = re.findall(r"^ {2,6}(?:(-\w), )?(--[\w-]+) (\S+)(.*(?:\n {20,}.*)*)", text, re.M)
        writes = [letter or name for letter, name, value, _ in options if re.search(r"\.|FILE|FOLDER", value)]
        named = WRITES.get(command, []) + READS.get(command, []) + (["--mapping"] if command == "check" else [])
        assert set(writes) <= set(named), command
        assert set(WRITES.get(command, [])) <= set(writes), command
        # What says that it writes something is among them.
        for letter, name, _, description in options:
            if re.search(r"\b[Ww]rites?\b|\bKeep .* in a file", description):
                assert (letter or name) in WRITES[command], (command, name)


@pytest.mark.parametrize("command, output, source", [
    (command, output, source) for command in WRITES for output in WRITES[command] if output not in FOLDERS
    for source in READS[command]])
def test_an_input_is_never_written_over(refused, inputs, tmp_path, command, output, source):
    file = named_file(inputs[command], command, source)
    (tmp_path / "link").symlink_to(file)
    os.link(tmp_path / file, tmp_path / "hard")
    before = contents(tmp_path)
    assert refused(command, *inputs[command], output, file) == \
        f"{output} and {source} name the same file, {file}; nothing was written"
    for other in (f"./{file}", tmp_path / file, "link", "hard"):
        assert refused(command, *inputs[command], output, other) == \
            f"{output} and {source} name the same file, {other} ({file} for {source}); nothing was written"
    assert contents(tmp_path) == before


@pytest.mark.parametrize("command, one, other", [
    (command, one, other) for command in WRITES for place, one in enumerate(WRITES[command])
    for other in WRITES[command][place + 1:]])
def test_no_file_is_written_twice(refused, inputs, tmp_path, command, one, other):
    (tmp_path / "link").symlink_to("x")
    before = contents(tmp_path)
    assert refused(command, *inputs[command], one, "x", other, "x") == \
        f"{one} and {other} name the same file, x; nothing was written"
    for name in ("./x", tmp_path / "x", "link"):
        assert refused(command, *inputs[command], one, "x", other, name) == \
            f"{one} and {other} name the same file, x ({name} for {other}); nothing was written"
    assert contents(tmp_path) == before


def test_a_named_workload_is_an_input_and_so_is_one_of_the_catalog(refused, inputs, tmp_path):
    words = inputs["map"]
    assert "-o and --workload name the same file, tiny.yaml" in refused(
        "map", "--workload", "first=tiny.yaml", *words[2:], "-o", "tiny.yaml")
    catalog = tmp_path / "home" / "workloads" / "catalog"
    catalog.mkdir(parents=True)
    (tmp_path / "tiny.yaml").rename(catalog / "tiny.yaml")
    done = subprocess.run([ARSIA, "map", "--workload", "tiny", "--topology", "pair.yaml", *QUICK, "-o",
                           "home/workloads/catalog/tiny.yaml"], cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "ARSIA_HOME": "home"}, check=False)
    assert done.returncode == 2
    assert "-o and --workload name the same file, home/workloads/catalog/tiny.yaml; nothing" in done.stderr


def test_resuming_reads_and_writes_one_file(arsia, tiny, inputs):
    words = ["map", *tiny, "--evaluations", 10, "--checkpoint", "c.h5", "-o", "best.json"]
    arsia(*words)
    assert "resumed c.h5" in arsia(*words, "--resume").err
    arsia("sweep", *inputs["sweep"], "-o", "sweep.h5")
    assert "resumed sweep.h5" in arsia("sweep", *inputs["sweep"], "-o", "sweep.h5", "--resume").err


# Links

@pytest.mark.parametrize("command, output", [
    (command, output) for command in WRITES for output in WRITES[command] if output not in FOLDERS])
def test_links_are_followed(arsia, inputs, tmp_path, command, output):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to("far/file")  # not there yet, then there
    (tmp_path / "first").symlink_to(tmp_path / "link")
    for _ in range(2):
        arsia(command, *inputs[command], output, "first")
        assert (tmp_path / "first").is_symlink() and (tmp_path / "link").is_symlink()
        assert [path.name for path in (tmp_path / "far").iterdir()] == ["file"]
        written = (tmp_path / "far" / "file").read_bytes()
        assert written
        (tmp_path / "far" / "file").write_bytes(b"old")
    assert written != b"old"


def test_links_that_lead_to_no_file_are_refused(refused, tiny, tmp_path):
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "astray").symlink_to("none/file")
    (tmp_path / "device").symlink_to("/dev/null")
    before = contents(tmp_path)
    for name, said in [("circle", "its links lead in a circle"), ("astray", "there is no folder 'none'"),
                       ("device", "it exists and is not a regular file")]:
        assert refused("map", *tiny, *QUICK, "-o", name) == f"{name}: cannot write: {said}"
    assert contents(tmp_path) == before


def test_standard_output_is_not_a_file_to_be_replaced(tiny, tmp_path):
    # Not /dev/stdout itself: should this fail for root, that would be lost.
    (tmp_path / "out").symlink_to("/proc/self/fd/1")
    for through in ("file", "pipe"):
        with open(tmp_path / "file", "w", encoding="utf-8") as file:
            done = subprocess.run([ARSIA, "map", *tiny, *QUICK, "-o", "out"], cwd=tmp_path, text=True, check=False,
                                  stdout=file if through == "file" else subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 2
        said = ("'/proc/self/fd/1' stands for what a process has open; name the file itself" if through == "file" else
                "it exists and is not a regular file")
        assert done.stderr == f"arsia: error: out: cannot write: {said}\n"
        assert (tmp_path / "out").is_symlink() and (tmp_path / "file").read_text() == ""


# Folders

def test_a_refused_command_leaves_no_folder(arsia, refused, inputs, tiny, tmp_path):
    words = ["map", *tiny, "--evaluations", 10, "--checkpoint", "c.h5"]
    arsia(*words)
    before = contents(tmp_path)
    refused(*words, "--resume", "--pareto", "pf")  # it is of a search that did not look at energy
    refused("map", *tiny, "--search", "none", "--pareto", "pf/inner")
    refused("map", *tiny, "--pareto", "c.h5/inner")
    refused("simulate", *tiny, "--mapping", "none.json", "--csv", "tables/inner")
    refused("export", "none.h5", "--csv", "tables")
    refused("export", "sw.yaml", "--csv", "tables")
    assert contents(tmp_path) == before


def test_folders_are_made_with_those_above(arsia, inputs, tiny, tmp_path):
    (tmp_path / "link").symlink_to("new")
    arsia("map", *tiny, "--evaluations", 10, "--pareto", "pf/inner")
    assert (tmp_path / "pf" / "inner" / "1.json").exists()
    arsia("export", *inputs["export"], "--csv", "link", "--vcd", "run.vcd")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "new" / "tasks.csv").exists()
    arsia("export", *inputs["export"], "--csv", ".")
    assert (tmp_path / "tasks.csv").exists()


def test_files_of_a_folder_are_not_written_over_others(refused, inputs, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "pf").mkdir()
    run = (tmp_path / "r.h5").read_bytes()
    (tmp_path / "tables" / "tasks.csv").write_bytes(run)
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "links.csv").symlink_to("../r.h5")
    before = contents(tmp_path)

    def inside(folder_option, ending, folder, other, file):
        return f"{folder_option} writes {ending} files into the folder {folder}, where {other} names one, {file}; " \
               "nothing was written"
    assert refused("export", "tables/tasks.csv", "--csv", "tables") == \
        inside("--csv", ".csv", "tables", "RUN.h5", "tables/tasks.csv")
    assert refused("export", "r.h5", "--csv", "linked") == inside("--csv", ".csv", "linked", "RUN.h5", "r.h5")
    assert refused("export", "r.h5", "--csv", "tables", "--vcd", "./tables/new.csv") == \
        inside("--csv", ".csv", "tables", "--vcd", "./tables/new.csv")
    assert refused("map", *inputs["map"], "--pareto", "pf", "-o", "pf/1.json") == \
        inside("--pareto", ".json", "pf", "-o", "pf/1.json")
    assert refused("map", *inputs["map"], "--pareto", "x/y", "-o", "x") == \
        "-o names the file x, --pareto the folder x/y inside; nothing was written"
    assert refused("export", "r.h5", "--csv", "r.h5") == "r.h5: cannot be made a folder: it is a file"
    assert refused("export", "r.h5", "--csv", "r.h5/a") == \
        f"r.h5/a: cannot be made a folder: '{tmp_path / 'r.h5'}' is not a folder"
    assert contents(tmp_path) == before


def test_under_mpirun_it_is_said_once_and_all_ranks_end(tiny, tmp_path):
    done = mpirun(2, ["map", *tiny, *QUICK, "-o", "tiny.yaml"], tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("-o and --workload name the same file, tiny.yaml; nothing was written") == 1
