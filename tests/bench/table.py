#!/usr/bin/env python3
"""Runs each benchmark in a process of its own (so that its peak memory is its own) and prints a table.

    table.py BENCH [SECONDS]    the executable; least seconds a benchmark is run for (0.5)

Events a second are also given as a ratio to what the bare SystemC kernel handles with as many events pending, measured
in the same run. CPU time, since it depends least on what else the machine does.
"""
import json
import subprocess
import sys

# Figures of public tools for the same work on two cores.
REFERENCES = {
    "RingAllReduce1024": "ASTRA-sim 6.7 s CPU, 355 MB; SimGrid 12.9 s",
    "RandomTransfersOnTorus": "SimGrid's fluid model 37.9 s",
    "AlexNetConvolutions": "SCALE-Sim 104 s CPU",
}
# About how many events each has pending: which of the bare kernel's rates it is compared with.
PENDING = {"RingAllReduce1024": "1000", "RandomTransfersOnTorus": "1000"}
FEW_PENDING = "30"


def run(bench, name, seconds):
    done = subprocess.run([bench, f"--benchmark_filter=^{name}$", f"--benchmark_min_time={seconds}",
                           "--benchmark_format=json"], capture_output=True, text=True, check=True)
    [row] = json.loads(done.stdout)["benchmarks"]
    assert row["time_unit"] == "ms"
    return row


def pending_of(name):
    words = name.split("/")
    return words[1] if len(words) > 1 else PENDING.get(name, FEW_PENDING)


def beside(name, row):
    if "more_cpu" in row:
        return (f"recording: {row['more_cpu'] * 100:+.0f} % CPU, {row['more_wall'] * 100:+.0f} % wall, "
                f"{row['recorder_bytes'] / 1e6:.0f} MB more")
    return REFERENCES.get(name, "")


def cells(name, row, kernel):
    rate, peak = row.get("events_per_s"), row.get("peak_bytes")
    return [name.split("/iterations")[0], f"{row['cpu_time']:.3f} ms", f"{rate / 1e6:.2f} M/s" if rate else "",
            f"{rate / kernel[pending_of(name)]:.2f}" if rate else "", f"{peak / 1e6:.0f} MB" if peak else "",
            beside(name, row)]


def main():
    bench, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "0.5"
    names = subprocess.run([bench, "--benchmark_list_tests"], capture_output=True, text=True, check=True)
    kernel, table = {}, [["benchmark", "CPU", "events", "of kernel", "peak", "beside"]]
    for name in names.stdout.split():
        row = run(bench, name, seconds)
        if name.startswith("BareKernel/"):
            kernel[pending_of(name)] = row["events_per_s"]
        table.append(cells(name, row, kernel))
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    for line in table:
        text = "  ".join(cell.ljust(width) if i in (0, 5) else cell.rjust(width)
                         for i, (cell, width) in enumerate(zip(line, widths)))
        print(text.rstrip())
    print("\nCPU a run; of kernel: events a second over those of the bare SystemC kernel with as many pending "
          "(benchmarks without a number: 1,000 for the two networks, else 30).")
    print("Record…: runs of so many transfers (or ranks) with a run file, CPU of both threads; beside: what they take more "
          "than without, the least of several of each. Wall needs a second core that is free.")


if __name__ == "__main__":
    main()
