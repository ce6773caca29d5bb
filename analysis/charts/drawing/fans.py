"""How a measure goes on, year by year, with the spread between runs as a fan: a panel of it, and its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.charts.drawing.numbers import FEWEST, LEVELS, round_step, span
from analysis.charts.drawing.style import DARK_BLUE, DARK_GREY, data, heading, layered, wrap
from analysis.figures.rounding import SHARE_UNITS, number
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import numpy as np

    from analysis.charts.drawing.source import Need, Source

SHADES = {90: "#C5D8EA", 60: "#7FA6CB", 30: DARK_BLUE}
HEIGHT = 170


@dataclass(frozen=True)
class Panel:
    """One measure of an outlook."""

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

    @property
    def need(self) -> Need:
        """What it reads of the results."""
        return self.measure, tuple(d for d, _ in self.where)


def _retention(phase: str) -> Panel:
    """New heads of one phase who are heads three years on, as the DfE measures it."""
    return Panel(
        "retention_new_to_post",
        f"New {phase} heads still in post or higher three years on",
        "share",
        "of new heads under 50; same phase, any school",
        f"new {phase} heads who stay three years",
        (("phase", phase), ("role", "head"), ("years", "3")),
        "retention",
    )


PANELS = (
    Panel(
        "posts_readvertised",
        "Head posts that have to be advertised again",
        "share",
        "of head posts advertised in the year",
        "head posts advertised again",
        (("role", "head"),),
    ),
    Panel(
        "leaver_rate",
        "Teachers who leave state-funded schools in a year",
        "share",
        "of full-time equivalents in post a year before",
        "teachers who leave in a year",
    ),
    _retention("primary"),
    _retention("secondary"),
)


@dataclass(frozen=True)
class Paths:
    """How one measure went in every run of one scenario."""

    years: list[int]
    values: np.ndarray
    """Shape (runs, years)."""

    def range(self, year: int, level: int) -> tuple[float, float]:
        """The central interval that holds ``level`` per cent of runs in a year; all of them if there are few."""
        return self._interval(self.values[:, self.years.index(year)], level)

    @property
    def drawn(self) -> np.ndarray:
        """What a panel shows of them: the ends of the widest band in each year, or every run if there are few."""
        import numpy as np

        if len(self.values) < FEWEST:
            return self.values
        return np.array([self.range(year, LEVELS[0]) for year in self.years]).T

    def change(self, level: int) -> tuple[float, float]:
        """The central interval of the change within a run, first year to last."""
        return self._interval(self.values[:, -1] - self.values[:, 0], level)

    @staticmethod
    def _interval(values: np.ndarray, level: int) -> tuple[float, float]:
        import numpy as np

        if len(values) < FEWEST:
            return float(values.min()), float(values.max())
        low, high = np.quantile(values, [0.5 - level / 200, 0.5 + level / 200])
        return float(low), float(high)


def paths(source: Source, panel: Panel, scenario: str) -> Paths | None:
    """The panel's measure in every run of a scenario, in the years that all runs have; None if there are none."""
    import numpy as np

    from analysis.store.select import dimensions, select

    assert source.db is not None
    if not {d for d, _ in panel.where} <= set(dimensions(source.db)):
        return None
    sql, arguments = select(
        source.db, panel.measure, dict(panel.where), "replicate, year, value", scenario, source.table
    )
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


def axis_values(all_values: list[np.ndarray], panel: Panel) -> list[float]:
    """Ticks of the y-axis, evenly spaced, around all values.

    Counts start from zero. Shares do not, but never span so little that noise looks like news.
    """
    import numpy as np

    low, high = min(float(v.min()) for v in all_values), max(float(v.max()) for v in all_values)
    if panel.unit in SHARE_UNITS:
        room = min(1.0, max(0.04, 1.3 * (high - low)))
        low = min(max(0.0, (low + high - room) / 2), 1.0 - room)
        high = low + room
    else:
        low, high = 0.0, max(high, 4.0)
    rough = (high - low) / 4
    step = round_step(rough, (1, 2, 2.5, 5, 10) if rough >= 0.1 else (1, 2, 5, 10))  # no tick at 2.5%
    return [round(k * step, 10) for k in range(int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9)) + 1)]


