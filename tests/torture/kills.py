#!/usr/bin/env python3
"""Ends `map --checkpoint` and `simulate -o` by signals at random moments. Afterwards every file must be complete or
absent, and a search that is resumed must end as if nothing had happened. Under a temporary name only a complete file may be
left that was about to take the place of an old one; the next command that writes there must remove it.

    tests/torture/kills.py --arsia build/release/arsia 1000

A failure prints the seed and the number of the kill; the same seed makes the same choices."""
import argparse
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import h5py

WORKLOAD = """\
format: arsia-workload/1
name: tortured
element: 16 bit
inputs: {image: [1, 3, 32, 32]}
operators:
  - {name: conv1, type: conv, input: image, out_channels: 16, kernel: [3, 3], padding: [1, 1]}
  - {name: conv2, type: conv, input: conv1, out_channels: 16, kernel: [3, 3], padding: [1, 1]}
  - {name: sum1, type: add, inputs: [conv1, conv2]}
  - {name: pool1, type: pool, input: sum1, kernel: [2, 2], stride: [2, 2]}
  - {name: fc, type: linear, input: pool1, out_features: 10}
"""
PROBLEM = ["--workload", "tortured.yaml", "--topology", "f1_16xlarge"]
SEARCH = ["map", *PROBLEM, "--search", "mars", "--seed", "3", "--evaluations", "500", "--checkpoint", "c.h5", "-o",
          "m.json", "--run", "r.h5"]
SIMULATE = ["simulate", *PROBLEM, "--mapping", "given.json", "--requests", "40", "-o", "s.h5"]
TIMED_OUT = 300  # seconds


