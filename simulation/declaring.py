"""How a parameter is declared: its meaning, unit and axes, and which values it can have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from simulation.programmes.channels import COMPONENTS, SKILLS
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import (
    AGE_BANDS,
    YEARS_OUT_BANDS,
    YEARS_QUALIFIED_BANDS,
    Cause,
    ClusterKind,
    Date,
    Grade,
    Religion,
    Ring,
    Sex,
    label,
)

AXES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ENGLAND.axes, ()),  # named by the context
    "sex": tuple(label(s) for s in Sex),
    "age_band": AGE_BANDS,
    "years_qualified": YEARS_QUALIFIED_BANDS,
    "years_out": YEARS_OUT_BANDS,
    "ring": tuple(label(r) for r in Ring if r is not Ring.OUTSIDE),
    "skill": SKILLS,
    "cluster_kind": tuple(label(k) for k in ClusterKind),
    "grade": tuple(label(g) for g in Grade),
    "religion": tuple(label(r) for r in Religion),
    "cause": tuple(label(c) for c in Cause),
    "component": COMPONENTS,
    "route": ("newly_qualified", "new_to_sector"),
    "date": tuple(label(d) for d in Date),
    "decade": ("first_five_years", "next_five_years", "later"),
}
"""Labels along each axis that a table parameter can have; none where contexts have their own, see :func:`axes_of`."""


def axes_of(structure: Structure) -> dict[str, tuple[str, ...]]:
    """Labels along every axis, in a context of this structure."""
    return {**AXES, **structure.axes}


UNITS: dict[str, tuple[float, float]] = {
    "probability": (0.0, 1.0),
    "share": (0.0, 1.0),
    "log-odds": (-10.0, 10.0),
    "standard deviations": (-10.0, 10.0),
    "ratio": (0.0, 1e6),
    "elasticity": (-10.0, 10.0),
    "growth per year": (-0.5, 0.5),
    "years": (0.0, 60.0),
    "hours a week": (0.0, 100.0),
    "pupils": (0.0, 1e5),
    "posts": (0.0, 1e4),
    "schools": (0.0, 1e5),
    "GBP": (0.0, 1e9),
    "days": (0.0, 366.0),
    "weeks": (1.0, 53.0),
    "hours a year": (1.0, 8784.0),
}
"""Units a parameter can have, with the values that are possible at all; a parameter's own range is narrower."""


@dataclass(frozen=True)
class Declaration:
    """What the code says about a parameter, before any file gives it a value."""

    path: str
    unit: str
    axes: tuple[str, ...]
    meaning: str
    sums_to_one_over: str | None = None
    everywhere: str = ""
    """Why one value holds in all places; empty where each school can have its own."""
    structure: Structure = ENGLAND
    """Of the context whose labels the axes have."""

    @cached_property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """Labels along each axis, in order of code."""
        known = axes_of(self.structure)
        return tuple(known[axis] for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value: ``()`` for a plain number."""
        return tuple(map(len, self.labels))


def parameter(unit: str, meaning: str, *axes: str, sums_to_one_over: str | None = None, everywhere: str = "") -> Any:
    """Declare a parameter as a dataclass field."""
    if unit not in UNITS or any(axis not in AXES for axis in axes):
        raise ValueError(f"parameter with unit {unit!r} and axes {axes!r}: unknown unit or axis")
    meta = {"unit": unit, "meaning": meaning, "axes": axes, "sums_to_one_over": sums_to_one_over}
    return field(metadata={**meta, "everywhere": everywhere})


def a_unit(unit: str, low: float, high: float) -> str:
    """What is due of a number, in words: ``a probability (0 to 1)``."""
    article = {
        "GBP": "an amount in GBP",
        "log-odds": "a shift in log-odds",
        "ratio": "a ratio",
        "elasticity": "an elasticity",
    }
    named = article.get(unit) or (f"a {unit}" if unit in {"probability", "share"} else f"a number of {unit}")
    if unit in {"growth per year", "number"}:
        named = f"a {unit}"
    return f"{named} ({low:,.10g} to {high:,.10g})"


class Group:
    """Parameters of one process; however they are made, their values are possible ones."""

    def __post_init__(self) -> None:
        """Make plain floats of numbers and read-only float64 arrays of tables.

        Raise :exc:`ValueError` for what is no number, has another shape than is declared, or is not possible for its unit.
        Along axes that contexts name, any number of entries may come: a setup knows how many are due.
        """
        group = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        for f in fields(self):  # type: ignore[arg-type]
            value = _possible(f"{group}.{f.name}", getattr(self, f.name), f.metadata["unit"], f.metadata["axes"])
            object.__setattr__(self, f.name, value)


def _label(axis: str, place: int, size: int) -> str:
    """A label along an axis; England's of an axis that contexts name, where there are as many, or else its number."""
    known = axes_of(ENGLAND)[axis]
    return known[place] if len(known) == size else f"{axis} {place}"


def _numbers(value: Any) -> np.ndarray | None:
    """The cells of a value, if each is a number: no truth value among numbers, and none that is masked (it has no value)."""
    cells = np.array(value, dtype=object).ravel() if isinstance(value, list | tuple) else ()
    if np.ma.is_masked(value) or any(isinstance(cell, bool | np.bool_) or cell is np.ma.masked for cell in cells):
        return None
    try:
        given = np.array(value)
    except ValueError:
        return None
    return given if given.dtype.kind in "fiu" else None


def _possible(path: str, value: Any, unit: str, axes: tuple[str, ...]) -> float | np.ndarray:
    """A parameter's value as the model reads it; raise :exc:`ValueError` if it cannot be one."""
    due = a_unit(unit, *UNITS[unit])
    given = _numbers(value)
    if given is None:
        raise ValueError(f"{path} must be {due}, got {value!r}")
    wanted = given.ndim == len(axes) and all(
        size == (len(AXES[axis]) or max(size, 1)) for size, axis in zip(given.shape, axes, strict=True)
    )
    if not wanted:
        by = f"a table by {' and '.join(axes)}" if axes else "one number"
        raise ValueError(f"{path} must be {by}, got shape {given.shape}")
    low, high = UNITS[unit]
    cells = given.astype(np.float64)
    possible = (cells >= low) & (cells <= high)  # so that "not a number" is wrong too
    if not possible.all():  # for a sweep makes parameters anew for every run
        at = tuple(np.argwhere(~possible)[0])
        labels = ", ".join(_label(axis, i, size) for axis, i, size in zip(axes, at, cells.shape, strict=True))
        raise ValueError(f"{path}{f' for {labels}' if labels else ''} must be {due}, got {cells[at]:.10g}")
    if not axes:
        return float(cells)
    cells.flags.writeable = False
    return cells
