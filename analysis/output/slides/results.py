"""Slides of results: headlines, the outlook, who gains, cost against effect. Bars show intervals; tables have them exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.charts.drawing.fans import share_room
from analysis.figures.estimates import FEWEST_RUNS, central
from analysis.figures.lines import Line, groups_in, shown_in
from analysis.figures.rounding import SHARE_UNITS, WHOLE, interval, money, points, scale_of
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, listed, lower
from analysis.output.limits import LIMITS
from analysis.output.slides import native
from analysis.output.slides.frame import BOTTOM, LEFT, RIGHT, TOP, Frame
from analysis.output.study import COST, Group, Study
from analysis.studies.compare.difference import Difference, difference
from analysis.studies.compare.report import when
from analysis.studies.compare.summing import Comparison, Outcome
from simulation.census.measure import measures
from simulation.vocabulary import school_year, school_years

MOST_POLICIES = 3
"""That a slide has room for; the notes have all."""
HOW = "Intervals at 90%; they, and what can be said, hold for all figures of the comparison at once."
HOW_DRAWN = "Intervals are what the evidence allows, nine futures of ten; what can be said holds for all figures of the comparison at once."
MOST_FIGURES = 6
"""Figures that a slide of bars shows, those first that matter most: enough to be read from the back of a room."""
OWN = "participants"
"""Of whom it is told, beside all, where there is no room for everybody."""
WHO_MOVES = "Who moves up or leaves because of it"
LEFT_OUT = "Figures that may not be published, as they rest on small counts, are left out."
QUANTILES = (0.05, 0.2, 0.35, 0.65, 0.8, 0.95)
MOST_PANELS = 4
HOW_FAN = "Shades hold 90, 60 and 30% of runs: one run of ten lies outside. There is no central line on purpose."
HOW_LINES = "Each line is a run: there are too few for a fan."
NOT_ALL = "How wrong the model is comes on top, so what happens may lie outside."
OF_COSTS = "Costs count government's grants, fees, release and the time of helpers, whose hours have no cash price."


class _Shown:
    """A comparison as slides show it: its publishable figures of all years together, for as many policies as there is room."""

    def __init__(self, study: Study, found: Comparison) -> None:
        self.study, self.found = study, study.without_hidden(found)
        self.rows = self.found.over_all
        self.outcomes = self.found.outcomes[:MOST_POLICIES]
        self.several = len(self.outcomes) > 1

    def of(self, o: Outcome, i: int) -> Difference:
        """What the pairs of a policy say about a figure."""
        return difference(self.found, o, i)

    def line(self, i: int) -> Line:
        """What a figure is about."""
        return self.found.line_of(i)

    def exact(self, o: Outcome, i: int) -> str:
        """A difference with its interval, as text."""
        return f"{self.of(o, i).spelt} ({self.of(o, i).interval()})"

    def table(self, labels: Mapping[int, str]) -> Table:
        """The differences of some figures, labelled, with a column for each policy."""
        headings = {"figure": "All projected years"}
        headings |= {
            f"{n}": o.policy.title if self.several else "Difference (interval)" for n, o in enumerate(self.outcomes)
        }
        rows = [
            {"figure": label, **{f"{n}": self.exact(o, i) for n, o in enumerate(self.outcomes)}}
            for i, label in labels.items()
        ]
        return Table("", columns(headings), rows)

    def notes(self, rows: Sequence[int]) -> list[str]:
        """Every figure exactly, with definitions."""
        found = self.found
        exact = [
            f"{o.policy.title}, {d.line.label}, {when(found, d)}: {d.spelt}, interval {d.interval()}; "
            f"{d.words}; {d.pairs} pairs."
            for o in found.outcomes
            for d in (self.of(o, i) for i in rows)
        ]
        defined = [measures()[m] for m in dict.fromkeys(self.line(i).measure for i in rows)]
        definitions = [f"{m.title}: {m.definition}" for m in defined]
        hidden = [] if self.study.below is None else [LEFT_OUT]
        return [HOW_DRAWN if found.is_drawn else HOW, *hidden, "Exact figures:", *exact, "Definitions:", *definitions]


def who_moves(frame: Frame, study: Study) -> None:
    """Who moves up or leaves because of the programmes, of whom it is told apart; the notes have all of it."""
    made = next((table for table in study.reached if table.records[0]["against"]), None)
    if made is None:
        return
    few = [(row, one) for row, one in _with_records(made) if set(one["where"]) <= {"future", "whom"}]
    if len(made.columns) > 2:  # a dozen numbers at most
        few = [(row, one) for row, one in few if one["where"].get("whom", OWN) == OWN]
    known = [one for _, one in few if set(one["where"]) == {"future"} and not one["words"].startswith("cannot")]
    title = f"{WHO_MOVES}: that the number of people changes cannot be told"
    if known:
        each = (f"{lower(one['label'])}, {one['words']}" for one in known[:2])
        title = f"{WHO_MOVES}: {'; '.join(each)}"
    shown = replace(made, columns=made.columns[: MOST_POLICIES + 1], rows=[row for row, _ in few])
    told = ["; ".join(row[c.key].strip() for c in made.columns if row[c.key]) for row in made.rows]
    hidden = [] if study.below is None else [LEFT_OUT]
    slide = frame.slide(title, [made.note, *hidden, "Exact figures:", *told, LIMITS["caveats"]])
    width = (RIGHT - LEFT - 5.0) / (len(shown.columns) - 1)
    widths = [5.0, *([width] * (len(shown.columns) - 1))]
    frame.table(slide, shown, widths, size=16, alt=f"{WHO_MOVES}: {'; '.join(told)}", height=0.38, bottom=BOTTOM - 0.7)
    frame.text(slide, [made.note], top=BOTTOM - 0.65, height=0.6, size=11)


def _with_records(made: Table) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each row with the first of its records, by label."""
    by_label: dict[str, Mapping[str, Any]] = {}
    for one in made.records:
        by_label.setdefault(one["label"], one)
    return [(row, by_label[name]) for row in made.rows if (name := row["figure"].strip()) in by_label]


