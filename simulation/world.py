"""The world: all state of one run, and nothing that acts on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import is_not
from typing import Any

import numpy as np

from simulation.changes import Change, yet_to_open
from simulation.changes import in_order as by_year
from simulation.columns import Columns, Table
from simulation.draws import Key
from simulation.log import FLOWS, Vacancies, YearLog
from simulation.numerics import counts
from simulation.parameters import Earlier, Parameters
from simulation.programmes.programme import Programme, in_order
from simulation.register import Register
from simulation.structure import ENGLAND, Ladder, Structure
from simulation.tables import cluster_table, enrolment_table, people_table, school_table
from simulation.vocabulary import ClusterKind, SchoolState
from simulation.zones import ByZone, Zone


@dataclass(frozen=True)
class Setup:
    """What a run needs to know before it starts; two runs with equal setups and keys are the same run."""

    register: Register
    parameters: Parameters
    base_year: int = 2025
    """School year (by the calendar year in which it starts) that the register and the parameters describe."""
    warm_up_years: int = 12
    """Years simulated before the base year, with the base year's rolls, so that careers have a past."""
    years: int = 15
    """Years projected after the base year."""
    structure: Structure = ENGLAND
    """The context's ladder, phases and groups, along which register and parameters are laid out."""
    programmes: tuple[Programme, ...] = ()
    """Programmes that run, in whatever order: they are kept by name."""
    earlier: Earlier = ()
    """Parameters of earlier years, where some change: each hold up to and including a school year, in order of time."""
    zone: np.ndarray | None = None
    """For each school of the register, the number of the zone that it lies in: 0 where ``parameters`` hold; None for 0."""
    zones: tuple[Zone, ...] = ()
    """What holds in zone 1 and those after it, in place of ``parameters`` and ``earlier``."""

    changes: tuple[Change, ...] = ()
    """What changes in the system of schools after the base year: kept by year, in the order given within one."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` for two programmes of one name, a zone that is not there, or what the structure does not have."""
        object.__setattr__(self, "programmes", in_order(self.programmes))
        object.__setattr__(self, "changes", by_year(self.changes))
        if self.zone is not None and len(self.zone) and not 0 <= self.zone.min() <= self.zone.max() <= len(self.zones):
            raise ValueError(
                f"setup: a zone is from 0 to {len(self.zones)}, got {self.zone.min()} to {self.zone.max()}"
            )
        for place in (Zone(self.parameters, self.earlier), *self.zones):
            for parameters in (place.parameters, *(before for _, before in place.earlier)):
                parameters.check(self.structure)
        if len(self.register) and self.register.phase.max() >= len(self.structure.phases):
            raise ValueError(f"the register has schools of other phases than {', '.join(self.structure.phases)}")

    @property
    def ladder(self) -> Ladder:
        """The context's ladder of posts."""
        return self.structure.ladder

    @property
    def register_at_start(self) -> Register:
        """The register without the schools that a change opens: what scenarios that are compared share."""
        absent = yet_to_open(self.register, self.changes)
        return self.register.take(~absent) if absent.any() else self.register

    def changes_in(self, year: int) -> tuple[Change, ...]:
        """The changes of the system at the start of ``year``, in the order in which they happen."""
        return tuple(change for change in self.changes if change.year == year)

    def __deepcopy__(self, _memo: dict[int, Any]) -> Setup:
        """Itself: nothing in it changes, and a copy of a run is under the same setup."""
        return self

    def parameters_in(self, year: int) -> Parameters:
        """The parameters in force in ``year``, but for those of zones of their own."""
        return self.in_zones(year)[0]

    def in_zones(self, year: int) -> tuple[Parameters, ...]:
        """The parameters in force in ``year``, zone by zone."""
        return tuple(zone.in_year(year) for zone in (Zone(self.parameters, self.earlier), *self.zones))

    @cached_property
    def zone_of_schools(self) -> np.ndarray:
        """Number of the zone of each school of the register.

        Raise :exc:`ValueError` if the schools are others than those for which the zones were given.
        """
        if self.zone is None:
            return np.zeros(len(self.register), np.int16)
        if len(self.zone) != len(self.register):
            raise ValueError(f"setup: there are zones of {len(self.zone)} schools, and {len(self.register)} schools")
        return self.zone

    @property
    def first_year(self) -> int:
        """School year of the drawn population: the census before the first simulated step."""
        return self.base_year - self.warm_up_years

    @property
    def last_year(self) -> int:
        """Last school year projected."""
        return self.base_year + self.years


