"""What a scenario can be told, as a table: every parameter and every figure of a programme, with the range to vary it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from scenarios.catalogue import load_programme
from scenarios.overrides import cell_of, parameter_of, part_of, path_hint
from scenarios.places import library_names
from scenarios.problems import InputError, Problem, echo
from scenarios.programme_files.figures import MEANINGS
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.places import MEANINGS as PLACES_MEANINGS
from scenarios.programme_files.places import PLACES
from scenarios.programme_files.settings import LEVERS, PREFIX, UNCERTAIN_TOO
from scenarios.scenario import Scenario
from scenarios.strict import did_you_mean
from simulation.parameters import declared
from simulation.programmes.channels import CHANNELS

WAYS = ("times", "add")
"""Last words of paths that change all cells of a table together: multiples, and amounts added."""
EITHER, LEVER, UNCERTAIN = "levers or uncertainties", "levers", "uncertainties"


def parameter_rows(scenario: Scenario, words: str = "") -> list[dict[str, Any]]:
    """A record for each parameter of a scenario, and each figure of any programme, whose name or meaning has all ``words``.

    Programmes that do not run in the scenario are as the library has them. ``value`` is a number, or of a table a mapping
    by label, which can be given back as a lever. ``low`` and ``high`` are the range that the evidence can bear, or for
    places what is possible at all; ``under`` says where a scenario may set it.

    Raise :exc:`InputError` if there is none.
    """
    wanted = words.lower().replace("_", " ").split()
    found = [
        row
        for row in (*_parameters(scenario), *_figures(scenario))
        if all(word in f"{row['name']} {row['meaning']}".lower().replace("_", " ") for word in wanted)
    ]
    if not found:
        names = {part for path in declared() for part in (path, *re.split("[._]", path))}
        names |= {part for path in declared() for part in path.split(".")} | set(library_names("programme"))
        hint = did_you_mean(words, names) or "without a word, all are listed"
        raise InputError([Problem("parameters", None, None, "E0302", f"none goes by {echo(words)}", hint=hint)])
    return found


def _parameters(scenario: Scenario) -> Iterator[dict[str, Any]]:
    values = scenario.parameters.values()
    for path, declaration in declared(scenario.structure).items():
        source = scenario.provenance[path]
        by = f", by {' and '.join(declaration.axes)}" if declaration.axes else ""
        yield {
            "name": path, "unit": declaration.unit, "value": _labelled(np.asarray(values[path]), declaration.labels),
            "low": source.range[0], "high": source.range[1], "grade": source.grade, "source": ", ".join(source.sources),
            "meaning": declaration.meaning + by, "under": EITHER,
        }  # fmt: skip


def _labelled(values: np.ndarray, labels: tuple[tuple[str, ...], ...]) -> Any:
    if not labels:
        return float(values)
    return {label: _labelled(values[i], labels[1:]) for i, label in enumerate(labels[0])}


def _figures(scenario: Scenario) -> Iterator[dict[str, Any]]:
    running = {programme.name: programme for programme in scenario.programmes}
    for name in sorted({*running, *library_names("programme")}):
        programme = running.get(name) or load_programme(name)
        channels = {effect.path: CHANNELS[effect.channel].meaning for effect in programme.effects}
        for key, (unit, low, high) in PLACES.items():
            value = getattr(programme.places, key)
            if value is None:
                continue
            yield {
                "name": f"{PREFIX}{name}.places.{key}", "unit": unit, "value": value, "low": low, "high": high,
                "grade": "", "source": "", "meaning": PLACES_MEANINGS[key], "under": LEVER,
            }  # fmt: skip
        for path, figure in programme.figures.items():
            source = figure.provenance
            yield {
                "name": f"{PREFIX}{name}.{path}", "unit": source.unit, "value": figure.value,
                "low": source.range[0], "high": source.range[1], "grade": source.grade,
                "source": ", ".join(source.sources), "meaning": MEANINGS.get(path) or channels.get(path) or "times the size of an effect in this style",
                "under": EITHER if path in UNCERTAIN_TOO else LEVER if path in LEVERS else UNCERTAIN,
            }  # fmt: skip


def bounds(scenario: Scenario, path: str) -> tuple[float, float]:
    """The least and the most that the evidence lets a parameter, a cell of a table, or a figure of a programme be.

    With ``.times`` or ``.add`` behind the path: the multiples, or the amounts added, with which every cell stays in its
    range. Raise :exc:`InputError` for a path that is not there, and where no range is known.
    """
    inner, _, way = path.rpartition(".")
    inner, way = (inner, way) if way in WAYS else (path, "")
    cells, low, high = (_figure if inner.startswith(PREFIX) else _cells)(scenario, path, inner)
    if not way:
        if cells.size > 1:
            raise _wrong(path, f"{inner} is a table, not one number", f"take {inner}.times, or name a cell of it")
        return low, high
    if way == "add":
        least, most = low - cells.min(), high - cells.max()
    else:
        ends = np.sort(np.array([low, high])[:, None] / cells[cells != 0], axis=0)
        least, most = ends[0].max(initial=0.0), ends[1].min(initial=1000.0)
    if not least < most:
        raise _wrong(
            path, "a cell is at the end of its range, so all of them cannot change together", "name a cell of it"
        )
    inside = 1e-9 * (most - least)  # so that rounding takes no cell out of its range
    return float(least + inside), float(most - inside)


def _cells(scenario: Scenario, path: str, inner: str) -> tuple[np.ndarray, float, float]:
    if part_of(inner, scenario.structure) is None:
        raise _wrong(path, f"there is no parameter {echo(inner)}", path_hint(inner, scenario.structure))
    values = np.asarray(scenario.parameters.values()[parameter_of(inner)])
    return np.ravel(values[cell_of(inner, scenario.structure)]), *scenario.provenance[parameter_of(inner)].range


def _figure(scenario: Scenario, path: str, inner: str) -> tuple[np.ndarray, float, float]:
    name, _, figure = inner.removeprefix(PREFIX).partition(".")
    programme = next((programme for programme in scenario.programmes if programme.name == name), None)
    if programme is None:
        names = [programme.name for programme in scenario.programmes]
        raise _wrong(path, f"no programme {echo(name)} runs in {scenario.name}", did_you_mean(name, names))
    if figure.removeprefix("places.") in PLACES:
        raise _wrong(path, "places have no range: they are for a government to choose", "give its bounds")
    return _known_figure(programme, path, figure)


def _known_figure(programme: KnownProgramme, path: str, figure: str) -> tuple[np.ndarray, float, float]:
    known = programme.figures.get(figure)
    if known is None:
        hint = did_you_mean(figure, programme.figures) or f"it has {', '.join(sorted(programme.figures))}"
        raise _wrong(path, f"{programme.name} has no figure {echo(figure) or 'of that path'}", hint)
    return np.array([known.value]), *known.provenance.range


def _wrong(path: str, message: str, hint: str | None) -> InputError:
    return InputError([Problem(f"problem: {path}", None, None, "E0302", message, hint=hint)])


def identifier(path: str) -> str:
    """A path as a name that Python allows: ``leave_step_down``."""
    return re.sub(r"\W", "_", path)
