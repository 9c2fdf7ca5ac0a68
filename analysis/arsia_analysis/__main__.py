"""`python3 -m arsia_analysis COMMAND RUN.h5`: tables on standard output, figures into files."""
import argparse
import os
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")  # figures go to files; no display is needed

import matplotlib.pyplot as plt  # noqa: E402
import pandas as pd  # noqa: E402

from . import compare, compare_figure, gantt, memory, network, roofline, search, sweep, tables, units  # noqa: E402
from .run_file import RunFileError, load  # noqa: E402

TABLES = {"breakdown": tables.breakdown, "critical-path": tables.critical_path, "operators": tables.operators,
          "nodes": tables.nodes, "links": tables.links, "transfers": tables.transfers, "mapping": tables.mapping}
FIGURES = {"gantt": gantt.gantt, "network": network.heat_map, "utilization": network.utilization,
           "memory": memory.occupancy, "roofline": roofline.roofline, "convergence": search.convergence}
# Columns of tables that hold times, sizes and shares; the rest is printed as it is.
_TIMES = {"time", "busy", "queueing", "critical", "first_start", "last_end", "compute_busy", "contention",
          "on_critical_path"}
_SIZES = {"bytes", "memory_bytes", "transfer_bytes", "peak", "capacity"}
_SHARES = {"share", "utilization", "compute", "memory"}


def readable(table, times=_TIMES, sizes=_SIZES):
    """The table with units written out."""
    out = table.copy()
    for name in out.columns:
        if name in times:
            out[name] = out[name].map(units.time)
        elif name in sizes:
            out[name] = out[name].map(units.size)
        elif name in _SHARES:
            out[name] = out[name].map("{:.1%}".format)
        elif name in ("macs", "cycles"):
            out[name] = out[name].map(units.count)
    return out


def show(table, arguments, **how):
    if arguments.csv:
        table.to_csv(sys.stdout)
        return
    rows = table.head(arguments.rows) if arguments.rows else table
    print(readable(rows, **how).to_string(na_rep="-"))
    if len(rows) < len(table):
        print(f"… {len(table) - len(rows)} more; --rows 0 shows all")


def summary(run):
    lines = [("run", run.path), ("made by", run.meta["command"]), ("what", run.title),
             ("latency", f"{units.time(run.latency)} ({run.latency} ps)"),
             ("program", f"{run.meta['tasks']} tasks, of these {run.meta['transfers']} transfers of "
                         f"{units.size(run.meta['bytes_transferred'])}"),
             ("energy", f"{run.energy.sum():.4g} J" if run.energy.sum() else "not known")]
    if run.search:
        lines.append(("search", "{name}, seed {seed}, {evaluations} evaluations".format(**run.search)))
    print("\n".join(f"{name:<9}{value}" for name, value in lines))
    print("\nWhere time goes\n" + readable(tables.breakdown(run)).rename_axis(None).to_string(header=False))


def save(figure, output):
    figure.savefig(output, dpi=150)
    plt.close(figure)
    print(f"written {output}")


def readable_totals(totals):
    """compare.summary() with the unit of each row."""
    forms = {"latency_ps": units.time, "energy_j": "{:.4g} J".format, "bytes_transferred": units.size,
             "peak_memory_bytes": units.size}
    out = totals.astype(object)
    for name, row in totals.iterrows():
        form = forms.get(name, "{:.0f}".format)
        out.loc[name, ["first", "second", "difference"]] = [form(row[key]) for key in ("first", "second", "difference")]
    out["ratio"] = totals.ratio.map(lambda ratio: "" if pd.isna(ratio) else f"{ratio:.3f}")
    return out.rename(index=lambda name: name.removesuffix("_ps").removesuffix("_j").removesuffix("_bytes"))


def comparison(arguments):
    runs = [load(file) for file in arguments.run]
    if arguments.output:
        save(compare_figure.breakdowns(runs), arguments.output)
        return
    if len(runs) != 2:
        raise RunFileError("compare prints tables of two runs; with -o it draws the breakdowns of any number")
    first, second = runs
    print(f"first   {first.path}: {first.title}, {units.time(first.latency)}")
    print(f"second  {second.path}: {second.title}, {units.time(second.latency)}")
    totals = compare.summary(first, second)
    show(totals if arguments.csv else readable_totals(totals), arguments)
    times = {"first", "second", "difference"}
    for title, table in (("Breakdown", compare.breakdown), ("Critical path by operator", compare.operators)):
        print(f"\n{title}")
        show(table(first, second), arguments, times=times)


