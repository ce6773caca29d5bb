"""What counts as having stayed is the same for a programme's outcomes as for the measures of the census."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.census.outcomes import OUTCOMES, Starts
from simulation.census.publish import measure_year
from simulation.census.results import Results
from simulation.tables import HISTORY
from simulation.vocabulary import Role, label
from simulation.world import World
from tests.simulation.census_worlds import (
    ASSISTANT,
    CENTRAL,
    DEPUTY,
    HEAD,
    IN_SERVICE,
    MIDDLE,
    ON_BREAK,
    PRIMARY,
    SECONDARY,
    TRUST_LEADER,
    Seen,
    add_person,
    add_schools,
    at,
    make_world,
    random_world,
)

STAYED = (
    "in_state_teaching", "in_own_school", "in_own_phase", "in_same_post",
    "same_post_or_higher", "same_post_or_higher_in_own_school", "in_leadership_post",
)  # fmt: skip


def starts_of(world: World, rows: np.ndarray) -> Starts:
    """Where people in ``rows`` were at the census before."""
    people, before = world.people, (world.year - 1) % HISTORY
    school = people.seen_school[rows, before]
    return Starts(people.id[rows], people.seen_role[rows, before], school, world.schools.cluster[school])


@pytest.mark.parametrize(
    ("then", "now", "holds"),
    [
        (at(0, DEPUTY), at(0, DEPUTY), set(STAYED)),
        (at(0, DEPUTY), at(0, HEAD), set(STAYED) - {"in_same_post"}),
        (at(0, DEPUTY), at(0, MIDDLE), {"in_state_teaching", "in_own_school", "in_own_phase"}),
        (at(0, HEAD), at(0, ASSISTANT), {"in_state_teaching", "in_own_school", "in_own_phase", "in_leadership_post"}),
        (at(0, DEPUTY), at(1, HEAD), {"in_state_teaching", "in_own_phase", "same_post_or_higher", "in_leadership_post"}),
        (at(0, DEPUTY), at(2, HEAD), {"in_state_teaching", "in_leadership_post"}),
        (at(0, HEAD), at(0, TRUST_LEADER, CENTRAL), set()),
        (at(0, HEAD), at(0, HEAD, ON_BREAK), set()),
    ],
    ids=["stays", "promoted", "steps down", "head to assistant", "to the next school", "to another phase", "to a trust", "break"],
)  # fmt: skip
def test_each_definition_on_a_career(then: Seen, now: Seen, holds: set[str]) -> None:
    """Two primary schools and a secondary: what each outcome makes of one move."""
    world = make_world(2005)
    add_schools(world, [PRIMARY, PRIMARY, SECONDARY])
    row = add_person(world, (then, now))
    starts = starts_of(world, np.array([row]))
    assert {name for name in STAYED if OUTCOMES[name].values(world, starts)[0] == 1} == holds


@pytest.mark.parametrize(
    ("outcome", "measure"),
    [
        ("same_post_or_higher", "retention_new_to_post"),
        ("in_own_phase", "retained_in_any_post"),
        ("in_same_post", "retention_in_same_post"),
    ],
)
def test_an_outcome_of_a_cohort_is_the_measure_of_that_cohort(outcome: str, measure: str) -> None:
    """Many careers without rhyme or reason: role by role, the outcome's mean is what the census publishes."""
    world, results = random_world(3, people=3000), Results()
    results.add(measure_year(world, [measure]))
    new, years = measure != "retention_in_same_post", {"years": "1"} if measure != "retention_in_same_post" else {}
    before, earlier = (world.year - 1) % HISTORY, (world.year - 2) % HISTORY
    seen, role = world.people.seen_status, world.people.seen_role
    cohort, compared = seen[:, before] == IN_SERVICE, 0
    if new:
        rose = (seen[:, earlier] != IN_SERVICE) | (role[:, earlier] < role[:, before])
        cohort &= rose & (world.year - 1 - world.people.birth_year < 50)
    for code in (Role.ASSISTANT_HEAD, Role.DEPUTY_HEAD, Role.HEAD):
        rows = np.flatnonzero(cohort & (role[:, before] == code))
        found = OUTCOMES[outcome].values(world, starts_of(world, rows)).mean()
        assert results.value(measure, world.year, role=label(code), **years) == pytest.approx(found, abs=1e-12)
        compared += len(rows)
    assert compared > 300
