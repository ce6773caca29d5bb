"""A design made ready: registers, the key of every run, each run as a task; and what differs from the design of a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.figures.naming import naming_of, speaking
from analysis.runs import plan as run
from analysis.runs.work import Task
from analysis.store.record import Place, canonical, run_key
from analysis.studies.run import lines_of
from analysis.studies.sweep.one_run import Common, OneRun, Start
from scenarios.doubt import Doubt
from scenarios.sweeps.design import Design
from scenarios.sweeps.measures import Kept
from scenarios.sweeps.points import MOST_PROBLEMS, changes, stop_if_wrong, with_settings

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

COMPARED = ("scenarios", "years", "scale", "seed", "measures", "sampling")


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Each difference between two manifests' ``design``, ``identities`` and versions as a line."""
    old, new = before["design"], now["design"]
    found = [f"{name}: was {_shown(old[name])}, now {_shown(new[name])}" for name in COMPARED if old[name] != new[name]]
    for group in ("levers", "uncertainties", "futures"):
        was, is_now = dict(old.get(group, [])), dict(new.get(group, []))
        found += [f"{group}: {path} is gone" for path in was if path not in is_now]
        found += [f"{group}: {path} is new" for path in is_now if path not in was]
        both = [path for path in was if path in is_now]
        found += [f"{path}: was {was[path]}, now {is_now[path]}" for path in both if was[path] != is_now[path]]
        if not found and list(was) != list(is_now):
            found.append(f"{group}: their order, which numbers the points")
    if bool(before.get("fixed", True)) != bool(now.get("fixed", True)):
        words = {True: "held at its value (--fixed)", False: "drawn"}
        then, here = (words[bool(one.get("fixed", True))] for one in (before, now))
        found.append(f"what the design does not set: was {then}, now {here}")
    for name, word in (("model_version", "the model"), ("rng_version", "the random draws")):
        if before[name] != now[name]:
            found.append(f"{word}: was version {before[name]}, now {now[name]}")
    same_model = before["model_version"] == now["model_version"] and before["rng_version"] == now["rng_version"]
    if same_model and not found:
        changed = [n for n, i in now["identities"].items() if before["identities"].get(n) != i]
        found += [f"{name}: the scenario, or something that it rests on, is not what it was" for name in changed]
    return found


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "not given" if value is None else str(value)


