"""Who may join: the columns that a programme's conditions can name, and which rows meet them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import numpy as np

from simulation.programmes.programme import Condition, Unit
from simulation.register import Register
from simulation.structure import ENGLAND, Structure
from simulation.tables import cluster_table, school_table
from simulation.vocabulary import ClusterKind, Grade, SchoolKind, Sex, Status, label
from simulation.world import World


def codes_of(structure: Structure) -> dict[str, tuple[str, ...]]:
    """Columns that hold codes, with the word for each in a context of this structure."""
    return {
        "role": structure.ladder.names,
        "sex": tuple(label(s) for s in Sex),
        "ethnic_group": structure.ethnic_groups,
        "school.phase": structure.phases,
        "school.kind": tuple(label(k) for k in SchoolKind),
        "school.grade": tuple(label(g) for g in Grade),
        "cluster.kind": tuple(label(k) for k in ClusterKind),
    }


NO_ROLE: Final = "none"
"""What is said of somebody who covers no post."""
NOBODY: Final = -2
"""Code that no row has: what it stands for is not in this context."""


def codes_in(structure: Structure, column: str, words: Iterable[int | str]) -> list[int]:
    """Codes of what a condition or an effect names: those of a context of this structure, or as they are if they are codes."""
    if column == "acting_role":
        return [-1 if word == NO_ROLE else codes_in(structure, "role", (word,))[0] for word in words]
    known = codes_of(structure).get(column, ())
    return [
        int(word) if not isinstance(word, str) else known.index(word) if word in known else NOBODY for word in words
    ]


OF_PROGRAMMES: Final = ("completed", "joined")
"""Columns that hold programmes, which conditions name."""


Rows = np.ndarray | slice
"""Rows of a table: their numbers, or :data:`ALL`."""
ALL: Final = slice(None)


@dataclass(frozen=True)
class Eligible:
    """A column that a condition can name."""

    name: str
    of: Unit
    unit: str
    meaning: str
    values: Callable[[World, Rows], np.ndarray]
    """One value for each of these rows of people, schools or clusters."""


def _years_since(column: str) -> Callable[[World, Rows], np.ndarray]:
    return lambda world, rows: np.maximum(0, (world.year - 1) - getattr(world.people, column)[rows])


def _years_in_post(world: World, rows: Rows) -> np.ndarray:
    people = world.people
    return np.maximum(0, (world.year - 1) - np.maximum(people.role_since[rows], people.school_since[rows]))


def _years_as_head(world: World, rows: Rows) -> np.ndarray:
    since = world.people.head_since[rows]
    return np.where(since < 0, np.int16(-1), (world.year - 1) - since)


def _panel_gap(world: World, rows: Rows) -> np.ndarray:
    people, appoint, ladder = world.people, world.parameters.appoint, world.ladder
    school = people.school[rows]
    zone, phase = world.zone[school], world.schools.phase[school]
    rung = np.minimum(people.role[rows].astype(np.int64) + 1, ladder.top)
    into_senior = (people.role[rows] < ladder.senior) & (rung >= ladder.senior)
    by_group = np.where(into_senior, appoint.gap_ethnic_group[zone, people.ethnic_group[rows]], 0.0)
    return np.where(people.sex[rows] == Sex.FEMALE, appoint.gap_female[zone, phase, rung], 0.0) + by_group


def _senior_team(world: World, rows: Rows) -> np.ndarray:
    ladder = world.ladder
    return world.schools.filled[rows, ladder.senior : ladder.head].sum(axis=1)


def _cluster_size(world: World, rows: Rows) -> np.ndarray:
    cluster = world.schools.cluster[rows]
    return np.where(cluster < 0, 1, world.clusters.schools[cluster]) if len(world.clusters) else np.ones(len(cluster))


def _people(name: str, unit: str, meaning: str) -> Eligible:
    return Eligible(name, Unit.PERSON, unit, meaning, lambda world, rows: getattr(world.people, name)[rows])


def _schools(name: str, unit: str, meaning: str) -> Eligible:
    return Eligible(
        f"school.{name}", Unit.SCHOOL, unit, meaning, lambda world, rows: getattr(world.schools, name)[rows]
    )


def _clusters(name: str, unit: str, meaning: str) -> Eligible:
    return Eligible(
        f"cluster.{name}", Unit.CLUSTER, unit, meaning, lambda world, rows: getattr(world.clusters, name)[rows]
    )


COLUMNS: Final = {
    column.name: column
    for column in (
        _people("role", "code", "post held"),
        _people("sex", "code", "sex"),
        _people("ethnic_group", "code", "ethnic group"),
        _people("fte", "hundredths", "hours, of 100 for full time"),
        Eligible(
            "age", Unit.PERSON, "years", "age at the census before",
            lambda world, rows: (world.year - 1) - world.people.birth_year[rows],
        ),
        Eligible("years_qualified", Unit.PERSON, "years", "years since qualifying", _years_since("qualified_year")),
        Eligible("years_in_role", Unit.PERSON, "years", "years in the present role", _years_since("role_since")),
        Eligible("years_in_school", Unit.PERSON, "years", "years in the present school", _years_since("school_since")),
        Eligible(
            "years_in_post", Unit.PERSON, "years", "years since the role or the school was new", _years_in_post
        ),
        Eligible("years_as_head", Unit.PERSON, "years", "years since first a head; -1 for never", _years_as_head),
        _people("acting_role", "code", "role covered while its post is vacant; -1 for none"),
        _people("teaching", "standard deviations", "skill in teaching"),
        _people("people", "standard deviations", "skill in leading people"),
        _people("management", "standard deviations", "skill in running an organisation"),
        _people("system", "standard deviations", "skill in leading beyond one's own school"),
        _people("readiness", "standard deviations", "fitness for the next rung, as it is"),
        _people("self_view", "standard deviations", "how far one's own view of one's readiness errs upwards"),
        _people("aspiration", "standard deviations", "wish for the next rung"),
        _people("wellbeing", "standard deviations", "well-being"),
        _people("workload", "hours a week", "working hours of the post"),
        Eligible(
            "panel_gap", Unit.PERSON, "standard deviations",
            "merit that panels see less in such a person, by sex and ethnic group, for a post on the next rung",
            _panel_gap,
        ),
        _people("completed", "programmes", "programmes completed"),
        _people("joined", "programmes", "programmes ever joined"),
        _schools("phase", "code", "phase"),
        _schools("region", "name", "region"),
        _schools("local_authority", "code", "three-digit code of the local authority"),
        _schools("kind", "code", "maintained school or academy"),
        _schools("grade", "code", "grade that inspectors last gave it"),
        _schools("disadvantage", "share", "pupils ever eligible for free school meals in six years"),
        _schools("pupils", "pupils", "pupils on roll"),
        _schools("leadership", "standard deviations", "quality of leadership"),
        _schools("culture", "standard deviations", "culture of development"),
        _schools("trust", "standard deviations", "trust between staff and leaders"),
        _schools("progress", "standard deviations", "pupil progress"),
        Eligible("school.senior_team", Unit.SCHOOL, "people", "the senior team without the head", _senior_team),
        Eligible("school.cluster_size", Unit.SCHOOL, "schools", "schools in its cluster; 1 without one", _cluster_size),
        _clusters("kind", "code", "kind"),
        Eligible(
            "cluster.local_authority", Unit.CLUSTER, "code", "three-digit code of the local authority of its lead school",
            lambda world, rows: world.schools.local_authority[world.clusters.lead_school[rows]],
        ),
        _clusters("schools", "schools", "schools in it"),
        _clusters("strength", "share", "strength"),
    )
}  # fmt: skip
"""Every column that a condition can name. People also have the columns of their school and its cluster, schools those
of their cluster; a school in no cluster meets no condition on clusters."""


def column_of(name: str) -> Eligible:
    """The column that a condition names: one of :data:`COLUMNS`, or ``school.<name>`` of a register's own.

    A register's own columns hold texts, and numbers for conditions that give a range: NaN for what is none.
    """
    if name in COLUMNS:
        return COLUMNS[name]
    own = name.removeprefix("school.")
    return Eligible(
        name, Unit.SCHOOL, "own", own.replace("_", " "), lambda world, rows: _own(world.register, own)[rows]
    )


def _own(register: Register, name: str) -> np.ndarray:
    """A column of the register's own, a text for each school; raise :exc:`ValueError` if it has none of that name."""
    if name not in register.own:
        there_are = ", ".join(sorted(register.own)) or "none of its own"
        raise ValueError(f"the register has no column {name!r}; it has {there_are}")
    return np.array(register.own[name], object)


