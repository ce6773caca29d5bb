"""What each policy changes: differences from the base for the figures that those who decide ask about first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Difference, differences, legend, needs, panel, record
from analysis.charts.drawing.numbers import listed
from analysis.charts.drawing.style import grid, wrap
from analysis.figures.lines import Over, shown_in
from analysis.figures.wording import direction
from analysis.studies.compare.asking import headlines
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.studies.compare.summing import Comparison

SHOWN = (
    "leaving", "heads_leaving", "new_heads_retained_3", "head_posts_vacant", "head_posts_readvertised",
    "promoted_to_middle_leader", "pupil_progress", "cost_of_programmes",
)  # fmt: skip
"""Headlines that are drawn. Intervals hold for all headlines together, as ``headway compare`` prints them."""
OVER = {Over.SUM: "in total", Over.MEAN: "mean of the years", Over.POOLED: "all years together"}
MOST = 6
"""Policies in one chart."""


def draw(source: Source) -> Figure | None:
    """A panel for each headline, a row for each policy."""
    found = source.compared(headlines())
    if found is None:
        return None
    titles = source.titles
    names = [o.policy.name for o in found.outcomes][:MOST]
    panels, sentences, table, every = [], [], [], []
    shown = [i for name in SHOWN for i, line in enumerate(found.lines) if line.name == name]
    for line in shown:
        rows = [
            d for i, name in enumerate(names)
            if (d := differences(found, line, "\n".join(wrap(titles[name], 24)), i)) is not None
        ]  # fmt: skip
        if not rows:
            continue
        label, over = found.lines[line].label, OVER[found.lines[line].over]
        panels.append(panel(rows, label, f"difference, {over}"))
        told = [d.said for d in rows]
        sentences.append(f"{label}, {over}: {'; '.join(told)}.")
        table += [record(d, Figure=label, Scenario=d.name) for d in rows]
        every += [(line, d) for d in rows]
    if not panels:
        return None
    columns = 2 if len(panels) > 1 else 1
    base = titles[found.base.name]
    subtitle = source.stamped(
        f"Difference from “{base}”{source.coverage}, {source.period(found.first, found.last)}; {found.replicates:,} pairs of runs.",
        legend(found.level),
    )
    return Figure(
        title(found, every), subtitle, " ".join([title(found, every) + ".", *subtitle, *sentences]),
        "Intervals hold chance alone. Doubt about parameters and about the model comes on top.",
        grid(panels, columns=columns, row=28, column=30), table, 55 * columns,
    )  # fmt: skip


def title(found: Comparison, rows: list[tuple[int, Difference]]) -> str:
    """What can be said, and about how much nothing can; never more than the adjusted intervals do."""
    told = [(line, d) for line, d in rows if d.told and found.lines[line].unit != "GBP"]
    if not told:
        costs = any(d.told for _, d in rows)
        tail = ": only costs differ by more than chance" if costs else ""
        return f"No difference in outcomes can be told from chance by {school_year(found.last)}{tail}"
    said: dict[str, list[str]] = {}  # what the first two lines say, by policy
    for line, d in told:
        label = found.lines[line].label
        words = f"{label[0].lower()}{label[1:]} {direction(d.verdict, found.lines[line])}"
        said.setdefault(d.name, []).append(words)
    alike: dict[str, list[str]] = {}
    for name, words_of in said.items():
        alike.setdefault(", ".join(words_of[:2]), []).append(f"“{name}”")
    parts = [f"under {listed(of) if len(of) < 3 else f'{len(of)} policies'}: {words}" for words, of in alike.items()]
    message = "; ".join(parts[:2])
    return message[0].upper() + message[1:]


CHART = Chart("differences", "What does each policy change, and how sure is that?", draw, needs(shown_in("comparison")))
