"""`map`: a search from the command line."""
import json
import os
import pty
import select
import signal
import subprocess
import time

import pytest

from conftest import ARSIA, NETWORKS

PROBLEM = ["--workload", "resnet18", "--topology", "f1_16xlarge"]
KEYS = {"latency_ns", "latency_ps", "search", "seed", "evaluations", "wall_s", "evaluations_per_s", "bound_ns", "gap",
        "mapping", "energy_j", "breakdown", "baseline_ns"}


@pytest.mark.parametrize("search", ["mars", "baseline", "dp", "auto"])
def test_keys(arsia, search):
    report = arsia("map", *PROBLEM, "--search", search, "--evaluations", 20, "--json").json
    assert KEYS <= set(report)
    assert report["search"] == search and report["seed"] == 1
    assert report["latency_ns"] == report["latency_ps"] / 1000
    assert 0 < report["bound_ns"] <= report["latency_ns"]
    assert report["gap"] == pytest.approx(1 - report["bound_ns"] / report["latency_ns"])
    assert sum(report["breakdown"].values()) == report["latency_ps"]
    assert report["mapping"]["format"] == "arsia-mapping/1"
    assert report["saving_over_baseline"] == pytest.approx(1 - report["latency_ns"] / report["baseline_ns"])
    assert report["improvements"][-1]["latency_ps"] == report["latency_ps"]
    assert 1 <= report["improvements"][-1]["evaluation"] <= report["evaluations"] <= 20


def test_same_seed_same_bytes(arsia, tmp_path):
    reports = []
    for name in ("a.json", "b.json"):
        report = arsia("map", *PROBLEM, "--search", "mars", "--seed", 7, "--evaluations", 150, "-o", name, "--json").json
        reports.append({key: value for key, value in report.items()
                        if key not in ("wall_s", "evaluations_per_s", "output")})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert reports[0] == reports[1]
    assert reports[0]["evaluations"] == 150


