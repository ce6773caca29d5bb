"""The sheets of results: differences, levels, who gains, costs, programmes, and how close the base year is to what is known."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np

from analysis.figures.lines import Line, Over
from analysis.figures.rounding import SHARE_UNITS, points, step
from analysis.figures.wording import words
from analysis.figures.words import JOINERS
from analysis.output.sheet.sheet import (
    NOT_APPLICABLE,
    SUPPRESSED,
    UNAVAILABLE,
    Cell,
    Sheet,
    count,
    figure,
    make,
    rounded,
)
from analysis.output.study import COST, STARTS, Group, Spread, Study
from analysis.store.select import dimensions
from analysis.studies.compare.report import verdict_of, when
from analysis.studies.compare.stored import figures_of
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.validate import compare, load_targets, verdict
from simulation.census.measure import measures
from simulation.programmes.programme import Unit
from simulation.vocabulary import school_year

ROUNDING = (
    "Numbers are rounded to what the runs can tell. How to read intervals, and what [c], [x] and [z] mean: see Notes."
)
DIFFERENCES = (
    "Base", "Policy", "Difference, policy less base", "Unit of difference", "Interval from", "Interval to",
    "All-at-once interval from", "All-at-once interval to", "What can be said", "Pairs of runs",
)  # fmt: skip
RANGE = ("Mean of runs", "Range from", "Range to", "Runs")
TARGETS_FOR = ("england",)
"""School systems whose base year has published targets."""


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
    unit = points(line.unit)
    if study.is_hidden(found, outcome, i):
        return (*[SUPPRESSED] * 3, unit, *[SUPPRESSED] * 6)
    mean, half, adjusted = (float(a[i]) for a in (s.difference, outcome.half, outcome.adjusted_half))
    place = step(float(s.error[i]), line.unit, abs(mean) + (0.0 if math.isnan(half) else half))
    sides = [
        figure(float(m[i]), float(e[i]), line.unit) for m, e in ((s.base, s.base_error), (s.policy, s.policy_error))
    ]
    by = (mean, mean - half, mean + half, mean - adjusted, mean + adjusted)
    shown, *ends = (rounded(value, place, line.unit, True) for value in by)
    return (*sides, shown, unit, *ends, words(verdict_of(outcome, i), line), count(s.pairs[i]))


def level(study: Study, scenario: str, line: Line, year: int | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Mean of a line, ends of its range, and runs; ``[c]`` where they may not be published. Ends are rounded as the mean."""
    if study.levels.is_hidden(scenario, line, year):
        return SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED
    return spelt(Spread.of(study.levels.of(scenario, line, year)), line.unit)


def spelt(found: Spread, unit: str) -> tuple[Cell, Cell, Cell, Cell]:
    """Mean, ends of the range, and runs."""
    mean, error, low, high, n = astuple(found)
    place = step(error, unit, max(abs(mean), abs(low), abs(high)))
    return rounded(mean, place, unit), rounded(low, place, unit), rounded(high, place, unit), count(n)


def _headlines(study: Study) -> Sheet:
    rows = [
        (line.label, scenario["title"], school_year(year), line.unit, *level(study, scenario["name"], line, year))
        for line in study.headlines if line in study.levels.lines
        for scenario in study.scenarios
        for year in study.levels.years if len(study.levels.of(scenario["name"], line, year))
    ]  # fmt: skip
    about = (
        "Headline measures of every scenario, school year by school year, from the base year on. The range holds the "
        "middle 90% of runs, or all runs if there are fewer than ten. Years in which nobody could be followed have no row."
    )
    headings = ("Measure", "Scenario", "School year", "Unit", *RANGE)
    return make("Headlines", f"Headline measures, {study.period}", about, headings, rows, ROUNDING)