def _spoken(labels: Sequence[str], series: Sequence[native.Bars], unit: str) -> str:
    told = []
    for one in series:
        each = zip(labels, one.values, one.below, one.above, strict=True)
        ends = (f"{name} {v:+.2g}{unit} ({v - b:+.2g} to {v + a:+.2g})" for name, v, b, a in each)
        told.append(f"{one.name}: {'; '.join(ends)}.")
    return " ".join(told)


def headlines(frame: Frame, study: Study) -> None:
    """Differences in the headline figures over all years, those that matter most, in per cent of the base."""
    if study.comparison is None:
        return
    shown = _Shown(study, study.comparison)
    found, outcomes = shown.found, shown.outcomes
    rows = [i for i in shown.rows if shown.line(i) in shown_in("slides")]
    # A difference in per cent of the base means nothing for scores, whose zero is an average.
    fit = [i for i in rows if "deviation" not in shown.line(i).unit and outcomes and outcomes[0].statistics.base[i] > 0]
    charted = sorted(fit, key=lambda i: (shown.line(i).unit == "GBP", -max(_size(shown.of(o, i)) for o in outcomes)))
    charted = charted[:MOST_FIGURES]
    if not charted:
        return
    slide = frame.slide(_of_headlines(shown, rows), shown.notes(range(len(found.cells))))
    series = [native.Bars(o.policy.title, *_bars(shown, o, charted, o.statistics.base)) for o in outcomes]
    labels = [f"{shown.line(i).label}{_remark(shown, i)}" for i in charted]
    alt = f"Bars of differences from {found.base.title}, in per cent of its figure. " + _spoken(labels, series, "%")
    place, axis = (LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP - 0.4), f"Difference from {found.base.title}, % of its figure"
    native.bars(native.Spot(frame, slide, place, alt), labels, series, "0.0", axis)
    frame.text(slide, [HOW_DRAWN if found.is_drawn else HOW], top=BOTTOM - 0.35, height=0.35, size=12)


