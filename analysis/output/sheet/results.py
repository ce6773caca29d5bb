"""The sheets of results: differences, levels, who gains, costs and programmes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.rounding import step
from analysis.figures.wording import words
from analysis.output.sheet.levels import spread
from analysis.output.sheet.sheet import (
    NOT_APPLICABLE,
    SUPPRESSED,
    UNAVAILABLE,
    Cell,
    Sheet,
    figure,
    rounded,
    unit_of_difference,
    widths,
)
from analysis.output.sheet.study import COSTS, OF_PROGRAMMES, Study
from analysis.studies.compare.report import verdict_of, when
from analysis.studies.compare.summing import Comparison, Outcome
from simulation.vocabulary import school_year

ROUNDING = (
    "Numbers are rounded to what the runs can tell. How to read intervals, and what [c], [x] and [z] mean: see Notes."
)
DIFFERENCES = (
    "Base", "Policy", "Difference, policy less base", "Unit of difference", "Interval from", "Interval to",
    "All-at-once interval from", "All-at-once interval to", "What can be said", "Pairs of runs",
)  # fmt: skip
Front = Callable[[Line], Sequence[str]]


def make(
    name: str, title: str, about: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], *lines: str
) -> Sheet:
    """A sheet of a table; the table is named after the sheet."""
    table = "".join(word.capitalize() for word in name.split())
    fixed = tuple(tuple(NOT_APPLICABLE if cell == "" else cell for cell in row) for row in rows)
    return Sheet(name, title, about, lines, tuple(headings), fixed, widths(headings, fixed), table)


def results(study: Study) -> list[Sheet]:
    """Every sheet of results that the folder has something for."""
    found = [_comparison(study), _headlines(study), _gains(study), _costs(study), _programmes(study)]
    return [sheet for sheet in found if sheet is not None and sheet.rows]


def _comparison(study: Study) -> Sheet | None:
    found = study.comparison
    if found is None:
        return None
    rows = [
        (outcome.policy.title, line.label, when(found, cell), line.unit, *difference(study, found, outcome, i))
        for outcome in found.outcomes
        for i, cell in enumerate(found.cells)
        for line in (found.lines[cell.line],)
    ]
    about = (
        f"What each policy changes against {found.base.title}, from pairs of runs that share their random draws; "
        f"intervals at {100 * found.level:g}%. One row is one figure of one policy."
    )
    headings = ("Scenario", "Measure", "School years", "Unit", *DIFFERENCES)
    return make("Comparison", f"Differences from {found.base.title}", about, headings, rows, ROUNDING)


def difference(study: Study, found: Comparison, outcome: Outcome, i: int) -> tuple[Cell, ...]:
    """Base, policy, difference with its unit and intervals, what can be said, and pairs."""
    line, s = found.lines[found.cells[i].line], outcome.statistics
    unit = unit_of_difference(line.unit)
    if study.is_hidden(found, outcome, i):
        return (*[SUPPRESSED] * 3, unit, *[SUPPRESSED] * 6)
    mean, half, adjusted = (float(a[i]) for a in (s.difference, outcome.half, outcome.adjusted_half))
    place = step(float(s.error[i]), line.unit, abs(mean) + (0.0 if math.isnan(half) else half))
    ends = [rounded(e, place, line.unit, True) for e in (mean - half, mean + half, mean - adjusted, mean + adjusted)]
    return (
        figure(float(s.base[i]), float(s.base_error[i]), line.unit),
        figure(float(s.policy[i]), float(s.policy_error[i]), line.unit),
        rounded(mean, place, line.unit, True), unit, *ends, words(verdict_of(outcome, i), line),
        rounded(float(s.pairs[i]), 1.0, "people"),
    )  # fmt: skip


def level(found: tuple[float, float, float, float, int], unit: str) -> tuple[Cell, Cell, Cell, Cell]:
    """Mean, ends of the range, and runs. The ends are rounded as the mean is."""
    mean, error, low, high, n = found
    if n == 0:
        return UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, rounded(0.0, 1.0, "people")
    place = step(error, unit, max(abs(mean), abs(low), abs(high)))
    return (*(rounded(v, place, unit) for v in (mean, low, high)), rounded(float(n), 1.0, "people"))  # type: ignore[return-value]


def shown(study: Study, scenario: str, line: Line, year: int | None) -> tuple[Cell, Cell, Cell, Cell]:
    """:func:`level` of a line, or ``[c]``."""
    if study.levels.is_hidden(scenario, line, year):
        return SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED
    return level(study.levels.range(scenario, line, year), line.unit)


def _headlines(study: Study) -> Sheet:
    rows = [
        (line.label, scenario["title"], school_year(year), line.unit, *shown(study, scenario["name"], line, year))
        for line in study.headlines if line in study.levels.lines
        for scenario in study.scenarios
        for year in study.levels.years if len(study.levels.of(scenario["name"], line, year))
    ]  # fmt: skip
    about = (
        "Headline measures of every scenario, school year by school year, from the base year on. The range holds the "
        "middle 90% of runs, or all runs if there are fewer than ten. Years in which nobody could be followed have no row."
    )
    headings = ("Measure", "Scenario", "School year", "Unit", "Mean of runs", "Range from", "Range to", "Runs")
    return make("Headlines", f"Headline measures, {study.period}", about, headings, rows, ROUNDING)


def _gains(study: Study) -> Sheet | None:
    groups = {group.line.name: group for group in study.groups}
    found = study.compared([group.line for group in study.groups])
    if found is None:
        return _gains_of_one(study)
    rows = [
        (
            outcome.policy.title, groups[line.name].by, groups[line.name].label, title_of(line), when(found, cell), line.unit,
            *difference(study, found, outcome, i),
        )
        for outcome in found.outcomes
        for i, cell in enumerate(found.cells)
        for line in (found.lines[cell.line],)
    ]  # fmt: skip
    about = (
        f"What each policy changes for groups of people and places against {found.base.title}; intervals at "
        f"{100 * found.level:g}%. All-at-once intervals hold for every row of this sheet together."
    )
    headings = ("Scenario", "Groups by", "Group", "Measure", "School years", "Unit", *DIFFERENCES)
    return make("Who gains", "Who gains: sex, ethnic group, disadvantage and region", about, headings, rows, ROUNDING)


def _gains_of_one(study: Study) -> Sheet:
    last = study.levels.years[-1]
    rows = [
        (g.by, g.label, title_of(g.line), s["title"], school_year(last), g.line.unit, *shown(study, s["name"], g.line, last))
        for g in study.groups if g.line in study.levels.lines
        for s in study.scenarios
    ]  # fmt: skip
    about = "Figures for groups of people and places in the last year. The range holds the middle 90% of runs, or all if there are fewer than ten."
    headings = ("Groups by", "Group", "Measure", "Scenario", "School year", "Unit", "Mean of runs", "Range from", "Range to", "Runs")  # fmt: skip
    return make("Groups", "Groups: sex, ethnic group, disadvantage and region", about, headings, rows, ROUNDING)


def title_of(line: Line) -> str:
    """The measure's title, and the role or programme that it is about; the group has a column of its own."""
    from simulation.census.measure import measures

    kept = [label.replace("_", " ") for d, label in line.where if d in ("role", "programme")]
    return f"{measures()[line.measure].title}{f': {kept[0]}' if kept else ''}"