def _gains(study: Study) -> Sheet | None:
    groups = {group.line.name: group for group in study.groups}
    found = study.source.compared([group.line for group in study.groups])
    if found is None:
        return _gains_of_one(study)
    rows = [
        (
            outcome.policy.title, _by(groups[line.name]), groups[line.name].label, title_of(line), when(found, cell), line.unit,
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
        (_by(g), g.label, title_of(g.line), s["title"], school_year(last), g.line.unit, *level(study, s["name"], g.line, last))
        for g in study.groups if g.line in study.levels.lines
        for s in study.scenarios
    ]  # fmt: skip
    about = (
        "Figures for groups of people and places in the last year. The range holds the middle 90% of runs, or all if there "
        "are fewer than ten."
    )
    headings = ("Groups by", "Group", "Measure", "Scenario", "School year", "Unit", *RANGE)
    return make("Groups", "Groups: sex, ethnic group, disadvantage and region", about, headings, rows, ROUNDING)


def _by(group: Group) -> str:
    return group.by.replace("_", " ")


def title_of(line: Line) -> str:
    """The measure's title, and the role or programme that it is about; the group has a column of its own."""
    kept = [label.replace("_", " ") for d, label in line.where if d in ("role", "programme")]
    return f"{measures()[line.measure].title}{f': {kept[0]}' if kept else ''}"


def _costs(study: Study) -> Sheet:
    base, years = study.scenarios[0], len(study.levels.years) - 1
    found = study.source.compared(study.costs)
    rows = []
    for line in study.costs:
        for scenario in study.scenarios if line in study.levels.lines else ():
            name = scenario["name"]
            yearly, *_ = spelt(Spread.of(study.levels.of(name, line, None) / years), "GBP")
            away = study.levels.is_hidden(name, line, None)
            against = away or study.levels.is_hidden(base["name"], line, None)
            rows.append((
                line.label, scenario["title"], *level(study, name, line, None)[:3], SUPPRESSED if away else yearly,
                *([SUPPRESSED] * 3 if against else _against(study, found, line, base["name"], name)),
            ))  # fmt: skip
    about = (
        f"Costs in GBP of the base year's prices, all of {study.period} together, and what they differ from "
        f"{base['title']}. Ranges and intervals at 90%."
    )
    headings = ("Item", "Scenario", *RANGE[:3], "Mean a year", f"Difference from {base['title']}", *DIFFERENCES[4:6])
    return make("Costs", f"Costs, {study.period}", about, headings, rows, ROUNDING)


def _against(study: Study, found: Comparison | None, line: Line, base: str, name: str) -> list[Cell]:
    """The paired difference in a cost over all years, with its interval; ``[z]`` for the base itself."""
    if base == name:
        return [NOT_APPLICABLE] * 3
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
            every = study.of_programmes[name]
            of = {figure: line for figure, line in every.items() if line in study.levels.lines}
            joins = JOINERS[Unit[known["joins"].upper()]]
            for year in study.levels.years[1:]:
                if any(len(study.levels.of(scenario["name"], line, year)) for line in of.values()):
                    shown = [level(study, scenario["name"], of[f], year)[0] if f in of else UNAVAILABLE for f in every]
                    per_start = _per_start(study, scenario["name"], of, year)
                    rows.append((known["title"], scenario["title"], school_year(year), joins, *shown, per_start))
    about = (
        "What each programme does in each school year: who starts and is on it, how much of it is delivered, what it costs. "
        "Means of all runs. A year in which a programme has nothing to report has no row."
    )
    headings = (
        "Programme", "Scenario", "School year", "Those who join", "Starts", "Participants", "Completed", "Helpers",
        "Dose, share of what is promised", "Cost, GBP", "Cost per start, GBP",
    )  # fmt: skip
    return make("Programmes", "Programmes: starts, dose and cost", about, headings, rows, ROUNDING)


def _per_start(study: Study, scenario: str, of: dict[str, Line], year: int) -> Cell:
    """Cost of a year over starts of the year, run by run; ``[c]`` where either may not be published."""
    if COST not in of or STARTS not in of:
        return UNAVAILABLE
    chosen = of[COST], of[STARTS]
    if any(study.levels.is_hidden(scenario, line, year) for line in chosen):
        return SUPPRESSED
    money, people = (study.levels.of(scenario, line, year) for line in chosen)
    if len(money) != len(people) or not (people > 0).all():
        return UNAVAILABLE
    each = Spread.of(money / people)
    return figure(each.mean, each.error, "GBP")


def validation(study: Study) -> Sheet | None:
    """The base scenario's base year against published figures; None for a school system without them.

    Nothing is shown where small counts are suppressed: a figure's base is not known here.
    """
    base = study.scenarios[0]
    if base["resolved"]["context"] not in TARGETS_FOR or study.below is not None:
        return None
    there = set(dimensions(study.db))
    targets = [target for target in load_targets() if set(target.where) <= there]
    lines = [Line(t.title, t.title, t.measure, t.unit, Over.MEAN, tuple(t.where.items())) for t in targets]
    runs = [r for (r,) in study.db.execute("SELECT DISTINCT replicate FROM runs ORDER BY 1").fetchall()]
    found = figures_of(study.db, lines, [base["name"]], runs, [base["base_year"]])[:, 0, :, 0, 0]
    cards = [(t, compare(t, of[~np.isnan(of)].tolist())) for t, of in zip(targets, found.T, strict=True)]
    rows: list[tuple[Cell, ...]] = []
    for target, card in cards:
        half = 0.0 if card.interval_high is None or card.simulated is None else card.interval_high - card.simulated
        fine = 0.001 if card.unit in SHARE_UNITS else 0.1
        published = [rounded(v, fine, card.unit) for v in (card.published_low, card.published_high, card.tolerance)]
        simulated = UNAVAILABLE if card.simulated is None else figure(card.simulated, half / 2, card.unit)
        whom = ", ".join(f"{k} {v}".replace("_", " ") for k, v in card.where.items()) or "all"
        off = rounded(card.tolerances_off, 0.1, "")
        inside = "yes" if card.inside else "no"
        rows.append((card.target, whom, card.unit, *published, simulated, inside, off, ", ".join(target.sources)))
    if not rows:
        return None
    about = f"The base year of {base['title']} against published figures. {verdict([c for _, c in cards], study.runs)}"
    headings = (
        "Target", "Of whom", "Unit", "Published from", "Published to", "Tolerance", "Simulated, mean of runs",
        "Within tolerance", "Tolerances off", "Sources",
    )  # fmt: skip
    return make("Validation", "How close the base year is to what is published", about, headings, rows, ROUNDING)
