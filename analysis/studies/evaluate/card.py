"""An evaluation for reading: published beside simulated, and the gap taken apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures.estimates import NONE, large, spelt
from analysis.figures.intervals import LEVEL, Estimate
from analysis.figures.numbers import SHARE_UNITS
from analysis.studies.evaluate.evaluate import Evaluation, Line
from analysis.studies.evaluate.totals import PLACES, TOTALS
from simulation.vocabulary import school_year, school_years

HEADINGS = {
    "finding": "Finding", "published": "Published", "simulated": "Simulated", "gap": "Gap", "effect": "True effect",
    "selection": "Selection", "inside": "Inside",
}  # fmt: skip
MOVED_HEADINGS = {"what": "Difference made", **{place: place.capitalize() for place in PLACES}, "total": "In all"}
POLICY_HEADINGS = {"calibration": "Calibration", "direct": "Leavers fewer among participants",
                   "retained": "Leavers fewer in all", "promotions": "Promotions more",
                   "teachers": "Teachers more", "cost": "Cost, GBP million", "per_retained": "GBP per leaver fewer"}  # fmt: skip


def _published(line: Line) -> str:
    f, share = line.finding, line.unit in SHARE_UNITS

    def plain(value: float, signed: bool = False) -> str:
        number = f"{100 * value:+.0f}" if share and signed else f"{100 * value:.0f}%" if share else f"{value:+.3f}"
        return "0" if value == 0 else number

    parts = [plain(v) for v in (f.participants, f.comparison) if v is not None]
    text = " v ".join(parts)
    if f.difference is None:
        return text or NONE
    return f"{text} ({plain(f.difference, True)})" if text else plain(f.difference, True)


def _simulated(line: Line) -> str:
    if math.isnan(line.comparison.mean):
        return spelt(line.participants, line.unit)
    less_sure = max(line.participants.half, line.comparison.half)  # both to the digit that is uncertain in either
    both = (spelt(Estimate(e.mean, less_sure), line.unit, interval=False) for e in (line.participants, line.comparison))
    return " v ".join(both)


def rows(evaluation: Evaluation) -> list[dict[str, str]]:
    """A row for each finding."""
    found = []
    for line in evaluation.lines:
        inside = line.inside
        found.append({
            "finding": line.finding.name.replace("_", " "),
            "published": _published(line),
            "simulated": _simulated(line),
            "gap": spelt(line.gap, line.unit, signed=True),
            "effect": spelt(line.effect, line.unit, signed=True),
            "selection": spelt(line.selection, line.unit, signed=True),
            "inside": NONE if inside is None else "yes" if inside else "NO",
        })  # fmt: skip
    return found


def note(evaluation: Evaluation) -> str:
    """Who was compared with whom, and how sure the figures are."""
    study, case = evaluation.case.study, evaluation.case
    last = study.first + study.cohorts - 1
    cohorts = school_years(study.first, last)
    told = [line for line in evaluation.lines if line.inside is not None]
    met = f"{sum(bool(line.inside) for line in told)} of {len(told)} published findings are met. " if told else ""
    words = [case.summary, met] if case.summary else [met]
    lookalikes = ", ".join(c.removeprefix("school.").replace("_", " ") for c in study.matched_on)
    pairs = "one pair of runs" if evaluation.replicates == 1 else f"{evaluation.replicates} pairs of runs"
    words.append(
        f"Starters of {cohorts}, {evaluation.participants.mean:,.0f} a pair of runs, completers or not, against others "
        f"who could have joined and did not, alike in {lookalikes}; {evaluation.unmatched.mean:,.0f} found nobody alike. "
        f"True effect: the same participants in the same run without the programme. {pairs}; ± is the "
        f"{LEVEL:.0%} interval for chance alone. Shares in per cent, differences in points."
    )
    return " ".join(word.strip() for word in words if word.strip())


def moved_rows(evaluation: Evaluation) -> list[dict[str, str]]:
    """Where the difference that the programme makes arises."""
    return [
        {"what": TOTALS[name], **{place: large(found) for place, found in places.items()}}
        for name, places in evaluation.moved.items()
    ]


def policy_rows(evaluations: Sequence[Evaluation]) -> list[dict[str, str]]:
    """What the programme is projected to achieve under each calibration, and how far these differ."""
    found: list[dict[str, Any]] = []
    for e in evaluations:
        fewer, direct = e.moved["leavers"]["total"], e.moved["leavers"]["direct"]
        found.append({
            "calibration": e.case.calibration or "as in its file",
            "direct": large(Estimate(-direct.mean, direct.half)),
            "retained": large(Estimate(-fewer.mean, fewer.half)),
            "promotions": large(e.moved["promotions"]["total"]),
            "teachers": large(e.moved["teachers"]["total"]),
            "cost": f"{e.costs['total'].mean / 1e6:,.1f}",
            "per_retained": large(e.per_retained, signed=False) if not math.isnan(e.per_retained.mean)
            else "not told from chance",
        })  # fmt: skip
    return found


@dataclass(frozen=True)
class Table:
    """One of the tables of a card, as text."""

    title: str
    headings: dict[str, str]
    rows: list[dict[str, str]]
    note: str = ""


def tables(found: Sequence[Evaluation]) -> list[Table]:
    """The evaluations one after the other, and then how far their projections of the policy differ."""
    shown = []
    for e in found:
        title = f"{e.case.study.title}: {e.case.calibration.replace('-', ' ')}"
        shown.append(Table(title, HEADINGS, rows(e), note(e)))
        first, last = school_year(e.case.study.first), school_year(e.case.setup.last_year)
        shown.append(Table(f"Where it arises, {first} to {last}", MOVED_HEADINGS, moved_rows(e)))
    several = "What the policy would do, by calibration" if len(found) > 1 else "What the policy would do"
    return [*shown, Table(several, POLICY_HEADINGS, policy_rows(found), policy_note(found))]


def show(found: Sequence[Evaluation]) -> None:
    """Print the tables of a card."""
    from analysis.output.terminal import print_table

    for one in tables(found):
        if one.headings is MOVED_HEADINGS:
            print()
        print_table(one.rows, False, title=one.title, headings=one.headings, note=one.note)


def policy_note(found: Sequence[Evaluation]) -> str:
    """Which system and years the projections are of, and how far they differ."""
    setup, study = found[0].case.setup, found[0].case.study
    schools = f"{len(setup.register):,} schools, {school_years(study.first, setup.last_year)}"
    text = f"Policy less base, of {schools}: people and GBP in all."
    if len(found) > 1:
        fewer = sorted((e.moved["leavers"]["direct"] for e in found), key=lambda total: total.mean)
        most, least = fewer[0], fewer[-1]
        # As if they were independent; they share their draws, so the interval is if anything too wide.
        apart = Estimate(least.mean - most.mean, math.hypot(least.half, most.half))
        text += (
            " All reproduce the same published findings, and yet the number of participants kept differs by "
            f"{large(apart, False)} between them: which is true cannot be told from those findings, nor from more runs."
        )
    return text
