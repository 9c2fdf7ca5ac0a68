#!/usr/bin/env python3
"""Measures how the program's cost grows, and writes docs/performance.md. See scripts/bench.sh."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import where_time_goes

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "performance.md"

RING = """format: arsia-topology/1
name: ring{count}
generate: {{kind: ring, count: {count}, link: {{bandwidth: 100 GB/s, latency: 500 ns}}}}
accelerator:
  memory: {{capacity: 1 GiB, bandwidth: 1000 GB/s, latency: 0 ns}}
  dma: {{channels: 4, setup: 0 ns}}
"""
TORUS = """format: arsia-topology/1
name: torus
generate: {kind: torus, dims: [4, 4, 4], link: {bandwidth: 10 GB/s, latency: 500 ns}}
accelerator:
  memory: {capacity: 1 GiB, bandwidth: 100 GB/s, latency: 0 ns}
  dma: {channels: 4, setup: 0 ns}
"""


def chain(layers):
    lines = ["format: arsia-workload/1", f"name: chain{layers}", "element: 16 bit", "inputs: {image: [1, 64, 56, 56]}",
             "operators:"]
    for i in range(layers):
        source = f"c{i - 1}" if i else "image"
        lines.append(f"  - {{name: c{i}, type: conv, input: {source}, out_channels: 64, kernel: 3, padding: 1}}")
    return "\n".join(lines) + "\n"


def repeated(operators):
    """Convolutions and activations of a tiny tensor in turns, by the format's own repetition."""
    return f"""format: arsia-workload/1
name: repeated{operators}
inputs: {{image: [1, 16, 8, 8]}}
blocks:
  pair:
    inputs: [in]
    operators:
      - {{name: conv, type: conv, input: in, out_channels: 16, kernel: 1}}
      - {{name: relu, type: relu, input: conv}}
operators:
  - {{name: body, block: pair, repeat: {operators // 2}, input: image}}
"""


class Runner:
    def __init__(self, arsia, folder):
        self.arsia, self.folder = arsia, pathlib.Path(folder)

    def file(self, name, text):
        (self.folder / name).write_text(text)
        return f"./{name}"

    def run(self, *words):
        """CPU seconds and peak bytes of one run."""
        process = subprocess.Popen([self.arsia, *map(str, words)], cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        error = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"arsia {' '.join(map(str, words))}\n{error}")
        seconds = usage.ru_utime + usage.ru_stime
        print(f"  {' '.join(map(str, words))}: {seconds:.2f} s", file=sys.stderr, flush=True)
        return seconds, usage.ru_maxrss * 1024


def growth_table(heading, unit, rows):
    out = [f"### {heading}", "", f"| {unit} | CPU | peak memory | CPU a unit, of the first row |", "|--:|--:|--:|--:|"]
    first = rows[0][1] / rows[0][3]
    for name, seconds, peak, size in rows:
        out.append(f"| {name} | {seconds:.2f} s | {peak / 1e6:.0f} MB | {seconds / size / first:.2f} |")
    return out + [""]


def growth(runner, quick):
    out = ["## How cost grows", "", "Whole processes, start included (about 0.05 s). The last column is 1 where cost grows "
           "in proportion to the size, and rises with a power or a logarithm.", ""]
    rows = []
    for count in (256, 512, 1024) if quick else (512, 1024, 2048, 4096):
        ring = runner.file(f"ring{count}.yaml", RING.format(count=count))
        rows.append((f"{count:,}", *runner.run("collective", "--topology", ring, "--operation", "all-reduce",
                                               "--algorithm", "ring", "--size", "64MiB", "--burst", "64MiB"), count * count))
    out += growth_table("Accelerators: a ring all-reduce", "accelerators (unit: messages, 2n(n − 1))", rows)
    torus, rows = runner.file("torus.yaml", TORUS), []
    for count in (10**3, 10**4) if quick else (10**4, 10**5, 10**6, 10**7):
        rows.append((f"{count:,}", *runner.run("traffic", "--topology", torus, "--random", "uniform", "--count", count,
                                               "--bytes", "64KiB", "--spread-over", f"{count * 2} us"), count))
    out += growth_table("Tasks: random transfers of 64 KiB on a 4×4×4 torus", "transfers", rows)
    rows = []
    for burst in (256, 64, 16, 4):
        rows.append((f"{burst} KiB", *runner.run("traffic", "--topology", torus, "--random", "uniform", "--count", 1000,
                                                 "--bytes", "4MiB", "--burst", f"{burst}KiB"), 1 / burst))
    out += growth_table("Bursts: 1,000 transfers of 4 MiB", "burst (unit: bursts)", rows)
    rows = []
    for size in (1, 4, 16, 64):
        rows.append((f"{size} MiB", *runner.run("traffic", "--topology", torus, "--random", "uniform", "--count", 1000,
                                                "--bytes", f"{size}MiB", "--burst", "64KiB"), size))
    out += growth_table("Bytes: 1,000 transfers in bursts of 64 KiB", "transfer (unit: bytes)", rows)
    rows = []
    for layers in (100, 1000):
        workload = runner.file(f"chain{layers}.yaml", chain(layers))
        mapping = f"chain{layers}.json"
        runner.run("map", "--workload", workload, "--topology", "f1_16xlarge", "--search", "baseline", "-o", mapping)
        rows.append((f"{layers:,}", *runner.run("simulate", "--workload", workload, "--topology", "f1_16xlarge",
                                                "--mapping", mapping), layers))
    out += growth_table("Layers: a chain of convolutions on f1_16xlarge, simulated with report and bound", "layers", rows)
    rows = []
    for operators in (10**3, 10**4) if quick else (10**3, 10**4, 10**5, 10**6):
        workload = runner.file(f"repeated{operators}.yaml", repeated(operators))
        rows.append((f"{operators:,}", *runner.run("map", "--workload", workload, "--topology", "f1_16xlarge", "--search",
                                                   "mars", "--evaluations", 2, "--seed", 1, "-o", "repeated.json"),
                     operators))
    out += growth_table("Operators: tiny convolutions and activations, `mars` with two evaluations on f1_16xlarge",
                        "operators", rows)
    if not quick:
        seconds, peak = runner.run("map", "--workload", "llama2_7b", "--topology", "npu_pod64", "--search", "baseline",
                                   "-o", "llama.json")
        out += ["### LLaMA-2-7B over 64 accelerators", "",
                f"`baseline` on `npu_pod64`: {seconds:.1f} s of CPU and {peak / 1e6:.0f} MB to map, simulate, bound and "
                "report.", ""]
    return out