def test_output_equals_the_reported_mapping(arsia, tmp_path):
    import json
    report = arsia("map", *PROBLEM, "--search", "mars", "--evaluations", 30, "-o", "m.json", "--json").json
    assert json.loads((tmp_path / "m.json").read_text()) == report["mapping"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.json"]


def test_simulate_agrees_with_mars(arsia):
    report = arsia("map", *PROBLEM, "--search", "mars", "--evaluations", 100, "-o", "m.json", "--json").json
    again = arsia("simulate", *PROBLEM, "--mapping", "m.json", "--json").json
    for key in ("latency_ps", "breakdown", "link_bytes", "peak_memory_bytes", "tasks", "transfers", "energy_j"):
        assert again[key] == report[key], key


@pytest.mark.parametrize("network", NETWORKS)
def test_simulate_agrees_with_the_baseline_of(arsia, baseline, network):
    mapped = baseline(network)
    again = arsia("simulate", "--workload", network, "--topology", "f1_16xlarge", "--mapping", mapped.file,
                  "--json").json
    assert again["latency_ps"] == mapped.report["latency_ps"]
    assert sum(again["breakdown"].values()) == again["latency_ps"]
    checked = arsia("check", "--workload", network, "--topology", "f1_16xlarge", "--mapping", mapped.file, "--json")
    assert checked.json == {"legal": True, "problems": []}


def test_readable_report(arsia):
    outcome = arsia("map", *PROBLEM, "--search", "mars", "--evaluations", 60, "-o", "m.json", "--run", "run.h5")
    for part in ("platform  f1_16xlarge: 8 accelerators, 1 host", "search    mars, seed 1: 60 evaluations",
                 "Best mapping", "  set 0: fpga", "design ", "latency   ", "bound     ", "baseline  ",
                 "(evaluated outside the budget)", "Where time goes", "Busiest links", "Memory",
                 "written   m.json (mapping)", "written   run.h5 (run file, HDF5)"):
        assert part in outcome.out, part
    assert outcome.err == ""  # no progress on a pipe


BLOCKS = """\
format: arsia-workload/1
name: repeated
inputs: {x: [1, 64, 8, 8]}
blocks:
  layer:
    inputs: [in]
    operators:
      - {name: up, type: conv, input: in, out_channels: 256, kernel: [1, 1]}
      - {name: act, type: relu, input: up}
      - {name: down, type: conv, input: act, out_channels: 64, kernel: [3, 3], padding: [1, 1]}
operators:
  - {name: stem, type: relu, input: x}
  - {name: layers, block: layer, repeat: 12, input: stem}
  - {name: head, type: global_avg_pool, input: layers}
"""


def test_equal_repetitions_are_shown_once(arsia, tmp_path):
    (tmp_path / "w.yaml").write_text(BLOCKS)
    outcome = arsia("map", "--workload", "w.yaml", "--topology", "ring8", "--search", "baseline", "-o", "m.json")
    table = outcome.out.split("Best mapping")[1].split("latency")[0]
    mapping = json.loads((tmp_path / "m.json").read_text())
    listed = [op["name"] for group in mapping["sets"] for op in group["operators"]]
    assert len(listed) == 38 and "layers.11.down" in listed  # the file names them all
    rows = [line.split() for line in table.splitlines() if line.startswith("    layers.")]
    assert any(row[0].startswith("layers.0-") for row in rows), table
    assert len(rows) < 12


def test_seconds_end_the_search(arsia):
    begin = time.monotonic()
    report = arsia("map", *PROBLEM, "--search", "mars", "--seconds", 1, "--json").json
    assert 0.9 <= report["wall_s"] < 3 and time.monotonic() - begin < 10
    assert report["evaluations"] >= 1 and not report["interrupted"]


def on_terminal(words, cwd, interrupt_when=None, interrupts=1, timeout=60):
    """Runs arsia with standard error on a terminal, sending Ctrl-C once `interrupt_when` shows there. Returns status,
    standard output and what the terminal got."""
    try:
        controller, terminal = pty.openpty()
    except OSError as error:  # a bare chroot has none
        pytest.skip(f"no pseudo-terminal: {error}")
    with subprocess.Popen([ARSIA, *map(str, words)], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=terminal, text=True) as process:
        os.close(terminal)
        shown, sent, end = "", 0, time.monotonic() + timeout
        while time.monotonic() < end:
            ready, _, _ = select.select([controller], [], [], 0.05)
            if ready:
                try:
                    data = os.read(controller, 65536)
                except OSError:  # the other side is closed
                    break
                shown += data.decode()
            if interrupt_when and interrupt_when in shown and sent < interrupts:
                process.send_signal(signal.SIGINT)
                sent += 1
        else:
            process.kill()
        out, _ = process.communicate(timeout=timeout)
    os.close(controller)
    return process.returncode, out, shown


def test_progress_on_a_terminal(tmp_path):
    words = ["map", *PROBLEM, "--search", "mars", "--evaluations", 300]
    status, out, shown = on_terminal(words, tmp_path)
    assert status == 0 and "Best mapping" in out
    assert "/300 evaluations, best " in shown and " s left" in shown
    assert shown.endswith("\r\x1b[K")
    status, _, shown = on_terminal([*words, "--quiet"], tmp_path)
    assert status == 0 and shown == ""


def test_interrupt_keeps_the_best_so_far(tmp_path):
    status, out, shown = on_terminal(["map", *PROBLEM, "--search", "mars", "--seconds", 60, "-o", "m.json"], tmp_path,
                                     interrupt_when=", best ")
    assert status == 0
    assert "the best mapping so far is kept" in shown
    assert ", interrupted\n" in out and "written   m.json (mapping)" in out
    again = subprocess.run([ARSIA, "check", *PROBLEM, "--mapping", "m.json"], cwd=tmp_path, check=False,
                           capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_a_reader_that_goes_away_does_no_harm(tmp_path):
    done = subprocess.run(["bash", "-c", f"{ARSIA} map {' '.join(PROBLEM)} --search baseline -o m.json | head -1; "
                           "echo ${PIPESTATUS[0]}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0" and done.stderr == ""
    assert (tmp_path / "m.json").exists()


def test_a_full_disk_on_standard_output_is_an_error():
    with open("/dev/full", "w") as full:
        done = subprocess.run([ARSIA, "list", "workloads"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "arsia: error: cannot write to standard output: No space left on device\n"
