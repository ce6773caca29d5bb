"""Slides of differences from the base: headlines, who gains, cost against effect. Bars show intervals; tables have them exactly."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures.lines import Line
from analysis.figures.numbers import SHARE_UNITS
from analysis.figures.wording import Verdict, words
from analysis.output.sheet.study import Study
from analysis.output.slides import native
from analysis.output.slides.frame import BOTTOM, LEFT, RIGHT, TOP, Frame
from analysis.studies.compare.report import difference_of, interval_of, verdict_of, when
from analysis.studies.compare.summing import Comparison, Outcome

MOST_POLICIES = 3
"""That a slide has room for; the notes have all."""
HOW = "Intervals at 90%, each for its figure alone; what can be said holds for all figures of the comparison at once."
LEFT_OUT = "Figures that may not be published, as they rest on small counts, are left out."
SHOWN = (
    "leaving", "heads_leaving", "new_heads_retained_1", "new_heads_retained_3", "posts_vacant", "head_posts_vacant",
    "head_posts_readvertised", "promoted_to_head", "pupil_progress", "wellbeing", "cost", "cost_of_programmes",
)  # fmt: skip
"""Headline figures that a slide has room for; the notes have all."""


def headlines(frame: Frame, study: Study) -> None:
    """Differences in the headline figures over all years, in per cent of the base."""
    found = study.comparison
    if found is None:
        return
    found = study.publishable(found)
    rows = [i for i in _rows(found) if found.lines[found.cells[i].line].name in SHOWN]
    if not rows:
        return
    outcomes = found.outcomes[:MOST_POLICIES]
    known = {o.policy.title: sum(verdict_of(o, i) in (Verdict.MORE, Verdict.LESS) for i in rows) for o in outcomes}
    title = f"Headline figures that differ by more than chance, of {len(rows)}: {', '.join(f'{n} under {name}' for name, n in known.items())}"
    slide = frame.slide(title, _notes(study, found, list(range(len(found.cells)))))
    charted = [i for i in rows if _relative(outcomes[0], found, i)]
    series = [
        native.Bars(
            o.policy.title, [_per_cent(o, i, o.statistics.difference) for i in charted], [_per_cent(o, i, o.half) for i in charted]
        )
        for o in outcomes
    ]  # fmt: skip
    labels = [found.lines[found.cells[i].line].label for i in charted]
    alt = f"Bars of differences from {found.base.title}, in per cent of its figure. " + _spoken(labels, series, "%")
    if charted:
        width = 4.5 if len(outcomes) > 1 else 6.0
        native.bars(frame, slide, labels, series, (LEFT, TOP, width, BOTTOM - TOP), alt, "0.0", f"Difference from {found.base.title}, % of its figure")  # fmt: skip
    _table(frame, slide, found, outcomes, rows, 5.25 if len(outcomes) > 1 else 6.75)


def _rows(found: Comparison) -> list[int]:
    """Figures of all years together, or of the last where there are none."""
    together = [i for i, cell in enumerate(found.cells) if cell.year is None]
    return together or list(range(len(found.cells)))


def _relative(outcome: Outcome, found: Comparison, i: int) -> bool:
    """Whether a difference in per cent of the base means something: not for scores, whose zero is an average."""
    line = found.lines[found.cells[i].line]
    return "deviation" not in line.unit and float(outcome.statistics.base[i]) > 0


def _per_cent(outcome: Outcome, i: int, values: Any) -> float:
    value = 100 * float(values[i]) / float(outcome.statistics.base[i])
    return 0.0 if math.isnan(value) else value


def _table(frame: Frame, slide: Any, found: Comparison, outcomes: list[Outcome], rows: list[int], left: float) -> None:
    several = len(outcomes) > 1
    headings = ["All projected years", *(o.policy.title if several else "Difference (interval)" for o in outcomes)]
    headings += [] if several else ["Can be said"]
    body = []
    for i in rows:
        line = found.lines[found.cells[i].line]
        cells = [f"{line.label}, {line.over.value}"]
        cells += [f"{difference_of(o, i, line)} ({interval_of(o, i, line)})" for o in outcomes]
        cells += [] if several else [_said(outcomes[0], i, line)]
        body.append(cells)
    width = RIGHT - left
    widths = [2.35, *([(width - 2.35) / len(outcomes)] * len(outcomes))] if several else [2.35, width - 3.65, 1.3]
    alt = "Differences with their intervals: " + "; ".join(", ".join(cells) for cells in body)
    frame.table(slide, headings, body, widths, left=left, size=11, alt=alt, height=0.3)


def _said(outcome: Outcome, i: int, line: Line) -> str:
    said = verdict_of(outcome, i)
    return "cannot tell" if said is Verdict.CANNOT_TELL else words(said, line)


def _notes(study: Study, found: Comparison, rows: list[int]) -> list[str]:
    from simulation.census.measure import measures

    exact = [
        f"{o.policy.title}, {line.label}, {when(found, found.cells[i])}: {difference_of(o, i, line)}, interval {interval_of(o, i, line)}, "
        f"all at once {interval_of(o, i, line, adjusted=True)}; {words(verdict_of(o, i), line)}; {o.statistics.pairs[i]} pairs."
        for o in found.outcomes
        for i in rows
        for line in (found.lines[found.cells[i].line],)
    ]  # fmt: skip
    defined = dict.fromkeys(found.lines[found.cells[i].line].measure for i in rows)
    hidden = [] if study.below is None else [LEFT_OUT]
    return [
        HOW,
        *hidden,
        "Exact figures:",
        *exact,
        "Definitions:",
        *(f"{measures()[m].title}: {measures()[m].definition}" for m in defined),
    ]


def _spoken(labels: list[str], series: list[native.Bars], unit: str) -> str:
    return " ".join(
        f"{one.name}: {'; '.join(f'{name} {v:+.2g}{unit} ± {h:.2g}' for name, v, h in zip(labels, one.values, one.halves, strict=True))}."
        for one in series
    )


def gains(frame: Frame, study: Study) -> None:
    """Differences in shares, by sex, ethnic group and disadvantage."""
    groups = {g.line.name: g for g in study.groups if _of_slide(g.line)}
    found = study.compared([g.line for g in groups.values()])
    if found is None:
        return
    found = study.publishable(found)
    rows = _rows(found)
    if not rows:
        return
    outcomes = found.outcomes[:MOST_POLICIES]
    known = [(o, i) for o in outcomes for i in rows if verdict_of(o, i) in (Verdict.MORE, Verdict.LESS)]
    if known:
        o, i = known[0]
        group, line = groups[found.lines[found.cells[i].line].name], found.lines[found.cells[i].line]
        title = (
            f"Who gains: {SHORT[line.measure]}, {group.label}, {words(verdict_of(o, i), line)} under {o.policy.title}"
        )
    else:
        title = (
            f"Who gains: no difference can be told for any of {len(rows)} figures by sex, ethnic group and disadvantage"
        )
    labels = [
        _label(groups[found.lines[found.cells[i].line].name].label, found.lines[found.cells[i].line]) for i in rows
    ]
    series = [
        native.Bars(
            o.policy.title, [_points(o.statistics.difference[i]) for i in rows], [_points(o.half[i]) for i in rows]
        )
        for o in outcomes
    ]
    alt = f"Bars of differences from {found.base.title} in percentage points. " + _spoken(labels, series, " points")
    slide = frame.slide(title, _notes(study, found, rows))
    left = 5.6 if len(outcomes) > 1 else 7.3
    native.bars(frame, slide, labels, series, (LEFT, TOP, left - LEFT - 0.1, BOTTOM - TOP), alt, "0.0", f"Difference from {found.base.title}, percentage points")  # fmt: skip
    body = [
        [name, *(f"{difference_of(o, i, found.lines[found.cells[i].line])} ({interval_of(o, i, found.lines[found.cells[i].line])})" for o in outcomes)]
        for name, i in zip(labels, rows, strict=True)
    ]  # fmt: skip
    headings = [
        "All projected years",
        *(o.policy.title if len(outcomes) > 1 else "Difference (interval)" for o in outcomes),
    ]
    widths = [2.7, *([(RIGHT - left - 2.7) / len(outcomes)] * len(outcomes))]
    frame.table(slide, headings, body, widths, left=left, size=11, alt=alt, height=0.3)


SHORT = {
    "female_share": "women among heads", "promotion_rate": "deputy heads promoted", "minority_share": "heads not White British",
    "leaver_rate": "teachers leaving",
}  # fmt: skip


def _of_slide(line: Line) -> bool:
    where = dict(line.where)
    return line.unit in SHARE_UNITS and line.measure in SHORT and "region" not in where


def _label(group: str, line: Line) -> str:
    short = SHORT[line.measure]
    if line.measure in ("female_share", "minority_share"):
        return short[0].upper() + short[1:]
    return f"{short[0].upper()}{short[1:]}: {group.removesuffix(' of schools')}"


def _points(value: float) -> float:
    return 0.0 if math.isnan(value) else 100 * float(value)


def cost_and_effect(frame: Frame, study: Study) -> None:
    """What each policy's programmes cost against what they change."""
    found = study.comparison
    if found is None:
        return
    found = study.publishable(found)
    rows = {found.lines[found.cells[i].line].name: i for i in _rows(found)}
    effect = _effect(found, rows)
    if "cost_of_programmes" not in rows or effect is None:
        return
    cost = rows["cost_of_programmes"]
    money, line = found.lines[found.cells[cost].line], found.lines[found.cells[effect].line]
    share = line.unit in SHARE_UNITS
    named = [
        (o.policy.title, float(o.statistics.difference[cost]) / 1e6, float(o.statistics.difference[effect]) * (100 if share else 1))
        for o in found.outcomes
    ]  # fmt: skip
    most = max(found.outcomes, key=lambda o: float(o.statistics.difference[cost]))
    said = words(verdict_of(most, effect), line)
    title = (
        f"{most.policy.title} costs {difference_of(most, cost, money).removeprefix('+')} in all; {line.label}: {said}"
    )
    unit = "percentage points" if share else line.unit
    axes = (f"Costs of programmes, £m, {when(found, found.cells[cost])}", f"{line.label}, {unit}")
    alt = f"A point for each policy, cost across and effect upwards. {'; '.join(f'{n}: £{x:.3g}m, {y:+.2g} {unit}' for n, x, y in named)}."
    notes = _notes(study, found, [cost, effect])
    slide = frame.slide(title, [*notes, "Costs count government's grants, fees, release and the time of helpers, whose hours have no cash price."])  # fmt: skip
    native.points(frame, slide, named, (LEFT, TOP, 6.6, BOTTOM - TOP), alt, axes)  # fmt: skip
    body = [
        (o.policy.title, f"{difference_of(o, cost, money)} ({interval_of(o, cost, money)})", f"{difference_of(o, effect, line)} ({interval_of(o, effect, line)})")
        for o in found.outcomes
    ]  # fmt: skip
    frame.table(
        slide,
        ("Policy", "Cost (interval)", f"{line.label} (interval)"),
        body,
        (1.5, 2.0, 1.93),
        left=7.3,
        size=12,
        alt=alt,
    )


def _effect(found: Comparison, rows: dict[str, int]) -> int | None:
    """The effect to set against cost: the first that can be told and is no cost; head posts vacant if there is none."""
    at = [i for i in rows.values() if found.lines[found.cells[i].line].unit != "GBP"]
    known = [i for i in at for o in found.outcomes if verdict_of(o, i) in (Verdict.MORE, Verdict.LESS)]
    best = [i for i in known if found.lines[found.cells[i].line].better]
    return next(iter([*best, *known, *([rows["head_posts_vacant"]] if "head_posts_vacant" in rows else at)]), None)
