"""The tables of who gets a programme, who gives it, who pays, and what it moves: above the system's totals.

One place builds them, :func:`tables`, from the figures of runs; terminal, report, workbook, deck, page and notebook draw
what it gives. Words are those of ``words.toml`` under ``reach``, figures those that ``figures.toml`` shows there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.figures.estimates import critical, mean_and_variance
from analysis.figures.lines import Line
from analysis.figures.rounding import NONE, finer, percent, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import WORDS, lower, sample
from analysis.studies.compare.summing import Cell, values
from analysis.studies.reach.rows import (
    COSTS,
    EMPTY,
    HAVE,
    HELP,
    NEEDED,
    SHORT,
    STARTS,
    About,
    Row,
    about,
    moved,
    rows_of,
)

Figures = Callable[[str, Line], np.ndarray]
"""Of a scenario, by name, and a line: value and what it is out of, runs × projected years × 2."""
TOO_FEW = "too few to say"
"""Said of a count whose interval reaches down to none."""
WHO = "Who they are, and where"
"""Title of the longest of the tables, for those who put it apart."""
KEPT_BACK = "[c]"
"""Stands for a figure that may not be published."""
ALWAYS = (STARTS, HAVE, EMPTY, NEEDED, SHORT, "refused_by_programmes", "promotions_of_all", "leavers_of_all")
"""Figures that are shown where they are none, too."""
# --- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A figure of a scenario: mean over runs and half its interval; NaN where there is none."""

    mean: float
    half: float
    error: float
    share: float = math.nan
    """Of what the row says; NaN where it says nothing."""

    @property
    def known(self) -> bool:
        """Whether its interval leaves out 0, or there is none."""
        return self.half == 0 or not abs(self.mean) <= self.half


def told(name: str, row: Row, figures: Figures, level: float) -> Told | None:
    """What the runs of a scenario say of a row; None if none has it."""
    found = _totals(row, figures, name, row.line)
    if row.less is not None:
        found = found - _totals(row, figures, name, row.less)
    found = found[~np.isnan(found)]
    if not len(found):
        return None
    (mean,), (variance,) = mean_and_variance(found[:, None])
    error = math.sqrt(variance / len(found)) if len(found) > 1 else math.nan
    half = float(critical(len(found), level)) * error if error else 0.0
    out_of = [_totals(row, figures, name, line) for line in row.of]
    whole = float(np.nanmean(sum(out_of))) if out_of else math.nan
    return Told(float(mean), half, error, float(mean) / whole if whole > 0 else math.nan)


def _totals(row: Row, figures: Figures, name: str, line: Line) -> np.ndarray:
    """A number for each run: a sum over years, of stocks the mean of the years in which there are any, else pooled."""
    of_runs = figures(name, line)
    if row.during is not None:
        years, there = of_runs[..., 0], figures(name, row.during)[..., 0]
        some = np.maximum((np.nan_to_num(there) != 0).sum(axis=1), 1)
        return np.where(np.isnan(years).all(axis=1), np.nan, np.nansum(years, axis=1) / some)
    return values(of_runs[:, None], [line], list(range(of_runs.shape[1])), [Cell(0, None)])[:, 0]


def figures_from(names: Sequence[str], lines: Sequence[Line], arms: np.ndarray) -> Figures:
    """Figures from those of scenarios × runs × lines × years × 2, the base year first."""
    place = {line.name: n for n, line in enumerate(lines)}
    return lambda name, line: arms[names.index(name)][:, place[line.name], 1:]


@dataclass(frozen=True)
class Runs:
    """A scenario, with the programmes that it runs by name."""

    title: str
    programmes: Mapping[str, About]


# --- tables ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What tables are to be made of, and how."""

    base: str
    """Name of the scenario that the others are held against."""
    scenarios: Mapping[str, Runs]
    """By name."""
    rows: Mapping[str, Sequence[Row]]
    """Of each programme, by name; see :func:`rows_of`."""
    moved: Sequence[Row]
    """See :func:`moved`."""
    period: str
    """Years, and of which schools if not of all."""
    level: float = 0.9
    """Of intervals."""
    small: Callable[[str, Line], bool] = lambda _name, _line: False
    """Whether a count of people in a scenario is too small to be published in any run and year."""

    @property
    def lines(self) -> list[Line]:
        """Every line that the tables read, each once."""
        rows = [*(row for of in self.rows.values() for row in of), *self.moved]
        return list({line.name: line for row in rows for line in row.lines}.values()) if self.rows else []


def asked_of(
    scenarios: Mapping[str, tuple[str, Iterable[str], Mapping[str, Any]]], labels: Callable[[str], Sequence[str]],
    ladder: Sequence[str], period: str, scale: float, level: float = 0.9,
) -> Asked:  # fmt: skip
    """What is to be told of who gets and gives each programme, and of what is moved, of scenarios by name, the base first.

    Each has its title, the names of its programmes and what it was resolved to. ``labels`` are those along a dimension.
    """
    runs = {name: Runs(title, about(list(of), resolved)) for name, (title, of, resolved) in scenarios.items()}
    rows = {name: rows_of(name, one, labels) for of in runs.values() for name, one in of.programmes.items()}
    scope = period if scale == 1 else f"{period}, {sample(scale)}"
    return Asked(next(iter(runs)), runs, rows, moved(ladder[1:]), scope, level)


