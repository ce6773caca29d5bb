"""Parameters by school year and by place, as what a scenario changes leaves them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenarios.dated import NO_END, joined, latest_first
from scenarios.overrides import Override, overridden
from scenarios.parameter_files import Provenance
from scenarios.problems import InputError, Problem
from scenarios.programme_files.conditions import condition_plain
from scenarios.strict import in_reading_order
from scenarios.tables import as_plain
from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters
from simulation.processes.eligibility import schools_that_meet
from simulation.programmes.programme import Condition
from simulation.register import Register
from simulation.vocabulary import school_year
from simulation.zones import Zone


def scheduled(
    parameters: Parameters,
    earlier: Earlier,
    overrides: Iterable[Override],
    sources: Mapping[str, Provenance],
    base_year: int,
) -> tuple[Parameters, Earlier] | None:
    """The parameters in the end, and those of earlier years, once ``overrides`` have changed them in their order.

    A lever acts after the ``base_year`` alone. ``sources`` have each parameter's range, by its path. None, with problems
    noted in the overrides' files, if anything cannot be.
    """
    overrides = tuple(overrides)
    if [override for override in overrides if not override.check_first(base_year)]:  # all of them are told
        return None
    ends = {last for last, _ in earlier}
    for override in overrides:
        ends.update(turn - 1 for turn in override.turns(base_year))
    found: list[tuple[int, Parameters]] = []
    for last in latest_first(ends):
        acting = [override for override in overrides if override.acts_in(last, base_year)]
        changed = _changed(in_force(last, earlier, parameters), acting, sources, last)
        if changed is None:
            return None
        found.append((last, changed))
    return joined(found, _equal)


def _changed(
    before: Parameters, overrides: Iterable[Override], sources: Mapping[str, Provenance], year: int
) -> Parameters | None:
    changes: dict[str, np.ndarray] = {}
    good = True
    for override in overrides:
        old = changes.get(override.path, np.asarray(before.value(override.path)))
        new = overridden(override, old, year, sources[override.path])
        good = good and new is not None
        changes[override.path] = old if new is None else new
    return before.with_values(changes) if good else None


def _equal(one: Parameters, other: Parameters) -> bool:
    beside = other.values()
    return all(value is beside[path] or np.array_equal(value, beside[path]) for path, value in one.values().items())


@dataclass(frozen=True)
class Schedule:
    """Parameters by school year and by place: what holds before anything is changed, and what changes it, in order."""

    start: Parameters
    overrides: tuple[Override, ...]
    sources: Mapping[str, Provenance]
    """Each parameter's range, by its path."""
    base_year: int

    @property
    def places(self) -> tuple[Place, ...]:
        """The places in which something changes, in the order in which they are first named."""
        return tuple(dict.fromkeys(override.where for override in self.overrides if override.where))

    def within(self, places: Collection[Place] = ()) -> tuple[Parameters, Earlier] | None:
        """The parameters in the end, and those of earlier years, of schools in these places and in no others.

        None, with problems noted in the overrides' files, if anything cannot be.
        """
        acting = [override for override in self.overrides if not override.where or override.where in places]
        return scheduled(self.start, (), acting, self.sources, self.base_year)

    def each(self) -> tuple[Zone, ...]:
        """What holds outside all places, and then in each of them by itself, once it has been :meth:`checked`."""
        found = [self.within(places) for places in ((), *((place,) for place in self.places))]
        return tuple(Zone(*one) for one in found if one is not None)

    def checked(self) -> tuple[Parameters, Earlier] | None:
        """As :meth:`within` no place, once each place by itself, and all together, have been looked at."""
        for places in (*((place,) for place in self.places), self.places):
            if places and self.within(places) is None:
                return None
        return self.within()

    def then(self, overrides: Iterable[Override]) -> Schedule:
        """The schedule with further overrides behind the others."""
        return replace(self, overrides=(*self.overrides, *overrides))

    def zones(self, register: Register) -> tuple[np.ndarray | None, tuple[Zone, ...]]:
        """For each school of a register the number of its zone, and what holds in zone 1 and those after it.

        Schools that lie in the same places are of one zone; 0 is for those that lie in none.
        Raise :exc:`~scenarios.problems.InputError` if places overlap so that a value cannot be.
        """
        places = self.places
        if not places:
            return None, ()
        structure = self.overrides[0].declaration.structure  # of the context that all of them are about
        met = np.stack([schools_that_meet(register, place, structure) for place in places], axis=1)
        lying, zone = np.unique(np.vstack([np.zeros(len(places), bool), met]), axis=0, return_inverse=True)
        zones = []
        for row in lying[1:]:  # the first is of those that lie in none
            found = self.within([place for place, here in zip(places, row, strict=True) if here])
            if found is None:
                raise InputError(in_reading_order(self.problems()))
            zones.append(Zone(*found))
        return zone.ravel()[1:].astype(np.int16), tuple(zones)

    def inside_places(self, path: str) -> list[dict[str, Any]]:
        """What a parameter is in the places where it is changed, each by itself, in the order in which that is said."""

        def inside(*places: Place) -> dict[str, Any]:
            within = self.within(places)
            assert within is not None, "it has been checked"
            before = {school_year(last): value for last, value in values_until(path, *within).items()}
            return {"value": as_plain(np.asarray(within[0].value(path))), "until": before}

        named = dict.fromkeys(o.where for o in self.overrides if o.path == path and o.where)
        found = [{"where": [condition_plain(c) for c in place], **inside(place)} for place in named]
        return [*found, {"where": "all of these", **inside(*named)}] if len(named) > 1 else found

    def problems(self) -> list[Problem]:
        """What has been noted in the files of the overrides."""
        noted = [problem for override in self.overrides for problem in override.node.place.source.problems]
        return list(dict.fromkeys(noted))


def values_until(path: str, parameters: Parameters, earlier: Earlier) -> dict[int, Any]:
    """What a parameter was before it is what it is in the end: by the last school year of each stretch in which it stayed the same."""
    stretches = [(NO_END, parameters), *reversed(earlier)]
    found = [(last, as_plain(np.asarray(one.value(path)))) for last, one in stretches]
    return dict(joined(found, lambda one, other: bool(one == other))[1])


Place = tuple[Condition, ...]
"""Conditions that the schools of a place meet."""