def check_same(folder: Any, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise :exc:`UserError` if the folder was made from another design, saying in what they differ."""
    advice = "Name a new folder for the new design, or put the old one back to go on with this folder."
    if "design" not in before:
        raise UserError(str(folder), "it holds results that are not those of a sweep", "Name a new folder.")
    found = differences(before, now)
    if before["digest"] != now["digest"]:
        listed = "".join(f"\n  - {line}" for line in found or ["something that cannot be named"])
        raise UserError(str(folder), f"it was made from another design:{listed}", advice)


def counts(folder: Any, before: Mapping[str, Any], asked: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Replicates and draws of the whole: what the folder has, or ``more``.

    ``asked`` is what the design file says: what it said at the start, or what the folder has come to have. Raise
    :exc:`UserError` for anything else.
    """
    found = {}
    for name in ("replicates", "draws"):
        now, first = before["design"][name], before["design"]["asked"][name]
        if asked[name] not in (now, first):
            advice = f"There are {now:,} already: what is done stays. Put the number back."
            if asked[name] > now:
                advice = f"To add to what is there, leave the design as it was and add --expand {name}={asked[name]}."
            raise UserError(str(folder), f"{name}: was {first:,}, now {asked[name]:,} in the design", advice)
        found[name] = more.get(name, now)
        if found[name] < now:
            raise UserError(
                f"--expand {name}={found[name]}", f"the folder is to have {now:,} already", "Only more is possible."
            )
    return found


@dataclass(frozen=True)
class Base:
    """A scenario of the design as it is without any setting."""

    scenario: Scenario
    plan: run.Plan
    schools: int
    """In the whole register, of which the plan has a sample."""
    identity: str
    """See :func:`analysis.runs.plan.identity`."""


@dataclass(frozen=True)
class Ready:
    """A design made ready."""

    design: Design
    bases: tuple[Base, ...]
    kept: tuple[Kept, ...]

    def with_more(self, replicates: int, draws: int, first: int) -> Ready:
        """The same with so many replicates and draws, of which there were ``first`` to begin with."""
        bases = tuple(replace(b, plan=replace(b.plan, replicates=replicates)) for b in self.bases)
        return replace(self, design=self.design.with_more(replicates, draws, first), bases=bases)

    def warm_up(self) -> None:
        """Have all that the runs need compiled before workers look for it."""
        from analysis.runs.compiling import compile_once

        names = tuple(dict.fromkeys(kept.measure for kept in self.kept))
        compile_once((base.plan.setup for base in self.bases), names)

    def keys(self) -> dict[str, Place]:
        """The place of every run by its key. Raise ``scenarios.InputError`` if any point cannot be run."""
        found: dict[str, Place] = {}
        for point in range(self.design.points):
            for base in self.bases:
                identity = self._identity(base, point)
                for replicate in range(self.design.replicates):
                    key = run_key(identity, self.design.seed, replicate, [kept.text for kept in self.kept])
                    found[key] = (base.scenario.name, point, replicate)
            stop_if_wrong(self.design, MOST_PROBLEMS)
        stop_if_wrong(self.design)
        return found

    def common(self) -> Common:
        """What all runs share."""
        starts = {
            b.scenario.name: Start(b.scenario, b.plan.setup.register, b.schools, b.plan.doubt) for b in self.bases
        }
        return Common(starts, self.design.seed, self.kept, self.design.lever_points * len(self.bases) > 1)

    def tasks(self, places: Iterable[tuple[str, Place]]) -> Iterator[Task]:
        """The runs with these keys and places, each made when it is asked for."""
        for key, (name, point, replicate) in places:
            assert point is not None
            draw, settings, values = self.design.draw(point), self.design.settings(point), self.design.values(point)
            yield Task(key, OneRun(key, name, point, draw, replicate, settings, values))

    def _identity(self, base: Base, point: int) -> str:
        settings = self.design.settings(point)
        changed = changes(with_settings(base.scenario, settings), base.scenario, settings)
        # The point itself counts too: draws of a short list repeat values, and each must be a run of its own.
        return hashlib.sha256(canonical([base.identity, base.scenario.name, point, changed])).hexdigest()


def prepare(design: Design, fixed: bool = False) -> Ready:
    """Make the registers and check what is kept; ``fixed`` draws nothing but what the design says. Raise ``scenarios.InputError`` or :exc:`UserError`."""
    bases: list[Base] = []
    made: dict[Any, tuple[Any, int]] = {}
    for scenario in design.scenarios:
        place = (repr(scenario.register), scenario.scale)
        if place not in made:
            whole = scenario.register.register()
            made[place] = scenario.setup(whole).register, len(whole)
        register, schools = made[place]
        setup = scenario.setup_in(register, schools)
        plan = run.Plan(
            scenario.name, scenario.title, setup, scenario.scale, design.seed, design.replicates, scenario.resolved(),
            doubt=None if fixed else Doubt.about(scenario, design.seed),
        )  # fmt: skip
        bases.append(Base(scenario, plan, schools, run.identity(plan)))
    programmes = sorted({p.name for scenario in design.scenarios for p in scenario.programmes})
    with speaking(naming_of(*(base.plan.system for base in bases))):
        kept = design.measures or tuple(Kept(line.measure, dict(line.where)) for line in lines_of(programmes))
    _check_words(kept, bases)
    return Ready(design, tuple(bases), kept)


def _check_words(kept: Iterable[Kept], bases: list[Base]) -> None:
    """Raise :exc:`UserError` for a region or a programme that no scenario has."""
    from simulation.census.dimensions import labels_of

    words = [labels_of(base.plan.setup) for base in bases]
    for one in kept:
        for dimension, word in (one.where or {}).items():
            if not any(word in labels[dimension] for labels in words):
                known = ", ".join(words[0][dimension])
                raise UserError(
                    f"measures: {one.text}", f"there is no {dimension} {word!r} here", f"It is one of: {known}"
                )
