"""What people look for: the role in which they act, the rung past the next one, and, after long away, a rung below the last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.processes.seek import Communities, Seekers, find_seekers
from simulation.vocabulary import Role, Status
from simulation.world import World
from tests.worlds import rough_setup

EVERY_RUNG = {
    "establishment__posts_at_no_size": np.tile([0.0, 0.0, 2.0, 2.0, 1.0, 0.0], (3, 1)),
    "establishment__middle_leader_share": np.full(3, 0.2),
}


def world(schools: int = 40, **changes: float | np.ndarray) -> World:
    """A system at its start, in which everybody below the head seeks promotion and whoever can comes back."""
    setup = rough_setup(schools)
    known = setup.parameters
    told = {
        "appoint__wants": np.ones_like(known.appoint.wants),
        "appoint__seek_promotion": np.ones_like(known.appoint.seek_promotion),
        "appoint__least_years_in_role": np.zeros_like(known.appoint.least_years_in_role),
        "appoint__seek_move": np.zeros_like(known.appoint.seek_move),
        "leave__return_from_out": np.ones_like(known.leave.return_from_out),
        "population__out_of_service": 0.5,
        **EVERY_RUNG,
        **changes,
    }
    return PipelineModel(replace(setup, parameters=known.replace(**told)), 5).world


def sought(world: World) -> Seekers:
    """Who seeks what in the year after the world's start."""
    world.year += 1
    return find_seekers(world, Communities.of(world))


@pytest.mark.parametrize("acts_as", [Role.DEPUTY_HEAD, Role.HEAD])
def test_whoever_acts_aims_at_the_role_in_which_they_act(acts_as: Role) -> None:
    """Team leaders who act as deputy or head seek that role, whatever posts are between; others the next rung."""
    system = world()
    people = system.people
    leaders = np.flatnonzero((people.role == Role.MIDDLE_LEADER) & (people.status == Status.IN_SERVICE))
    acting, others = leaders[::2], leaders[1::2]
    people._data["acting_role"][acting] = acts_as
    found = sought(system)
    assert len(acting) > 10
    assert set(found.level[np.isin(found.row, acting)].tolist()) == {acts_as}
    assert set(found.level[np.isin(found.row, others)].tolist()) == {Role.ASSISTANT_HEAD}


@pytest.mark.parametrize(("share", "rungs"), [(0.0, {1}), (1.0, {2}), (0.5, {1, 2})])
@pytest.mark.parametrize("role", [Role.CLASSROOM_TEACHER, Role.MIDDLE_LEADER])
def test_some_look_past_the_next_rung(role: Role, share: float, rungs: set[int]) -> None:
    """All, none or half on a rung, and nobody on another (z < 5: 6 in 10 million by chance), where the schools have every rung."""
    shares = np.zeros((3, len(Role)))
    shares[:, role] = share
    system = world(80, appoint__look_past=shares)
    people = system.people
    in_service = people.status == Status.IN_SERVICE
    found = sought(system)
    climb = found.level - people.role[found.row]
    mine = climb[np.isin(found.row, np.flatnonzero(in_service & (people.role == role)))]
    assert set(mine.tolist()) == rungs
    assert len(mine) > 150
    assert abs((mine == 2).sum() - share * len(mine)) <= 5 * np.sqrt(len(mine) * share * (1 - share))
    others = in_service & (people.role != role) & (people.role <= Role.HEAD)
    assert set(climb[np.isin(found.row, np.flatnonzero(others))].tolist()) == {1}


def test_who_has_been_away_long_comes_back_a_rung_below() -> None:
    """From the third year on, here: heads as deputies, trust leaders as heads, teachers to the classroom; before it as they were."""
    system = world(appoint__rank_kept=3.0)
    people = system.people
    out = np.flatnonzero(people.status == Status.OUT)
    held, years = np.arange(len(out)) % len(Role), np.arange(len(out)) // len(Role) % 6
    people._data["role"][out], people._data["left_year"][out] = held, system.year - years
    found = sought(system)
    level = dict(zip(found.row.tolist(), found.level.tolist(), strict=True))
    assert len(out) > 36, "every role and number of years"
    for row, role, away in zip(out.tolist(), held.tolist(), years.tolist(), strict=True):
        assert level[row] == min(role if away < 3 else max(role - 1, 0), Role.HEAD), (role, away)