@dataclass(frozen=True)
class Own:
    """The tables as one process may touch them: the columns that it owns can be written, all others read."""

    people: Columns
    schools: Columns
    clusters: Columns
    enrolments: Columns


@dataclass
class World:
    """State of one run at the census of ``year``."""

    setup: Setup
    key: Key
    year: int
    people: Table = field(default_factory=people_table)
    schools: Table = field(default_factory=school_table)
    """Of England's ladder if not given: see :func:`~simulation.tables.school_table`."""
    clusters: Table = field(default_factory=cluster_table)
    enrolments: Table = field(default_factory=enrolment_table)
    vacancies: Vacancies = field(default_factory=Vacancies)
    """Vacancies that last year's market left open."""
    log: YearLog = field(default_factory=lambda: YearLog(0))
    """Events of the year that ``year``'s census closes."""
    _in_force: ByZone | None = field(default=None, init=False, repr=False)
    _looked_up: tuple[Setup, int] | None = field(default=None, init=False, repr=False)
    """For which setup and year that was looked up."""

    @property
    def parameters(self) -> ByZone:
        """The parameters in force, by zone."""
        known, looked_up = self._in_force, self._looked_up
        if known is not None and looked_up is not None and looked_up[0] is self.setup and looked_up[1] == self.year:
            return known
        zones = self.setup.in_zones(self.year)
        if known is None or len(known.zones) != len(zones) or any(map(is_not, known.zones, zones)):
            known = self._in_force = ByZone(zones)
        self._looked_up = self.setup, self.year
        return known

    @property
    def zone(self) -> np.ndarray:
        """Number of the zone of each school: where its own parameters are to be found among those in force."""
        return self.setup.zone_of_schools

    @property
    def setting(self) -> np.ndarray:
        """Number of the zone and phase of each school together: where loops find what is in force there."""
        return self.zone.astype(np.int64) * self.phases + self.schools.phase

    @property
    def zone_of_clusters(self) -> np.ndarray:
        """Number of the zone of each cluster: that of its lead school."""
        return self.zone[self.clusters.lead_school]

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes in order of name, with their numbers of this year."""
        return tuple(programme.in_year(self.year) for programme in self.setup.programmes)

    @property
    def is_open(self) -> np.ndarray:
        """Which schools are there this year; bool."""
        return self.schools.state == SchoolState.OPEN

    @property
    def led_trusts(self) -> np.ndarray:
        """Which clusters have somebody to lead them: trusts of two schools or more; bool."""
        return (self.clusters.kind == ClusterKind.TRUST) & (self.clusters.schools >= 2)

    @property
    def has_opened(self) -> np.ndarray:
        """Which schools are or have been there: people may belong to them; bool."""
        return self.schools.state != SchoolState.TO_OPEN

    @property
    def ladder(self) -> Ladder:
        """The context's ladder of posts."""
        return self.setup.structure.ladder

    @property
    def phases(self) -> int:
        """How many phases of schools there are."""
        return len(self.setup.structure.phases)

    @property
    def register(self) -> Register:
        """The register that the run started from."""
        return self.setup.register

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order of :class:`Own`."""
        return self.people, self.schools, self.clusters, self.enrolments

    def hand_out(self) -> Callable[[str | None], Own]:
        """The right to open columns to processes, see :meth:`~simulation.columns.Table.hand_out`; it is given once."""
        rights = [table.hand_out() for table in self.tables]
        return lambda process: Own(*(right(process) for right in rights))

    def moved(self) -> World:
        """The state as a world of its own, for another model to go on from; none is left here."""
        people, schools, clusters, enrolments = (table.moved() for table in self.tables)
        return replace(self, people=people, schools=schools, clusters=clusters, enrolments=enrolments)

    def turn_year(self) -> None:
        """Begin the next school year with an empty log."""
        self.year += 1
        self.log = YearLog.blank(
            self.year,
            len(self.schools),
            (len(self.ladder), self.phases, len(self.register.region_names)),
            len(self.setup.programmes),
        )

    def count(self, flow: str, role: np.ndarray, school: np.ndarray) -> None:
        """Count people into one of :data:`~simulation.log.FLOWS` as they pass, by role, phase and region."""
        passed = self.log.flows[FLOWS.index(flow)]
        passed += counts(passed.shape, role, self.schools.phase[school], self.schools.region[school])
