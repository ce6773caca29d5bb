"""What may be varied: parameters of the model within their ranges, and figures of a policy's programmes within theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.errors import UserError
from analysis.figures.doubt import figure_words
from scenarios.doubt import Doubt, Uncertain
from scenarios.parameter_table import bounds
from scenarios.problems import InputError
from scenarios.scenario import Scenario
from simulation.parameters import declared


@dataclass(frozen=True)
class Varying:
    """Something that is varied."""

    path: str
    """Of a parameter, with ``.times`` for all cells of a table together; of a figure, within its programme."""
    words: str
    grade: str
    """Of its evidence."""
    low: float
    high: float
    figure: Uncertain | None = None
    """None for a parameter of the model."""

    @property
    def name(self) -> str:
        """As it is asked for."""
        return self.path if self.figure is None else f"programmes.{self.figure.programme}.{self.path}"

    def even(self, u: float) -> float:
        """Its value at a share of the way through its range."""
        return self.low + u * (self.high - self.low)

    def believed(self, u: float) -> float:
        """Its value at a quantile of what is believed of it: of a parameter, every value of the range is equally likely."""
        return self.even(u) if self.figure is None else float(self.figure.at(np.array([u]))[0])


def parameters(scenario: Scenario) -> list[Varying]:
    """Every parameter that has a range to be varied in: numbers, and tables with all of their cells together.

    Shares of a whole, and levels of the system that a government sets, are left out.
    """
    return list(_parameters(scenario))


def _parameters(scenario: Scenario) -> Iterator[Varying]:
    for path, declaration in declared(scenario.structure).items():
        if declaration.sums_to_one_over is not None or declaration.everywhere:
            continue
        name = f"{path}.times" if declaration.axes else path
        try:
            low, high = bounds(scenario, name)
        except InputError:
            continue  # a cell at each end of the range, so that nothing can move
        if low < high:
            yield Varying(name, declaration.meaning, scenario.provenance[path].grade, low, high)


def figures(doubt: Doubt) -> list[Varying]:
    """Every figure of the scenario's programmes that is drawn."""
    return [
        Varying(one.path, figure_words(one.title, one.path, one.channel), one.grade, one.low, one.high, one)
        for one in doubt.figures
    ]


def chosen(every: Sequence[Varying], words: Sequence[str]) -> list[Varying]:
    """Those whose name or meaning has one of ``words``; all for none. Raise :exc:`UserError` for a word that none has."""
    if not words:
        return list(every)
    found: dict[str, Varying] = {}
    for word in words:
        some = {one.name: one for one in every if word.lower() in f"{one.name} {one.words}".lower()}
        if not some:
            advice = (
                "headway parameters lists parameters and figures; shares of a whole cannot be varied by themselves."
            )
            raise UserError(f"--of {word}", "nothing that can be varied goes by this", advice)
        found |= some
    return list(found.values())


Values = tuple[Mapping[tuple[str, str], float], Mapping[str, np.ndarray]]
"""Figures by programme and path, and parameters by path."""


def values(scenario: Scenario, inputs: Sequence[Varying], at: Sequence[float]) -> Values:
    """What the inputs are in a scenario, as :func:`scenarios.doubt.placed` takes them, where they have the values ``at``."""
    standing = scenario.schedule.start.values()
    own: dict[tuple[str, str], float] = {}
    found: dict[str, np.ndarray] = {}
    for one, value in zip(inputs, at, strict=True):
        if one.figure is not None:
            own[one.figure.programme, one.path] = float(value)
        elif one.path.endswith(".times"):
            path = one.path.removesuffix(".times")
            found[path] = np.asarray(standing[path], dtype=np.float64) * value
        else:
            found[one.path] = np.asarray(float(value))
    return own, found