def _as_numbers(texts: np.ndarray) -> np.ndarray:
    """The numbers that texts say; NaN for what is none."""
    found = np.full(len(texts), np.nan)
    for i, text in enumerate(texts):
        with suppress(ValueError):
            found[i] = float(text)
    return found


@dataclass(frozen=True)
class Serving:
    """Everybody in service, by role: programmes look among few of them, and mostly by their roles."""

    rows: tuple[np.ndarray, ...]
    """Rows of people, for each role."""

    @classmethod
    def of(cls, world: World) -> Serving:
        """Those in service as the world stands now."""
        serves, role = world.people.status == Status.IN_SERVICE, world.people.role
        return cls(tuple(np.flatnonzero(serves & (role == r)) for r in range(len(world.ladder))))

    def who_meet(self, world: World, conditions: Iterable[Condition]) -> np.ndarray:
        """Rows of people in service who meet all conditions, in no order that means anything."""
        roles = np.arange(len(world.ladder))
        held, others = np.ones(len(roles), bool), []
        for condition in conditions:
            if condition.column == "role":
                held &= _holds(world, condition, roles)
            else:
                others.append(condition)
        rows = np.concatenate([self.rows[role] for role in np.flatnonzero(held)] or [self.rows[0][:0]])
        return who_meet(world, others, Unit.PERSON, rows)

    def units_that_meet(self, world: World, conditions: Iterable[Condition], unit: Unit) -> np.ndarray:
        """Rows of people in service, open schools or clusters with schools that meet all conditions, in no order that means anything."""
        if unit is Unit.PERSON:
            return self.who_meet(world, conditions)
        return who_meet(world, conditions, unit, _there(world, unit))


