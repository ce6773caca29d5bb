"""Slides of the outlook: a fan for each scenario, side by side on one scale, for each of three headline figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.numbers import SHARE_UNITS
from analysis.output.sheet.study import Study
from analysis.output.slides import native
from analysis.output.slides.frame import LEFT, RIGHT, TOP, Frame
from analysis.studies.summary import FEWEST_FOR_LEVEL, interval
from simulation.vocabulary import school_year, school_years

SHOWN = ("head_posts_readvertised", "new_heads_retained_3", "leaving")
QUANTILES = (0.05, 0.2, 0.35, 0.65, 0.8, 0.95)
MOST_PANELS = 4
HOW_FAN = "Shades hold 90, 60 and 30% of runs: in one run of ten, chance alone leads outside. There is no central line on purpose."
HOW_LINES = "Each line is a run: there are too few for a fan."
NOT_ALL = "Doubt about the parameters comes on top, so what happens may lie outside."


def outlooks(frame: Frame, study: Study) -> None:
    """A slide for each figure that has a course; none for one that may not be published."""
    for name in SHOWN:
        line = next((one for one in study.headlines if one.name == name and one in study.levels.lines), None)
        if line is not None:
            _slide(frame, study, line)


def _slide(frame: Frame, study: Study, line: Line) -> None:
    from simulation.census.measure import measures

    scenarios = study.scenarios[:MOST_PANELS]
    if any(study.levels.is_hidden(s["name"], line, None) for s in scenarios):
        return
    courses = {s["title"]: _course(study, s["name"], line) for s in scenarios}
    courses = {title: found for title, found in courses.items() if len(found[0]) > 1}
    if not courses:
        return
    share = line.unit in SHARE_UNITS
    limits = _limits([values for _, values in courses.values()], share)
    number = "0%" if share and limits[1] - limits[0] >= 0.04 else "0.0%" if share else "#,##0"
    ranges = {title: _range(values, line) for title, (_, values) in courses.items()}
    last = school_year(next(iter(courses.values()))[0][-1])
    title = f"{line.label}, {last}: {'; '.join(f'{r} in {name}' for name, r in ranges.items())}"
    if len(courses) > 2:
        title = f"{line.label}, {last}: {_overlapping(ranges, {name: values for name, (_, values) in courses.items()})}"
    few = min(values.shape[1] for _, values in courses.values()) < FEWEST_FOR_LEVEL
    measure = measures()[line.measure]
    exact = [f"{name}. {_quantiles(years, values, line)}" for name, (years, values) in courses.items()]
    notes = [
        HOW_LINES if few else HOW_FAN,
        NOT_ALL,
        "Exact figures:",
        *exact,
        f"Definition: {measure.title}: {measure.definition}",
    ]
    slide = frame.slide(title, notes)
    for number_of, (name, (years, values)) in enumerate(courses.items()):
        alt = f"{'Lines of every run' if few else 'Fan chart'}: {line.label} in {name}, {school_years(years[0], years[-1])}. In {last}: {ranges[name]}."
        place = _place(number_of, len(courses))
        labels = [school_year(y) for y in years]
        if few:
            native.lines(frame, slide, labels, values.T.tolist(), place, alt, number, limits, name)
        else:
            ends = np.quantile(values, QUANTILES, axis=1)
            native.fan(frame, slide, labels, ends.tolist(), place, alt, number, limits, name)
    frame.text(slide, [f"{HOW_LINES if few else HOW_FAN} {NOT_ALL}"], top=6.42, height=0.5, size=12)


def _course(study: Study, scenario: str, line: Line) -> tuple[list[int], np.ndarray]:
    """Years in which all runs have a value, and the values of years × runs."""
    levels = study.levels
    found = {year: levels.of(scenario, line, year) for year in levels.years}
    most = max((len(v) for v in found.values()), default=0)
    years = [year for year, values in found.items() if len(values) == most and most]
    return years, np.array([found[year] for year in years])


def _limits(values: Sequence[np.ndarray], share: bool) -> tuple[float, float]:
    """Ends of the axis that all panels share: from 0 for counts; for shares, never so narrow that noise looks like news."""
    low, high = min(float(v.min()) for v in values), max(float(v.max()) for v in values)
    if share:
        room = min(1.0, max(0.04, 1.3 * (high - low)))
        low = min(max(0.0, (low + high - room) / 2), 1.0 - room)
        step = 0.1 if room > 0.2 else 0.05 if room > 0.1 else 0.01
        return math.floor(low / step + 1e-9) * step, min(1.0, math.ceil((low + room) / step - 1e-9) * step)
    return 0.0, 1.1 * high


def _range(values: np.ndarray, line: Line) -> str:
    last = values[-1]
    low, high = (last.min(), last.max()) if len(last) < FEWEST_FOR_LEVEL else np.quantile(last, [0.05, 0.95])
    if line.unit in SHARE_UNITS and high - low >= 0.04:
        return f"{100 * low:.0f} to {100 * high:.0f}%"
    return interval(float(low), float(high), line.unit)


def _overlapping(ranges: dict[str, str], values: dict[str, np.ndarray]) -> str:
    """What is said of many scenarios in a line: the range of the first, and whether all share some of it."""
    ends = [np.quantile(v[-1], [0.05, 0.95]) for v in values.values()]
    name, first = next(iter(ranges.items()))
    shared = max(low for low, _ in ends) <= min(high for _, high in ends)
    return (
        f"{first} in {name}; the ranges of all {len(ranges)} scenarios {'overlap' if shared else 'do not all overlap'}"
    )


def _quantiles(years: Sequence[int], values: np.ndarray, line: Line) -> str:
    """Quantiles of each year, exactly as they are drawn."""
    factor, unit = (100.0, "%") if line.unit in SHARE_UNITS else (1.0, "")
    if values.shape[1] < FEWEST_FOR_LEVEL:
        each = [
            f"{school_year(y)} {factor * v.min():.1f} to {factor * v.max():.1f}{unit}"
            for y, v in zip(years, values, strict=True)
        ]
        return f"Lowest and highest of {values.shape[1]} runs: {'; '.join(each)}."
    told = [
        f"{school_year(y)} {', '.join(f'{factor * q:.1f}' for q in np.quantile(v, QUANTILES))}{unit}"
        for y, v in zip(years, values, strict=True)
    ]
    return f"5th, 20th, 35th, 65th, 80th and 95th per cent of {values.shape[1]} runs: {'; '.join(told)}."


def _place(number: int, panels: int) -> native.Place:
    columns = panels if panels < 4 else 2
    rows = -(-panels // columns)
    width, height = (RIGHT - LEFT) / columns, (6.4 - TOP) / rows
    return LEFT + (number % columns) * width, TOP + (number // columns) * height, width - 0.1, height - 0.05
