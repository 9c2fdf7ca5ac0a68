"""Readable quantities, and axes that show them."""
import math

_TIMES = [(1e12, "s"), (1e9, "ms"), (1e6, "µs"), (1e3, "ns"), (1, "ps")]
_SIZES = [(2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B")]
_COUNTS = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]


def _pick(value, units):
    return next((unit for unit in units if abs(value) >= unit[0]), units[-1])


def _text(value, units):
    if value is None or math.isnan(value):
        return ""
    factor, unit = _pick(value, units)
    return f"{value / factor:.4g} {unit}".strip()


def time(ps):
    return _text(ps, _TIMES)


def size(count):
    return _text(count, _SIZES)


def count(value):
    return _text(value, _COUNTS)


def time_scale(ps):
    """(picoseconds a unit, name) in which a time of this length reads well."""
    return _pick(ps, _TIMES)


def size_scale(count_of_bytes):
    return _pick(count_of_bytes, _SIZES)
