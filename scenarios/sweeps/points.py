"""From a point of a design to what the model runs: each setting goes the way of a line in a scenario file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from scenarios.overrides import Override, parameter_of, read_overrides
from scenarios.places import library_names
from scenarios.problems import InputError, echo
from scenarios.programme_files.settings import (
    CHOICES,
    PREFIX,
    UncertainFigure,
    apply_settings,
    apply_uncertainty,
    read_settings,
)
from scenarios.scenario import Scenario
from scenarios.strict import Mapping, did_you_mean, in_reading_order
from scenarios.sweeps.design import Design, Setting
from scenarios.tables import as_plain

MOST_PROBLEMS = 40
"""Problems of points after which no further points are looked at."""


def with_settings(scenario: Scenario, settings: Iterable[Setting]) -> Scenario:
    """The scenario with what a point sets; problems are noted in the design's source."""
    settings = tuple(settings)
    own = [s for s in settings if not s.factor.path.startswith(PREFIX)]
    of_programmes = [s for s in settings if s.factor.path.startswith(PREFIX)]
    return _with_programmes(_with_parameters(scenario, own), of_programmes)


def _with_parameters(scenario: Scenario, settings: list[Setting]) -> Scenario:
    overrides = [override for setting in settings if (override := _override(setting, scenario)) is not None]
    return (scenario.with_overrides(overrides) if overrides else None) or scenario


def _override(setting: Setting, scenario: Scenario) -> Override | None:
    path = setting.factor.path
    line = Mapping(setting.node.place, {path: setting.factor.key}, {path: setting.node})
    # What the future brings begins when a government can begin, and the past is one.
    set_by = "lever" if setting.factor.set_by == "future" else setting.factor.set_by
    return next(iter(read_overrides(line, set_by, scenario.structure)), None)


def _with_programmes(scenario: Scenario, settings: list[Setting]) -> Scenario:
    if not settings:
        return scenario
    running = {programme.name: programme for programme in scenario.programmes}
    names = set(running) | set(library_names("programme"))
    levers: dict[str, dict[str, Setting]] = {}
    uncertain: list[tuple[str, str, Setting]] = []
    for setting in settings:
        name, _, path = setting.factor.path.removeprefix(PREFIX).partition(".")
        key = setting.factor.key
        # What is uncertain about a programme is so for all of its blocks, unless one of them is named.
        blocks = [p.name for p in scenario.programmes if p.family == name] if name not in running else []
        if blocks and setting.factor.set_by == "uncertainty":
            uncertain += [(block, path, setting) for block in blocks]
        elif name not in running:
            hint = did_you_mean(name, running) or f"every scenario of the design must run it: {echo(name)}: {{}}"
            key.place.wrong("E0510", f"no programme {echo(name)} runs in {scenario.name}", hint)
        elif setting.factor.set_by == "uncertainty":
            uncertain.append((name, path, setting))
        elif path in CHOICES:
            levers.setdefault(name, {})[path] = setting
        else:
            hint = did_you_mean(path, CHOICES) or "nobody can choose it: write it under uncertainties:"
            key.place.wrong("E0505", f"{echo(path)} is no lever of {name}", hint)
    for name, chosen in levers.items():
        first = next(iter(chosen.values()))
        line = Mapping(
            first.node.place,
            {path: setting.factor.key for path, setting in chosen.items()},
            {path: setting.node for path, setting in chosen.items()},
        )
        told = read_settings(name, first.factor.key, line)
        running[name] = apply_settings(running[name], told, names, scenario.structure)
    for name, path, setting in uncertain:
        figure = UncertainFigure(name, path, setting.factor.key, setting.node)
        running[name] = apply_uncertainty(running[name], figure)
    return replace(scenario, programmes=tuple(running[programme.name] for programme in scenario.programmes))


def check_points(design: Design) -> None:
    """Raise :exc:`~scenarios.problems.InputError` if any point cannot be run: what is wrong, once each."""
    for point in range(design.points):
        for scenario in design.scenarios:
            with_settings(scenario, design.settings(point))
        stop_if_wrong(design, MOST_PROBLEMS)
    stop_if_wrong(design)


def stop_if_wrong(design: Design, most: int = 1) -> None:
    """Raise :exc:`~scenarios.problems.InputError` if points had that many problems, however many points share one."""
    problems = list(dict.fromkeys(design.problems))
    if len(problems) >= most:
        raise InputError(in_reading_order(problems))


def changes(scenario: Scenario, base: Scenario, settings: Iterable[Setting]) -> dict[str, Any]:
    """What a point has made of its scenario, as JSON has it: with the scenario itself it determines the run's inputs."""
    paths = [parameter_of(setting.factor.path) for setting in settings]
    before = {programme.name: programme for programme in base.programmes}
    return {
        "parameters": {path: _by_year(scenario, path) for path in paths if path in scenario.provenance},
        "programmes": {p.name: p.resolved() for p in scenario.programmes if p is not before[p.name]},
    }


def _by_year(scenario: Scenario, path: str) -> list[Any]:
    """What a parameter is in the end, what it is before, and who sets it."""
    final, earlier = as_plain(np.asarray(scenario.parameters.value(path))), scenario.values_until(path)
    before = earlier.get(scenario.base_year, final) if set(earlier) <= {scenario.base_year} else earlier
    return [final, before, scenario.provenance[path].set_by, *scenario.schedule.inside_places(path)]
