"""What one census publishes: the rows of the measures that are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from simulation.census.census import Census
from simulation.census.dimensions import ALL, DIMENSIONS
from simulation.census.measure import Measure, measures
from simulation.census.tally import rows
from simulation.world import World


@dataclass
class YearRows:
    """The rows that one census publishes, as columns of equal length."""

    year: int
    labels: dict[str, tuple[str, ...]]
    """Labels along every dimension, in order of code."""
    measure: np.ndarray
    """Place of the measure in the order of :func:`~simulation.census.measure.measures`; int16."""
    codes: dict[str, np.ndarray]
    """int8 code by dimension, -1 for all."""
    value: np.ndarray
    base: np.ndarray

    def __len__(self) -> int:
        return len(self.value)


def choose(names: Iterable[str] | None) -> list[Measure]:
    """The measures called ``names`` (all for None), in order of name.

    Raise :exc:`KeyError` for a name that no measure has.
    """
    known = measures()
    if names is None:
        return list(known.values())
    wanted = set(names)
    for name in sorted(wanted - set(known)):
        near = get_close_matches(name, known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise KeyError(f"no measure is called {name!r}; {hint}")
    return [measure for name, measure in known.items() if name in wanted]


def measure_year(world: World, names: Iterable[str] | None = None) -> YearRows:
    """Take the measures called ``names`` (all for None) at the census of ``world.year``.

    A measure that needs more history than there is has no rows. Raise :exc:`KeyError` for an unknown name and
    :exc:`ValueError` if the census process has not run this year.
    """
    census = Census(world)
    order = {name: i for i, name in enumerate(measures())}
    blocks = []
    for measure in choose(names):
        tally = measure.function(census)
        if tally is not None:
            blocks.append((order[measure.name], rows(measure, tally, census.places, census.labels)))
    total = sum(len(block.value) for _, block in blocks)
    codes = {dimension: np.full(total, ALL, np.int8) for dimension in DIMENSIONS}
    number, value, base = np.empty(total, np.int16), np.empty(total), np.empty(total)
    start = 0
    for code, block in blocks:
        part = slice(start, start + len(block.value))
        number[part], value[part], base[part] = code, block.value, block.base
        for dimension, column in block.codes.items():
            codes[dimension][part] = column
        start = part.stop
    return YearRows(census.year, census.labels, number, codes, value, base)
