"""Cost against effect: each policy as a point with its intervals, for a few outcomes."""

from __future__ import annotations

import math
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Difference, differences, needs, record, scale_of
from analysis.charts.drawing.style import BLACK, DARK_BLUE, DARK_GREY, MIDDLE_GREY, data, grid, heading, layered
from analysis.figures.lines import shown_in
from analysis.studies.compare.asking import headlines

COST = "cost_of_programmes"
EFFECTS = ("heads_leaving", "leaving", "new_heads_retained_3", "pupil_progress")
MOST = 6
LETTERS = "ABCDEF"


def draw(source: Source) -> Figure | None:
    """A panel for each outcome: what programmes cost more or less across, what changes upwards."""
    found = source.compared(headlines())
    if found is None:
        return None
    place = {line.name: i for i, line in enumerate(found.lines)}
    if COST not in place:
        return None
    titles, names = source.titles, [o.policy.name for o in found.outcomes][:MOST]
    costs = [differences(found, place[COST], titles[n], i) for i, n in enumerate(names)]
    panels, sentences, table = [], [], []
    pairs: list[tuple[str, Difference, Difference]] = []
    for effect in EFFECTS:
        if effect not in place:
            continue
        rows = [
            (LETTERS[i], cost, d) for i, (n, cost) in enumerate(zip(names, costs, strict=True))
            if cost is not None and (d := differences(found, place[effect], titles[n], i)) is not None
        ]  # fmt: skip
        if not rows:
            continue
        line = found.lines[place[effect]]
        panels.append(_panel(rows, line.label))
        told = "; ".join(
            f"{letter} {d.text}{'' if d.told else ' (cannot tell)'} for {cost.text}" for letter, cost, d in rows
        )
        sentences.append(f"{line.label}: {told}.")
        table += [record(d, Figure=line.label, Scenario=d.label) | {"Cost, GBP": cost.mean} for _, cost, d in rows]
        pairs += rows
    if not panels:
        return None
    key = "; ".join(f"{LETTERS[i]}: {titles[n]}" for i, n in enumerate(names))
    subtitle = source.stamped(
        f"Difference from “{titles[found.base.name]}”{source.coverage}, {source.period(found.first, found.last)}; costs of "
        f"programmes in prices of the base year, in total; {found.replicates:,} pairs of runs.",
        key + ".",
        f"Bars: {100 * found.level:g}% intervals that hold for all figures at once. Filled diamond: a difference in the outcome "
        "can be told. Grey circle: it cannot.",
    )
    message = _title(pairs)
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "Costs are those of programmes alone: what schools save or spend on pay and recruiting is not in them.",
        grid(panels, columns=2, row=34, column=50), table, 84,
    )  # fmt: skip


def _title(pairs: list[tuple[str, Difference, Difference]]) -> str:
    of = {cost.label: [d for _, c, d in pairs if c.label == cost.label] for _, cost, _ in pairs}
    told = [name for name, some in of.items() if any(d.told for d in some)]
    costs = {cost.label: cost for _, cost, _ in pairs}
    if not told:
        return "No policy buys a difference in these outcomes that can be told from chance"
    parts = []
    for name in told[:2]:
        cost = costs[name]
        amount = cost.text.replace("+", "").replace("−", "")
        how = (
            "neither more nor less that can be told"
            if not cost.told
            else f"{amount} {'more' if cost.mean > 0 else 'less'}"
        )
        number = sum(d.told for d in of[name])
        many = len(of[name])
        which = (
            "the outcome" if many == 1 else f"all {many} outcomes" if number == many else f"{number} of {many} outcomes"
        )
        parts.append(f"“{name}” costs {how} and changes {which} by more than chance")
    return "; ".join(parts)


def _panel(rows: list[tuple[str, Difference, Difference]], title: str) -> Any:
    import altair as alt

    across, x_title = scale_of([cost for _, cost, _ in rows])
    up, y_title = scale_of([d for _, _, d in rows])

    def half(d: Difference) -> float:
        return 0.0 if math.isnan(d.adjusted) else d.adjusted

    records: list[dict[str, Any]] = [
        {"letter": letter, "x": across * c.mean, "x0": across * (c.mean - half(c)), "x1": across * (c.mean + half(c)),
         "y": up * d.mean, "y0": up * (d.mean - half(d)), "y1": up * (d.mean + half(d)), "told": d.told}
        for letter, c, d in rows
    ]  # fmt: skip

    def axis_of(low: str, high: str, name: str) -> tuple[Any, Any]:
        least, most = min(0.0, *(r[low] for r in records)), max(0.0, *(r[high] for r in records))
        room = 0.1 * (most - least) or 1.0
        return alt.Scale(domain=[least - room, most + room], nice=False, zero=False), alt.Axis(
            title=name, grid=True, tickCount=5, titleAlign="right", titleAnchor="end", domain=False, ticks=False
        )

    (xs, xa), (ys, ya) = axis_of("x0", "x1", f"cost, {x_title}"), axis_of("y0", "y1", "")
    x, y = alt.X("x:Q", scale=xs, axis=xa), alt.Y("y:Q", scale=ys, axis=ya)
    colour = alt.ColorValue(MIDDLE_GREY, condition={"test": "datum.told", "value": DARK_BLUE})
    base = alt.Chart(data(records))
    zero = [
        alt.Chart(data([{"x": 0}])).mark_rule(color=DARK_GREY).encode(x=alt.X("x:Q", scale=xs, axis=xa)),
        alt.Chart(data([{"y": 0}])).mark_rule(color=DARK_GREY).encode(y=alt.Y("y:Q", scale=ys, axis=ya)),
    ]
    layers = [
        *zero,
        base.mark_rule(strokeWidth=2).encode(x=alt.X("x0:Q", scale=xs, axis=xa), x2=alt.X2("x1:Q"), y=y, color=colour),
        base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("y0:Q", scale=ys, axis=ya), y2=alt.Y2("y1:Q"), color=colour),
        base.mark_point(filled=True, size=110, opacity=1).encode(
            x=x, y=y, color=colour, shape=alt.ShapeValue("circle", condition={"test": "datum.told", "value": "diamond"})
        ),
        base.mark_text(
            align="left", baseline="bottom", dx=7, dy=-4, fontSize=14, fontWeight="bold", color=BLACK
        ).encode(x=x, y=y, text=alt.Text("letter:N")),
    ]
    return layered(layers, width=340, height=200, title=heading(title, f"difference, {y_title}"))


CHART = Chart("cost-effect", "What does each policy cost for what it changes?", draw, needs(shown_in("comparison")))
