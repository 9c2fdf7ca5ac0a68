"""Analysis of arsia's run files with pandas, matplotlib and plotly.

    import arsia_analysis as aa
    run = aa.load("run.h5")
    aa.tables.critical_path(run)
    aa.gantt.gantt(run).savefig("gantt.png")

The same from a shell: `python3 -m arsia_analysis --help`.
"""
from . import compare, compare_figure, gantt, memory, network, roofline, search, sweep, tables, units
from .run_file import Run, RunFileError, load
from .sweep import Sweep, load_sweep

__all__ = ["Run", "RunFileError", "Sweep", "compare", "compare_figure", "gantt", "load", "load_sweep", "memory",
           "network", "roofline", "search", "sweep", "tables", "units"]
