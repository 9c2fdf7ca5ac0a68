#!/usr/bin/env python3
"""Folders form a DAG: every include goes to the same folder or to one below it, and only the folders named here see
SystemC, HDF5 and ONNX. Prints each offence as file:line and exits with 1 if there is any."""
import pathlib
import re
import sys

BELOW = {
    "base": set(),
    "workloads": {"base"},
    "models": {"base", "workloads"},
    "topologies": {"base"},
    "sim": {"base", "workloads", "models", "topologies"},
    "traffic": {"base", "workloads", "models", "topologies", "sim"},
    "collectives": {"base", "workloads", "models", "topologies", "sim"},
    "mapper": {"base", "workloads", "models", "topologies", "sim", "collectives"},
    "sweep": {"base", "workloads", "models", "topologies", "sim", "collectives", "mapper"},
    "cli": {"base", "workloads", "models", "topologies", "sim", "mapper", "traffic",
            "collectives", "sweep"},
}
# Headers of libraries that only one corner may see: pattern of the include -> allowed path prefixes.
CORNERS = {
    r"systemc(\.h)?$": ("sim/",),
    r"(hdf5|H5\w+)\.h$": ("sim/recorder/",),
    r"^(onnx|google/protobuf)/": ("workloads/onnx/",),
    r"^mpi\.h$": ("mapper/evaluation/",),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def offences(root):
    for layer, below in BELOW.items():
        for path in sorted((root / layer).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            name = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                if not found:
                    continue
                target = found.group(1)
                folder = target.split("/")[0]
                if folder in BELOW and folder != layer and folder not in below:
                    yield f"{name}:{number}: {layer}/ may not include {folder}/"
                for pattern, allowed in CORNERS.items():
                    if re.search(pattern, target) and not name.startswith(allowed):
                        yield f"{name}:{number}: {target} may only be included below {', '.join(allowed)}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = list(offences(root))
    print("\n".join(found) if found else "layers: every include goes down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