def _there(world: World, unit: Unit) -> np.ndarray:
    """Rows of open schools, or of clusters that have schools."""
    return np.flatnonzero(world.is_open if unit is Unit.SCHOOL else world.clusters.schools > 0)


def who_meet(world: World, conditions: Iterable[Condition], unit: Unit, rows: np.ndarray) -> np.ndarray:
    """Those of ``rows`` of people, schools or clusters that meet all conditions, as the world stands now.

    Raise :exc:`ValueError` for a condition on a column that such a unit does not have.
    """
    for condition in conditions:
        column = column_of(condition.column)
        if column.of < unit:
            raise ValueError(f"{condition.column} is no column of a {unit.name.lower()}")
        if column.of is unit and not condition.ranked:
            rows = rows.compress(_holds(world, condition, column.values(world, rows)))
            continue
        # There are far fewer schools and clusters than people, so all are asked once.
        holds = _holds(world, condition, column.values(world, ALL))
        if column.of is unit:
            rows = rows.compress(holds[rows])
            continue
        if column.of is Unit.CLUSTER:
            holds = np.append(holds, False)[world.schools.cluster]  # -1, for no cluster, picks the last: not met
        rows = rows.compress(holds[world.people.school[rows] if unit is Unit.PERSON else rows])
    return rows