def search_command(arsia, search, evaluations, jobs):
    return [arsia, "map", "--workload", "resnet101", "--topology", "f1_16xlarge", "--search", search, "--seed", "1",
            "--evaluations", str(evaluations), "--jobs", str(jobs), "--quiet", "-o", f"{search}-{jobs}.json"]


def two_processes(arsia, folder, quick):
    """Searches with one and with two jobs in turns; the least wall time of each. Needs a second core that is free."""
    out = ["## Searches on two processes", "", "ResNet-101 on `f1_16xlarge`, seconds on the clock, the least of three runs "
           "in turns. The mappings are the same to the byte.", "",
           "| search | evaluations | `--jobs 1` | `--jobs 2` | times as fast |", "|---|--:|--:|--:|--:|"]
    for search, evaluations in (("mars", 200),) if quick else (("mars", 3000), ("auto", 3000), ("auto", 10000)):
        walls = {1: [], 2: []}
        for _ in range(1 if quick else 3):
            for jobs, taken in walls.items():
                begin = time.monotonic()
                subprocess.run(search_command(arsia, search, evaluations, jobs), cwd=folder, check=True,
                               stdout=subprocess.DEVNULL)
                taken.append(time.monotonic() - begin)
        if (pathlib.Path(folder) / f"{search}-1.json").read_bytes() != (
                pathlib.Path(folder) / f"{search}-2.json").read_bytes():
            sys.exit(f"{search}: one job and two found different mappings")
        one, two = min(walls[1]), min(walls[2])
        print(f"  {search}, {evaluations} evaluations: {one:.2f} s, {two:.2f} s", file=sys.stderr, flush=True)
        out.append(f"| `{search}` | {evaluations:,} | {one:.2f} s | {two:.2f} s | {one / two:.2f} |")
    return out + [""]


def where_time_is_spent(arsia, bench, folder, quick):
    def benchmark(name):
        return [bench, f"--benchmark_filter=^{name}$", "--benchmark_min_time=" + ("0.2" if quick else "3")]

    commands = {
        "ring all-reduce": benchmark("RingAllReduce1024"),
        "transfers on a torus": benchmark("RandomTransfersOnTorus"),
        "candidate, ResNet-34": benchmark("CandidateResNet34"),
        "candidate, ResNet-101": benchmark("CandidateResNet101"),
        "`mars`, ResNet-101": search_command(arsia, "mars", 200 if quick else 3000, 1),
        "`auto`, ResNet-101": search_command(arsia, "auto", 200 if quick else 3000, 1),
    }
    return ["## Where time goes", "", "Samples of the processor's time (perf), by the part of the source that a function or "
            "its class is from. The first four are benchmarks, the others whole searches with 3,000 evaluations.", "",
            *where_time_goes.table(commands, folder), ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arsia", required=True)
    parser.add_argument("--bench", required=True)
    parser.add_argument("--seconds", default="0.5")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, printed instead of written")
    arguments = parser.parse_args()
    table = subprocess.run([sys.executable, "tests/bench/table.py", arguments.bench, arguments.seconds], check=True,
                           capture_output=True, text=True).stdout
    print(table, file=sys.stderr)
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), "unknown")
    with tempfile.TemporaryDirectory() as folder:
        arsia, bench = os.path.abspath(arguments.arsia), os.path.abspath(arguments.bench)
        body = two_processes(arsia, folder, arguments.quick)
        body += where_time_is_spent(arsia, bench, folder, arguments.quick)
        body += growth(Runner(arsia, folder), arguments.quick)
    text = "\n".join(["# Performance", "", "`scripts/bench.sh --write` measures and writes this page. "
                      f"Machine: {cpu}, {os.cpu_count()} cores. Figures of a shared machine vary by a third from day to day; "
                      "ratios within a run are better than seconds.", "", "## Benchmarks", "",
                      "Beside the bare SystemC kernel in the same run: an `SC_METHOD` that notifies itself, with as many "
                      "events pending. Figures of others are the processor time of the whole tool for the same work on two cores: "
                      "ASTRA-sim's analytical backend (March 2026), SimGrid 3.32's fluid model, SCALE-Sim v2.", "", "```text",
                      table.rstrip(), "```", "", *body]).rstrip() + "\n"
    if arguments.quick:
        print(text)
    else:
        PAGE.write_text(text)
        print(f"written {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
