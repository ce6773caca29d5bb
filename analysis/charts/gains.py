"""Who gains: what policies change for women and men, ethnic groups, and schools by disadvantage and region."""

from __future__ import annotations

from dataclasses import replace

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Drawn, drawn, legend, panel
from analysis.charts.drawing.style import grid, wrap
from analysis.figures.lines import Line, gains, groups_in, needs_of_groups
from analysis.figures.words import WORDS, capital, listed, pairs_of_runs, said
from simulation.vocabulary import school_years

MOST = 3
"""Policies side by side."""


def lines(source: Source) -> list[Line]:
    """Share of people who leave, group by group, as far as the results have groups."""

    def labels(line: Line, dimension: str) -> list[str]:
        return source.labels_there(dimension, line.measure)

    found = gains("chart", labels)
    return [replace(line, label=capital(said(*line.where[-1]))) for of in found.values() for line in of]


def draw(source: Source) -> Figure | None:
    """A row of panels for each kind of group, a column for each policy."""
    asked = lines(source)
    found = source.compared(asked) if asked else None
    if found is None:
        return None
    titles = [source.titles[o.policy.name] for o in found.outcomes][:MOST]
    rows: dict[tuple[str, int], list[Drawn]] = {}
    for number, line in enumerate(found.lines):
        for i in range(len(titles)):
            if (d := drawn(found, number, "\n".join(wrap(line.label, 26)), i)) is not None:
                rows.setdefault((line.where[-1][0], i), []).append(d)
    every = [d for of in rows.values() for d in of]
    if not every:
        return None
    panels, sentences, table = [], [], []
    width = 230 if len(titles) < 3 else 165
    for dimension in groups_in("chart"):
        group = capital(WORDS["dimensions"][dimension])
        for i, title in enumerate(titles):
            if of := rows.get((dimension, i)):
                panels.append(panel(of, group, wrap(title, width // 4), width, every, labels=not i))
                sentences.append(f"{group}, {title}: {'; '.join(d.said for d in of)}.")
                table += [d.record(Group=group, Who=d.name, Scenario=title) for d in of]
    what = (
        f"Difference in the share of teachers and leaders who leave in a year, from “{source.titles[found.base.name]}”"
    )
    years = school_years(found.first, found.last)
    return source.figure(
        _title(titles, rows),
        (f"{what}{source.coverage}, {years}; {pairs_of_runs(found.done)}.", legend(found)),
        sentences,
        "That a difference is told for one group and not for another does not mean that the groups differ: small groups are "
        "less sure.",
        grid(panels, columns=max(len(titles), 2), row=26, column=24),
        table,
        80 if len(titles) < 3 else 96,
    )


def _title(titles: list[str], rows: dict[tuple[str, int], list[Drawn]]) -> str:
    """For whom a difference can be told; never that one group gains more than another."""
    parts = []
    for i, title in enumerate(titles):
        of = [d for (_, j), some in rows.items() if j == i for d in some]
        for sign, verb in ((-1, "fewer leave"), (1, "more leave")):
            who = [d.name for d in of if d.told and d.mean * sign > 0]
            if who:
                many = f": {listed(who)}" if len(who) <= 3 else f" in {len(who)} of {len(of)} groups"
                parts.append(f"under “{title}” {verb}{many}")
    return capital("; ".join(parts)) or "For no group can a difference in leaving be told from chance"


CHART = Chart("gains", "Who gains?", draw, needs_of_groups("chart"))
