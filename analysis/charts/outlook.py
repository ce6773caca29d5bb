"""The outlook: how key measures go on, school year by school year, with the spread between runs as fans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.drawing import DARK_BLUE, DARK_GREY, Drawing
from analysis.select import select
from analysis.show import SHARE_UNITS, number, wrap
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb
    import numpy as np

LEVELS = (90, 60, 30)
"""Central intervals drawn, in per cent of runs, widest first."""
FEWEST_FOR_A_FAN = 10
"""Below this, quantiles say little: every run is drawn as a line of its own."""
SHADES = {90: "#C5D8EA", 60: "#7FA6CB", 30: DARK_BLUE}
WIDTH, HEIGHT = 360, 170


@dataclass(frozen=True)
class Panel:
    """One measure of the outlook."""

    measure: str
    heading: str
    unit: str
    coverage: str
    phrase: str
    """The measure in the middle of a sentence."""
    where: tuple[tuple[str, str], ...] = ()
    """Dimensions that are fixed; all others are "all"."""
    axis: str = ""
    """Panels that name the same axis share its scale."""


PANELS = (
    Panel("head_posts_not_filled", "Head posts vacant or covered by an acting head", "posts", "November census, all state-funded schools", "head posts without a permanent head"),
    Panel("leaver_rate", "Teachers who leave state-funded schools in a year", "share", "leavers as a share of teachers at the census before", "teachers who leave in a year"),
    Panel("head_retention", "New primary heads still heads three years on", "share", "first-time heads under 50, same phase, any school", "new primary heads who stay three years", (("phase", "primary"), ("years", "3")), "retention"),
    Panel("head_retention", "New secondary heads still heads three years on", "share", "first-time heads under 50, same phase, any school", "new secondary heads who stay three years", (("phase", "secondary"), ("years", "3")), "retention"),
)  # fmt: skip


@dataclass(frozen=True)
class Paths:
    """How one measure went in every run of one scenario."""

    years: list[int]
    values: np.ndarray
    """Shape (runs, years)."""

    def range(self, year: int, level: int) -> tuple[float, float]:
        """The central interval that holds ``level`` per cent of runs in a year."""
        return self._interval(self.values[:, self.years.index(year)], level)

    def change(self, level: int) -> tuple[float, float]:
        """The central interval of the change within a run, first year to last."""
        return self._interval(self.values[:, -1] - self.values[:, 0], level)

    @staticmethod
    def _interval(values: np.ndarray, level: int) -> tuple[float, float]:
        import numpy as np

        low, high = np.quantile(values, [0.5 - level / 200, 0.5 + level / 200])
        return float(low), float(high)


def draw(db: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> Drawing | None:
    """Small multiples: a panel for each measure, in a column for each scenario if there are several."""
    import altair as alt

    scenarios = {s["name"]: s["title"] for s in manifest["scenarios"]}
    found = {(panel, name): paths for panel in PANELS for name in scenarios if (paths := _paths(db, panel, name))}
    if not found:
        return None
    charts, sentences = [], []
    for (panel, name), paths in found.items():
        heading = panel.heading if len(scenarios) == 1 else f"{panel.heading} – {scenarios[name]}"
        domain = _domain([p.values for (other, _), p in found.items() if (other.axis or other) == (panel.axis or panel)], panel)
        charts.append(_panel(panel, heading, paths, domain))
        sentences.append(_sentence(heading, panel, paths))
    (lead, lead_name), lead_paths = next(iter(found.items()))
    title = _title(lead, lead_paths, "" if len(scenarios) == 1 else f"{scenarios[lead_name]}: ")
    years = lead_paths.years
    period = f"{school_year(years[0])} to {school_year(years[-1])}"
    shown = next(iter(scenarios.values())) if len(scenarios) == 1 else "Scenarios side by side"
    subtitle = [f"{shown}, {period}. {_how(min(len(p.values) for p in found.values()))}"]
    chart = alt.concat(*charts, columns=min(2, len(charts)) if len(scenarios) == 1 else len(scenarios), spacing={"row": 36, "column": 44})
    chart = chart.properties(title=alt.TitleParams(text=wrap(title, 78), subtitle=subtitle))
    return Drawing(chart, title, " ".join([*subtitle, *sentences]))


def _paths(db: duckdb.DuckDBPyConnection, panel: Panel, scenario: str) -> Paths | None:
    """The panel's measure in every run of a scenario, in the years that all runs have; None if there are none."""
    import numpy as np

    rows = db.execute(*select(db, panel.measure, dict(panel.where), "replicate, year, value", scenario)).fetchall()
    years = sorted({year for _, year, _ in rows})
    runs = sorted({replicate for replicate, _, _ in rows})
    values = np.full((len(runs), len(years)), np.nan)
    for replicate, year, value in rows:
        values[runs.index(replicate), years.index(year)] = value
    whole = ~np.isnan(values).any(axis=0)
    return Paths([y for y, ok in zip(years, whole, strict=True) if ok], values[:, whole]) if whole.sum() > 1 else None