def pareto(arguments):
    runs = [load(file) for file in arguments.run]
    table = search.found_by(runs[0]) if len(runs) == 1 and runs[0].pareto is not None else search.objectives_of(runs)
    objectives, known = list(arguments.objectives or search.known(table)[:2]), search.known(table)
    for name in objectives:
        if name not in known:
            raise RunFileError(f"{arguments.run[0]}: has no {name} to compare by, but {', '.join(known)}")
    if arguments.output:
        save(search.pareto(table, *objectives), arguments.output)
    show(table.assign(best=search.front(table, objectives)), arguments, times={"latency", "period"}, sizes={"memory"})


def swept(arguments):
    """Points and answers of a sweep, and its figure if one is asked for."""
    one = sweep.load_sweep(arguments.run)
    if arguments.output:
        save(sweep.figure(one), arguments.output)
    columns = [one.column(name) for name in ("status", "latency", "bound", "gap", "energy", "bytes", "cause")]
    times = {one.column("latency"), one.column("bound")}
    show(one.points if arguments.csv else one.points[[*one.axes, *columns]], arguments, times=times)
    if not arguments.csv:
        print("\n" + "\n".join(f"- {answer}" for answer in one.answers))


def parser():
    out = argparse.ArgumentParser(prog="arsia_analysis", description="Tables and figures from arsia's run files.")
    commands = out.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name, text, several=False):
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("run", metavar="RUN.h5", nargs="+" if several else None, help="run file of arsia")
        return one

    def for_tables(one):
        one.add_argument("--csv", action="store_true", help="all rows as CSV, times in ps and sizes in bytes")
        one.add_argument("--rows", type=int, default=20, help="rows to print; 0: all (default 20)")
    command("summary", "What ran, how long it took, where the time went")
    for name, function in TABLES.items():
        for_tables(command(name, function.__doc__.split(":")[0].split(".")[0].replace("\n    ", " ")))
    for name, function in FIGURES.items():
        one = command(name, "Figure: " + function.__doc__.split(".")[0].split(";")[0].replace("\n    ", " "))
        one.add_argument("-o", "--output", help="image (png, svg, pdf); default: COMMAND.png")
        if name == "network":
            one.add_argument("--value", default="utilization", choices=["utilization", "bytes", "queueing", "critical"])
    both = command("compare", "Two runs side by side; -o draws the breakdowns of any number", several=True)
    both.add_argument("-o", "--output", help="image of the breakdowns instead of tables")
    for_tables(both)
    what_if = command("sweep", "Points and answers of a sweep; -o draws its curves or heat map")
    what_if.add_argument("-o", "--output", help="image")
    for_tables(what_if)
    several = command("pareto", "Which of several runs, or of the mappings that one search found, no other one beats", several=True)
    several.add_argument("-o", "--output", help="image")
    several.add_argument("--objectives", nargs=2, choices=[*search.OBJECTIVES, "period", "score"],
                         help="two to compare by (default: the first two that are known); period or score instead of "
                              "latency where a search minimised that")
    for_tables(several)
    return out


def run_command(arguments):
    if arguments.command == "compare":
        comparison(arguments)
    elif arguments.command == "sweep":
        swept(arguments)
    elif arguments.command == "pareto":
        pareto(arguments)
    elif arguments.command == "summary":
        summary(load(arguments.run))
    elif arguments.command in TABLES:
        show(TABLES[arguments.command](load(arguments.run)), arguments)
    else:
        extra = {"value": arguments.value} if arguments.command == "network" else {}
        output = arguments.output or f"{arguments.command}.png"
        save(FIGURES[arguments.command](load(arguments.run), **extra), pathlib.Path(output))


def main(words=None):
    pd.set_option("display.width", 160)
    try:
        run_command(parser().parse_args(words))
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (RunFileError, OSError) as error:
        print(f"arsia_analysis: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
