"""Colours that mean the same in every figure; told apart also by readers who do not see red and green."""

KINDS = {"compute": "#2878b5", "transfer": "#e08a1e", "reduce": "#2a9d78", "reconfigure": "#c0659a", "wait": "#9aa0a6",
         "join": "#9aa0a6"}
CAUSES = {"compute": "#2878b5", "memory": "#74b9e0", "network": "#e08a1e", "dma_setup": "#a8852b",
          "contention": "#cc4f1b", "reconfiguration": "#c0659a", "waiting": "#9aa0a6"}
USE = "YlOrRd"  # matplotlib's colour map for shares of time


def colour_of(names, known=None):
    """A colour for each name, the known ones first, the others from a cycle."""
    cycle = ["#2878b5", "#e08a1e", "#2a9d78", "#c0659a", "#74b9e0", "#cc4f1b", "#a8852b", "#6d5fb0", "#9aa0a6"]
    return {name: (known or {}).get(name, cycle[at % len(cycle)]) for at, name in enumerate(names)}
