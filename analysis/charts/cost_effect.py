"""Cost against effect: each policy as a point with its intervals, for a few outcomes."""

from __future__ import annotations

from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import MOST, Drawn, axis_of, domain, drawn, told_apart
from analysis.charts.drawing.style import BLACK, DARK_GREY, data, grid, heading, layered
from analysis.figures.lines import figures, needs, shown_in
from analysis.figures.words import pairs_of_runs

COST = "cost_of_programmes"
LETTERS = "ABCDEF"

Row = tuple[str, Drawn, Drawn]
"""A policy's letter, what its programmes cost more or less, and what it changes."""


def draw(source: Source) -> Figure | None:
    """A panel for each outcome: what programmes cost more or less across, what changes upwards."""
    found = source.compared(shown_in("comparison"))
    if found is None or figures()[COST] not in found.lines:
        return None
    titles = [source.titles[o.policy.name] for o in found.outcomes][:MOST]
    place = {line: i for i, line in enumerate(found.lines)}

    def of(name: str) -> list[Drawn | None]:
        return [drawn(found, place[figures()[name]], title, i) for i, title in enumerate(titles)]

    panels, sentences, table = [], [], []
    pairs: list[Row] = []
    for line in shown_in("chart of cost and effect"):
        both = zip(LETTERS, of(COST), of(line.name), strict=False) if line in place else ()
        rows = [(letter, cost, d) for letter, cost, d in both if cost is not None and d is not None]
        if not rows:
            continue
        panels.append(_panel(rows, line.label))
        told = (f"{letter} {d.text}{'' if d.told else ' (cannot tell)'} for {cost.text}" for letter, cost, d in rows)
        sentences.append(f"{line.label}: {'; '.join(told)}.")
        table += [d.record(Figure=line.label, Scenario=d.label) | {"Cost, GBP": cost.mean} for _, cost, d in rows]
        pairs += rows
    if not panels:
        return None
    prices = "costs of programmes in prices of the base year, in total"
    return source.figure(
        _title(pairs),
        (
            f"{source.difference_from(found)}; {prices}; {pairs_of_runs(found.done)}.",
            "; ".join(f"{letter}: {title}" for letter, title in zip(LETTERS, titles, strict=False)) + ".",
            (
                f"Bars: {100 * found.level:g}% intervals that hold for all figures at once. Filled diamond: a difference in the "
                "outcome can be told. Grey circle: it cannot."
            ),
        ),
        sentences,
        "Costs are those of programmes alone: what schools save or spend on pay and recruiting is not in them.",
        grid(panels, columns=2, row=34, column=50),
        table,
        84,
    )


def _title(pairs: list[Row]) -> str:
    outcomes: dict[str, list[Drawn]] = {}
    for _, cost, d in pairs:
        outcomes.setdefault(cost.label, []).append(d)
    costs = {cost.label: cost for _, cost, _ in pairs}
    parts = []
    for name, of in outcomes.items():
        number, many, cost = sum(d.told for d in of), len(of), costs[name]
        if not number:
            continue
        amount = cost.text.replace("+", "").replace("−", "")
        how = (
            f"{amount} {'more' if cost.mean > 0 else 'less'}" if cost.told else "neither more nor less that can be told"
        )
        some = f"all {many}" if number == many else f"{number} of {many}"
        which = "the outcome" if many == 1 else f"{some} outcomes"
        parts.append(f"“{name}” costs {how} and changes {which} by more than chance")
    return "; ".join(parts[:2]) or "No policy buys a difference in these outcomes that can be told from chance"


def _panel(rows: list[Row], title: str) -> Any:
    import altair as alt

    across, x_title = axis_of([cost for _, cost, _ in rows])
    up, y_title = axis_of([d for _, _, d in rows])
    records: list[dict[str, Any]] = []
    for letter, cost, d in rows:
        (x0, x1), (y0, y1) = cost.ends(across), d.ends(up)
        x_ends, y_ends = {"x": across * cost.mean, "x0": x0, "x1": x1}, {"y": up * d.mean, "y0": y0, "y1": y1}
        records.append({"letter": letter, **x_ends, **y_ends, "told": d.told})

    def axis(low: str, high: str, name: str) -> dict[str, Any]:
        ends = domain([r[end] for r in records for end in (low, high)], 0.1)
        look = alt.Axis(
            title=name, grid=True, tickCount=5, titleAlign="right", titleAnchor="end", domain=False, ticks=False
        )
        return {"scale": alt.Scale(domain=list(ends), nice=False, zero=False), "axis": look}

    xs, ys = axis("x0", "x1", f"cost, {x_title}"), axis("y0", "y1", "")
    x, y = alt.X("x:Q", **xs), alt.Y("y:Q", **ys)
    base, colour, shape = alt.Chart(data(records)), *told_apart()
    rule = base.mark_rule(strokeWidth=2)
    letters = base.mark_text(align="left", baseline="bottom", dx=7, dy=-4, fontSize=14, fontWeight="bold", color=BLACK)
    layers = [
        *(
            alt.Chart(data([{name: 0}])).mark_rule(color=DARK_GREY).encode(**{name: of})
            for name, of in (("x", x), ("y", y))
        ),
        rule.encode(x=alt.X("x0:Q", **xs), x2=alt.X2("x1:Q"), y=y, color=colour),
        rule.encode(x=x, y=alt.Y("y0:Q", **ys), y2=alt.Y2("y1:Q"), color=colour),
        base.mark_point(filled=True, size=110, opacity=1).encode(x=x, y=y, color=colour, shape=shape),
        letters.encode(x=x, y=y, text=alt.Text("letter:N")),
    ]
    return layered(layers, width=340, height=200, title=heading(title, f"difference, {y_title}"))


CHART = Chart("cost-effect", "What does each policy cost for what it changes?", draw, needs(shown_in("comparison")))
