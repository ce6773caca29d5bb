"""A scenario once it is read: what to run, and where each number of it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.evidence import Citation
from scenarios.overrides import Override, sources_after
from scenarios.parameter_files import Known, Provenance
from scenarios.places import Found
from scenarios.programme_files.conditions import check_register
from scenarios.programme_files.known import KnownProgramme
from scenarios.register.scale import scale_register
from scenarios.register_settings import RegisterSettings
from scenarios.schedule import Schedule, values_until
from scenarios.system.listed import Listed, in_words, settled
from scenarios.system.trajectories import changes_of
from scenarios.tables import as_plain
from scenarios.worth import Worth
from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters
from simulation.programmes.programme import Condition, Programme
from simulation.register import Register
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from simulation.world import Setup

FORMAT = 2
"""Raised whenever :meth:`Scenario.resolved` changes its shape: digests compare only within a format."""


@dataclass(frozen=True)
class Context:
    """A school system: its register, its parameters and the year that they describe."""

    name: str
    title: str
    summary: str
    base_year: int
    """School year, by the calendar year in which it starts."""
    warm_up_years: int
    structure: Structure
    words: dict[str, dict[str, str]]
    """What readers see for labels of the context's own, by axis and label."""
    register: RegisterSettings
    known: dict[str, Known]
    chain: tuple[str, ...]
    """Files read, the context itself first."""
    targets: Found | None
    """Its file of published figures; None if it has none."""
    posterior: Found | None = None
    """Its file of draws of parameters; None if it has none."""
    outcomes: Found | None = None
    """Its file of what happened after the base year; None if it has none."""
    checks: Found | None = None
    """Its file of figures that nothing is fitted to; None if it has none."""
    lent: Found | None = None
    """The draws of a context that it extends, which are of another system or year: only a back-test takes them for its own."""


