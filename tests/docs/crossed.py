"""Draws of a model's parameters and of a programme's figures, crossed, and the parts of what differences vary by.

Each of some draws of the parameters, in futures of its own, meets each of some draws of the figures, and the same future each of
them: its past, and the base, are run once for all figures, so that this is affordable. The parts are the components of variance of that design
(Searle, Casella & McCulloch, *Variance Components*, 1992, chapter 4: parameters, figures, and futures nested in parameters), with no
regression and nothing drawn twice.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.figures.lines import Line
from analysis.runs.executor import in_order
from analysis.runs.plan import Plan
from analysis.runs.replicate import Plans, pair
from analysis.runs.work import Passed
from analysis.studies.compare.summing import Cell, figures, values
from scenarios.doubt import placed
from simulation.census.measure import Kind, measures


@dataclass(frozen=True)
class Crossed:
    """What a process that runs one future needs to know."""

    plans: tuple[Plan, ...]
    lines: tuple[Line, ...]
    programmes: int
    futures: int


def crossed(plans: Sequence[Plan], lines: Sequence[Line], sizes: tuple[int, int, int], workers: int) -> np.ndarray:
    """Differences that the policy makes, over all years, by draw of the parameters, future, draw of the figures and line."""
    models, futures, programmes = sizes
    given = Crossed(tuple(plans), tuple(lines), programmes, futures)
    found = []
    setups = [one.setup for one in plans]
    for number, future in enumerate(in_order(one_future, given, range(models * futures), setups, workers), 1):
        found.append(future)
        print(f"Future {number} of {models * futures}", file=sys.stderr)
    return np.array(found).reshape(models, futures, programmes, len(lines))


def one_future(given: Crossed, number: int, passed: Passed) -> np.ndarray:
    """The differences of future ``number``, under the draw of the parameters that it has, with each draw of the figures."""
    draw = number // given.futures
    base, policy = (arms(one, draw, given.programmes) for one in given.plans)
    lines = list(given.lines)
    results = pair(Plans.of([base[0], *policy], [line.measure for line in lines]), number, passed)
    setup = given.plans[0].setup
    years = list(range(setup.base_year + 1, setup.last_year + 1))
    rows = np.array([figures(one.get()[1], lines, years) for one in results])
    for i, line in enumerate(lines):
        if measures()[line.measure].kind is Kind.COUNT:  # which runs without one do not report
            rows[:, i, :, 0] = np.nan_to_num(rows[:, i, :, 0])
    whole = values(rows, lines, years, [Cell(i, None) for i in range(len(lines))])
    return whole[1:] - whole[0]


def arms(one: Plan, draw: int, programmes: int) -> list[Plan]:
    """A plan under a draw of the parameters, with each of so many draws of its programmes' figures; one where it has none."""
    doubt = one.doubt
    assert doubt is not None
    assert doubt.posterior is not None
    changes = doubt.posterior.changes(draw, doubt.scenario.schedule.start.values())
    return [
        replace(one, setup=placed(doubt.scenario, doubt.values(j), changes).setup_like(one.setup, True), doubt=None)
        for j in range(programmes if doubt.figures else 1)
    ]


def components(y: np.ndarray) -> np.ndarray:
    """Variances by chance, the parameters with what they do to the figures' work, and the figures: of draws × futures × figures.

    Chance is what futures differ by, alike with all figures and otherwise. Estimates by expected mean squares; none is below 0.
    """
    a, c, b = y.shape
    mean = y.mean()
    rows, columns = y.mean(axis=(1, 2)), y.mean(axis=(0, 1))
    plots, cells = y.mean(axis=2), y.mean(axis=1)
    of_rows = c * b * ((rows - mean) ** 2).sum() / (a - 1)
    of_plots = b * ((plots - rows[:, None]) ** 2).sum() / (a * (c - 1))
    of_columns = a * c * ((columns - mean) ** 2).sum() / (b - 1)
    of_cells = c * ((cells - rows[:, None] - columns + mean) ** 2).sum() / ((a - 1) * (b - 1))
    left = ((y - plots[:, :, None] - cells[:, None, :] + rows[:, None, None]) ** 2).sum() / (a * (c - 1) * (b - 1))
    both = (of_cells - left) / c
    model = (of_rows - of_plots - of_cells + left) / (c * b) + both
    figures_ = (of_columns - of_cells) / (a * c)
    chance = (of_plots - left) / b + left
    return np.maximum([chance, model, figures_], 0.0)


def shares(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same as shares, and their standard errors: by leaving out a draw of the parameters, or of the figures, in turn."""

    def of(some: np.ndarray) -> np.ndarray:
        found = components(some)
        return found / found.sum()

    rows = np.array([of(np.delete(y, i, axis=0)) for i in range(len(y))])
    columns = np.array([of(np.delete(y, j, axis=2)) for j in range(y.shape[2])])
    spread = sum((len(some) - 1) * some.var(axis=0) for some in (rows, columns))
    return of(y), np.sqrt(spread)