def _of_headlines(shown: _Shown, rows: Sequence[int]) -> str:
    every = shown.found.outcomes
    of_all = [shown.of(o, i) for o in every for i in rows]
    if any(d.unclear for d in of_all) and not any(d.matters and d.line.unit != "GBP" for d in of_all):
        return f"Nothing that would be noticed can be told of {len(rows)} headline figures"
    if len(every) == 1:
        noticed = [d for i in rows if (d := shown.of(every[0], i)).matters and d.line.unit != "GBP"]
        if not noticed:
            return f"Nothing among {len(rows)} headline figures differs by enough to notice"
        names = listed(lower(d.line.label) for d in sorted(noticed, key=_size, reverse=True)[:3])
        return f"{len(noticed)} of {len(rows)} headline figures differ by enough to notice: {names}"
    many = {o.policy.title: sum((d := shown.of(o, i)).matters and d.line.unit != "GBP" for i in rows) for o in every}
    if not any(many.values()):
        return f"None of {len(every)} policies changes any of {len(rows)} headline figures by enough to notice"
    counts = "; ".join(f"{n} under {title}" for title, n in many.items())
    return f"Headline figures that differ by enough to notice, of {len(rows)}: {counts}"


def _size(d: Difference) -> float:
    """For an order of figures: how large a difference is against the smallest worth telling, those that can be told first."""
    return (1e6 if d.matters else 1e3 if d.verdict.is_told else 0.0) + (d.size if math.isfinite(d.size) else 0.0)


def _remark(shown: _Shown, i: int) -> str:
    """What can be said of a figure, behind its label, where there is one policy."""
    return "" if shown.several else f": {shown.of(shown.outcomes[0], i).short}"


def _bars(
    shown: _Shown, o: Outcome, rows: Sequence[int], of: np.ndarray | None = None
) -> tuple[list[float], list[float], list[float]]:
    """Differences of figures, in per cent of ``of`` if it is given, and how far their ranges go below and above them."""
    of = np.ones(len(o.adjusted_half)) if of is None else of
    found = []
    for i in rows:
        d = shown.of(o, i)
        widths = (d.mean, d.mean - d.span[0], d.span[1] - d.mean)
        found.append([_number(100 * width / float(of[i])) for width in widths])
    mean, below, above = (list(column) for column in zip(*found, strict=True)) if found else ([], [], [])
    return mean, [max(0.0, width) for width in below], [max(0.0, width) for width in above]


def _number(value: float) -> float:
    return 0.0 if math.isnan(value) else value


def gains(frame: Frame, study: Study) -> None:
    """Differences in shares, by sex, ethnic group and disadvantage."""
    chosen = {by: {line.measure for line in lines} for by, lines in groups_in("slides").items()}
    groups = {g.line.name: g for g in study.groups if g.line.measure in chosen.get(g.by, ())}
    compared = study.source.compared([g.line for g in groups.values()])
    if compared is None:
        return
    shown = _Shown(study, compared)
    rows, outcomes = shown.rows, shown.outcomes
    if not rows:
        return
    title = f"Who gains: no difference can be told for any of {len(rows)} figures by sex, ethnic group and disadvantage"
    every = [(o, shown.of(o, i)) for o in outcomes for i in rows]
    if any(d.too_small for _, d in every):
        title = (
            "Who gains: no difference by sex, ethnic group and disadvantage that can be told is large enough to notice"
        )
    if known := max(((o, d) for o, d in every if d.matters), key=lambda one: one[1].size, default=None):
        o, d = known
        title = f"Who gains: {d.line.short}, {groups[d.line.name].label}, {d.words} under {o.policy.title}"
    labels = [_label(groups[shown.line(i).name]) for i in rows]
    series = [native.Bars(o.policy.title, *_bars(shown, o, rows)) for o in outcomes]
    base = shown.found.base.title
    alt = f"Bars of differences from {base} in percentage points. " + _spoken(labels, series, " points")
    slide = frame.slide(title, shown.notes(rows))
    place, axis = (LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP - 0.4), f"Difference from {base}, percentage points"
    native.bars(native.Spot(frame, slide, place, alt), labels, series, "0.0", axis)
    frame.text(slide, [HOW_DRAWN if shown.found.is_drawn else HOW], top=BOTTOM - 0.35, height=0.35, size=12)


