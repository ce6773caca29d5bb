"""How a figure goes on, year by year, with the spread between runs as a fan: a panel of it, and its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, GRID, MIDDLE_GREY, data, heading, layered, wrap
from analysis.figures.estimates import FEWEST_RUNS, central
from analysis.figures.lines import Line
from analysis.figures.rounding import SHARE_UNITS, number, round_step, scale_of, span
from analysis.figures.words import capital
from analysis.store.select import dimensions, select
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.charts.drawing.source import Source

SHADES = {90: "#C5D8EA", 60: "#7FA6CB", 30: DARK_BLUE}
"""Of central intervals, in per cent of runs, widest first."""
LEVELS = tuple(SHADES)
WIDTH, HEIGHT = 360, 170


@dataclass(frozen=True)
class Paths:
    """How one figure went in every run of one scenario."""

    years: list[int]
    values: np.ndarray
    """Shape (runs, years)."""

    def range(self, year: int, level: int = LEVELS[0]) -> tuple[float, float]:
        """The central interval that holds ``level`` per cent of runs in a year; all of them if there are few."""
        return central(self.values[:, self.years.index(year)], level)

    @property
    def is_few(self) -> bool:
        """Whether the runs are too few for bands."""
        return len(self.values) < FEWEST_RUNS

    @property
    def drawn(self) -> np.ndarray:
        """What a panel shows of them: the ends of the widest band in each year, or every run if there are few."""
        return self.values if self.is_few else np.array([self.range(year) for year in self.years]).T


def paths(source: Source, line: Line, scenario: str) -> Paths | None:
    """The figure in every run of a scenario, in the years that all runs have; None if there are none."""
    if not set(line.need[1]) <= set(dimensions(source.db)):
        return None
    columns = "replicate, year, value"
    sql, arguments = select(source.db, line.measure, dict(line.where), columns, scenario, source.table)
    rows = source.db.execute(sql, arguments).fetchall()
    years = sorted({year for _, year, _ in rows})
    runs = sorted({replicate for replicate, _, _ in rows})
    values = np.full((len(runs), len(years)), np.nan)
    for replicate, year, value in rows:
        values[runs.index(replicate), years.index(year)] = value
    whole = ~np.isnan(values).any(axis=0)
    return Paths([y for y, ok in zip(years, whole, strict=True) if ok], values[:, whole]) if whole.sum() > 1 else None


def ends(found: Iterable[Paths]) -> tuple[int, int]:
    """The first and the last year of several panels, so that all have the same axis.

    A measure that some runs lack in a year ends before the others.
    """
    years = {year for there in found for year in there.years}
    return min(years), max(years)


def axis_values(line: Line, others: Iterable[tuple[Line, Paths]]) -> list[float]:
    """Ticks of the y-axis, evenly spaced, around all values of the figure and of others of its measure that stand beside it.

    Counts start from zero, shares as :func:`share_room` says.
    """
    values = [there.drawn for other, there in others if other.measure == line.measure]
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    low, high = share_room(low, high) if line.unit in SHARE_UNITS else (0.0, max(high, 4.0))
    rough = (high - low) / 4
    step = round_step(rough, (1, 2, 2.5, 5, 10) if rough >= 0.1 else (1, 2, 5, 10))  # no tick at 2.5%
    return [round(k * step, 10) for k in range(int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9)) + 1)]


def share_room(low: float, high: float) -> tuple[float, float]:
    """Ends of an axis about shares: room on both sides, and never so narrow that noise looks like news."""
    room = min(1.0, max(0.04, 1.3 * (high - low)))
    low = min(max(0.0, (low + high - room) / 2), 1.0 - room)
    return low, low + room


def coverage(line: Line) -> str:
    """Unit and coverage of a panel, below its heading: ``per cent of head posts advertised in the year``."""
    return f"per cent {line.out_of}" if line.unit in SHARE_UNITS else f"{line.unit}, {line.out_of}"


def panel_of(line: Line, paths: Paths, ticks: list[float], years: tuple[int, int]) -> Any:
    """The fan of one figure from the first to the last of ``years``."""
    x, up = _axes(line, ticks, years)
    layers = _lines(paths, x, up) if paths.is_few else _fan(paths, x, up)
    title = heading(wrap(line.heading, WIDTH // 6), wrap(coverage(line), WIDTH // 6 + 8))
    return layered([*layers, _end_label(line, paths)], width=WIDTH, height=HEIGHT, title=title)


def _axes(line: Line, ticks: list[float], years: tuple[int, int]) -> tuple[Any, dict[str, Any]]:
    """School years across, the figure upwards."""
    import altair as alt

    label = "datum.value + '/' + substring(toString(datum.value + 1), 2)"
    across = alt.Axis(values=year_ticks(*years), labelExpr=label, labelFlush=True)
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=list(years), nice=False), axis=across)
    share = line.unit in SHARE_UNITS
    numbers = ",.0f" if not share else ".0%" if ticks[1] - ticks[0] >= 0.0099 else ".1%"
    top = ticks[-1] + 0.07 * (ticks[-1] - ticks[0])  # room above the top label, so that all titles stand level
    up: dict[str, Any] = {
        "axis": alt.Axis(title=None, format=numbers, values=ticks, tickCount=len(ticks)),
        "scale": alt.Scale(domain=[ticks[0], top], nice=False, zero=False),
    }
    return x, up


def _fan(paths: Paths, x: Any, up: dict[str, Any]) -> list[Any]:
    import altair as alt

    names = {level: f"{level}% of runs" for level in LEVELS}
    rows = [
        {"year": year, "low": low, "high": high, "runs": name}
        for level, name in names.items()
        for year in paths.years
        for low, high in (paths.range(year, level),)
    ]
    shades = alt.Scale(domain=list(names.values()), range=list(SHADES.values()))
    look: dict[str, Any] = {
        "color": alt.Color("runs:N", scale=shades, legend=None),
        "order": alt.Order("runs:N", sort="descending"),
    }
    bands = alt.Chart(data(rows)).mark_area().encode(x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q"), **look)
    outer = [row for row in rows if row["runs"] != names[LEVELS[-1]]]
    edge = alt.Chart(data(outer)).mark_line(strokeWidth=0.7, color=DARK_BLUE)
    # Pale shades alone stand out too little from one another.
    return [bands, *(edge.encode(x=x, y=alt.Y(f"{end}:Q", **up), detail="runs:N") for end in ("low", "high"))]


def beside(
    line: Line, policy: str, base: Paths, paths: Paths, ticks: list[float], years: tuple[int, int], look: Look
) -> Any:  # fmt: skip
    """A policy over its base: the base grey between solid edges, the policy between dashed edges of its own colour.

    Both hold 90% of runs, or all of few; the panel is headed by the policy.
    """
    import altair as alt

    x, up = _axes(line, ticks, years)
    bands = [
        [{"year": year, "low": low, "high": high} for year in of.years for low, high in (of.range(year),)]
        for of in (base, paths)
    ]
    under = alt.Chart(data(bands[0]))
    grey = under.mark_area(color=GRID).encode(x=x, y=alt.Y("low:Q", **up), y2=alt.Y2("high:Q"))
    solid = under.mark_line(strokeWidth=1.4, color=MIDDLE_GREY)
    dashed = alt.Chart(data(bands[1])).mark_line(strokeWidth=2.4, strokeDash=[7, 4], color=look.colour)
    edges = [of.encode(x=x, y=alt.Y(f"{end}:Q", **up)) for of in (solid, dashed) for end in ("low", "high")]
    above = heading(wrap(policy, look.width // 7), wrap(line.heading, look.width // 6) if look.named else None)
    return layered([grey, *edges], width=look.width, height=HEIGHT, title=above)


class Look(NamedTuple):
    """How a panel of a policy looks."""

    colour: str
    """The policy's, in every panel."""
    width: int
    named: bool
    """Whether the figure is named below the policy."""


