"""Who gains: what policies change for women and men, ethnic groups, and schools by disadvantage and region."""

from __future__ import annotations

from dataclasses import replace

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Difference, differences, legend, panel, record
from analysis.charts.drawing.numbers import listed
from analysis.charts.drawing.style import grid, wrap
from analysis.figures.lines import Line, gains, groups_in, needs_of_groups
from analysis.figures.words import DIMENSIONS, capital, within

MOST = 3
"""Policies side by side."""


def lines(source: Source) -> list[Line]:
    """Share of people who leave, group by group, as far as the results have groups."""
    from analysis.store.select import labels_of

    db = source.db
    if db is None:
        return []
    found = gains("chart", lambda line, dimension: labels_of(db, dimension, line.measure, table=source.table))
    return [replace(line, label=capital(within(line.where[-1][1]))) for of in found.values() for line in of]


def draw(source: Source) -> Figure | None:
    """A row of panels for each kind of group, a column for each policy."""
    asked = lines(source)
    found = source.compared(asked) if asked else None
    if found is None:
        return None
    titles = source.titles
    names = [o.policy.name for o in found.outcomes][:MOST]
    rows: dict[tuple[str, int], list[Difference]] = {}
    for number, line in enumerate(found.lines):
        for i in range(len(names)):
            if (d := differences(found, number, "\n".join(wrap(line.label, 26)), i)) is not None:
                rows.setdefault((line.where[0][0], i), []).append(d)
    every = [d for of in rows.values() for d in of]
    if not every:
        return None
    panels, sentences, table = [], [], []
    width = {1: 330, 2: 230}.get(len(names), 165)
    for dimension in groups_in("chart"):
        title = capital(DIMENSIONS[dimension])
        for i, name in enumerate(names):
            of = rows.get((dimension, i), [])
            if not of:
                continue
            panels.append(panel(of, title, wrap(titles[name], width // 4), width, every, labels=not i))
            told = "; ".join(d.said for d in of)
            sentences.append(f"{title}, {titles[name]}: {told}.")
            table += [record(d, Group=title, Who=d.name, Scenario=titles[name]) for d in of]
    subtitle = source.stamped(
        f"Difference in the share of teachers and leaders who leave in a year, from “{titles[found.base.name]}”"
        f"{source.coverage}, {source.period(found.first, found.last)}; {found.replicates:,} pairs of runs.",
        legend(found.level),
    )
    message = _title(names, rows, titles)
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "That a difference is told for one group and not for another does not mean that the groups differ: small groups are "
        "less sure.",
        grid(panels, columns=len(names), row=26, column=24), table, {1: 62, 2: 80}.get(len(names), 96),
    )  # fmt: skip


def _title(names: list[str], rows: dict[tuple[str, int], list[Difference]], titles: dict[str, str]) -> str:
    """For whom a difference can be told; never that one group gains more than another."""
    parts = []
    for i, name in enumerate(names):
        of = [d for (_, j), some in rows.items() if j == i for d in some]
        for sign, verb in ((-1, "fewer leave"), (1, "more leave")):
            who = [d.name for d in of if d.told and d.mean * sign > 0]
            if who:
                many = listed(who) if len(who) <= 3 else f"{len(who)} of {len(of)} groups"
                parts.append(
                    f"under “{titles[name]}” {verb} in {many}"
                    if len(who) > 3
                    else f"under “{titles[name]}” {verb}: {many}"
                )
    message = "; ".join(parts)
    return message[0].upper() + message[1:] if parts else "For no group can a difference in leaving be told from chance"


CHART = Chart("gains", "Who gains?", draw, needs_of_groups("chart"))