def _costs(study: Study) -> Sheet:
    rows = []
    base = study.scenarios[0]
    for line in study.costs:
        if line not in study.levels.lines:
            continue
        for scenario in study.scenarios:
            name = scenario["name"]
            per_year = study.levels.range(name, line, None)
            years = len(study.levels.years) - 1
            mean, error, low, high, n = per_year
            yearly = (mean / years, error / years, low / years, high / years, n)
            away = study.levels.is_hidden(name, line, None)
            against = away or study.levels.is_hidden(base["name"], line, None)
            rows.append(
                (
                    line.label, scenario["title"], *shown(study, name, line, None)[:3],
                    SUPPRESSED if away else level(yearly, "GBP")[0],
                    *([SUPPRESSED] * 3 if against else _against(study, line, base["name"], name)),
                )
            )  # fmt: skip
    about = (
        f"Costs in GBP of the base year's prices, all of {study.period} together, and what they differ from "
        f"{base['title']}. Ranges and intervals at 90%."
    )
    headings = (
        "Item", "Scenario", "Mean of runs", "Range from", "Range to", "Mean a year", f"Difference from {base['title']}",
        "Interval from", "Interval to",
    )  # fmt: skip
    return make("Costs", f"Costs, {study.period}", about, headings, rows, ROUNDING)


def _against(study: Study, line: Line, base: str, name: str) -> list[Cell]:
    """The paired difference in a cost over all years, with its interval; ``[z]`` for the base itself."""
    if base == name:
        return [NOT_APPLICABLE] * 3
    found = study.cost_differences
    outcome = next((o for o in found.outcomes if o.policy.name == name), None) if found else None
    if found is None or outcome is None:
        return [UNAVAILABLE] * 3
    at = [i for i, c in enumerate(found.cells) if found.lines[c.line] == line]
    total = next((i for i in at if found.cells[i].year is None), at[-1])
    return [c for n, c in enumerate(difference(study, found, outcome, total)) if n in (2, 4, 5)]


def _programmes(study: Study) -> Sheet:
    rows = []
    for scenario in study.scenarios:
        for name, known in scenario["resolved"]["programmes"].items():
            of = study.of_programmes[name]
            for year in study.levels.years[1:]:
                present = [line in study.levels.lines and len(study.levels.of(scenario["name"], line, year)) > 0 for line in of.values()]  # fmt: skip
                if any(present):
                    rows.append(
                        (
                            known["title"], scenario["title"], school_year(year), {"person": "people"}.get(known["joins"], f"{known['joins']}s"),
                            *(_one(study, scenario["name"], of[m], year) for m in (*OF_PROGRAMMES, COSTS)),
                            _per_start(study, scenario["name"], of, year),
                        )
                    )  # fmt: skip
    about = (
        "What each programme does in each school year: who starts and is on it, how much of it is delivered, what it costs. "
        "Means of all runs. A year in which a programme has nothing to report has no row."
    )
    headings = ("Programme", "Scenario", "School year", "Those who join", "Starts", "Participants", "Completed", "Helpers", "Dose, share of what is promised", "Cost, GBP", "Cost per start, GBP")  # fmt: skip
    return make("Programmes", "Programmes: starts, dose and cost", about, headings, rows, ROUNDING)


def _one(study: Study, scenario: str, line: Line, year: int) -> Cell:
    return shown(study, scenario, line, year)[0] if line in study.levels.lines else UNAVAILABLE


def _per_start(study: Study, scenario: str, of: dict[str, Line], year: int) -> Cell:
    """Cost of a year over starts of the year, run by run; ``[c]`` where either may not be published."""
    cost, starts = of[COSTS], of["programme_starts"]
    if cost not in study.levels.lines or starts not in study.levels.lines:
        return UNAVAILABLE
    if any(study.levels.is_hidden(scenario, line, year) for line in (cost, starts)):
        return SUPPRESSED
    money, people = study.levels.of(scenario, cost, year), study.levels.of(scenario, starts, year)
    if len(money) != len(people) or not (people > 0).all():
        return UNAVAILABLE
    mean, error, *_ = spread(np.asarray(money / people))
    return figure(mean, error, "GBP")
