"""What is fitted to published figures, and how: the plan of a calibration, a YAML file.

A plan frees parameters of a context. Each is one number or one cell of a table within a range, or a shift that several cells
have in common, on the scale that suits their unit: log-odds of probabilities and shares, logarithms of other numbers that
cannot be negative, the number itself of all others. What is believed of it beforehand goes by range and grade, as for the
figures of programmes (see :class:`scenarios.doubt.Uncertain`), around centres that the plan gives, so that a context can take
values that were fitted without moving what was believed before the fit; where a plan gives none, around the context's values.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scenarios.doubt import Uncertain
from scenarios.parameter_files import GRADES, Provenance
from scenarios.places import PACKAGE, Found, is_path, library_names, locate, locate_file, shipped
from scenarios.posterior import cell
from scenarios.problems import InputError, Problem, echo
from scenarios.scenario import Scenario
from scenarios.strict import Node, Scalar, Sequence, choice, did_you_mean, fields, items, number, read, text, whole
from scenarios.strict.fields import listed
from simulation.declaring import UNITS, Declaration
from simulation.numerics import logistics, logits
from simulation.parameters import declared

FILE = "calibration.yaml"
"""In a context's folder: how its draws are made."""
ODDS = ("probability", "share")
PLAIN = ("log-odds", "standard deviations", "elasticity", "growth per year")
MOST_SHIFT = 5.0


@dataclass(frozen=True)
class Free:
    """A parameter that is fitted, or a shift that several cells of tables have in common."""

    name: str
    says: str
    """What it is, in words that go on after "how"."""
    cells: tuple[str, ...]
    """As the file of draws names them."""
    at: tuple[tuple[str, tuple[int, ...]], ...]
    """For each cell the parameter's path and the place in its table."""
    standing: tuple[float, ...]
    """What each cell is where the most is believed beforehand: the plan's centre, or the context's value."""
    bounds: tuple[tuple[float, float], ...]
    """Least and most that each cell may be."""
    unit: str
    shift: bool
    low: float
    high: float
    grade: str

    @property
    def value(self) -> float:
        """The centre of what is believed of it: the cell's, or no shift."""
        return 0.0 if self.shift else self.standing[0]

    def values(self, scores: np.ndarray) -> np.ndarray:
        """The value, or the shift, at standard normal scores: what is believed of it beforehand is normal in these."""
        from scipy.special import ndtr

        ends = (-MOST_SHIFT, MOST_SHIFT) if self.shift else self.bounds[0]
        believed = Uncertain("", self.name, self.name, self.value, self.low, self.high, self.grade, ends)
        return believed.at(np.clip(ndtr(np.asarray(scores, dtype=np.float64)), 1e-12, 1 - 1e-12))

    def in_cells(self, scores: np.ndarray) -> np.ndarray:
        """What each cell is at these scores, shape (scores, cells)."""
        values = self.values(scores)
        if not self.shift:
            return values[:, None]
        found = np.empty((len(values), len(self.cells)))
        for j, (standing, (low, high)) in enumerate(zip(self.standing, self.bounds, strict=True)):
            found[:, j] = np.clip(shifted(standing, values, self.unit), low, high)
        return found


def shifted(standing: float, by: np.ndarray, unit: str) -> np.ndarray:
    """A number shifted on the scale that suits its unit; what is impossible or certain stays so."""
    if unit in ODDS:
        if not 0 < standing < 1:
            return np.full(len(by), standing)
        return logistics(logits(np.full(len(by), standing)) + by)
    return standing + by if unit in PLAIN else standing * np.exp(by)


@dataclass(frozen=True)
class CalibrationPlan:
    """What to fit, to what, and with how many runs."""

    title: str
    scenario: str | Path
    """Whose base year is held against the figures."""
    targets: Path | None
    """A file of figures in place of those of the context."""
    scale: float
    """Share of the schools that the many runs simulate."""
    seed: int
    ensemble: int
    """Runs of each pass of the smoother."""
    passes: int
    refocus: int
    """Runs of each round near the answer that the emulator gives."""
    refocuses: int
    repeats: int
    """Runs at one point, with other chance, from which chance is told."""
    whole: int
    """Runs of the whole system, from which the bias of a sample is told, and again on draws, as a check."""
    censuses: int
    """Censuses up to the base year's over which figures of these runs are averaged, so that there is less chance in them."""
    draws: int
    discrepancy: float
    """Standard deviation of what the model cannot show of a figure, in its tolerances."""
    own_discrepancy: dict[int, float]
    """The same of single targets."""
    free: tuple[Free, ...]
    file: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the file of draws."""
        return tuple(name for free in self.free for name in free.cells)

    def cells(self, scores: np.ndarray) -> np.ndarray:
        """Columns of the file of draws at standard normal scores, shape (draws, free parameters)."""
        return np.column_stack([free.in_cells(scores[:, j]) for j, free in enumerate(self.free)])

    def plain(self) -> dict[str, object]:
        """All that determines its runs and draws, as JSON has it."""
        names = (
            "scale",
            "seed",
            "ensemble",
            "passes",
            "refocus",
            "refocuses",
            "repeats",
            "whole",
            "censuses",
            "draws",
            "discrepancy",
        )
        free = [[f.name, f.cells, f.standing, f.bounds, f.unit, f.shift, f.low, f.high, f.grade] for f in self.free]
        return {name: getattr(self, name) for name in names} | {
            "own_discrepancy": {str(k): v for k, v in sorted(self.own_discrepancy.items())}, "free": free,
        }  # fmt: skip


def find_plan(reference: str | Path) -> Found:
    """The plan of that name, which is its context's, or path. Raise :exc:`InputError` if there is none."""
    name = str(reference)
    if isinstance(reference, Path) or is_path(name):
        return locate(Path(reference))
    have = [known for known in library_names("context") if (PACKAGE / "contexts" / known / FILE).is_file()]
    if name in have:
        path = PACKAGE / "contexts" / name / FILE
        return Found(path, PACKAGE, shipped(path), name)
    hint = did_you_mean(name, have) or f"there are plans for {listed(have)}; a path to a file of yours ends in .yaml"
    raise InputError([Problem(echo(name), None, None, "E0123", f"there is no calibration {echo(name)}", hint=hint)])


