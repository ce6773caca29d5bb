"""England as nine tiles: head posts advertised again, region by region, and what policies change there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Difference, differences
from analysis.charts.drawing.numbers import FEWEST, POOLED, how_read, listed, span, spreads
from analysis.charts.drawing.style import (
    BLACK,
    DARK_BLUE,
    LIGHT_BLUE,
    MIDDLE_GREY,
    PALE_GREY,
    data,
    grid,
    heading,
    layered,
    wrap,
)
from analysis.figures.lines import Line, Over

MEASURE, ROLE = "posts_readvertised", ("role", "head")
TILES = {
    "North East": (1, 0), "North West": (0, 1), "Yorkshire and the Humber": (1, 1), "West Midlands": (0, 2),
    "East Midlands": (1, 2), "East of England": (2, 2), "South West": (0, 3), "London": (1, 3), "South East": (2, 3),
}  # fmt: skip
"""Column and row of each region's tile."""
BARE = ("London", "Yorkshire and the Humber")
"""Regions that take no article."""
SIDE, GAP = 112, 5
MOST = 3
"""Policies that have a map of their own."""
ABOVE, BELOW, LIKE = "above", "below", ""
FILLS = {ABOVE: DARK_BLUE, BELOW: LIGHT_BLUE, LIKE: PALE_GREY}


def draw(source: Source) -> Figure | None:
    """A map of the first scenario, and one of the differences of each policy; None unless regions are England's."""
    if not source.scenarios:
        return None
    scenario = source.scenarios[0]
    years = (scenario["base_year"] + 1, scenario["base_year"] + scenario["years"])
    where = dict([ROLE])
    found = {s.labels[0]: s for s in spreads(source, scenario["name"], MEASURE, ("region",), POOLED, years, where)}
    whole = spreads(source, scenario["name"], MEASURE, (), POOLED, years, where)
    if not whole or len(found) < 2 or not set(found) <= set(TILES):
        return None
    middle, runs, title = whole[0].middle, min(s.runs for s in found.values()), source.titles[scenario["name"]]
    tiles, table = [], []
    for region, s in found.items():
        apart = ABOVE if s.low > middle else BELOW if s.high < middle else LIKE
        apart = apart if runs >= FEWEST else LIKE
        tiles.append(_tile(region, span(s.low, s.high, "share"), apart, f"{apart} England" if apart else ""))
        table.append(
            {
                "Scenario": title,
                "Region": region,
                "Middle": s.middle,
                "From": s.low,
                "To": s.high,
                "Against England": apart or "not told apart",
            }
        )
    maps = [_map(tiles, title, f"share of posts; England {span(whole[0].low, whole[0].high, 'share')}")]
    sentences = [f"{title}, England {span(whole[0].low, whole[0].high, 'share')}: {_told(tiles)}."]
    told = []
    for name, of in _differences(source, sorted(found)).items():
        some = [_tile(d.label, d.text, _way(d), {ABOVE: "more", BELOW: "less"}.get(_way(d), "cannot tell")) for d in of]
        maps.append(_map(some, wrap(source.titles[name], 44), f"difference from {title}"))
        sentences.append(f"{source.titles[name]}, difference: {_told(some)}.")
        told += [any(d.told for d in of)]
        table += [
            {"Scenario": source.titles[name], "Region": d.label, "Difference": d.mean, "Adjusted from": d.mean - d.adjusted,
             "Adjusted to": d.mean + d.adjusted, "Against England": ""} for d in of
        ]  # fmt: skip
    high = [t["region"] for t in tiles if t["apart"] == ABOVE]
    low = [t["region"] for t in tiles if t["apart"] == BELOW]
    message = _title(high, low)
    if len(maps) > 1:
        message += f"; {_changing(told)}"
    subtitle = source.stamped(
        f"Head posts that have to be advertised again, of those advertised{source.coverage}; {source.period(*years)}.",
        f"{how_read(runs, 'Intervals')} Dark tiles lie above England's middle, light blue ones below"
        + (", or differ from the base by more than chance." if len(maps) > 1 else "."),
    )
    return Figure(
        message, subtitle, " ".join([message + ".", *subtitle, *sentences]),
        "Tiles have the same size whatever the number of schools.",
        grid(maps, columns=2, row=34, column=60), table, 76 if len(maps) > 1 else 42,
    )  # fmt: skip


