"""Runs made by the executable, once a session."""
import os
import pathlib
import subprocess

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
import pytest  # noqa: E402

import arsia_analysis as aa  # noqa: E402

ARSIA = os.environ.get("ARSIA", str(pathlib.Path(__file__).parents[2] / "build" / "release" / "arsia"))
F1 = ["--workload", "resnet18", "--topology", "f1_16xlarge"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with base.h5, mars.h5, nsga2.h5, mixed.h5 and stream.h5 (found by searches) and traffic.h5 (no workload)."""
    path = tmp_path_factory.mktemp("runs")
    for words in (["map", *F1, "--search", "baseline", "--run", "base.h5"],
                  ["map", *F1, "--search", "mars", "--evaluations", "60", "--run", "mars.h5"],
                  ["map", *F1, "--search", "nsga2", "--evaluations", "60", "--run", "nsga2.h5"],
                  *(["map", *F1, "--search", "nsga2", "--evaluations", "40", "--requests", "3", "--objective", objective, "--run",
                     f"{name}.h5"] for name, objective in (("mixed", "0.4"), ("stream", "throughput"))),
                  ["traffic", "--topology", "mesh4x4", "--random", "uniform", "--count", "40", "--bytes", "1 MiB", "--seed", "3",
                   "-o", "traffic.h5"]):
        subprocess.run([ARSIA, *words], cwd=path, check=True, capture_output=True)
    return path


@pytest.fixture(scope="session")
def base(folder):
    return aa.load(folder / "base.h5")


@pytest.fixture(scope="session")
def mars(folder):
    return aa.load(folder / "mars.h5")


@pytest.fixture(scope="session")
def traffic(folder):
    return aa.load(folder / "traffic.h5")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")