def read_plan(found: Found) -> tuple[CalibrationPlan, Scenario]:
    """A plan and the scenario that it is about. Raise :exc:`InputError` with everything that is wrong."""
    from scenarios.resolve import load

    node = read(found.path, found.file, found.root)
    parts = fields(
        node, "a plan of a calibration", ("title", "summary", "scenario", "scale", "seed", "runs", "free"),
        ("discrepancy", "targets"),
    )  # fmt: skip
    title = text(parts["title"], 120, "title") if "title" in parts else None
    if "summary" in parts:
        text(parts["summary"], 2000, "summary")
    named = parts.get("scenario")
    name = text(named, 200, "scenario") if named is not None else None
    scale = number(parts["scale"], "share", 1e-4, 1, "scale") if "scale" in parts else None
    seed = whole(parts["seed"], 0, 2**53, "seed") if "seed" in parts else None
    runs = _read_runs(parts["runs"]) if "runs" in parts else None
    discrepancy = _read_discrepancy(parts["discrepancy"]) if "discrepancy" in parts else (0.0, {})
    targets = _read_targets(parts["targets"], found) if "targets" in parts else None
    node.place.source.stop_if_wrong()
    assert title
    assert name
    assert scale
    assert seed is not None
    assert runs
    assert discrepancy
    about = found.path.parent / name if is_path(name) else name
    scenario = load(about)
    if scenario.programmes and named is not None:
        named.place.wrong("E0306", f"{echo(name)} has programmes", "name the scenario that they are compared with")
    free = _read_free(parts["free"], scenario)
    node.place.source.stop_if_wrong()
    made = CalibrationPlan(
        title, about, targets, scale, seed, **runs, discrepancy=discrepancy[0], own_discrepancy=discrepancy[1],
        free=free, file=found.file,
    )  # fmt: skip
    return made, scenario


_RUNS = {
    "ensemble": (20, 5000), "passes": (1, 8), "refocus": (10, 5000), "refocuses": (0, 6), "repeats": (8, 500),
    "whole": (0, 100), "censuses": (1, 10), "draws": (20, 5000),
}  # fmt: skip


def _read_runs(node: Node) -> dict[str, int] | None:
    parts = fields(node, "runs", tuple(_RUNS))
    found = {name: whole(part, *_RUNS[name], name) for name, part in parts.items()}
    return {k: v for k, v in found.items() if v is not None} if len(found) == len(_RUNS) else None


def _read_discrepancy(node: Node) -> tuple[float, dict[int, float]]:
    parts = fields(node, "discrepancy", ("all",), map(str, range(1, 1000)))
    found = {key: number(part, "ratio", 0, 100, f"discrepancy of {key}") for key, part in parts.items()}
    return found.pop("all", None) or 0.0, {int(key): value for key, value in found.items() if value is not None}


def _read_targets(node: Node, found: Found) -> Path | None:
    name = text(node, 200, "targets")
    return locate_file(node, found, (".yaml", ".yml")) if name and isinstance(node, Scalar) else None


def _read_free(node: Node, scenario: Scenario) -> tuple[Free, ...]:
    known = declared(scenario.structure)
    found = [_read_one(item, scenario, known) for item in items(node, "free")]
    seen: dict[str, str] = {}
    for item, one in zip(items(node, "free"), found, strict=True):
        if one is None:
            continue
        for thing in (one.name, *one.cells):
            if thing in seen:
                item.place.wrong(
                    "E0603", f"{thing} is in {echo(seen[thing])} already", "a cell follows one free number"
                )
            seen[thing] = one.name
    if not found:
        node.place.wrong("E0304", "nothing is free", "list parameters to fit")
    return tuple(one for one in found if one is not None)


