"""The smallest differences worth telling in words, and whether those that a scenario sets can be of the figures that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.figures.lines import Line, figures
from analysis.figures.naming import worth_of
from analysis.figures.rounding import SHARE_UNITS, percent, plain, points, pounds, scale_of
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, listed, lower
from scenarios.problems import InputError, Problem
from scenarios.strict import did_you_mean
from simulation.census.measure import measures

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from scenarios.worth import Worth


FEW = 0.01
"""Below it a size is written with all the digits that it has."""
NOTE = (
    "Whatever is less is told as too small to notice, even where it can be told from chance. Grades are those of evidence, from A "
    "to D; J is a judgement. Reasons are England's where no scenario sets its own, under worth: and the figure's name."
)


def check(scenario: Scenario) -> None:
    """Raise :exc:`~scenarios.problems.InputError` with all that is wrong with a scenario's ``worth:``."""
    if found := problems(scenario):
        raise InputError(found)


def problems(scenario: Scenario) -> list[Problem]:
    """All that is wrong with a scenario's ``worth:``, in its order."""
    return [problem for one in scenario.worth if (problem := _wrong(one)) is not None]


def check_alike(resolved: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise :exc:`UserError` where two scenarios, as they were resolved, by name, set another smallest difference of one figure."""
    known: dict[str, tuple[str, str]] = {}
    for scenario, content in resolved.items():
        for one in worth_of(content):
            said = size(one.least or None, one.of_base or None, unit_of(one.figure) or "")
            name, before = known.setdefault(one.figure, (scenario, said))
            if before != said:
                raise UserError(
                    f"worth of {one.figure}", f"{before} in {name}, and {said} in {scenario}",
                    "What is noticed is one for all that is told together: let both say the same, or one of them nothing.",
                )  # fmt: skip


def _wrong(one: Worth) -> Problem | None:
    """What is wrong with one of them: no figure goes by its name, or its size cannot be in the figure's unit."""
    unit = unit_of(one.figure)
    if unit is None:
        known = [*figures(), *measures()]
        hint = did_you_mean(one.figure, known) or "all of them: headway measures"
        return one.problem("E0302", f"worth: there is no figure {one.figure}", hint)
    if one.least is None:
        return None
    what = f"worth.{one.figure}.least"
    if one.sign == "%" and unit not in SHARE_UNITS:
        hint = f"of_base: {percent(one.least)} is a share of the base's figure"
        return one.problem("E0401", f"{what} is in {unit}, not per cent", hint)
    if one.sign == "£" and unit != "GBP":
        return one.problem("E0401", f"{what} is in {points(unit)}, not pounds", None)
    if unit in SHARE_UNITS and one.least > 1:
        hint = f"did you mean {one.least:g}%?"
        return one.problem("E0402", f"{what} is a share, from 0 to 1 or in per cent", hint)
    return None


def table(lines: Iterable[Line]) -> Table:
    """From which difference on each of the figures is told as one that is noticed, with the reason and its grade."""
    rows = [
        {"figure": line.label, "least": size_of(line), "why": capital(line.worth_why), "grade": line.worth_grade}
        for line in lines
        if line.worth_why
    ]
    headings = {"figure": "Figure", "least": "Smallest difference", "why": "Why no less", "grade": "Grade"}
    return Table("From which difference on a figure is noticed", columns(headings), rows, rows, NOTE)


def set_here(lines: Iterable[Line]) -> str:
    """Of which figures a scenario sets it, and to what, in a sentence; empty if of none."""
    told = [f"{lower(line.label)} ({size_of(line)})" for line in lines if line.worth_set]
    return f"A scenario sets from which difference on it is noticed: {listed(told)}." if told else ""


def size_of(line: Line) -> str:
    """The smallest difference of a figure that is worth telling, in words."""
    return size(line.worth or None, line.worth_of_base or None, line.unit)


def unit_of(figure: str) -> str | None:
    """The unit of a figure, or of a measure of the census; None if nothing goes by this name."""
    if (line := figures().get(figure)) is not None:
        return line.unit
    measure = measures().get(figure)
    return None if measure is None else measure.unit


def title_of(figure: str) -> str:
    """What a figure, or a measure of the census, is called."""
    line = figures().get(figure)
    return measures()[figure].title if line is None else line.label


def size(least: float | None, of_base: float | None, unit: str) -> str:
    """A smallest difference in words, of which one of the two is given: ``1 percentage point``, ``5% of the base's figure``."""
    if of_base:
        return f"{100 * of_base:.4g}% of the base's figure"
    assert least is not None
    if unit == "GBP":
        return pounds(least)
    times, _ = scale_of(unit)
    amount = plain(times * least) if times * least >= FEW else f"{times * least:.4g}"
    named = points(unit)
    return f"{amount} {named.removesuffix('s') if amount == '1' and unit in SHARE_UNITS else named}"
