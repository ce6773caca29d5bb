"""A design file: which scenarios are run, what is varied in them, how often, and what is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.grammar import LONGEST_HORIZON, MOST_SUMMARY, MOST_TITLE
from scenarios.overrides import parameter_of
from scenarios.parameter_files import as_text
from scenarios.parameter_table import bounds
from scenarios.places import Found, is_path, locate_from
from scenarios.problems import InputError, Problem, echo
from scenarios.programme_files.settings import PREFIX
from scenarios.resolve import Reading
from scenarios.scenario import Scenario
from scenarios.strict import Mapping, Node, Scalar, Sequence, choice, fields, items, number, text, whole
from scenarios.strict.values import scalar
from scenarios.sweeps.factors import Factor, read_factors, sampled
from scenarios.sweeps.measures import Kept, read_measures
from scenarios.sweeps.sampling import METHODS, is_balanced, unit_points
from simulation.structure import ENGLAND

FULL = "full"
"""Way to cross all values of all uncertainties instead of sampling them."""
SAMPLING = (*METHODS, FULL)
MOST_RUNS = 1_000_000
MOST_REPLICATES, MOST_DRAWS, MOST_SEED = 10_000, 1_000_000, 2**64 - 1
KEYS = ("years", "scale", "seed", "replicates", "measures", "levers", "uncertainties", "futures", "draws", "sampling")


@dataclass(frozen=True)
class Setting:
    """What a point of the design sets one path to."""

    factor: Factor
    value: float | str
    node: Node


@dataclass(frozen=True)
class Design:
    """A design that can be used. Its points are numbered so that further draws come after those there are."""

    name: str
    title: str
    summary: str
    scenarios: tuple[Scenario, ...]
    """The first is the base, with the design's horizon and scale."""
    seed: int
    replicates: int
    measures: tuple[Kept, ...] | None
    """What is kept of each run; None for the headline measures."""
    levers: tuple[Factor, ...]
    uncertainties: tuple[Factor, ...]
    """Futures too, behind them."""
    draws: int
    """Parameter draws: 1 where nothing is uncertain."""
    sampling: str
    problems: list[Problem]
    """What was found wrong with points, as they were looked at."""
    first: int | None = None
    """Draws that there were before more were added; None if none were."""

    @property
    def lever_points(self) -> int:
        """How many combinations of levers there are."""
        return math.prod(len(factor.levels) for factor in self.levers)

    @property
    def points(self) -> int:
        """Combinations of levers times draws; each is run in every scenario."""
        return self.lever_points * self.draws

    @property
    def runs(self) -> int:
        """Points times scenarios times replicates."""
        return self.points * len(self.scenarios) * self.replicates

    def lever_point(self, point: int) -> int:
        """The combination of levers of a point: equal for all its draws."""
        return point % self.lever_points

    def draw(self, point: int) -> int:
        """The parameter draw of a point: equal for all combinations of levers, so that they meet the same worlds."""
        return point // self.lever_points

    def settings(self, point: int) -> tuple[Setting, ...]:
        """What a point sets, levers first, in the order of the file."""
        rest = self.lever_point(point)
        chosen = []
        for factor in reversed(self.levers):
            rest, i = divmod(rest, len(factor.levels))
            chosen.append(Setting(factor, factor.values[i], factor.levels[i]))
        draw = self.draw(point)
        return (*reversed(chosen), *(column[draw] for column in self._drawn))

    def values(self, point: int) -> dict[str, float | str]:
        """What a point sets, by column of the table of runs; with the number of the draw where there are several."""
        found: dict[str, float | str] = {s.factor.column: s.value for s in self.settings(point)}
        return {**found, "draw": self.draw(point)} if self.uncertainties else found

    @cached_property
    def _drawn(self) -> list[list[Setting]]:
        """For each uncertainty, what it is set to in each draw."""
        if self.sampling == FULL:
            return _crossed(self.uncertainties)
        if not self.uncertainties:
            return []
        points = unit_points(self.sampling, self.draws, len(self.uncertainties), self.seed, self.first)
        return [
            [Setting(factor, value, node) for value, node in sampled(factor, u, self._span(factor))]
            for factor, u in zip(self.uncertainties, np.ascontiguousarray(points.T), strict=True)
        ]

    def _span(self, factor: Factor) -> tuple[float, float] | None:
        """The range that the base declares for the figure; a problem is noted if there is none."""
        if not factor.is_range:
            return None
        base = self.scenarios[0]
        if not factor.path.startswith(PREFIX):
            return base.provenance[parameter_of(factor.path)].range
        name, _, inner = factor.path.removeprefix(PREFIX).partition(".")
        found = [p.figures[inner].provenance.range for p in base.programmes if p.name == name and inner in p.figures]
        return found[0] if found else None  # none: setting it will say what is wrong

    def with_more(self, replicates: int | None = None, draws: int | None = None, first: int | None = None) -> Design:
        """The design with more replicates or draws than the ``first`` (None: its own); what there was stays what it was."""
        first = first or self.first or self.draws
        return replace(self, replicates=replicates or self.replicates, draws=draws or self.draws, first=first)

    @property
    def unbalanced(self) -> str | None:
        """What is lost because of the number of draws, in words; None if nothing is."""
        first = self.first or self.draws
        if not self.uncertainties or is_balanced(self.sampling, self.draws, first):
            return None
        if self.sampling == "sobol":
            good, what = 1 << max(0, self.draws.bit_length() - 1), "a Sobol sequence is balanced at powers of two"
        else:
            good = first << max(0, (self.draws // first).bit_length() - 1)
            what = f"a Latin hypercube of {first:,} draws is one again at twice as many, four times, and so on"
        return f"{what}; {self.draws:,} draws are not, {good:,} or {2 * good:,} are"

    def plain(self) -> dict[str, Any]:
        """What the file says, as JSON has it; of the scenarios only the names."""
        return {
            "scenarios": [scenario.name for scenario in self.scenarios],
            "years": [scenario.years for scenario in self.scenarios],
            "scale": [scenario.scale for scenario in self.scenarios],
            "seed": self.seed,
            "measures": None if self.measures is None else [kept.text for kept in self.measures],
            "levers": [[factor.path, as_text(factor.node)] for factor in self.levers],
            "uncertainties": [[f.path, as_text(f.node)] for f in self.uncertainties if f.set_by != "future"],
            "sampling": self.sampling if self.uncertainties else None,
            **({"futures": [[one.path, as_text(one.node)] for one in self.futures]} if self.futures else {}),
        }

    @property
    def futures(self) -> tuple[Factor, ...]:
        """What is uncertain from the first projected year on."""
        return tuple(factor for factor in self.uncertainties if factor.set_by == "future")


def _crossed(factors: tuple[Factor, ...]) -> list[list[Setting]]:
    counts = [len(factor.levels) for factor in factors]
    indices = np.indices(counts).reshape(len(counts), -1) if counts else np.zeros((0, 1), np.int64)
    return [
        [Setting(factor, factor.values[i], factor.levels[i]) for i in column]
        for factor, column in zip(factors, indices, strict=True)
    ]


def load_design(path: Path | str) -> Design:
    """Read a design and the scenarios that it names.

    Raise :exc:`~scenarios.problems.InputError` with every problem of every file if anything is wrong.
    """
    reading = Reading()
    path = Path(path)
    try:
        root = path.parent.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError([Problem(echo(str(path)), None, None, "E0101", "there is no such file")]) from error
    found = Found(path, root, str(path), path.stem)
    node = reading.tree(found)
    design = None if node is None else _read(node, found, reading)
    reading.finish()
    assert design is not None
    return design


def is_design(node: Node) -> bool:
    """Whether a file describes a sweep, by its keys."""
    return isinstance(node, Mapping) and bool({"scenarios", "draws", "sampling", "replicates"} & set(node.values))


def _read(node: Node, found: Found, reading: Reading) -> Design | None:
    elsewhere = {
        "extends": "a design names its scenarios under scenarios:",
        "programmes": "a programme's levers are paths here, such as programmes.npq.places.number",
        "workers": "how it is run is said on the command line: --workers",
    }
    parts = fields(node, "a design", ("title", "summary", "scenarios"), KEYS, elsewhere)
    before = len(reading.problems)
    title = text(parts["title"], MOST_TITLE, "title") if "title" in parts else ""
    summary = text(parts["summary"], MOST_SUMMARY, "summary") if "summary" in parts else ""
    years = whole(parts["years"], 1, LONGEST_HORIZON, "years") if "years" in parts else None
    scale = number(parts["scale"], "share", 1e-4, 1.0, "scale") if "scale" in parts else None
    counts = {
        name: whole(parts[name], least, most, name) if name in parts else otherwise
        for name, least, most, otherwise in (
            ("seed", 0, MOST_SEED, 1),
            ("replicates", 1, MOST_REPLICATES, 4),
            ("draws", 2, MOST_DRAWS, None),
        )
    }
    scenarios = _scenarios(parts["scenarios"], found, reading) if "scenarios" in parts else []
    structure = scenarios[0].structure if scenarios else ENGLAND
    measures = read_measures(parts["measures"], structure) if "measures" in parts else None
    levers = read_factors(parts["levers"], "lever", structure) if "levers" in parts else ()
    uncertain = read_factors(parts["uncertainties"], "uncertainty", structure) if "uncertainties" in parts else ()
    uncertain += read_factors(parts["futures"], "future", structure) if "futures" in parts else ()
    _refuse_both(levers, uncertain)
    sampling = choice(parts["sampling"], SAMPLING, "sampling") if "sampling" in parts else METHODS[0]
    draws = _read_draws(node, parts, uncertain, sampling, counts["draws"])
    if len(reading.problems) > before or not scenarios or reading.problems:
        return None
    scenarios = [replace(s, years=years or s.years, scale=scale or s.scale) for s in scenarios]
    design = Design(
        found.name,
        title or "",
        summary or "",
        tuple(scenarios),
        counts["seed"] or 0,
        counts["replicates"] or 1,
        measures,
        levers,
        uncertain,
        draws,
        sampling or METHODS[0],
        reading.problems,
    )
    for scenario in scenarios:
        for factor in uncertain:
            _check_ends(factor, scenario)
    if design.runs > MOST_RUNS:
        node.place.wrong("E0606", f"this design has {design.runs:,} runs; the most is {MOST_RUNS:,}")
    return design


def _check_ends(factor: Factor, scenario: Scenario) -> None:
    """Note a distribution that can give what is outside the range, however few of its draws would happen to."""
    if factor.distribution is None:
        return
    ends = factor.distribution.ends
    try:
        least, most = bounds(scenario, factor.column)
    except InputError:
        return  # what is wrong with the path is said where it is set
    room = 1e-6 * (most - least)
    if ends[0] < least - room or ends[1] > most + room:
        what = {"times": "multiples of", "add": "amounts added to"}.get(factor.way or "", "values of")
        message = f"{what} {factor.path} from {ends[0]:g} to {ends[1]:g} are outside its range"
        factor.node.place.wrong("E0409", message, f"in {scenario.name} they can be from {least:.6g} to {most:.6g}")


def _read_draws(
    node: Node, parts: AnyMapping[str, Node], uncertain: tuple[Factor, ...], sampling: str | None, draws: int | None
) -> int:
    """How many parameter draws there are; problems are noted."""
    for name in ("draws", "sampling"):
        if name in parts and not {"uncertainties", "futures"} & set(parts):
            parts[name].place.wrong("E0604", f"{name} is of no use without uncertainties", "take it out")
    if not uncertain:
        return 1
    if sampling != FULL:
        if "draws" not in parts:
            node.place.wrong("E0604", "uncertainties need draws: how many values of each to try", "such as draws: 64")
        return draws or 1
    if "draws" in parts:
        parts["draws"].place.wrong("E0604", "sampling: full tries every value, so draws has no meaning", "take it out")
    for factor in uncertain:
        if not factor.levels:
            hint = f"list its values, or write sampling: {METHODS[0]}"
            factor.node.place.wrong("E0604", f"sampling: full needs a list of values for {factor.path}", hint)
    return math.prod(max(1, len(factor.levels)) for factor in uncertain)


def _refuse_both(levers: tuple[Factor, ...], uncertain: tuple[Factor, ...]) -> None:
    blocks = {"lever": "levers", "uncertainty": "uncertainties", "future": "futures"}
    chosen: dict[str, str] = {}
    for factor in (*levers, *uncertain):
        here = blocks[factor.set_by]
        if (there := chosen.setdefault(factor.path, here)) != here:
            factor.key.place.wrong("E0414", f"{factor.path} is under {there} and under {here}")


def _scenarios(node: Node, found: Found, reading: Reading) -> list[Scenario]:
    if isinstance(node, Scalar) and not node.empty:
        node = Sequence(node.place, (node,))
    named = [scalar(item, "a scenario") for item in items(node, "scenarios")]
    if not named and isinstance(node, Sequence):
        node.place.wrong("E0303", "scenarios lists nothing to run", "such as scenarios: [england]")
    scenarios: list[Scenario] = []
    for name in named:
        start = None if name is None else locate_from(name, found, "scenario")
        if name is None or start is None:
            continue
        if any(other.name == start.name for other in scenarios):
            hint = "scenarios go by their file's name without .yaml" if is_path(name.text) else "take one of them out"
            name.place.wrong("E0603", f"the scenario {echo(start.name)} is here twice", hint)
            continue
        scenario = reading.scenario(start)
        if scenario is not None:
            scenarios.append(scenario)
    return scenarios
