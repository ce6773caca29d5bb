"""From a scenario's name to a plan: what is to be run, and the digests that say which run is which."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.store.record import scenario_digest

if TYPE_CHECKING:
    from analysis.figures.naming import System
    from scenarios.doubt import Doubt
    from scenarios.scenario import Scenario
    from simulation.parameters import Parameters
    from simulation.register import Register
    from simulation.world import Setup

DEFAULT_REPLICATES = 4
"""Enough to see how far runs differ, in about a minute for all of England; ten and more give intervals."""
DEFAULT_SEED = 1


@dataclass(frozen=True)
class Options:
    """What the command line says about a run; None leaves it as the scenario has it."""

    replicates: int = DEFAULT_REPLICATES
    seed: int = DEFAULT_SEED
    years: int | None = None
    scale: float | None = None
    schools: Path | None = None
    context: str | None = None
    workers: int | None = None
    fixed: bool = False
    """Hold parameters and programmes' figures at their values, so that runs differ by chance alone."""


@dataclass(frozen=True)
class Plan:
    """A scenario made ready to run."""

    name: str
    title: str
    setup: Setup
    scale: float
    """Share of the schools that is simulated."""
    seed: int
    replicates: int
    resolved: dict[str, Any]
    """The scenario with everything that it extends filled in, as JSON can hold it."""
    given: dict[str, Any] = field(default_factory=dict)
    """What it was read from: ``scenario`` and ``context`` as they were named, whether ``schools`` were, and ``files``, the
    text of every file that does not come with Headway, so that it can be read again when the files are gone."""
    doubt: Doubt | None = None
    """What is drawn, anew in each replicate; None where everything stands at its value."""

    def of(self, number: int) -> Plan:
        """The plan of replicate ``number``: under the draw that it takes, which is its predecessor's in one of four."""
        from scenarios.doubt import draw_of

        return self.in_draw(draw_of(number))

    def in_draw(self, draw: int) -> Plan:
        """The plan under draw number ``draw``."""
        if self.doubt is None:
            return self
        return replace(self, setup=self.doubt.setup(draw, self.setup), doubt=None)

    @property
    def system(self) -> System:
        """The school system, its words and its author's smallest differences, as :func:`~analysis.figures.naming.naming_of` takes them."""
        from analysis.figures.naming import system_of  # which loads what help does without

        return system_of(self.setup.structure, self.resolved)


def plan(scenario: str | Path | Scenario, options: Options) -> Plan:
    """Make a scenario ready, by its name or path or as it was loaded, with what ``options`` change.

    Raise ``scenarios.InputError`` if it, or the register, cannot be used.
    """
    import scenarios
    from analysis.figures import worth
    from scenarios.doubt import Doubt
    from scenarios.places import library_names
    from scenarios.register.table import read_register
    from scenarios.scenario import Scenario

    named = None if isinstance(scenario, Scenario) else str(scenario)
    loaded = scenario if isinstance(scenario, Scenario) else scenarios.load(str(scenario), options.context)
    worth.check(loaded)
    changes = {name: value for name in ("scale", "years") if (value := getattr(options, name)) is not None}
    loaded = replace(loaded, **changes)
    files = own_files(loaded)
    if named is None:  # what it would be called on the command line
        first = loaded.chain[0] if loaded.chain else loaded.name
        named = first if first in files else Path(first).stem
        options = replace(options, context=loaded.context if loaded.context in library_names("context") else None)
    given = {"scenario": named, "context": options.context, "schools": options.schools is not None, "files": files}
    own = read_register(options.schools, phases=loaded.structure.phases) if options.schools else None
    whole = loaded.register.register() if own is None else own
    setup = loaded.setup(whole)
    doubt = None if options.fixed else Doubt.about(loaded, options.seed)
    seed, replicates = options.seed, options.replicates
    title = loaded.title if options.context is None else _title_in(loaded.title, loaded.context)
    return Plan(loaded.name, title, setup, loaded.scale, seed, replicates, loaded.resolved(), given, doubt)


def _title_in(title: str, context: str) -> str:
    """A scenario's title where another context than its own was chosen: one that names its own names that one instead."""
    from analysis.figures.words import capital
    from scenarios.places import library_names, place_name

    for own in library_names("context"):
        named = f"{capital(place_name(own))}, "
        if own != context and title.startswith(named):
            return f"{capital(place_name(context))}, {title.removeprefix(named)}"
    return title


def own_files(scenario: Scenario) -> dict[str, str]:
    """The text of those files of a scenario that do not come with Headway, by name, and of what was given in Python.

    Published figures of its context are among them.
    """
    from scenarios.places import PACKAGE

    read = [*scenario.chain, *([scenario.targets.file] if scenario.targets is not None else [])]
    names = [name for name in read if not (PACKAGE.parent / name).is_file() or Path(name).is_absolute()]
    return {name: scenario.written.get(name) or Path(name).read_text(encoding="utf-8") for name in names}


def register_digest(register: Register) -> str:
    """SHA-256 of a register's schools and clusters."""
    import numpy as np

    from analysis.store.digest import table_digest

    tables: dict[int, dict[str, np.ndarray]] = {}
    for item in fields(register):
        value = getattr(register, item.name)
        if isinstance(value, np.ndarray):
            tables.setdefault(len(value), {})[item.name] = value
    for name, texts in register.own.items():
        tables[len(texts)][f"own.{name}"] = np.array(texts)
    parts = "".join(table_digest(columns) for _, columns in sorted(tables.items()))
    return table_digest({"parts": np.array([parts])})


def _as_text(parameters: Parameters) -> dict[str, str]:
    return {name: repr(getattr(v, "tolist", lambda v=v: v)()) for name, v in parameters.values().items()}


def identity(chosen: Plan) -> str:
    """SHA-256 of all that determines the runs of a plan but seed and replicate; see :func:`~analysis.store.run_key`."""
    setup = chosen.setup
    what = {
        "resolved": {key: said for key, said in chosen.resolved.items() if key != "worth"},  # it moves no run
        "parameters": [_as_text(setup.parameters_in(year)) for year in (setup.base_year, setup.base_year + 1)],
        "years": [chosen.setup.base_year, chosen.setup.warm_up_years, chosen.setup.years],
        "ladder": list(chosen.setup.ladder.names),
        "programmes": [repr(programme) for programme in chosen.setup.programmes],
    }
    # Only where there are dates: what has none is known by what it was known by before there were any.
    if turns := [last for last, _ in setup.earlier if last != setup.base_year]:
        what["dated"] = [[last, _as_text(setup.parameters_in(last))] for last in turns]
    if setup.zones:
        sets = [(*zone.earlier, (None, zone.parameters)) for zone in setup.zones]
        what["zone"] = setup.zone_of_schools.tolist()
        what["zones"] = [[[last, _as_text(parameters)] for last, parameters in stretches] for stretches in sets]
    if measures := [programme.name for programme in setup.programmes if programme.everybody]:
        what["measures"] = measures
    if any(programme.earlier for programme in setup.programmes):
        what["programmes_dated"] = [repr(programme.earlier) for programme in setup.programmes]
    if chosen.doubt is not None:  # what stands at its values is known by what it was known by before anything was drawn
        what["doubt"] = chosen.doubt.plain()
    return scenario_digest(what, register_digest(chosen.setup.register_at_start))


def study_digest(plans: list[Plan]) -> str:
    """SHA-256 of all that determines the results of ``plans`` but how often each is run."""
    import hashlib
    import json

    what = [[p.name, identity(p), p.seed] for p in plans]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()