def tables(asked: Asked, figures: Figures) -> list[Table]:
    """Who gets, gives and pays; who they are and where; what is moved. Those of which there is something to tell."""
    running = {name: runs for name, runs in asked.scenarios.items() if runs.programmes}
    if not running:
        return []
    whole = [(_title(running, name), [row for row in of if not row.by]) for name, of in asked.rows.items()]
    parts = [(_title(running, name), [row for row in of if row.by]) for name, of in asked.rows.items()]
    words = {key: text.format(level=f"{100 * asked.level:g}%", period=asked.period, base=asked.scenarios[asked.base].title)
             for key, text in WORDS["reach"]["notes"].items()}  # fmt: skip
    against = {name: runs for name, runs in running.items() if name != asked.base}  # of the base nothing is moved
    found = [
        _table("Who gets it, who gives it, who pays", whole, running, asked, figures, words["whole"]),
        _table(WHO, parts, running, asked, figures, words["parts"]),
        _table("Who moves up or leaves because of it", [("", asked.moved)], against, asked, figures, words["moved"]),
    ]
    return [table for table in found if table.rows]


def _title(running: Mapping[str, Runs], programme: str) -> str:
    return next(
        (runs.programmes[programme].title for runs in running.values() if programme in runs.programmes), programme
    )


def _table(
    title: str, blocks: Sequence[tuple[str, Sequence[Row]]], running: Mapping[str, Runs], asked: Asked,
    figures: Figures, note: str,
) -> Table:  # fmt: skip
    rows: list[dict[str, str]] = []
    records: list[dict[str, Any]] = []
    for heading, of in blocks:
        kept_back, above = {name: _kept_back(name, of, asked) for name in running}, None
        for row in of:
            made = [
                _record(heading, row, name, found, asked, row.family in kept_back[name])
                for name, runs in running.items()
                if _is_told(row, name, runs, asked) and (found := told(name, row, figures, asked.level)) is not None
            ]
            if not any(record["mean"] != 0 for record in made) and not (made and row.name in ALWAYS and not row.by):
                continue
            if heading and row.by != above:
                first = f"{heading}: {lower(row.by)}" if row.by else heading
                rows.append({"figure": first, **dict.fromkeys(running, "")})
                above = row.by
            indent = "  " * (row.level + (bool(heading) and not row.by))
            cells = dict.fromkeys(running, NONE) | {record["scenario"]: record["words"] for record in made}
            rows.append({"figure": indent + row.label, "full": _label(heading, row) if indent else "", **cells})
            records += made
    headings = {"figure": "All years together", **{name: runs.title for name, runs in running.items()}}
    return Table(title, columns(headings, running), rows, records, note)


def _is_told(row: Row, name: str, runs: Runs, asked: Asked) -> bool:
    """Whether a scenario has a figure of this kind: it runs the programme, or is held against the base."""
    programme = dict(row.line.where).get("programme")
    return name != asked.base if programme is None else programme in runs.programmes


def _kept_back(name: str, of: Sequence[Row], asked: Asked) -> set[str]:
    """Families of the rows of a block that may not be published: those with a small count, and costs that would tell one."""
    counted = ((row, line) for row in of for line in (row.line, row.less) if line is not None)
    found = {row.family for row, line in counted if asked.small(name, line)}
    return found | ({COSTS} if found & {STARTS, HAVE, HELP} else set())


def _label(heading: str, row: Row) -> str:
    return ": ".join(part for part in (heading, row.by if heading else "", row.label) if part)


def _record(heading: str, row: Row, name: str, found: Told, asked: Asked, kept_back: bool) -> dict[str, Any]:
    """With nothing rounded; None for what there is not, or is kept back."""
    ends = (found.mean, found.mean - found.half, found.mean + found.half, found.share)
    numbers = dict(zip(("mean", "low", "high", "share"), ends, strict=True))
    return {
        "scenario": name, "programme": dict(row.line.where).get("programme"), "figure": row.line.name,
        "label": _label(heading, row), "measure": row.line.measure, "where": dict(row.line.where), "unit": row.line.unit,
        "years": "mean of a year" if row.during is not None else row.line.over.value,
        **{key: None if kept_back or math.isnan(value) else value for key, value in numbers.items()},
        "against": asked.base if row.less is not None else None, "level": asked.level,
        "words": KEPT_BACK if kept_back else _cell(row, found),
    }  # fmt: skip


def _cell(row: Row, found: Told) -> str:
    """A figure as text: ``1,240 ± 12 (62%)``; in words where the runs cannot tell."""
    unit, signed = row.line.unit, row.less is not None
    if signed and not found.known:
        return f"cannot tell ({_plain(found, unit, signed)})"
    if found.mean and not found.known:
        return TOO_FEW
    if found.mean < 0 and not signed:
        signed = True
    words = _plain(found, unit, signed)
    return words if math.isnan(found.share) or not found.mean else f"{words} ({percent(round(found.share, 2))})"


def _plain(found: Told, unit: str, signed: bool) -> str:
    place = step(found.error, unit, abs(found.mean))
    mean = shown(found.mean, place, unit, sign=signed)
    if math.isnan(found.half) or found.half == 0:
        return mean.removesuffix(".0")

    def half(place: float) -> float:
        return math.ceil(found.half / place - 1e-9) * place

    if abs(found.mean) > found.half:  # or it would not look told
        place = finer(place, lambda p: half(p) >= abs(round(found.mean / p) * p))
    return f"{shown(found.mean, place, unit, sign=signed)} ± {shown(half(place), place, unit)}"
