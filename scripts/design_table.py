#!/usr/bin/env python3
"""Writes the tables of the fastest design of each layer into docs/models.md, between their two marks.

  scripts/design_table.py --arsia build/release/arsia           writes them
  scripts/design_table.py --arsia build/release/arsia --check   changes nothing; exit status 1 if they are not current

Each layer runs alone (`arsia compute`), against the memory of the platform that the designs are for.
"""
import argparse
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "models.md"
FIRST = "<!-- table of fastest designs: scripts/design_table.py writes it -->"
LAST = "<!-- end of the table of fastest designs -->"
DESIGNS = ["superlip_64_7_7_14", "systolic_11_13_8", "winograd_2_3", "winograd_4_3"]
NETWORKS = ["resnet34", "vgg16", "resnet101"]
MEMORY = "19.2 GB/s"  # f1_16xlarge


def layers(arsia, network):
    """Layers with weights that differ in shape, in order of first use: name, number of uses, shape."""
    shown = json.loads(subprocess.run([arsia, "show", "workload", network, "--json"], check=True,
                                      capture_output=True, text=True).stdout)
    rows_of = {tensor: shape[2] for tensor, shape in shown["inputs"].items()}
    rows_of.update((op["name"], op["output_shape"][2]) for op in shown["operators"])
    found = {}
    for op in shown["operators"]:
        if not op["macs"]:
            continue
        extents = op["extents"]
        # Paddings keep the size, up to the stride.
        stride = round(rows_of[op["inputs"][0]] / extents["P"]) if op["type"] == "conv" else 1
        shape = (op["type"], *(extents[dim] for dim in "KCPQRS"), stride)
        found.setdefault(shape, []).append(op["name"])
    return [(names[0], len(names), shape) for shape, names in found.items()]


def shape_text(shape):
    kind, k, c, p, q, r, s, stride = shape
    if kind == "linear":
        return f"linear {c * r * s} → {k}"
    return f"{r}×{s}" + (f" stride {stride}" if stride > 1 else "") + f", {c} → {k}, {p}×{q}"


def times_of(arsia, network, design):
    """Latency of each operator, in ps."""
    done = subprocess.run([arsia, "compute", "--design", design, "--workload", network, "--memory-bandwidth", MEMORY,
                           "--json"], check=True, capture_output=True, text=True)
    return {op["name"]: op["latency_ps"] for op in json.loads(done.stdout)["operators"]}


def table(arsia, network):
    times = {design: times_of(arsia, network, design) for design in DESIGNS}
    rows = [f"| {network}: layer | × | " + " | ".join(f"`{design}`" for design in DESIGNS) + " |",
            "|---|--:|" + "--:|" * len(DESIGNS)]
    wins = dict.fromkeys(DESIGNS, 0)
    totals = dict.fromkeys(DESIGNS, 0)
    fastest_total = 0
    for name, uses, shape in layers(arsia, network):
        taken = {design: times[design][name] for design in DESIGNS}
        least = min(taken.values())
        fastest_total += least * uses
        cells = []
        for design, time in taken.items():
            totals[design] += time * uses
            text = f"{time / 1e6:.1f}"
            if time == least:
                wins[design] += uses
                text = f"**{text}**"
            cells.append(text)
        rows.append(f"| {shape_text(shape)} | {uses} | " + " | ".join(cells) + " |")
    rows.append("| all layers | | " + " | ".join(f"{totals[design] / 1e6:.1f}" for design in DESIGNS) + " |")
    rows.append("| layers that it is fastest at | | " + " | ".join(str(wins[design]) for design in DESIGNS) + " |")
    best = min(totals.values())
    rows += ["", f"The fastest design of each layer together: {fastest_total / 1e6:.1f} µs, "
                 f"{100 * (1 - fastest_total / best):.0f} % less than the best single design."]
    return "\n".join(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arsia", required=True, help="the program")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    page = PAGE.read_text()
    for mark in (FIRST, LAST):
        if page.count(mark) != 1:
            sys.exit(f"{PAGE} has lost the mark '{mark}'")
    before, rest = page.split(FIRST)
    after = rest.split(LAST)[1]
    tables = "\n\n".join(table(arguments.arsia, network) for network in NETWORKS)
    written = f"{before}{FIRST}\n\n{tables}\n\n{LAST}{after}"
    if written == page:
        return
    if arguments.check:
        sys.exit(f"the tables in {PAGE.name} are not current; run scripts/design_table.py")
    PAGE.write_text(written)


main()