@dataclass(frozen=True, repr=False)
class Scenario:
    """What to run: a context, a horizon and the parameters, with where each value came from."""

    name: str
    title: str
    summary: str
    context: str
    base_year: int
    """School year, by the calendar year in which it starts, that register and parameters describe."""
    warm_up_years: int
    """Years simulated before the base year."""
    years: int
    """Years projected after the base year."""
    scale: float
    """Fraction of the context's schools to run, above 0 and at most 1."""
    suppress_below: int | None
    """Counts of people below this are not published; None where any may be."""
    structure: Structure
    """The context's ladder, phases and groups."""
    words: dict[str, dict[str, str]]
    """What readers see for labels of the context's own, by axis and label."""
    parameters: Parameters
    """In force from the last change on; see :meth:`parameters_in`."""
    earlier: Earlier
    """Parameters of earlier years: up to the base year without levers, which nobody has pulled yet, and so on."""
    schedule: Schedule
    """What the two follow from, and what holds in places of its own."""
    provenance: dict[str, Provenance]
    """Where each parameter came from, by its path."""
    programmes: tuple[KnownProgramme, ...]
    """Programmes that run, by name, with where each of their figures came from."""
    register: RegisterSettings
    changes: tuple[Listed, ...]
    """Events of schools that are listed, those of the file that is extended first."""
    chain: tuple[str, ...]
    """Files read, the scenario itself first."""
    targets: Found | None
    """The context's file of published figures of its base year; None if it has none."""
    written: dict[str, str]
    """What was given in Python, as the file of that name in ``chain`` would say it."""
    cites: dict[str, Citation] = field(default_factory=dict)
    """Publications that the files read name by themselves."""
    posterior: Found | None = None
    """The context's file of draws of parameters; None if it has none."""
    outcomes: Found | None = None
    """The context's file of what happened after the base year; None if it has none."""
    checks: Found | None = None
    """The context's file of figures that nothing is fitted to; None if it has none."""
    lent: Found | None = None
    """The draws of a context that its context extends, which are of another system or year: only a back-test takes them for its own."""
    worth: tuple[Worth, ...] = ()
    """The smallest differences worth telling, of the figures that it or what it extends names."""
    root: Found | None = None
    """The scenario at the end of what it extends: what it is held against where nothing else is named. None for one that extends none."""

    @property
    def ladder(self) -> tuple[str, ...]:
        """Rungs that exist, bottom to top."""
        return self.structure.ladder.names

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.title}>"

    def parameters_in(self, year: int) -> Parameters:
        """The parameters in force in a school year, by the calendar year in which it starts."""
        return in_force(year, self.earlier, self.parameters)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it asks of people, schools and clusters: where values hold, and who joins, helps and is led."""
        places = (condition for place in self.schedule.places for condition in place)
        return (*places, *(condition for programme in self.programmes for condition in programme.conditions))

    def with_overrides(self, overrides: Iterable[Override]) -> Scenario | None:
        """The scenario with further parameters changed; None, with problems noted in their files, if that cannot be."""
        overrides = tuple(overrides)
        schedule = self.schedule.then(overrides)
        changed = schedule.checked()
        if changed is None:
            return None
        provenance = sources_after(overrides, self.provenance)
        return replace(self, parameters=changed[0], earlier=changed[1], schedule=schedule, provenance=provenance)

    def setup(self, register: Register | None = None) -> Setup:
        """What the model needs to run this: the register at the scenario's scale, parameters, years and ladder.

        ``register`` takes the place of the one that the context describes.

        Raise :exc:`~scenarios.problems.InputError` if the register's settings cannot be met, or if it lacks a column, or a
        word in one, that a condition goes by.
        """
        whole = self.register.register() if register is None else register
        check_register(self.conditions, whole)
        return self.setup_in(scale_register(whole, self.scale, self.register.settings.seed), len(whole))

    def setup_in(self, sample: Register, schools: int) -> Setup:
        """As :meth:`setup`, in a sample that is there already, of a register of so many ``schools``, or in all of it."""
        from simulation.world import Setup

        register, listed = settled(self.changes, sample, len(sample) >= schools, self.base_year)
        years = range(self.base_year + 1, self.base_year + self.years + 1)
        made_up = self.register.settings
        return Setup(
            register=register,
            changes=changes_of(register, listed, self.parameters_in, years, made_up.clusters, made_up.seed),
            base_year=self.base_year,
            warm_up_years=self.warm_up_years,
            years=self.years,
            structure=self.structure,
            programmes=self._running(),
            **self._in_force_in(register),
        )

    def setup_like(self, standing: Setup, parameters: bool = True) -> Setup:
        """The setup of this scenario, where that of ``standing`` differs from it in numbers alone, and not in its schools.

        ``parameters``: whether parameters of the model differ too, and not only figures of programmes.
        """
        numbers = self._in_force_in(standing.register) if parameters else {}
        return replace(standing, programmes=self._running(), **numbers)

    def _running(self) -> tuple[Programme, ...]:
        return tuple(programme.programme(self.base_year) for programme in self.programmes)

    def _in_force_in(self, register: Register) -> dict[str, Any]:
        """Parameters as a setup has them, by its fields."""
        zone, zones = self.schedule.zones(register)
        return {"parameters": self.parameters, "earlier": self.earlier, "zone": zone, "zones": zones}

    def resolved(self) -> dict[str, Any]:
        """Everything that the files say, as plain values: equal for files that differ in form only.

        Names of files and places in them are left out; every value, source, grade and note is in.
        """
        return {
            "format": FORMAT,
            "title": self.title,
            "summary": self.summary,
            "context": self.context,
            "base_year": school_year(self.base_year),
            "warm_up_years": self.warm_up_years,
            "years": self.years,
            "scale": self.scale,
            # Only where it is set: it changes no run of a scenario that says nothing of it.
            **({} if self.suppress_below is None else {"suppress_below": self.suppress_below}),
            **({} if not self.worth else {"worth": {one.figure: one.resolved() for one in self.worth}}),
            **({} if not self.cites else {"cites": {n: c.resolved() for n, c in sorted(self.cites.items())}}),
            "ladder": list(self.ladder),
            **_structure_plain(self.structure),
            **({"words": self.words} if self.words else {}),
            "register": self.register.resolved(),
            **({"changes": in_words(self.changes)} if self.changes else {}),
            "parameters": {
                path: {
                    "value": as_plain(np.asarray(self.parameters.value(path))),
                    **self._until(path),
                    **({"places": places} if (places := self.schedule.inside_places(path)) else {}),
                    **source.resolved(),
                }
                for path, source in self.provenance.items()
            },
            "programmes": {programme.name: programme.resolved() for programme in self.programmes},
        }

    def values_until(self, path: str) -> dict[int, Any]:
        """What a parameter is in earlier years, by the last school year of each stretch in which it stays the same, as plain values."""
        return values_until(path, self.parameters, self.earlier)

    def _until(self, path: str) -> dict[str, Any]:
        """The values of earlier years of a parameter that is dated: beyond what a lever leaves as it was."""
        final, earlier = as_plain(np.asarray(self.parameters.value(path))), self.values_until(path)
        if self.provenance[path].set_by == "lever":
            earlier.pop(self.base_year, None)
        if all(before == final for before in earlier.values()):
            return {}
        return {"until": {school_year(last): before for last, before in earlier.items()}}

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of :meth:`resolved` as canonical JSON."""
        canonical = json.dumps(self.resolved(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def _structure_plain(structure: Structure) -> dict[str, Any]:
    """What a structure has beyond the names of its rungs; nothing of England's, with rungs left out or not."""
    known = {rung.name: rung for rung in ENGLAND.ladder.rungs}
    rungs = [
        [rung.name, rung.tier.value, rung.share] for rung in structure.ladder.rungs if rung != known.get(rung.name)
    ]
    axes = {
        axis: list(names) for axis, names in structure.axes.items() if axis != "role" and names != ENGLAND.axes[axis]
    }
    return axes | ({"rungs": rungs} if rungs else {})
