#!/usr/bin/env python3
"""Installs into a scratch folder and asks the installed program for its catalogs: they must be the installed ones, not
those of the source tree. Exit status 1 if not."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def names(arsia, kind):
    environment = {key: value for key, value in os.environ.items() if key != "ARSIA_HOME"}
    done = subprocess.run([arsia, "list", kind, "--json"], env=environment, capture_output=True, text=True, check=True)
    return {item["name"] if isinstance(item, dict) else item for item in json.loads(done.stdout)["items"]}


def main():
    cmake, build = sys.argv[1:]
    problems = []
    with tempfile.TemporaryDirectory(prefix="arsia-install-") as prefix:
        subprocess.run([cmake, "--install", build, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        arsia = pathlib.Path(prefix) / "bin" / "arsia"
        for kind, layer in (("workloads", "workloads/catalog"), ("designs", "models/catalog"),
                            ("topologies", "topologies/catalog"), ("studies", "topologies/studies")):
            catalog = pathlib.Path(prefix) / "share" / "arsia" / layer
            installed = {file.stem for file in catalog.glob("*.yaml")}
            if not installed:
                problems.append(f"{kind}: no catalog is installed")
            elif names(arsia, kind) != installed:
                problems.append(f"{kind}: {sorted(names(arsia, kind))} instead of {sorted(installed)}")
            else:
                added = catalog / "only_installed.yaml"
                added.write_text((catalog / f"{min(installed)}.yaml").read_text())
                if names(arsia, kind) != installed | {added.stem}:
                    problems.append(f"{kind}: read from elsewhere than {catalog}")
                added.unlink()
    print("\n".join(problems) if problems else "the installed program uses the installed catalogs")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