def _title(high: list[str], low: list[str]) -> str:
    high, low = ([r if r in BARE else f"the {r}" for r in of] for of in (high, low))
    parts = []
    if high:
        parts.append(f"Head posts are harder to fill in {listed(high)} than in England as a whole")
    if low:
        parts.append(
            f"{'easier' if parts else 'Head posts are easier to fill'} in {listed(low)}{'' if parts else ' than in England as a whole'}"
        )
    return ", ".join(parts) if parts else "No region can be told apart from England in how hard head posts are to fill"


def _changing(told: list[bool]) -> str:
    """How many policies change a region, given for each whether it does."""
    if not any(told):
        return "no policy makes a difference that can be told in any region"
    if len(told) == 1:
        return "the policy makes a difference in at least one region"
    many = f"all {len(told)}" if all(told) else f"{sum(told)} of {len(told)}"
    return f"{many} policies {'make' if sum(told) > 1 else 'makes'} a difference in at least one region"


def _differences(source: Source, regions: Sequence[str]) -> dict[str, list[Difference]]:
    lines = [
        Line(f"{MEASURE}[region={r}]", r, MEASURE, "share", Over.POOLED, (("region", r), ROLE), -1) for r in regions
    ]
    found = source.compared(lines)
    if found is None:
        return {}
    return {
        outcome.policy.name: [
            d for n, line in enumerate(found.lines) if (d := differences(found, n, line.label, i)) is not None
        ]
        for i, outcome in enumerate(found.outcomes[:MOST])
    }  # fmt: skip


def _way(d: Difference) -> str:
    return LIKE if not d.told else ABOVE if d.mean > 0 else BELOW


def _tile(region: str, text: str, apart: str, word: str) -> dict[str, Any]:
    return {
        "region": region,
        "text": text.replace(" to ", "\nto ") if len(text) > 16 else text,
        "apart": apart,
        "word": word,
    }


def _told(tiles: list[dict[str, Any]]) -> str:
    said = (f"{t['region']} {t['text']}{' (' + t['word'] + ')' if t['word'] else ''}" for t in tiles)
    return "; ".join(said).replace("\n", " ")


def _map(tiles: list[dict[str, Any]], title: str | list[str], what: str) -> Any:
    import altair as alt

    records = []
    for tile in tiles:
        column, row = TILES[tile["region"]]
        x, y = column * (SIDE + GAP), row * (SIDE + GAP)
        records.append(tile | {
            "name": "\n".join(wrap(tile["region"], 14)), "x": x, "y": y, "x2": x + SIDE, "y2": y + SIDE, "cx": x + SIDE / 2,
            "fill": FILLS[tile["apart"]], "ink": "white" if tile["apart"] == ABOVE else BLACK,
        })  # fmt: skip
    across: dict[str, Any] = {"scale": alt.Scale(domain=[0, 3 * (SIDE + GAP)], nice=False), "axis": None}
    down: dict[str, Any] = {"scale": alt.Scale(domain=[4 * (SIDE + GAP), 0], nice=False), "axis": None}
    base = alt.Chart(data(records))
    ink = alt.Color("ink:N", scale=None)
    layers: list[Any] = [
        base.mark_rect(stroke=MIDDLE_GREY, strokeWidth=1).encode(
            x=alt.X("x:Q", **across),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", **down),
            y2=alt.Y2("y2:Q"),
            color=alt.Color("fill:N", scale=None),
        )
    ]
    texts: tuple[tuple[str, int, Any], ...] = (("name", 20, "bold"), ("text", 62, "normal"), ("word", 98, "bold"))
    layers += [
        base.mark_text(dy=dy, fontWeight=weight, fontSize=12.5, lineBreak="\n", lineHeight=15).encode(
            x=alt.X("cx:Q", **across), y=alt.Y("y:Q", **down), text=alt.Text(f"{field}:N"), color=ink
        )
        for field, dy, weight in texts
    ]
    side = SIDE + GAP
    return layered(layers, width=3 * side, height=4 * side, title=heading(title, what))


CHART = Chart(
    "regions", "Where in England are head posts hard to fill, and what changes there?", draw,
    ((MEASURE, ("region", "role")), (MEASURE, ("role",))),
)  # fmt: skip