def _domain(all_values: list[np.ndarray], panel: Panel) -> tuple[float, float]:
    """The y-axis: from zero for counts; for shares around the values, never so narrow that noise looks like news."""
    low, high = min(v.min() for v in all_values), max(v.max() for v in all_values)
    if panel.unit not in SHARE_UNITS:
        return 0.0, high * 1.08
    room = max(0.05, 1.4 * (high - low))
    middle = (low + high) / 2
    bottom = max(0.0, min(middle - room / 2, 1.0 - room))
    return bottom, min(1.0, bottom + room)


def _panel(panel: Panel, heading: str, paths: Paths, domain: tuple[float, float]) -> Any:
    import altair as alt

    first, last = paths.years[0], paths.years[-1]
    label = "datum.value + '/' + substring(toString(datum.value + 1), 2)"
    ticks = _ticks(first, last)
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False), axis=alt.Axis(values=ticks, labelExpr=label, labelFlush=True))  # fmt: skip
    axis = alt.Axis(title=None, format=".0%" if panel.unit in SHARE_UNITS else ",.0f", tickCount=5)
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    layers = _fan(paths, x, axis, scale) if len(paths.values) >= FEWEST_FOR_A_FAN else _lines(paths, x, axis, scale)
    unit = "per cent" if panel.unit in SHARE_UNITS else panel.unit
    title = alt.TitleParams(text=wrap(heading, 52), subtitle=f"{unit}: {panel.coverage}", fontSize=14, lineHeight=18, subtitleFontSize=12, subtitlePadding=3, offset=10, frame="group")  # fmt: skip
    return alt.layer(*layers, _end_label(panel, paths)).properties(width=WIDTH, height=HEIGHT, title=title)


def _fan(paths: Paths, x: Any, axis: Any, scale: Any) -> list[Any]:
    import altair as alt

    rows = []
    for level in LEVELS:
        for year in paths.years:
            low, high = paths.range(year, level)
            rows.append({"year": year, "low": low, "high": high, "runs": f"{level}% of runs"})
    names = [f"{level}% of runs" for level in LEVELS]
    color = alt.Color("runs:N", scale=alt.Scale(domain=names, range=[SHADES[level] for level in LEVELS]), legend=None)
    bands = alt.Chart(alt.Data(values=rows)).mark_area().encode(
        x=x, y=alt.Y("low:Q", axis=axis, scale=scale), y2="high:Q", color=color, order=alt.Order("runs:N", sort="descending"),
    )  # fmt: skip
    return [bands]


