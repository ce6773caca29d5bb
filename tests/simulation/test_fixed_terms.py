"""Headships for a fixed term of a year: how they begin, how they end, and how the census counts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.census.census import Census
from simulation.model import PipelineModel
from simulation.vocabulary import Role, Status
from tests.worlds import rough_setup

YEARS = 4


def run(share: float, **changes: float | np.ndarray) -> PipelineModel:
    """A small system in which heads come and go, with this share of new headships for a fixed term."""
    setup = rough_setup(schools=80, years=YEARS, warm_up_years=1)
    known = setup.parameters.value
    told = {
        "leave__state_schools": known("leave.state_schools") + 0.15,
        "appoint__incumbent": 2.0,
        "appoint__fixed_term": np.full_like(known("appoint.fixed_term"), share),
        **changes,
    }
    return PipelineModel(replace(setup, parameters=setup.parameters.replace(**told)), 11)


@pytest.fixture(scope="module")
def everybody() -> PipelineModel:
    """All new heads are appointed for a fixed term; one year before the last."""
    model = run(1.0)
    for _ in range(YEARS - 1):
        model.step()
    return model


def test_who_is_newly_head_is_so_for_a_year(everybody) -> None:
    """All of them, by the census's own measure; none is in a cohort of permanent heads."""
    people, year = everybody.world.people, everybody.year
    census = Census(everybody.world)
    heads = np.flatnonzero((people.role == Role.HEAD) & (people.status == Status.IN_SERVICE))
    new = heads[census.role_held(1)[heads] != Role.HEAD]
    assert len(new) >= 3
    assert (people.fixed_term[new] == year).all()
    assert census.new_to_post is not None
    assert not (census.new_to_post.role == Role.HEAD).any()


def test_a_term_ends_and_the_post_goes_to_its_holder_or_somebody_else(everybody) -> None:
    """Those who get it have it for good and are no new head of their school; others are on the rung below or head elsewhere."""
    world, seen = everybody.world, everybody.year
    due = {
        int(world.people.id[row]): int(world.people.school[row])
        for row in np.flatnonzero((world.people.fixed_term == seen) & (world.people.role == Role.HEAD))
    }
    everybody.step()
    world, people = everybody.world, everybody.world.people
    ended = people.id[world.log.terms_ended]
    assert set(ended.tolist()) <= set(due)
    rows = np.flatnonzero(np.isin(people.id, ended) & (people.status == Status.IN_SERVICE))
    kept = [row for row in rows if people.role[row] == Role.HEAD and due[int(people.id[row])] == people.school[row]]
    others = [row for row in rows if row not in kept]
    assert len(kept) >= 2
    assert others
    assert (people.fixed_term[kept] == seen).all(), "for good, though every new headship is for a term"
    assert (world.schools.head_changed[people.school[kept]] <= seen).all()
    back = [row for row in others if people.school[row] == due[int(people.id[row])]]
    assert (people.role[back] == Role.HEAD - 1).all()
    assert (people.acting_role[kept] < 0).all()


def test_without_fixed_terms_nothing_is_as_if_they_were_there() -> None:
    """Nobody's term ends, and what is drawn for it moves nothing else: the first year that gives them is the first to differ."""
    none, some = run(0.0), run(0.5)
    for model in (none, some):
        model.step()
    assert (none.world.people.fixed_term < 0).all()
    assert (some.world.people.fixed_term > 0).any()
    for name in ("id", "status", "role", "school", "teaching", "wellbeing"):
        assert np.array_equal(getattr(none.world.people, name), getattr(some.world.people, name)), name
    while none.year < none.world.setup.last_year:
        none.step()
    assert not len(none.world.log.terms_ended)
