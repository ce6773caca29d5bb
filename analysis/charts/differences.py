"""What each policy changes: differences from the base for the figures that are asked about first, and for others that matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import MOST, Drawn, drawn, legend, panel
from analysis.charts.drawing.style import grid, wrap
from analysis.figures.doubt import which_in_a_line
from analysis.figures.lines import Over, needs, shown_in
from analysis.figures.words import capital, listed, lower, pairs_of_runs
from analysis.studies.compare.difference import TOO_SMALL
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.studies.compare.summing import Comparison

OVER = {Over.SUM: "in total", Over.MEAN: "mean of the years", Over.POOLED: "all years together"}

COLUMNS, WIDTH = 3, 165
"""Panels beside each other, and pixels of each."""


def draw(source: Source) -> Figure | None:
    """A panel for each figure that is asked about first, and for any other that matters, with a row for each policy.

    Intervals hold for all figures of a comparison together.
    """
    found = source.compared(shown_in("comparison"))
    if found is None:
        return None
    titles = [source.titles[o.policy.name] for o in found.outcomes][:MOST]
    panels: list[Any] = []
    before: list[str] = []
    sentences, table, every = [], [], []
    asked_first = [line for line in shown_in("chart of differences") if line in found.lines]
    for line in (*asked_first, *(line for line in found.lines if line not in asked_first and line.unit != "GBP")):
        labels = ("\n".join(wrap(title, 24)) for title in titles)
        at = found.lines.index(line)
        rows = [d for i, label in enumerate(labels) if (d := drawn(found, at, label, i)) is not None]
        if not rows or (line not in asked_first and not any(d.matters for d in rows)):
            continue
        # Names of policies stand once in a row of panels that show the same ones.
        names = [d.label for d in rows]
        named = not len(panels) % COLUMNS or names != before
        panels.append(panel(rows, line.label, f"difference, {OVER[line.over]}", WIDTH, labels=named))
        before = names
        sentences.append(f"{line.label}, {OVER[line.over]}: {'; '.join(d.said for d in rows)}.")
        table += [d.record(Figure=line.label, Scenario=d.name) for d in rows]
        every += rows
    if not panels:
        return None
    return source.figure(
        _title(found, every),
        (f"{source.difference_from(found)}; {pairs_of_runs(found.done)}.", legend(found)),
        sentences,
        which_in_a_line(found.doubts),
        grid(panels, columns=min(COLUMNS, len(panels)), row=28, column=30),
        table,
        min(55 * len(panels), 110),
    )


def _title(found: Comparison, rows: list[Drawn]) -> str:
    """What matters most, those first that are largest against the smallest difference worth telling."""
    told = sorted((d for d in rows if d.matters and d.line.unit != "GBP"), key=lambda d: -d.size)
    if not told and any(d.told and d.too_small and d.line.unit != "GBP" for d in rows):
        return f"Every difference in outcomes that can be told by {school_year(found.last)} is {TOO_SMALL}"
    if not told:
        tail = ": only costs differ by more than chance" if any(d.told for d in rows) else ""
        return f"No difference in outcomes can be told from chance by {school_year(found.last)}{tail}"
    said: dict[str, list[str]] = {}
    for d in told:
        label = lower(d.line.label)
        said.setdefault(d.name, []).append(f"{label} {d.direction}")
    alike: dict[str, list[str]] = {}  # policies by what the first two figures say of them
    for name, words in said.items():
        alike.setdefault(", ".join(words[:2]), []).append(f"“{name}”")
    parts = [f"under {listed(of) if len(of) < 3 else f'{len(of)} policies'}: {words}" for words, of in alike.items()]
    return capital("; ".join(parts[:2]))


CHART = Chart("differences", "What does each policy change, and how sure is that?", draw, needs(shown_in("comparison")))
