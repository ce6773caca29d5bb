"""England as nine tiles: head posts advertised again, region by region, and what policies change there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.charts.drawing import Chart, Figure, Source
from analysis.charts.drawing.intervals import Drawn, drawn
from analysis.charts.drawing.source import POOLED, how_read
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
from analysis.figures.estimates import FEWEST_RUNS
from analysis.figures.lines import shown_in
from analysis.figures.words import capital, listed, posts, the
from simulation.vocabulary import school_years

(LINE,) = shown_in("chart of regions")  # heads are everywhere
TILES = {
    "North East": (1, 0),
    "North West": (0, 1),
    "Yorkshire and the Humber": (1, 1),
    "West Midlands": (0, 2),
    "East Midlands": (1, 2),
    "East of England": (2, 2),
    "South West": (0, 3),
    "London": (1, 3),
    "South East": (2, 3),
}
"""Column and row of each region's tile."""
SIDE, GAP = 112, 5
MOST = 3
"""Policies that have a map of their own."""
ABOVE, BELOW, LIKE = "above", "below", ""
FILLS = {ABOVE: DARK_BLUE, BELOW: LIGHT_BLUE, LIKE: PALE_GREY}
CHANGES = {ABOVE: "more", BELOW: "less", LIKE: "cannot tell"}


def draw(source: Source) -> Figure | None:
    """A map of the first scenario, and one of the differences of each policy; None unless regions are England's."""
    if (lead := source.lead) is None:
        return None
    fixed = dict(LINE.where)
    by_region = source.spreads(lead.name, LINE.measure, ("region",), POOLED, lead.years, **fixed)
    found = {region: spread for (region,), spread in by_region.items()}
    whole = source.spreads(lead.name, LINE.measure, (), POOLED, lead.years, **fixed).get(())
    if whole is None or len(found) < 2 or not set(found) <= set(TILES):
        return None
    runs = min(s.runs for s in found.values())
    tiles, table = [], []
    for region, s in found.items():
        apart = ABOVE if s.low > whole.middle else BELOW if s.high < whole.middle else LIKE
        apart = apart if runs >= FEWEST_RUNS else LIKE
        tiles.append(_tile(region, s.span(), apart, f"{apart} England" if apart else ""))
        numbers = {"Middle": s.middle, "From": s.low, "To": s.high}
        table.append(
            {"Scenario": lead.title, "Region": region, **numbers, "Against England": apart or "not told apart"}
        )
    maps = [_map(tiles, lead.title, f"share of posts; England {whole.span()}")]
    sentences, told = [f"{lead.title}, England {whole.span()}: {_told(tiles)}."], []
    for name, of in _differences(source, sorted(found)).items():
        some = [_tile(d.label, d.text, _way(d), CHANGES[_way(d)]) for d in of]
        maps.append(_map(some, wrap(source.titles[name], 44), f"difference from {lead.title}"))
        sentences.append(f"{source.titles[name]}, difference: {_told(some)}.")
        told.append(any(d.told for d in of))
        for d in of:
            low, high = d.ends()
            numbers = {"Difference": d.mean, "Interval from": low, "Interval to": high}
            table.append({"Scenario": source.titles[name], "Region": d.label, **numbers, "Against England": ""})
    message = _title(*([t["region"] for t in tiles if t["apart"] == apart] for apart in (ABOVE, BELOW)))
    differ = ", or differ from the base by more than chance." if len(maps) > 1 else "."
    return source.figure(
        f"{message}; {_changing(told)}" if len(maps) > 1 else message,
        (
            (
                f"{capital(posts('head'))} that have to be advertised again, of those advertised{source.coverage}; "
                f"{school_years(*lead.years)}."
            ),
            f"{how_read(runs, source.differ, 'Intervals')} Dark tiles lie above England's middle, light blue ones below{differ}",
        ),
        sentences,
        "Tiles have the same size whatever the number of schools.",
        grid(maps, columns=2, row=34, column=60),
        table,
        76 if len(maps) > 1 else 42,
    )


