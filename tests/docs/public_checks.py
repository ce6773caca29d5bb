"""The page of what is public and nothing is fitted to: ``python -m tests.docs.public_checks [--scale SHARE] [--read CHECKS.json]``.

Runs all schools on draws, which takes some minutes, or a share of them, or reads what ``headway validate --checks --json`` printed of
so many; writes the page, and the lines about it in the page of limits.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from analysis.figures.rounding import joined, number, percent
from analysis.runs.plan import Options
from analysis.studies.validate import Card, card, readable
from scenarios import load
from scenarios.targets import CHECKS, targets
from tests.docs.between import put

BACKGROUND: Final = Path(__file__).resolve().parents[2] / "docs" / "background"
PAGE: Final = BACKGROUND / "public-checks.md"
LIMITS: Final = BACKGROUND / "limits.md"
START, END = "<!-- python -m tests.docs.public_checks -->", "<!-- end of public checks -->"
RUNS, SEED = 20, 1

HEAD = """\
# What is public, and nothing is fitted to

Published figures of England that no target and no calibration uses, held against {runs} runs of {schools}, each on a draw of what the
[calibration](../guides/calibration.md) allows (seed {seed}). A prediction holds what nine in ten figures would be that are published of such worlds: as
widely as runs differ, by the error of what is published, and by what the same runs miss England's [targets](england-card.md) by, those of the same measure
first ([how](../guides/contexts.md#published-figures)). `headway validate --checks` does this; this page is written by `python -m
tests.docs.public_checks`. What has happened year by year since 2010 is in [the back-test](back-test.md).

{told}
By how the runs differ and the error of what is published alone, as if the model were right in all that no draw holds, it does for {alone}.
The draws hold what the fit leaves open about the numbers that it frees. Two of these, how often senior teams go part-time and what panels see less in ethnic
minorities, are told by no target: the draws have them as wide as they were believed to be beforehand.

| No. | Figure | Published | 95% interval of it | Mean of the runs | Nine in ten predictions | Within | Behind a parameter |
|---|---|---:|---:|---:|---:|---|---|
{rows}

"Behind a parameter": the figure's own row is among the sources of one of England's parameters, mostly of what people are like at the start of the
{warm_up} years before the base year; then what is tried is whether the rules keep it. How often people go part-time was solved for so that they keep the
shares of part-timers (No. 5), so that these are met by making. Other figures were never shown to the model.

## What is outside, and why

{misses}

## What is not held

- **Gaps in promotion** between women and men, and between ethnic groups: they are [parameters](../reference/parameters.md#appoint), so that meeting
  them would prove nothing.
- **Posts of senior teams that large trusts fill from within** (56% to 72%, eight trusts), **head adverts in schools with many poor pupils** (42%) and
  **teachers who leave the poorest secondary schools** (70% likelier): no measure counts as these do.
- **Trends**: heads' retention of the cohorts of 2011 to 2019, leavers and schools' changes of heads before, in and after the pandemic are held in
  [the back-test](back-test.md).
"""


def cited() -> set[str]:
    """Rows of evidence that a parameter of England rests on."""
    return {row for source in load("england").provenance.values() for row in source.sources}


def page(cards: Sequence[Card], scale: float = 1.0) -> str:
    """The page in Markdown, of a card of the checks by runs of a share of the schools."""
    behind = cited()
    rows = [_row(one, not behind.isdisjoint(one.sources)) for one in cards]
    return HEAD.format(
        runs=max(one.replicates for one in cards), schools=schools(scale), seed=SEED, told=told(cards), alone=_count(cards, [bool(one.by_runs_alone) for one in cards]), rows="\n".join(rows),
        warm_up=load("england").warm_up_years, misses="\n".join(misses(cards)) or "Nothing is.",
    )  # fmt: skip


def schools(scale: float) -> str:
    """Of what share the runs are: ``all schools``."""
    return "all schools" if scale == 1 else f"{percent(scale)} of the schools"


def told(cards: Sequence[Card]) -> str:
    """How many are within, of all and of those behind no parameter."""
    behind = cited()
    free = [one for one in cards if behind.isdisjoint(one.sources)]
    return f"What is published lies within its nine in ten predictions for {_within(cards)}; of those behind no parameter, for {_within(free)}."


def _within(cards: Sequence[Card]) -> str:
    held = [one for one in cards if one.predicted is not None]
    return _count(held, [bool(one.predicted) for one in held])


def _count(of: Sequence[Card], inside: Sequence[bool]) -> str:
    return f"{sum(inside)} of {len(of)} figures ({percent(round(sum(inside) / max(len(of), 1), 2))})"


def _row(one: Card, behind: bool) -> str:
    read = readable(one)
    ends = (one.predicted_low, one.predicted_high)
    low, high = (number(end, one.unit) for end in ends)
    cells = [
        read["number"], read["target"].removesuffix(", kept out"), joined(number(one.published_low, one.unit), number(one.published_high, one.unit)),
        read["reach"], read["simulated"], f"{low} to {high}", "yes" if one.predicted else "NO", "yes" if behind else "no",
    ]  # fmt: skip
    return "| " + " | ".join(cell.replace("*", "\\*") for cell in cells) + " |"


def misses(cards: Sequence[Card]) -> list[str]:
    """A line for each target with figures outside their prediction: which, and why, as far as that is known."""
    lines = []
    for number_ in dict.fromkeys(one.number for one in cards):
        outside = [one for one in cards if one.number == number_ and one.predicted is False]
        if outside:
            which = "; ".join(
                f"{readable(one)['target'].removesuffix(', kept out')}, {'more' if _above(one) else 'fewer'} in the runs"
                for one in outside
            )
            lines.append(f"- {which}: {outside[0].reason or 'why is not known'}.")
    return lines


def _above(one: Card) -> bool:
    return one.simulated is not None and one.simulated > one.published_high


def main(scale: float, read: Path | None) -> None:
    """Write the page and the lines, of a card that was printed if a file is named."""
    if read is None:
        cards = card("england", Options(RUNS, SEED, scale=scale, workers=2), checks=True)
    else:
        cards = [Card(**line) for line in json.loads(read.read_text(encoding="utf-8"))]
    assert len(cards) == len(targets(file=CHECKS))
    PAGE.write_text(page(cards, scale), encoding="utf-8")
    runs = max(one.replicates for one in cards)
    of = f"by {runs} runs of {schools(scale)} on draws"
    put(LIMITS, START, END, f"Figures in public that [nothing is fitted to](public-checks.md), {of}. {told(cards)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--read", type=Path)
    given = parser.parse_args()
    main(given.scale, given.read)