def _lines(paths: Paths, x: Any, axis: Any, scale: Any) -> list[Any]:
    import altair as alt

    rows = [
        {"year": year, "value": float(value), "run": run}
        for run, values in enumerate(paths.values)
        for year, value in zip(paths.years, values, strict=True)
    ]
    width = 2.5 if len(paths.values) == 1 else 1.2
    line = alt.Chart(alt.Data(values=rows)).mark_line(strokeWidth=width, color=DARK_BLUE)
    return [line.encode(x=x, y=alt.Y("value:Q", axis=axis, scale=scale), detail="run:N")]


def _end_label(panel: Panel, paths: Paths) -> Any:
    import altair as alt

    low, high = paths.range(paths.years[-1], LEVELS[0])
    text = [number(high, panel.unit), "to", number(low, panel.unit)] if len(paths.values) > 1 else [number(high, panel.unit)]
    row = {"year": paths.years[-1], "value": (low + high) / 2, "text": text}
    mark = alt.Chart(alt.Data(values=[row])).mark_text(align="left", baseline="middle", dx=7, lineHeight=14, dy=-14 if len(text) > 1 else 0, fontSize=12, color=DARK_GREY)  # fmt: skip
    return mark.encode(x="year:Q", y="value:Q", text="text:N")


def _ticks(first: int, last: int) -> list[int]:
    """A few school years, evenly spaced, the first and the last among them where that is possible."""
    span = last - first
    step = next((s for s in range(max(1, -(-span // 5)), span + 1) if span % s == 0 and span // s >= 2), max(1, span))
    return list(range(first, last + 1, step))


def _how(runs: int) -> str:
    if runs == 1:
        return "One run: chance alone would give other lines."
    if runs < FEWEST_FOR_A_FAN:
        return f"Each line is one of {runs} runs that differ by chance alone."
    return f"Bands hold 30%, 60% and 90% of {runs:,} runs that differ by chance alone; labels give the 90% band."


def _title(panel: Panel, paths: Paths, prefix: str) -> str:
    """The message of the lead panel. It claims a change only if nine runs in ten agree on its direction."""
    first, last = paths.years[0], paths.years[-1]
    start, end = (_about(paths, year, panel.unit) for year in (first, last))
    phrase = panel.phrase if prefix else panel.phrase[0].upper() + panel.phrase[1:]
    if len(paths.values) >= FEWEST_FOR_A_FAN:
        low, high = paths.change(LEVELS[0])
        if low > 0 or high < 0:
            verb = "rise" if low > 0 else "fall"
            return f"{prefix}{phrase} {verb} from about {start} in {school_year(first)} to about {end} in {school_year(last)}"
        no = "no" if prefix else "No"
        return f"{prefix}{no} clear change in {panel.phrase}: about {start} in {school_year(first)}, about {end} in {school_year(last)}"
    return f"{prefix}{phrase}: {start} in {school_year(first)}, {end} in {school_year(last)}"


def _about(paths: Paths, year: int, unit: str) -> str:
    """The middle of the runs, rounded to what their spread allows."""
    import numpy as np

    low, high = paths.range(year, LEVELS[0])
    middle = float(np.median(paths.values[:, paths.years.index(year)]))
    spread = (high - low) * (100 if unit in SHARE_UNITS else 1)
    step = 10 ** np.floor(np.log10(spread)) / 2 if spread > 0 else 0
    if unit in SHARE_UNITS:
        return f"{100 * middle:.0f}%" if step >= 0.5 else f"{100 * middle:.1f}%"
    return number(round(middle / step) * step if step > 1 else round(middle), unit)


def _sentence(heading: str, panel: Panel, paths: Paths) -> str:
    """What a panel shows, in words."""
    ends = []
    for year in (paths.years[0], paths.years[-1]):
        low, high = (number(v, panel.unit) for v in paths.range(year, LEVELS[0]))
        ends.append(f"{low} to {high} in {school_year(year)}" if low != high else f"{low} in {school_year(year)}")
    return f"{heading} ({panel.coverage}): {', and '.join(ends)}."