def _label(group: Group) -> str:
    short = capital(group.line.short)
    return f"{short}: {group.label.removesuffix(' of schools')}" if group.by in dict(group.line.where) else short


def cost_and_effect(frame: Frame, study: Study) -> None:
    """What each policy's programmes cost against what they change."""
    if study.comparison is None:
        return
    shown = _Shown(study, study.comparison)
    found = shown.found
    rows = {shown.line(i).name: i for i in shown.rows}
    effect = _effect(shown, rows)
    if COST not in rows or effect is None:
        return
    cost, line = rows[COST], shown.line(effect)
    factor, unit = scale_of(line.unit)[0], points(line.unit)
    in_all = 1 / found.base.scale
    factor *= in_all if line.unit in WHOLE else 1.0
    named = [
        (o.policy.title, float(of[cost]) * in_all / 1e6, float(of[effect]) * factor)
        for o in found.outcomes
        for of in (o.statistics.difference,)
    ]
    most = max(found.outcomes, key=lambda o: float(o.statistics.difference[cost]))
    spent, gained = shown.of(most, cost), shown.of(most, effect)
    years = found.last - found.first + 1
    title = (
        f"{most.policy.title} costs {money(spent.mean * in_all / years)} a year; {lower(line.label)}: {gained.words}"
    )
    grossed = "" if found.base.scale == 1 else ", grossed up to all schools"
    axes = (f"Costs of programmes, £m, {when(found, spent)}{grossed}", f"{line.label}, {unit}")
    each = "; ".join(f"{n}: £{x:.3g}m, {y:+.2g} {unit}" for n, x, y in named)
    alt = f"A point for each policy, cost across and effect upwards. {each}."
    slide = frame.slide(title, [*shown.notes([cost, effect]), OF_COSTS])
    native.points(native.Spot(frame, slide, (LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP), alt), named, axes)


def _effect(shown: _Shown, rows: dict[str, int]) -> int | None:
    """The effect to set against cost: the first that would be noticed and is no cost; None if there is none."""
    at = [i for i in rows.values() if shown.line(i).unit != "GBP"]
    known = [i for i in at for o in shown.found.outcomes if shown.of(o, i).matters]
    best = [i for i in known if shown.line(i).better]
    return next(iter([*best, *known]), None)


def outlooks(frame: Frame, study: Study) -> None:
    """A slide for each figure that has a course, a fan for each scenario; none for one that may not be published."""
    scenarios = study.scenarios[:MOST_PANELS]
    lines = shown_in("outlook on slides")
    for line in lines if study.comparison is None else lines[:1]:  # how the base goes on is no finding about a policy
        if line in study.levels.lines and not any(study.levels.is_hidden(s["name"], line, None) for s in scenarios):
            courses = {s["title"]: _course(study, s["name"], line) for s in scenarios}
            courses = {title: found for title, found in courses.items() if len(found[0]) > 1}
            _outlook(frame, line, courses, _of_course(study, line))


def _of_course(study: Study, line: Line) -> str:
    """What a comparison says of a figure whose course is shown; nothing where nothing is compared."""
    found = study.publishable
    at = [] if found is None else [i for i in range(len(found.cells)) if found.line_of(i) == line]
    if found is None or not at:
        return ""
    known = [(o, d) for o in found.outcomes for i in at[-1:] if (d := difference(found, o, i)).matters]
    if not known:
        return f"{line.label}, with and without: no difference that would be noticed can be told"
    o, d = max(known, key=lambda one: one[1].size)
    return f"{line.label}, with and without: {d.words} under {o.policy.title}"


Course = tuple[list[int], np.ndarray]
"""Years, and values of years × runs."""


def _course(study: Study, scenario: str, line: Line) -> Course:
    """The years in which all runs have a value."""
    found = {year: study.levels.of(scenario, line, year) for year in study.levels.years}
    most = max((len(v) for v in found.values()), default=0)
    years = [year for year, values in found.items() if len(values) == most and most]
    return years, np.array([found[year] for year in years])


