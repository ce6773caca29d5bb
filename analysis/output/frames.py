"""Figures as tables for Python: long, wide, or as an ``xarray.Dataset``."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas

from analysis.errors import UserError
from analysis.figures.words import capital
from analysis.studies.compare.summing import Cell, values, with_zeros
from scenarios.strict import did_you_mean
from simulation.census.measure import Kind, measures
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.figures.lines import Line
    from analysis.runs.plan import Plan

FORMS = ("long", "wide", "xarray")
"""Forms of a table: a row for each number, a column for each figure, or an ``xarray.Dataset``."""


def years(plans: Sequence[Plan]) -> list[int]:
    """School years from the first base year of all plans to the last year of any."""
    return list(range(min(p.setup.base_year for p in plans), max(p.setup.last_year for p in plans) + 1))


def long(plans: Sequence[Plan], lines: Sequence[Line], figures: np.ndarray) -> pandas.DataFrame:
    """A row for each scenario, line, school year and replicate that has a value."""
    spanned = years(plans)
    counts = [measures()[line.measure].kind is Kind.COUNT for line in lines]
    filled = with_zeros(figures, counts, np.ones(figures.shape[:2], bool))
    frames = {}
    for one, of_plan in zip(plans, filled, strict=True):
        own = range(one.setup.base_year, one.setup.last_year + 1)
        found = values(of_plan, lines, spanned, [Cell(i, year) for i in range(len(lines)) for year in own])
        cells = [(line.name, line.unit, school_year(year)) for line in lines for year in own]
        frames[one.name] = pandas.DataFrame(found, columns=pandas.MultiIndex.from_tuples(cells)).unstack()
    names = ["scenario", "line", "unit", "school_year", "replicate"]
    whole = pandas.concat(frames, names=names).rename("value").reset_index()
    return whole.dropna(subset="value", ignore_index=True)


def check_form(form: str, *more: str) -> None:
    """Raise :exc:`UserError` for a form that is neither one of :data:`FORMS` nor of ``more``, and where xarray is missing."""
    forms = (*FORMS, *more)
    if form not in forms:
        hint = did_you_mean(str(form), forms) or f"Write one of {', '.join(map(repr, forms))}."
        raise UserError(f"form={form!r}", "there is no such form", capital(hint))
    if form == "xarray":
        need("xarray", "xarray", "form='xarray'")


def need(module: str, name: str, asked: str) -> None:
    """Raise :exc:`UserError` if ``module``, called ``name``, which was ``asked`` for, is not installed."""
    if importlib.util.find_spec(module) is None:
        raise UserError(
            asked, f"{name} is not installed", f"Install it into Headway's environment: python -m pip install {module}"
        )


def formed(frame: pandas.DataFrame, rows: list[str], columns: str, kinds: list[str], form: str) -> Any:
    """A long table as it is, with a column for each of ``columns``, or as a data set; units and notes go with it."""
    attrs = {"units": dict(zip(frame["line"], frame["unit"], strict=True)), **frame.attrs}
    long = frame.set_index([*rows, columns])[kinds]
    if form == "long":
        shown: Any = frame
    elif form == "wide":
        shown = long.unstack(columns, sort=False)
        shown = shown[kinds[0]] if len(kinds) == 1 else shown
    elif columns == "line":
        shown = long[kinds[0]].unstack(columns, sort=False).to_xarray()
        for name in shown:
            shown[name].attrs["units"] = attrs["units"][name]
    else:
        shown = long.to_xarray()
    shown.attrs = attrs
    return shown
