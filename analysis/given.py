"""What is given from Python: scenarios, levers, options and names, with the checks and the messages of files and of the command line."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import typer

from analysis import options as allowed
from analysis.errors import UserError
from analysis.paths import given_path
from analysis.runs.plan import Options
from scenarios.programme_files.settings import PREFIX
from scenarios.resolve import load
from scenarios.scenario import Scenario

Given = str | Path | Mapping[str, Any] | Scenario
"""A scenario; see the top of :mod:`analysis.api`."""
Values = Mapping[str, Any]
"""Levers or uncertainties by path."""
Arm = tuple[Given, Values | None, str | None]
"""A scenario, its levers, and the name that it goes by in place of its own."""


def named(scenario: Given, name: str | None) -> str | None:
    """``name`` for a mapping that has no title to be named after."""
    return name if isinstance(scenario, Mapping) and "title" not in scenario else None


def loaded(arms: Sequence[Arm], uncertainties: Values | None = None, context: str | None = None) -> list[Scenario]:
    """Scenarios with their levers, and with what is uncertain about all of them.

    A programme's figures go to those in which it runs. Raise :exc:`InputError` for what cannot be used, and
    :exc:`UserError` for values that are given to a scenario that is loaded already.
    """
    uncertainties = uncertainties or {}
    if not any(str(path).startswith(PREFIX) for path in uncertainties):
        return [_one(*arm, uncertainties, context) for arm in arms]
    found = [_one(*arm, {}, context) for arm in arms]
    running = [{f"{PREFIX}{programme.name}." for programme in one.programmes} for one in found]

    def of(here: set[str]) -> Values:
        elsewhere = tuple(set().union(*running) - here)
        return {path: value for path, value in uncertainties.items() if not str(path).startswith(elsewhere)}

    return [_one(*arm, of(here), context) for arm, here in zip(arms, running, strict=True)]


def _one(
    scenario: Given, levers: Values | None, name: str | None, uncertainties: Values, context: str | None
) -> Scenario:
    if not isinstance(scenario, Scenario):
        return load(scenario, context, levers=levers, uncertainties=uncertainties, name=name)
    if levers or uncertainties or context is not None:
        raise UserError(
            scenario.name, "it is loaded already", "Give levers, uncertainties and context to headway.load."
        )
    return scenario


def checked_options(fewest: int = 1, **given: Any) -> Options:
    """Options for runs, with the checks of the command line. Raise :exc:`UserError` for what is not possible.

    ``fewest`` is the least number of replicates.
    """
    count = allowed.within
    checks: dict[str, tuple[Callable[[Any], Any], type, str]] = {
        "replicates": (count(fewest, allowed.MOST_REPLICATES, "replicates"), numbers.Integral, "a whole number"),
        "seed": (allowed.seed, numbers.Integral, "a whole number"),
        "years": (count(1, allowed.MOST_YEARS, "school years"), numbers.Integral, "a whole number"),
        "scale": (allowed.share, numbers.Real, "a number"),
        "schools": (allowed.register, Path, "the path of a file"),
        "workers": (count(1, allowed.MOST_WORKERS, "processes"), numbers.Integral, "a whole number"),
    }
    if isinstance(given.get("schools"), str | Path):
        given["schools"] = given_path(given["schools"], "schools =")
    if not isinstance(given.get("fixed", False), bool):
        raise UserError(f"fixed={given['fixed']!r}", "this is not True or False")
    for name, value in given.items():
        if name == "fixed":
            continue
        check, kind, due = checks[name]
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise UserError(f"{name}={value!r}", f"this is not {due}")
        try:
            check(value)
        except typer.BadParameter as error:
            raise UserError(name, error.message) from None
    return Options(**given)


def names_in(name: str, values: Sequence[str]) -> list[str]:
    """A list of names that was given as ``name``. Raise :exc:`UserError` for anything else."""
    if isinstance(values, str):
        raise UserError(f"{name}={values!r}", "a list is due here", f"Write {name}=[{values!r}].")
    for value in values:
        if not isinstance(value, str):
            raise UserError(f"{name}={values!r}", f"{value!r} is no name", f"{name} are names, such as 'leaving'.")
    return list(values)


def span_of(path: str, span: tuple[float, float]) -> tuple[float, float]:
    """The bounds that were given for a path. Raise :exc:`UserError` for what is not two numbers, the least first."""
    try:
        low, high = (float(end) for end in span)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if not (np.isfinite([low, high]).all() and low < high):
        raise UserError(f"{path}: {span!r}", "bounds are two numbers, the least first", "Such as (0.2, 0.8).")
    return low, high
