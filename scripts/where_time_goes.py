"""Where the program's time goes: samples of perf, by part of the source and by function. See scripts/performance.py."""
import collections
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]
LAYERS = ("base", "workloads", "models", "topologies", "sim", "traffic", "collectives", "mapper", "sweep", "cli")
FOREIGN = (("libsystemc", "SystemC"), ("libpagmo", "pagmo"), ("libhdf5", "HDF5"), ("libstdc++", "C and C++ libraries"),
           ("libc.so", "C and C++ libraries"), ("libm.so", "C and C++ libraries"), ("[kernel", "operating system"))
OTHER = "other"


def homes():
    """The folder in which each class and function is defined; names that several folders define have none."""
    found = collections.defaultdict(set)
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*"):
            if path.suffix not in (".h", ".cpp"):
                continue
            folder = str(path.parent.relative_to(ROOT))
            text = path.read_text()
            for name in re.findall(r"^\s*(?:class|struct) (\w+)[^;]*?\{", text, re.MULTILINE):
                found[name].add(folder)
            if path.suffix == ".cpp":
                for name in re.findall(r"^[\w:<>&*, ]+?[ &*](\w+)\([^;]*?\{", text, re.MULTILINE):
                    found[name].add(folder)
    return {name: folders.pop() for name, folders in found.items() if len(folders) == 1}


def short(symbol):
    """A demangled function without parameters, template arguments, and what all share."""
    symbol = symbol.replace("(anonymous namespace)::", "").removeprefix("non-virtual thunk to ")
    depth, out = 0, ""
    for letter in symbol:
        if letter == "<":
            depth += 1
        elif letter == ">":
            depth -= 1
        elif letter == "(" and depth == 0:
            break
        elif depth == 0:
            out += letter
    return out.split(" ")[-1].removeprefix("arsia::")


def part_of(library, symbol, home):
    if "arsia::" in symbol:  # also what the standard library does for a class of ours
        for name in re.findall(r"\w+", symbol[symbol.index("arsia::"):]):
            if name in home:
                return home[name]
    for beginning, part in FOREIGN:
        if library.startswith(beginning):
            return part
    return OTHER


def samples(command, folder):
    """(share of the time, library, function) of each function of a command and its children."""
    data = pathlib.Path(folder) / "perf.data"
    record = ["perf", "record", "-q", "-F", "1999", "-e", "cpu-clock", "-o", data, *command]
    done = subprocess.run(record, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder, check=False)
    if done.returncode != 0:
        sys.exit(f"perf record failed: {done.stderr.strip()}\nIt needs the package linux-perf and the right to sample: "
                 "sysctl kernel.perf_event_paranoid=2, or less")
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--no-children", "-g", "none", "-F",
                             "overhead,dso,sym", "-t", "\t", "-w", "10000"], capture_output=True, text=True, check=True)
    for line in report.stdout.splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) == 3 and cells[0].endswith("%"):
            yield float(cells[0][:-1]) / 100, cells[1], re.sub(r"^\[.\] ", "", cells[2])


def table(commands, folder, most_functions=6, least_share=0.01):
    """Markdown: a row for each part of the source, a column for each of the named commands; then their largest functions.
    """
    home = homes()
    parts = {name: collections.Counter() for name in commands}
    functions = {name: collections.Counter() for name in commands}
    for name, command in commands.items():
        print(f"  sampling {name}", file=sys.stderr, flush=True)
        for share, library, symbol in samples(command, folder):
            parts[name][part_of(library, symbol, home)] += share
            if "arsia::" in symbol:
                functions[name][short(symbol)] += share
    rows = sorted({part for counter in parts.values() for part in counter}, key=lambda part: (part == OTHER, part))
    rows = [part for part in rows if max(counter[part] for counter in parts.values()) >= least_share]
    out = ["| part | " + " | ".join(commands) + " |", "|---|" + "--:|" * len(commands)]
    for part in rows:
        out.append(f"| {'`' + part + '/`' if part.split('/')[0] in LAYERS else part} | " + " | ".join(
            f"{counter[part]:.0%}".replace("%", " %") if counter[part] >= least_share / 2 else "–"
            for counter in parts.values()) + " |")
    out += ["", "The functions that take most, with what the compiler has put into them:", "", "| run | share of its time |",
            "|---|---|"]
    for name, counter in functions.items():
        largest = counter.most_common(most_functions)
        out.append(f"| {name} | " + ", ".join(f"`{function}` {share:.0%}".replace("%", " %")
                                              for function, share in largest) + " |")
    return out