def _title(high: list[str], low: list[str]) -> str:
    hard, easy = (listed(map(the, of)) for of in (high, low))
    if hard:
        also = f", easier in {easy}" if easy else ""
        return f"{capital(posts('head'))} are harder to fill in {hard} than in England as a whole{also}"
    if easy:
        return f"{capital(posts('head'))} are easier to fill in {easy} than in England as a whole"
    return f"No region can be told apart from England in how hard {posts('head')} are to fill"


def _changing(told: list[bool]) -> str:
    """How many policies change a region, given for each whether it does."""
    if not any(told):
        return "no policy makes a difference that can be told in any region"
    if len(told) == 1:
        return "the policy makes a difference in at least one region"
    many = f"all {len(told)}" if all(told) else f"{sum(told)} of {len(told)}"
    return f"{many} policies {'make' if sum(told) > 1 else 'makes'} a difference in at least one region"


def _differences(source: Source, regions: Sequence[str]) -> dict[str, list[Drawn]]:
    found = source.compared([LINE.of("region", region) for region in regions])
    if found is None:
        return {}
    labels = [dict(line.where)["region"] for line in found.lines]
    return {
        outcome.policy.name: [d for n, label in enumerate(labels) if (d := drawn(found, n, label, i)) is not None]
        for i, outcome in enumerate(found.outcomes[:MOST])
    }


def _way(d: Drawn) -> str:
    return LIKE if not d.told else ABOVE if d.mean > 0 else BELOW


def _tile(region: str, text: str, apart: str, word: str) -> dict[str, Any]:
    text = text.replace(" to ", "\nto ") if len(text) > 16 else text
    return {"region": region, "text": text, "apart": apart, "word": word}


def _told(tiles: list[dict[str, Any]]) -> str:
    said = (f"{t['region']} {t['text']}{' (' + t['word'] + ')' if t['word'] else ''}" for t in tiles)
    return "; ".join(said).replace("\n", " ")


def _map(tiles: list[dict[str, Any]], title: str | list[str], what: str) -> Any:
    import altair as alt

    records, side = [], SIDE + GAP
    for tile in tiles:
        left, top = (side * place for place in TILES[tile["region"]])
        look = {"fill": FILLS[tile["apart"]], "ink": "white" if tile["apart"] == ABOVE else BLACK}
        where = {"x": left, "y": top, "x2": left + SIDE, "y2": top + SIDE, "cx": left + SIDE / 2}
        records.append({**tile, "name": "\n".join(wrap(tile["region"], 14)), **where, **look})
    across: dict[str, Any] = {"scale": alt.Scale(domain=[0, 3 * side], nice=False), "axis": None}
    down: dict[str, Any] = {"scale": alt.Scale(domain=[4 * side, 0], nice=False), "axis": None}
    base, fill, ink = alt.Chart(data(records)), alt.Color("fill:N", scale=None), alt.Color("ink:N", scale=None)
    x, y = alt.X("x:Q", **across), alt.Y("y:Q", **down)
    tile_of = base.mark_rect(stroke=MIDDLE_GREY, strokeWidth=1)
    layers: list[Any] = [tile_of.encode(x=x, x2=alt.X2("x2:Q"), y=y, y2=alt.Y2("y2:Q"), color=fill)]
    texts: tuple[tuple[str, int, Any], ...] = (("name", 20, "bold"), ("text", 62, "normal"), ("word", 98, "bold"))
    for field, dy, weight in texts:
        text = base.mark_text(dy=dy, fontWeight=weight, fontSize=12.5, lineBreak="\n", lineHeight=15)
        layers.append(text.encode(x=alt.X("cx:Q", **across), y=y, text=alt.Text(f"{field}:N"), color=ink))
    return layered(layers, width=3 * side, height=4 * side, title=heading(title, what))


CHART = Chart(
    "regions",
    "Where in England are head posts hard to fill, and what changes there?",
    draw,
    ((LINE.measure, ("region", "role")), LINE.need),
)
