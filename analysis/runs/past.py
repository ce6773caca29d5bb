"""What the arms of a replicate have in common: up to which year they are one run, worked out from their setups alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.changes import opened

if TYPE_CHECKING:
    from simulation.programmes.programme import Programme
    from simulation.register import Register
    from simulation.world import Setup


DATED = ("register", "parameters", "earlier", "zone", "zones", "programmes", "years", "changes")
"""Fields of a setup that are looked at one by one. Any other, whatever it comes to be, must be equal from the start."""


@dataclass(frozen=True)
class Past:
    """The past of the first arm, as far as others go on from it."""

    until: int
    """School year of the census at which they part."""
    of: tuple[bool, ...]
    """For each arm, the first among them, whether it goes on from there."""

    def no_later(self, year: int) -> Past:
        """The past that ends at the census of ``year`` at the latest."""
        return replace(self, until=min(self.until, year))


def common_past(setups: Sequence[Setup]) -> Past:
    """The past that saves most where the first of ``setups`` and those of the others who can go on from it.

    All part at one census, so that one copy of the state is kept, however many arms there are. An arm that differs from
    the first so early that waiting for it would cost more than it saves has a past of its own.
    """
    first = setups[0]
    ends = [min(first.last_year, _last_common_year(first, other)) for other in setups[1:]]

    def saved(year: int) -> int:
        return (year - first.first_year) * sum(end >= year for end in ends)

    until = max((end for end in ends if end > first.first_year), key=saved, default=first.first_year)
    if not saved(until):
        return Past(first.first_year, (False,) * len(setups))
    return Past(until, (True, *(end >= until for end in ends)))


def _last_common_year(one: Setup, other: Setup) -> int:
    """School year of the last census of ``other`` at which both runs are sure to be the same."""
    return min(other.last_year, first_difference(one, other) - 1)


def first_difference(one: Setup, other: Setup) -> int:
    """The first school year in which two setups can lead to different histories; the year after both end if in none.

    They do so from the start unless schools, rungs and years are the same, and otherwise from the first year in which the
    parameters in force or the changes of the system differ, or in which somebody can start on a programme that the other does not have, or has in
    another form: before its first start a programme does nothing. How long each run goes on does not count.
    """
    years = range(one.first_year, max(one.last_year, other.last_year) + 1)
    facts = (f.name for f in fields(one) if f.name not in DATED)
    if any(getattr(one, name) != getattr(other, name) for name in facts) or not _same(one.register, other.register):
        return years.start
    if opened(one.changes) != opened(other.changes):
        return years.start
    changed = (year for year in years if one.changes_in(year) != other.changes_in(year))
    ours, theirs = ({programme.name: programme for programme in setup.programmes} for setup in (one, other))
    programmes = (_first_start(ours.get(name), theirs.get(name), years) for name in {**ours, **theirs})
    return min(_other_parameters(one, other, years), *programmes, next(changed, years.stop))


def _other_parameters(one: Setup, other: Setup, years: range) -> int:
    """The first of ``years`` whose parameters differ; its end if none do."""
    equal: dict[tuple[int, int], bool] = {}  # a setup has few sets of parameters, each for many years
    together = sorted({(0, 0), *zip(one.zone_of_schools.tolist(), other.zone_of_schools.tolist(), strict=True)})
    for year in years:
        ours, theirs = one.in_zones(year), other.in_zones(year)
        for mine, its in ((ours[number], theirs[beside]) for number, beside in together):
            pair = (id(mine), id(its))
            if pair not in equal:
                equal[pair] = mine is its or _all_equal(mine.values(), its.values())
            if not equal[pair]:
                return year
    return years.stop


def _first_start(one: Programme | None, other: Programme | None, years: range) -> int:
    """The first of ``years`` in which a start on one form of a programme is none on the other; the end if none is."""
    ours, theirs = ({year for year in years if form is not None and form.runs(year)} for form in (one, other))
    alike = one is not None and other is not None and _whenever(one) == _whenever(other)
    return min(ours ^ theirs if alike else ours | theirs, default=years.stop)


def _whenever(programme: Programme) -> Programme:
    """The programme but for the years in which people start."""
    return replace(programme, places=replace(programme.places, first=0, last=0))


def _same(one: Register, other: Register) -> bool:
    """Whether two registers hold the same, notes included."""
    return one is other or _all_equal(*({f.name: getattr(r, f.name) for f in fields(r)} for r in (one, other)))


def _all_equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def equal(value: Any, beside: Any) -> bool:
        return np.array_equal(value, beside) if isinstance(value, np.ndarray) else bool(value == beside)

    return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