class Kills:
    """One folder, one executable, one source of chance."""

    def __init__(self, arsia, folder, seed):
        self.arsia, self.folder, self.chance = arsia, folder, random.Random(seed)
        self.counts = {}
        self.leftovers = set()
        (folder / "tortured.yaml").write_text(WORKLOAD)
        begin = time.monotonic()
        self.finish(SEARCH)
        self.search_time = time.monotonic() - begin
        self.mapping = self.content("m.json")
        self.latencies = self.dataset("r.h5", "search/candidates/latency")
        (folder / "given.json").write_bytes(self.mapping)
        begin = time.monotonic()
        self.finish(SIMULATE)
        self.simulate_time = time.monotonic() - begin
        self.run = self.content("s.h5")
        self.clear()

    def content(self, name):
        return (self.folder / name).read_bytes()

    def dataset(self, name, path):
        with h5py.File(self.folder / name) as file:
            return file[path][()].tolist()

    def clear(self):
        for name in ("c.h5", "m.json", "r.h5", "s.h5"):
            (self.folder / name).unlink(missing_ok=True)

    def finish(self, words):
        done = subprocess.run([self.arsia, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=TIMED_OUT, check=False)
        assert done.returncode == 0, f"{words[0]} ended with {done.returncode}: {done.stderr}"

    def writes(self, process):
        """Whether the process has a file open that has no name yet."""
        try:
            return any(str(self.folder) in str(link.readlink()) and "(deleted)" in str(link.readlink())
                       for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
        except OSError:  # it has ended, or just closed the file
            return False

    def kill(self, words, usual, number):
        """Starts a command and ends it: after some time, or as soon as it writes. Returns its exit status."""
        with subprocess.Popen([self.arsia, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            if self.chance.random() < 0.5:
                time.sleep(self.chance.uniform(0, 1.1 * usual))
            else:
                later = self.chance.uniform(0, 0.005)
                which = self.chance.randrange(1, 4)  # of its files
                while process.poll() is None and which > 0:
                    if self.writes(process):
                        which -= 1
                        while which > 0 and self.writes(process):
                            pass
                time.sleep(later)
            process.send_signal(number)
            error = process.stderr.read().decode()
            process.wait(TIMED_OUT)
        for trace in ("HDF5-DIAG", "terminate called", "internal error", "Sanitizer", "runtime error"):
            assert trace not in error, error
        ended = signal.Signals(-process.returncode).name if process.returncode < 0 else "ended by itself"
        self.counts[ended] = self.counts.get(ended, 0) + 1
        return process.returncode

    def check_files(self, may_be_partial_search, after_kill=False):
        left = {path.name for path in self.folder.iterdir()}
        more = left - {"tortured.yaml", "given.json", "c.h5", "m.json", "r.h5", "s.h5"}
        if after_kill:
            self.check_leftovers(more, left)
        else:
            assert not more, f"left behind: {more}"
        if "m.json" in left:
            mapping = self.content("m.json")
            assert json.loads(mapping)["format"] == "arsia-mapping/1"
            assert may_be_partial_search or mapping == self.mapping, "m.json is another mapping"
        if "c.h5" in left:
            known = self.dataset("c.h5", "latency")
            assert known == self.latencies[:len(known)], "c.h5 knows other latencies"
            assert len(self.dataset("c.h5", "mapping")) == len(known)
        if "r.h5" in left:
            latencies = self.dataset("r.h5", "search/candidates/latency")
            assert latencies == self.latencies[:len(latencies)], "r.h5 tells of another search"
            assert may_be_partial_search or len(latencies) == len(self.latencies)
        if "s.h5" in left:
            assert self.content("s.h5") == self.run, "s.h5 is another run"

    def check_leftovers(self, names, left):
        for name in names:
            target = re.fullmatch(r"(.+)\.tmp-\d+", name)
            assert target and target[1] in left, f"left behind: {name}"
            if target[1].endswith(".h5"):
                with h5py.File(self.folder / name) as file:
                    assert "format" in file.attrs
            else:
                assert json.loads(self.content(name))["format"] == "arsia-mapping/1"
            self.leftovers.add(name)

    def search_once(self):
        """Kills a search up to three times, and lets it end."""
        words, interrupted, killed = SEARCH, False, False
        for _ in range(self.chance.randint(1, 3)):
            number = self.chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
            status = self.kill(words, self.search_time, number)
            nothing_found = status == 1 and number != signal.SIGKILL  # as documented: no legal mapping so soon
            assert status in (0, -number) or nothing_found, f"status {status} after {number}"
            interrupted = interrupted or number != signal.SIGKILL
            killed = killed or number == signal.SIGKILL
            self.check_files(interrupted, killed)
            words = [*SEARCH, "--resume"]
        self.finish([*SEARCH, "--resume"])
        self.check_files(False)
        assert self.content("m.json") == self.mapping
        self.clear()

    def simulate_once(self):
        """Kills a simulation that writes over an old file, or over none."""
        number = self.chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
        status = self.kill(SIMULATE, self.simulate_time, number)
        assert status in (0, -number), f"status {status} after {number}"
        self.check_files(False, after_kill=number == signal.SIGKILL)
        if any(".tmp-" in path.name for path in self.folder.iterdir()):
            self.finish(SIMULATE)
            self.check_files(False)
        if self.chance.random() < 0.5:
            (self.folder / "s.h5").unlink(missing_ok=True)

    def total(self):
        return sum(self.counts.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--arsia", required=True, type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after that time")
    parser.add_argument("kills", type=int, help="so many are to end by SIGKILL; others end by another signal, or first")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.seconds
    with tempfile.TemporaryDirectory(prefix="arsia-kills-") as folder:
        kills = Kills(arguments.arsia.resolve(), pathlib.Path(folder).resolve(), arguments.seed)
        while kills.counts.get("SIGKILL", 0) < arguments.kills and time.monotonic() < end:
            try:
                if kills.chance.random() < 0.5:
                    kills.search_once()
                else:
                    kills.simulate_once()
            except AssertionError as error:
                sys.exit(f"seed {arguments.seed}, kill {kills.total()}: {error}")
    ended = ", ".join(f"{name}: {count}" for name, count in sorted(kills.counts.items()))
    print(f"{kills.total()} commands were sent a signal ({ended}); every file was complete or absent, "
          f"every resumed search ended alike; {len(kills.leftovers)} times a complete file kept its temporary name until the "
          "next command")


if __name__ == "__main__":
    main()