def coverage(panel: Panel) -> str:
    """Unit and coverage of a panel, below its heading: ``per cent of head posts advertised in the year``."""
    return f"per cent {panel.coverage}" if panel.unit in SHARE_UNITS else f"{panel.unit}, {panel.coverage}"


def panel_of(
    panel: Panel, scenario: str, paths: Paths, ticks: list[float], years: tuple[int, int], width: int = 360
) -> Any:
    """The fan of one measure from the first to the last of ``years``, under the name of its scenario if there are several."""
    import altair as alt

    first, last = years
    label = "datum.value + '/' + substring(toString(datum.value + 1), 2)"
    across = alt.Axis(values=year_ticks(first, last), labelExpr=label, labelFlush=True)
    x = alt.X("year:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False), axis=across)
    share = panel.unit in SHARE_UNITS
    digits = 0 if not share or ticks[1] - ticks[0] >= 0.0099 else 1
    axis = alt.Axis(title=None, format=f".{digits}%" if share else ",.0f", values=ticks, tickCount=len(ticks))
    top = ticks[-1] + 0.07 * (ticks[-1] - ticks[0])  # room above the top label, so that all titles stand level
    scale = alt.Scale(domain=[ticks[0], top], nice=False, zero=False)
    layers = _fan(paths, x, axis, scale) if len(paths.values) >= FEWEST else _lines(paths, x, axis, scale)
    characters = width // 6
    above = wrap(panel.heading, characters) if not scenario else wrap(scenario, characters)
    title = heading(above, None if scenario else wrap(coverage(panel), characters + 8))
    return layered([*layers, _end_label(panel, paths)], width=width, height=HEIGHT, title=title)


def _fan(paths: Paths, x: Any, axis: Any, scale: Any) -> list[Any]:
    import altair as alt

    rows = []
    for level in LEVELS:
        for year in paths.years:
            low, high = paths.range(year, level)
            rows.append({"year": year, "low": low, "high": high, "runs": f"{level}% of runs"})
    names = [f"{level}% of runs" for level in LEVELS]
    color = alt.Color("runs:N", scale=alt.Scale(domain=names, range=[SHADES[level] for level in LEVELS]), legend=None)
    bands = alt.Chart(data(rows)).mark_area().encode(
        x=x, y=alt.Y("low:Q", axis=axis, scale=scale), y2=alt.Y2("high:Q"), color=color, order=alt.Order("runs:N", sort="descending"),
    )  # fmt: skip
    edges = [
        alt.Chart(data([row for row in rows if row["runs"] != names[-1]]))
        .mark_line(strokeWidth=0.7, color=DARK_BLUE)
        .encode(x=x, y=alt.Y(f"{end}:Q", axis=axis, scale=scale), detail="runs:N")
        for end in ("low", "high")
    ]  # pale shades alone stand out too little from one another
    return [bands, *edges]


def _lines(paths: Paths, x: Any, axis: Any, scale: Any) -> list[Any]:
    import altair as alt

    rows = [
        {"year": year, "value": float(value), "run": run}
        for run, values in enumerate(paths.values)
        for year, value in zip(paths.years, values, strict=True)
    ]
    width = 2.5 if len(paths.values) == 1 else 1.2
    line = alt.Chart(data(rows)).mark_line(strokeWidth=width, color=DARK_BLUE)
    return [line.encode(x=x, y=alt.Y("value:Q", axis=axis, scale=scale), detail="run:N")]


def _end_label(panel: Panel, paths: Paths) -> Any:
    import altair as alt

    low, high = paths.range(paths.years[-1], LEVELS[0])
    text = span(low, high, panel.unit).replace("% to", " to")
    row = {"year": paths.years[-1], "value": (low + high) / 2, "text": text}
    mark = alt.Chart(data([row])).mark_text(align="left", baseline="middle", dx=7, fontSize=12, color=DARK_GREY)
    return mark.encode(x=alt.X("year:Q"), y=alt.Y("value:Q"), text=alt.Text("text:N"))


def year_ticks(first: int, last: int) -> list[int]:
    """A few school years, evenly spaced, the first and the last among them where that is possible."""
    length = last - first
    fewest = 1 if length <= 5 else -(-length // 4)
    step = next((s for s in range(fewest, length) if length % s == 0), fewest)
    return list(range(first, last + 1, step))


def table(panel: Panel, paths: Paths, **more: str) -> list[dict[str, Any]]:
    """The numbers of a panel: a row for each year, with ``more`` between the measure and the year."""
    return [
        {"Measure": panel.heading, **more, "School year": school_year(year)}
        | {f"{lv}% {end}": v for lv in LEVELS for end, v in zip(("from", "to"), paths.range(year, lv), strict=True)}
        for year in paths.years
    ]


def how(runs: int) -> str:
    """How to read the fans."""
    if runs == 1:
        return "One run: chance alone would give other lines."
    if runs < FEWEST:
        return f"Each line is one of {runs} runs that differ by chance alone; labels give their range."
    return f"Bands hold 30%, 60% and 90% of {runs:,} runs that differ by chance alone; labels give the 90% band."


def title(panel: Panel, paths: dict[str, Paths]) -> str:
    """The message of the lead panel, by scenario title.

    It claims a change only if nineteen runs in twenty agree on its direction, and never which scenario is better.
    """
    import numpy as np

    phrase = panel.phrase[0].upper() + panel.phrase[1:]
    if len(paths) > 2:
        last = max(p.years[-1] for p in paths.values())
        of = sorted((float(np.median(p.values[:, -1])), _about(p, p.years[-1], panel.unit)) for p in paths.values())
        low, high = of[0][1], of[-1][1]
        if low == high:
            return f"{phrase} by {school_year(last)}: about {low} in all {len(paths)} scenarios"
        return f"{phrase} by {school_year(last)}: about {low} to {high}, depending on the scenario"
    if len(paths) > 1:
        lasts = {title: p.years[-1] for title, p in paths.items()}
        together = len(set(lasts.values())) == 1
        each = (
            f"{_about(p, lasts[title], panel.unit)} under “{title}”{'' if together else f' ({school_year(lasts[title])})'}"
            for title, p in paths.items()
        )
        when = f" in {school_year(next(iter(lasts.values())))}" if together else " at the end"
        return f"{phrase}{when}: about {', '.join(each)}"
    only = next(iter(paths.values()))
    first, last = only.years[0], only.years[-1]
    start, end = (_about(only, year, panel.unit) for year in (first, last))
    if len(only.values) < FEWEST:
        return f"{phrase}: {start} in {school_year(first)}, {end} in {school_year(last)}"
    least, most = only.change(LEVELS[0])
    if least <= 0 <= most:
        return f"{phrase} show no clear change: about {start} in {school_year(first)}, {end} in {school_year(last)}"
    verb = "rise" if least > 0 else "fall"
    return f"{phrase} {verb} from about {start} in {school_year(first)} to {end} in {school_year(last)}"


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


def sentence(scenario: str, panel: Panel, paths: Paths) -> str:
    """What a panel shows, in words."""
    years = (paths.years[0], paths.years[-1])
    both = [f"{span(*paths.range(year, LEVELS[0]), panel.unit)} in {school_year(year)}" for year in years]
    return f"{panel.heading}{f', {scenario}' if scenario else ''} ({panel.coverage}): {', and '.join(both)}."