def _outlook(frame: Frame, line: Line, courses: dict[str, Course], found: str = "") -> None:
    if not courses:
        return
    share = line.unit in SHARE_UNITS
    limits = _limits([values for _, values in courses.values()], share)
    number = "0%" if share and limits[1] - limits[0] >= 0.04 else "0.0%" if share else "#,##0"
    few = min(values.shape[1] for _, values in courses.values()) < FEWEST_RUNS
    ranges = {title: _range(values[-1], line) for title, (_, values) in courses.items()}
    last = school_year(next(iter(courses.values()))[0][-1])
    told = "; ".join(f"{r} in {name}" for name, r in ranges.items())
    if len(courses) > 2:
        told = _overlapping(ranges, [values[-1] for _, values in courses.values()])
    measure, how = measures()[line.measure], HOW_LINES if few else HOW_FAN
    exact = [f"{name}. {_quantiles(years, values, line)}" for name, (years, values) in courses.items()]
    definition = f"Definition: {measure.title}: {measure.definition}"
    slide = frame.slide(found or f"{line.label}, {last}: {told}", [how, NOT_ALL, "Exact figures:", *exact, definition])
    for panel, (name, (years, values)) in enumerate(courses.items()):
        kind, span = "Lines of every run" if few else "Fan chart", school_years(years[0], years[-1])
        alt = f"{kind}: {line.label} in {name}, {span}. In {last}: {ranges[name]}."
        drawn = values.T if few else np.quantile(values, QUANTILES, axis=1)
        draw, labels = native.lines if few else native.fan, [school_year(y) for y in years]
        draw(native.Spot(frame, slide, _place(panel, len(courses)), alt), labels, drawn.tolist(), number, limits, name)
    frame.text(slide, [f"{how} {NOT_ALL}"], top=6.42, height=0.5, size=12)


def _limits(values: Sequence[np.ndarray], share: bool) -> tuple[float, float]:
    """Ends of the axis that all panels share: from 0 for counts; of shares as charts have them, at round numbers."""
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    if not share:
        return 0.0, 1.1 * high
    low, high = share_room(low, high)
    step = 0.1 if high - low > 0.2 else 0.05 if high - low > 0.1 else 0.01
    return math.floor(low / step + 1e-9) * step, min(1.0, math.ceil(high / step - 1e-9) * step)


def _range(last: np.ndarray, line: Line) -> str:
    low, high = central(last)
    if line.unit in SHARE_UNITS and high - low >= 0.04:
        return f"{100 * low:.0f} to {100 * high:.0f}%"
    return interval(low, high, line.unit)


def _overlapping(ranges: dict[str, str], values: Sequence[np.ndarray]) -> str:
    """What is said of many scenarios in a line: the range of the first, and whether all share some of it."""
    ends = [central(last) for last in values]
    name, first = next(iter(ranges.items()))
    how = "overlap" if max(low for low, _ in ends) <= min(high for _, high in ends) else "do not all overlap"
    return f"{first} in {name}; the ranges of all {len(ranges)} scenarios {how}"


def _quantiles(years: Sequence[int], values: np.ndarray, line: Line) -> str:
    """Quantiles of each year, exactly as they are drawn."""
    factor, unit = scale_of(line.unit)
    runs = values.shape[1]
    few = runs < FEWEST_RUNS
    start = f"{'Lowest and highest' if few else '5th, 20th, 35th, 65th, 80th and 95th per cent'} of {runs} runs"
    ends, between = ((0.0, 1.0), " to ") if few else (QUANTILES, ", ")
    told = [
        f"{school_year(year)} {between.join(f'{factor * q:.1f}' for q in np.quantile(v, ends))}{unit}"
        for year, v in zip(years, values, strict=True)
    ]
    return f"{start}: {'; '.join(told)}."


def _place(number: int, panels: int) -> native.Place:
    columns = panels if panels < 4 else 2
    width, height = (RIGHT - LEFT) / columns, (6.4 - TOP) / -(-panels // columns)
    return LEFT + (number % columns) * width, TOP + (number // columns) * height, width - 0.1, height - 0.05
