"""The examples, built outside the tree against the installed package, do what their heads say."""
import json
import os
import pathlib
import re
import shutil

import pytest

from installed import environment, run, without

BUILD = pathlib.Path(os.environ["ARSIA_BUILD"])
SOURCE = pathlib.Path(os.environ["ARSIA_SOURCE"])


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prefix")
    run(["cmake", "--install", BUILD, "--prefix", folder])
    return folder


@pytest.fixture(scope="module")
def examples(prefix, tmp_path_factory):
    """Folder with each example and its build, none of which sees the source tree."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(prefix / "share/doc/libarsia-dev/examples", folder, dirs_exist_ok=True)
    for example in ("simulate", "extension", "tlm"):
        place = folder / example
        for command in (["cmake", "-S", place, "-B", place / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                         f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -O1"],
                        ["cmake", "--build", place / "build", "--parallel", "2"]):
            run(without(SOURCE, command) or command, env=environment())
    return folder


@pytest.fixture
def call(examples):
    """Runs a program of an example in the example's folder."""
    def run_program(example, program, *words):
        place = examples / example
        command = [place / "build" / program, *words]
        return run(without(SOURCE, command) or command, cwd=place, env=environment())
    return run_program


def test_every_include_of_an_installed_header_is_installed(prefix):
    headers = prefix / "include/arsia"
    missing = [f"{file.relative_to(headers)}: {name}" for file in headers.rglob("*.h")
               for name in re.findall(r'#include "([^"]+)"', file.read_text()) if not (headers / name).exists()]
    assert list(headers.rglob("*.h"))
    assert not missing


def test_simulate_says_what_the_command_says(call, prefix, examples):
    printed = call("simulate", "simulate_example", "alexnet", "f1_16xlarge")
    figures = dict(re.findall(r"^(\w+) (\d+)$", printed, re.M))
    latency = int(figures.pop("latency_ps"))
    assert sum(int(value) for value in figures.values()) == latency
    run([prefix / "bin/arsia", "map", "--workload", "alexnet", "--topology", "f1_16xlarge", "--search", "baseline", "-o",
         examples / "m.json", "--quiet"], env=environment())
    said = json.loads(run([prefix / "bin/arsia", "simulate", "--workload", "alexnet", "--topology", "f1_16xlarge",
                           "--mapping", examples / "m.json", "--json"], env=environment()))
    assert said["latency_ps"] == latency
    assert call("simulate", "simulate_example", "alexnet", "f1_16xlarge", examples / "m.json") == printed


def test_simulate_reads_the_catalogs_of_the_package_it_was_built_with(call, prefix):
    added = prefix / "share/arsia/workloads/catalog/only_installed.yaml"
    added.write_text((added.parent / "alexnet.yaml").read_text())
    try:
        assert "latency_ps" in call("simulate", "simulate_example", "only_installed", "f1_16xlarge")
    finally:
        added.unlink()


def test_extension_lists_what_it_adds(call):
    searches = {item["name"] for item in json.loads(call("extension", "my_arsia", "list", "searches", "--json"))["items"]}
    assert {"one_dimension", "mars", "baseline"} <= searches
    assert "dot_product" in call("extension", "my_arsia", "show", "design", "dots.yaml")
    topology = json.loads(call("extension", "my_arsia", "show", "topology", "tree.yaml", "--json"))
    between = {link["name"] for link in topology["links"]}
    assert {"acc1->acc0", "acc6->acc2", "acc5->acc2"} <= between
    assert "acc6->acc5" not in between


def test_extension_maps_with_its_design_search_and_topology(call):
    found = json.loads(call("extension", "my_arsia", "map", "--workload", "alexnet", "--topology", "tree.yaml", "--search",
                            "one_dimension", "--json", "--quiet"))
    assert found["search"] == "one_dimension"
    assert found["evaluations"] > 4
    assert found["mapping"]["sets"][0]["design"] == "dots"
    assert 0 < found["bound_ns"] <= found["latency_ns"]
    by_mars = json.loads(call("extension", "my_arsia", "map", "--workload", "alexnet", "--topology", "tree.yaml",
                              "--evaluations", "50", "--jobs", "2", "--json", "--quiet"))
    assert by_mars["latency_ns"] >= found["bound_ns"]


def test_extension_is_not_known_to_arsia_itself(prefix, examples):
    with pytest.raises(AssertionError, match="unknown|dot_product"):
        run([prefix / "bin/arsia", "show", "design", examples / "extension/dots.yaml"], env=environment())


def test_tlm_accelerators_take_the_place_of_arsias(call):
    def latencies(*named):
        printed = call("tlm", "tlm_example", "alexnet", "f1_16xlarge", *named)
        return {name: int(time) for name, time in re.findall(r"^(\w+) +(\d+) ps", printed, re.M)}

    all_of_them, one = latencies(), latencies("fpga3")
    assert all_of_them["own"] == one["own"]
    assert all_of_them["npu"] < all_of_them["own"] / 2  # the NPU is faster than the FPGAs' designs
    assert one["npu"] not in (one["own"], all_of_them["npu"])
    assert all_of_them["best"] < one["best"] < one["own"]
    assert latencies() == all_of_them


def test_code_on_the_page_is_that_of_the_examples():
    sources = "\n".join(file.read_text() for file in (SOURCE / "examples").rglob("*") if file.is_file())
    page = (SOURCE / "docs/extending.md").read_text()
    blocks = re.findall(r"```(?:cpp|cmake)\n(.*?)```", page, re.S)
    assert len(blocks) > 5
    assert [block for block in blocks if block not in sources] == []