def _read_one(node: Node, scenario: Scenario, known: AnyMapping[str, Declaration]) -> Free | None:
    parts = fields(node, "a free parameter", ("name", "says", "cells"), ("range", "shift", "centre", "grade"))
    name = text(parts["name"], 60, "name") if "name" in parts else None
    says = text(parts["says"], 200, "says") if "says" in parts else None
    grade = choice(parts["grade"], GRADES, "grade") if "grade" in parts else None
    shift = "shift" in parts
    if ("range" in parts) == shift:
        node.place.wrong(
            "E0303", "it has either a range, of one number, or a shift, of several", "write range: or shift:"
        )
    named = [(item, text(item, 120, "a cell")) for item in items(parts["cells"], "cells")] if "cells" in parts else []
    at = [cell(words, known, item.place.wrong) if words else None for item, words in named]
    if not name or not says or not at or None in at or ("range" in parts) == shift:
        return None
    places = [one for one in at if one is not None]
    if not shift and len(places) > 1:
        parts["range"].place.wrong("E0306", "a range is of one number", "several cells have a shift in common")
        return None
    if not _go_together(parts["cells"], places, known):
        return None
    start = scenario.schedule.start
    standing = tuple(float(np.asarray(start.value(path))[where]) for path, where in places)
    sources = [scenario.provenance[path] for path, _ in places]
    unit = known[places[0][0]].unit
    if "centre" in parts:
        given = _read_centre(parts["centre"], unit, sources)
        if given is None:
            return None
        standing = given
    ends = _read_ends(parts["shift" if shift else "range"], unit, shift, standing, sources)
    if ends is None:
        return None
    bounds = tuple(source.range for source in sources)
    grade = grade or max((source.grade for source in sources), key=list(GRADES).index)
    cells = tuple(words for _, words in named if words)
    return Free(name, says, cells, tuple(places), standing, bounds, unit, shift, *ends, grade)


def _go_together(node: Node, places: list[tuple[str, tuple[int, ...]]], known: AnyMapping[str, Declaration]) -> bool:
    """Whether cells can follow one number; a problem is noted if not."""
    units = {known[path].unit for path, _ in places}
    if len(units) > 1:
        node.place.wrong("E0306", f"cells of different units: {listed(sorted(units))}", "free them apart")
    sums = sorted({path for path, _ in places if known[path].sums_to_one_over})
    if sums:
        node.place.wrong("E0306", f"the shares of {listed(sums)} add up to 1", "they cannot be freed one by one")
    return len(units) == 1 and not sums


def _read_centre(node: Node, unit: str, sources: list[Provenance]) -> tuple[float, ...] | None:
    """What each cell is at the centre of the prior, in the order of the cells; None, with a problem noted, if they cannot be."""
    members = node.items if isinstance(node, Sequence) else (node,)
    found = [number(item, unit, *UNITS[unit], "centre") for item in members]
    if len(found) != len(sources):
        node.place.wrong(
            "E0411", f"it has {len(sources)} cells and {len(found)} centres", "write one for each cell, in their order"
        )
        return None
    for item, centre, (least, most) in zip(members, found, (source.range for source in sources), strict=True):
        if centre is not None and not least <= centre <= most:
            item.place.wrong(
                "E0409", f"{centre:g} is outside the parameter's own range, {least:g} to {most:g}",
                "stay within it, or widen it where the parameter is given",
            )  # fmt: skip
            return None
    return None if None in found else tuple(centre for centre in found if centre is not None)


def _read_ends(
    node: Node, unit: str, shift: bool, standing: tuple[float, ...], sources: list[Provenance]
) -> tuple[float, float] | None:
    """The ends of a range or of a shift; None, with a problem noted, if they cannot be."""
    what = "each end of shift" if shift else "each end of range"
    limits = ("ratio", -MOST_SHIFT, MOST_SHIFT) if shift else (unit, *UNITS[unit])
    members = node.items if isinstance(node, Sequence) else ()
    ends = [number(item, *limits, what) for item in members]
    if len(ends) != 2 or None in ends:
        if len(ends) != 2:
            node.place.wrong("E0411", "it has two ends", "write [least, most]")
        return None
    low, high = (end for end in ends if end is not None)
    value = 0.0 if shift else standing[0]
    if not low <= value <= high or low == high:
        stands = "no shift, 0," if shift else f"its centre, {value:g},"
        node.place.wrong("E0409", f"{stands} does not lie within {low:g} to {high:g}", "write [least, most] around it")
        return None
    least, most = sources[0].range
    if not shift and not least <= low <= high <= most:
        node.place.wrong(
            "E0409", f"{low:g} to {high:g} is wider than the parameter's own range, {least:g} to {most:g}",
            "stay within it, or widen it where the parameter is given",
        )  # fmt: skip
        return None
    return low, high
