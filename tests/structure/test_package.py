"""The Debian packages, made of what is built: unpacked outside the source tree, which is hidden meanwhile, the program
does what the demo does."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from installed import environment, run, without

BUILD = pathlib.Path(os.environ["ARSIA_BUILD"])
SOURCE = pathlib.Path(os.environ["ARSIA_SOURCE"])


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Paths of the packages by name."""
    if not shutil.which("dpkg-shlibdeps"):
        pytest.fail("dpkg-shlibdeps is missing: scripts/deps.sh --tests installs it")
    folder = tmp_path_factory.mktemp("packages")
    run(["cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", folder], cwd=folder)
    return {file.name.split("_")[0]: file for file in folder.glob("*.deb")}


@pytest.fixture(scope="module")
def root(packages, tmp_path_factory):
    """Where both packages are unpacked."""
    folder = tmp_path_factory.mktemp("root")
    for package in packages.values():
        run(["dpkg-deb", "-x", package, folder])
    return folder


@pytest.fixture
def arsia(root, tmp_path):
    """Runs the unpacked program in an empty folder, with an empty source tree."""
    def call(*words):
        command = [root / "usr/bin/arsia", *words]
        hidden = without(SOURCE, command)
        return run(hidden or command, cwd=tmp_path, env=environment(PATH="/usr/bin:/bin"))
    return call


def field(package, name):
    return run(["dpkg-deb", "-f", package, name]).strip()


def test_packages_say_what_they_are(packages):
    assert sorted(packages) == ["arsia", "libarsia-dev"]
    version = field(packages["arsia"], "Version")
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert f"arsia (= {version})" in field(packages["libarsia-dev"], "Depends")
    assert "libsystemc-dev" in field(packages["libarsia-dev"], "Depends")
    depends = field(packages["arsia"], "Depends")
    for library in ("libc6", "libyaml-cpp0.7", "libhdf5-103", "libsystemc", "libboost-program-options1.74.0"):
        assert library in depends
    assert "-dev" not in depends


def test_every_library_comes_from_a_package_that_is_depended_on(packages, root):
    depends = field(packages["arsia"], "Depends")
    printed = run(["ldd", root / "usr/bin/arsia"])
    assert "not found" not in printed
    needed = run(["objdump", "-p", root / "usr/bin/arsia"])
    for library in re.findall(r"NEEDED +(\S+)", needed):
        path = re.search(rf"{re.escape(library)} => (\S+)", printed)
        assert path, library
        # A package may say /lib for what lies in /usr/lib.
        place = os.path.realpath(path.group(1)).removeprefix("/usr")
        owners = subprocess.run(["dpkg", "-S", place, "/usr" + place], capture_output=True, text=True,
                                check=False).stdout
        names = {line.split(":")[0] for line in owners.splitlines()}
        assert any(re.search(rf"(^|[ ,]){re.escape(name)}($|[ ,(])", depends) for name in names), (library, owners)


def test_the_demo_runs_without_the_sources(arsia, tmp_path):
    printed = arsia("map", "--workload", "resnet34", "--topology", "f1_16xlarge", "--search", "mars", "--seed", "1",
                    "--evaluations", "100", "-o", "mapping.json", "--run", "run.h5", "--quiet")
    assert "f1_16xlarge: 8 accelerators" in printed
    latency = int(re.search(r"latency .*\((\d+) ps\)", printed).group(1))
    arsia("report", "run.h5", "-o", "report.html")
    assert "resnet34" in (tmp_path / "report.html").read_text()
    again = json.loads(arsia("simulate", "--workload", "resnet34", "--topology", "f1_16xlarge", "--mapping",
                             "mapping.json", "-o", "again.h5", "--json"))
    assert again["latency_ps"] == latency
    assert (tmp_path / "again.h5").stat().st_size > 0


def test_catalogs_are_those_of_the_package(arsia, root):
    for kind, folder in (("workloads", "workloads/catalog"), ("designs", "models/catalog"),
                         ("topologies", "topologies/catalog"), ("studies", "topologies/studies")):
        names = {item["name"] for item in json.loads(arsia("list", kind, "--json"))["items"]}
        assert names == {file.stem for file in (root / "usr/share/arsia" / folder).glob("*.yaml")}
        assert names
    assert "f1_16xlarge" in arsia("show", "topology", "f1_16xlarge")
    assert "winograd_4_3" in arsia("show", "design", "winograd_4_3")


def test_the_python_package_is_found_where_debian_looks(root):
    folder = root / "usr/lib/python3/dist-packages"
    printed = run(["/usr/bin/python3", "-c", "import arsia_analysis; print(arsia_analysis.__file__)"],
                  env=environment(PYTHONPATH=str(folder)))
    assert printed.startswith(str(folder))


def test_packages_hold_nothing_of_the_build_machine(packages, root):
    for package in packages.values():
        listed = run(["dpkg-deb", "-c", package])
        assert "__pycache__" not in listed
        assert all(line.split()[5].startswith("./usr") or line.split()[5] in ("./",) for line in listed.splitlines())
    targets = (root / "usr/lib").rglob("arsia*.cmake")
    texts = [file.read_text() for file in targets]
    assert texts
    assert not any(str(SOURCE) in text or str(BUILD) in text for text in texts)