def _lines(paths: Paths, x: Any, up: dict[str, Any]) -> list[Any]:
    import altair as alt

    rows = [
        {"year": year, "value": float(value), "run": run}
        for run, values in enumerate(paths.values)
        for year, value in zip(paths.years, values, strict=True)
    ]
    width = 2.5 if len(paths.values) == 1 else 1.2
    line = alt.Chart(data(rows)).mark_line(strokeWidth=width, color=DARK_BLUE)
    return [line.encode(x=x, y=alt.Y("value:Q", **up), detail="run:N")]


def _end_label(line: Line, paths: Paths) -> Any:
    import altair as alt

    low, high = paths.range(paths.years[-1])
    row = {
        "year": paths.years[-1],
        "value": (low + high) / 2,
        "text": span(low, high, line.unit).replace("% to", " to"),
    }
    mark = alt.Chart(data([row])).mark_text(align="left", baseline="middle", dx=7, fontSize=12, color=DARK_GREY)
    return mark.encode(x=alt.X("year:Q"), y=alt.Y("value:Q"), text=alt.Text("text:N"))


def year_ticks(first: int, last: int) -> list[int]:
    """A few school years, evenly spaced, the first and the last among them where that is possible."""
    length = last - first
    fewest = 1 if length <= 5 else -(-length // 4)
    step = next((s for s in range(fewest, length) if length % s == 0), fewest)
    return list(range(first, last + 1, step))


def table(line: Line, paths: Paths, **more: str) -> list[dict[str, Any]]:
    """The numbers of a panel: a row for each year, with ``more`` between the measure and the year."""
    return [
        {"Measure": line.heading, **more, "School year": school_year(year)}
        | {f"{lv}% {end}": v for lv in LEVELS for end, v in zip(("from", "to"), paths.range(year, lv), strict=True)}
        for year in paths.years
    ]


def how(found: Iterable[Paths], differ: str) -> str:
    """How to read the fans, of runs that ``differ`` by what their source says."""
    runs = min(len(there.values) for there in found)
    if runs == 1:
        return f"One run: {differ} would give other lines."
    if runs < FEWEST_RUNS:
        return f"Each line is one of {runs} runs that differ by {differ}; labels give their range."
    return f"Bands hold 30%, 60% and 90% of {runs:,} runs that differ by {differ}; labels give the 90% band."


def title(line: Line, of: Paths) -> str:
    """The message of the lead panel of a scenario: levels, and no change claimed.

    How a figure runs on where nothing new is done is an assumption, and no finding.
    """
    (first, start), (last, end) = ((school_year(of.years[i]), _about(of, of.years[i], line.unit)) for i in (0, -1))
    return f"{capital(line.phrase)}: about {start} in {first} and {end} in {last}, if things go on as assumed"


def _about(paths: Paths, year: int, unit: str) -> str:
    """The middle of the runs, rounded to what their spread allows."""
    low, high = paths.range(year)
    middle = float(np.median(paths.values[:, paths.years.index(year)]))
    spread = (high - low) * scale_of(unit)[0]
    step = 10 ** np.floor(np.log10(spread)) / 2 if spread > 0 else 0
    if unit in SHARE_UNITS:
        return f"{100 * middle:.0f}%" if step >= 0.5 else f"{100 * middle:.1f}%"
    return number(round(middle / step) * step if step > 1 else round(middle), unit)


def sentence(scenario: str, line: Line, paths: Paths) -> str:
    """What a panel shows, in words."""
    both = (
        f"{span(*paths.range(year), line.unit)} in {school_year(year)}" for year in (paths.years[0], paths.years[-1])
    )
    return f"{line.heading}{f', {scenario}' if scenario else ''} ({line.out_of}): {', and '.join(both)}."