def _region(name: str, names: tuple[str, ...]) -> int:
    """The number of the region of that name, capitals and underscores apart; -1 if there is none."""

    def simple(text: str) -> str:
        return text.casefold().replace("_", " ").replace("-", " ")

    here = names if name in names else [simple(other) for other in names]
    name = name if name in names else simple(name)
    return here.index(name) if name in here else -1


def values_of(world: World, name: str, unit: Unit, rows: np.ndarray) -> np.ndarray:
    """A column of numbers for the people, schools or clusters in ``rows``; float64.

    NaN for what belongs to no cluster, and where a column of the register's own says no number.

    People also have the columns of their school and its cluster, schools those of their cluster.
    """
    column = column_of(name)
    if column.of is unit and column.unit != "own":
        return column.values(world, rows).astype(np.float64)
    school = world.people.school[rows] if unit is Unit.PERSON else rows
    values = column.values(world, ALL)
    values = _as_numbers(values) if column.unit == "own" else values.astype(np.float64)
    if column.of is Unit.CLUSTER:
        return np.append(values, np.nan)[world.schools.cluster[school]]
    return values[school]


def _holds(world: World, condition: Condition, values: np.ndarray) -> np.ndarray:
    """Which of the ``values`` of its column meet a condition; bool. By rank, the values must be those of all units."""
    column = column_of(condition.column)
    if column.unit == "own" and condition.any_of is None:
        values = _as_numbers(values)
    if condition.ranked:
        of_schools = column.of is Unit.SCHOOL
        ids, there = (
            (world.schools.urn, world.is_open) if of_schools else (world.clusters.key, world.clusters.schools > 0)
        )
        place = np.full(len(values), -1, np.int64)
        ranked = np.lexsort((ids, values))
        ranked = ranked[(there & (values == values))[ranked]]  # noqa: PLR0124 - what is no number has no rank
        place[ranked] = np.arange(len(ranked))
        low, high = (math.floor(share * len(ranked) + 0.5) for share in (condition.least, condition.most))
        return (place >= low) & (place < high)
    if condition.any_of is None:
        return (values >= condition.least) & (values <= condition.most)
    if condition.column in OF_PROGRAMMES:
        bits = sum(
            1 << number
            for number, programme in enumerate(world.setup.programmes)
            if programme.name in condition.any_of or programme.kin in condition.any_of
        )
        holds = (values & np.uint64(bits)) != 0
    else:
        codes: list[int | str] = list(condition.any_of)
        names = world.register.region_names
        if condition.column == "school.region":
            codes = [_region(str(name), names) for name in codes]
        elif column.unit != "own":
            codes = list(codes_in(world.setup.structure, condition.column, codes))
        holds = np.zeros(len(values), bool)
        for code in codes:
            holds |= values == code
    return ~holds if condition.none_of else holds


def schools_that_meet(
    register: Register, conditions: Iterable[Condition], structure: Structure = ENGLAND
) -> np.ndarray:
    """Which schools of a register, of a context of this structure, meet all conditions on what it says of them, before anything has happened; bool.

    Raise :exc:`ValueError` for a condition on a column that neither it nor the model has.
    """
    schools, clusters = school_table(), cluster_table()
    same = ("urn", "phase", "region", "local_authority", "kind", "cluster", "community", "disadvantage", "pupils")
    schools.append(len(register), **{name: getattr(register, name) for name in same})
    of_clusters = {"kind": register.cluster_kind, "schools": register.cluster_size, "lead_school": register.lead_school}
    clusters.append(len(register.cluster_key), key=register.cluster_key, **of_clusters)
    world: Any = SimpleNamespace(
        schools=schools,
        clusters=clusters,
        register=register,
        is_open=np.ones(len(register), bool),
        setup=SimpleNamespace(structure=structure),
    )
    met = np.zeros(len(register), bool)
    met[who_meet(world, conditions, Unit.SCHOOL, np.arange(len(register)))] = True
    return met
