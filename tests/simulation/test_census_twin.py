"""The census against a plain twin that counts people one by one, on careers without rhyme or reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.census.publish import measure_year
from simulation.census.results import Results
from simulation.tables import HISTORY
from simulation.vocabulary import Phase, Role, Route, Sex, label
from simulation.world import World
from tests.simulation.census_worlds import random_world

Case = tuple[int, tuple[str, ...], int, int]
"""School that places it, own axis labels, numerator, denominator."""


class Person:
    """One row of people, as plain numbers."""

    def __init__(self, world: World, row: int) -> None:
        people = world.people
        self.year = world.year
        self.phases = [int(p) for p in world.schools.phase]
        self.birth, self.qualified = int(people.birth_year[row]), int(people.qualified_year[row])
        self.fte, self.sex, self.route = int(people.fte[row]), int(people.sex[row]), int(people.id[row]) >> 60
        self.history = [
            (
                int(people.seen_status[row, y % HISTORY]),
                int(people.seen_role[row, y % HISTORY]),
                int(people.seen_school[row, y % HISTORY]),
            )
            for y in range(world.year, world.year - HISTORY, -1)
        ]

    def seen(self, back: int) -> bool:
        """In service ``back`` censuses ago."""
        return self.history[back][0] == 0

    def role(self, back: int) -> int:
        """Role ``back`` censuses ago."""
        return self.history[back][1]

    def school(self, back: int) -> int:
        """School ``back`` censuses ago."""
        return self.history[back][2]

    def phase(self, back: int) -> int:
        """Phase ``back`` censuses ago."""
        return self.phases[self.school(back)]


def cohorts(person: Person, reach: int) -> Iterator[int]:
    for k in range(1, reach):
        if not person.seen(k) or person.role(k) < Role.MIDDLE_LEADER or person.year - k - person.birth >= 50:
            continue
        if person.seen(k + 1) and person.role(k + 1) >= person.role(k):
            continue
        yield k


def new_to_post(kept: Callable[[Person, int], bool]) -> Callable[[Person, int], Iterator[Case]]:
    def cases(person: Person, reach: int) -> Iterator[Case]:
        for k in cohorts(person, reach):
            yield person.school(k), (label(Role(person.role(k))), str(k)), int(kept(person, k)), 1

    return cases


def in_phase(person: Person, k: int) -> bool:
    return person.seen(0) and person.phase(0) == person.phase(k)


def published(person: Person, k: int) -> bool:
    return in_phase(person, k) and person.role(0) >= person.role(k)


def true(person: Person, k: int) -> bool:
    return published(person, k) or person.history[0][0] == 2


def since_qualifying(person: Person, reach: int) -> Iterator[Case]:
    k = person.year - person.qualified
    if person.route == Route.NEWLY_QUALIFIED and 1 <= k <= min(10, reach - 1) and person.seen(k):
        yield person.school(k), (str(k),), int(person.seen(0)), 1


def leaver_rate(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.seen(1):
        yield person.school(1), (label(Role(person.role(1))),), person.fte * (not person.seen(0)), person.fte


def mover_rate(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.seen(0):
        yield (
            person.school(0),
            (label(Role(person.role(0))),),
            int(person.seen(1) and person.school(1) != person.school(0)),
            1,
        )


def serving(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.seen(1):
        kept = person.seen(0) and person.role(0) >= person.role(1)
        yield person.school(1), (label(Role(person.role(1))),), int(kept), 1


def serving_below_retirement(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.year - 1 - person.birth < 55:
        yield from serving(person, reach)


def women_new_to_post(person: Person, reach: int) -> Iterator[Case]:
    if reach < 1 or not person.seen(0) or person.role(0) < Role.MIDDLE_LEADER:
        return
    if not person.seen(1) or person.role(1) < person.role(0):
        yield person.school(0), (label(Role(person.role(0))),), int(person.sex == Sex.FEMALE), 1


def exits_by_role(person: Person, reach: int) -> Iterator[Case]:
    for school, (group,), gone, one in exits(person, reach):
        yield school, (label(Role(person.role(1))), group), gone, one


def hours_by_reason(person: Person, reach: int) -> Iterator[Case]:
    reasons = {1: "career_break", 2: "trust_central_team", 3: "left_state_schools", 4: "retired"}
    if reach >= 1 and person.seen(1):
        for status, reason in reasons.items():
            yield person.school(1), (reason,), person.fte * (person.history[0][0] == status), person.fte


def returners(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.seen(0) and not person.seen(1):
        yield person.school(0), (), person.fte * (person.history[1][0] != -1), person.fte


def exits(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 1 and person.seen(1):
        age = person.year - 1 - person.birth
        group = "under_35" if age < 35 else "35_54" if age < 55 else "55_plus"
        yield person.school(1), (group,), int(not person.seen(0)), 1


def origins(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 4 and person.seen(0) and person.role(0) == Role.HEAD:
        names = ("classroom_teacher", "middle_leader", "senior_leader", "senior_leader", "head")
        origin = names[person.role(4)] if person.seen(4) else "system_entrant"
        for name in (*dict.fromkeys(names), "system_entrant"):
            yield person.school(0), (name,), int(name == origin), 1


def decade(person: Person, reach: int) -> Iterator[Case]:
    if reach >= 9 and person.seen(0) and person.seen(9):
        n = len({person.school(k) for k in range(10) if person.seen(k)})
        for count in range(1, 5):
            yield person.school(0), ("4_plus" if count == 4 else str(count),), int(min(n, 4) == count), 1


TWINS: dict[str, tuple[tuple[str, ...], Callable[[Person, int], Iterator[Case]]]] = {
    "retention_new_to_post": (("role", "years"), new_to_post(published)),
    "retention_new_to_post_true": (("role", "years"), new_to_post(true)),
    "retained_in_any_post": (("role", "years"), new_to_post(in_phase)),
    "retention_since_qualifying": (("years",), since_qualifying),
    "retention_serving_leaders": (("role",), serving),
    "retention_serving_leaders_below_retirement": (("role",), serving_below_retirement),
    "female_share_of_new_to_post": (("role",), women_new_to_post),
    "leaver_rate_by_role_and_age": (("role", "age_group"), exits_by_role),
    "leaver_rate_by_reason_fte": (("reason",), hours_by_reason),
    "leaver_rate": (("role",), leaver_rate),
    "mover_rate": (("role",), mover_rate),
    "returner_share_of_entrants": ((), returners),
    "exit_rate_by_age": (("age_group",), exits),
    "heads_origin_four_years_earlier": (("origin",), origins),
    "schools_worked_in_decade": (("schools_worked_in",), decade),
}


def expected(world: World, name: str) -> dict[tuple[str, ...], Fraction]:
    """Value by (phase or all, own labels) as the twin counts it."""
    sums: dict[tuple[str, ...], list[int]] = {}
    reach = min(HISTORY - 1, world.year - world.setup.first_year)
    for row in range(len(world.people)):
        for school, labels, amount, out_of in TWINS[name][1](Person(world, row), reach):
            for phase in ("all", label(Phase(int(world.schools.phase[school])))):
                cell = sums.setdefault((phase, *labels), [0, 0])
                cell[0] += amount
                cell[1] += out_of
    return {key: Fraction(amount, out_of) for key, (amount, out_of) in sums.items() if out_of}


def found(world: World, name: str, axes: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    results = Results()
    results.add(measure_year(world, [name]))
    columns = results.to_columns()
    return {
        (columns["phase"][i], *(columns[a][i] for a in axes)): columns["value"][i]
        for i in range(len(results))
        if columns["region"][i] == "all"
        and columns["disadvantage"][i] == "all"
        and all(columns[a][i] != "all" for a in axes)
    }


@pytest.mark.parametrize("name", TWINS)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), reach=st.integers(0, 14))
def test_the_census_counts_what_the_twin_counts(name: str, seed: int, reach: int) -> None:
    """In random worlds with any length of history, a count person by person gives the same to the last digits."""
    world = random_world(seed, people=60, schools=4, year=2015, first_year=2015 - reach)
    twin = expected(world, name)
    census = found(world, name, TWINS[name][0])
    assert set(census) == set(twin)
    for key, value in twin.items():
        assert np.isclose(census[key], float(value), rtol=1e-15, atol=0), key


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_cohorts_have_the_size_that_the_twin_counts(seed: int) -> None:
    """Under 50 and new to the role at this census, by phase and role; a role without anybody new has a cohort of none."""
    world = random_world(seed, people=60, schools=4, year=2015, first_year=2010)
    counted: dict[tuple[str, ...], int] = {}
    for row in range(len(world.people)):
        person = Person(world, row)
        if person.year - person.birth < 50:
            for school, labels, _, one in women_new_to_post(person, 5):
                for phase in ("all", label(Phase(int(world.schools.phase[school])))):
                    counted[phase, *labels] = counted.get((phase, *labels), 0) + one
    assert counted == {key: value for key, value in found(world, "new_to_post", ("role",)).items() if value}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_turnover_by_role_adds_up_to_turnover(seed: int) -> None:
    """Weighted by the people in each role, the rates of roles are the rate of their employer, whatever way people went."""
    world = random_world(seed, people=60, schools=4, year=2015, first_year=2010)
    results = Results()
    results.add(
        measure_year(world, ["turnover_out_of_trust_or_authority", "turnover_out_of_trust_or_authority_by_role"])
    )
    columns = results.to_columns()
    places = (columns["phase"] == "all") & (columns["region"] == "all") & (columns["disadvantage"] == "all")
    of_role = columns["measure"] == "turnover_out_of_trust_or_authority_by_role"
    for employer in set(columns["employer"][places]):
        here = places & (columns["employer"] == employer)
        parts, whole = here & of_role, here & ~of_role & (columns["exit"] == "all")
        weighed = (columns["value"][parts] * columns["base"][parts]).sum()
        assert columns["base"][parts].sum() == columns["base"][whole].sum()
        assert np.isclose(weighed, (columns["value"][whole] * columns["base"][whole]).sum(), rtol=1e-12, atol=1e-12)
