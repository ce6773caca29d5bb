"""Schools join and leave trusts, open, close and merge: exact small worlds, and books that balance whatever happens."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulation.changes import Change, Event, Schools, faults
from simulation.conservation import ConservationError, Opening, check
from simulation.model import PipelineModel
from simulation.processes.reorganise import shared
from simulation.programmes.programme import Delivery, Places, Programme, ProgrammeCosts, TakeUp, Unit
from simulation.register import Register
from simulation.vocabulary import (
    ClusterKind,
    LeaverReason,
    Role,
    SchoolKind,
    SchoolState,
    Status,
)
from simulation.world import Setup
from tests.reference.base_parameters import base_parameters

BASE = 2025
URNS = (101, 102, 103, 104, 105, 106)
QUIET = (
    "leave.retire",
    "leave.state_schools",
    "leave.career_break",
    "leave.trust_central_team",
    "leave.step_down",
    "leave.return_from_break",
    "leave.return_from_out",
    "appoint.seek_move",
    "appoint.seek_promotion",
)
"""Parameters that are nought where nobody goes and nobody seeks unless they have to; rolls never change."""


def six_schools() -> Register:
    """Six primary schools in one region and two communities; 101 and 102 are a trust, 103 and 104 a local cluster."""
    n = len(URNS)
    return Register(
        urn=np.array(URNS, np.int32),
        name=tuple(f"School {urn}" for urn in URNS),
        phase=np.zeros(n, np.int8),
        region=np.zeros(n, np.int8),
        local_authority=np.full(n, 800, np.int16),
        kind=np.array([1, 1, 0, 0, 0, 0], np.int8),
        pupils=np.array([300, 200, 250, 210, 240, 220], np.int32),
        disadvantage=np.full(n, 0.25),
        community=np.array([0, 0, 0, 1, 1, 1], np.int32),
        cluster=np.array([0, 0, 1, 1, -1, -1], np.int32),
        cluster_key=np.array([7, 8], np.int32),
        cluster_kind=np.array([ClusterKind.TRUST, ClusterKind.LOCAL_CLUSTER], np.int8),
        cluster_name=("Trust 7", "Cluster 8"),
        region_names=("Here",),
    )


def setup_with(*changes: Change, years: int = 3, quiet: bool = False) -> Setup:
    """The six schools with these changes, no warm-up and rolls that stay as they are."""
    base = base_parameters()
    nought = ("establishment.roll_growth", *(QUIET if quiet else ()))
    values = base.with_values({path: np.zeros_like(base.value(path)) for path in nought})
    return Setup(six_schools(), values, BASE, warm_up_years=0, years=years, changes=changes)


def after(*changes: Change, years: int = 1, quiet: bool = False) -> PipelineModel:
    """The model some years on, its books checked."""
    model = PipelineModel(setup_with(*changes, years=years, quiet=quiet), seed=3)
    model.run()
    return model


def joins(urn: int, key: int, year: int = BASE + 1) -> Change:
    return Change(year, Event.JOINS_TRUST, urn, key)


def test_a_school_that_joins_a_trust_becomes_an_academy_of_it() -> None:
    """It leaves its cluster, the trust counts one more, and the seat of the trust stays where it was."""
    world = after(joins(103, 7)).world
    assert world.schools.cluster.tolist() == [0, 0, 0, 1, -1, -1]
    assert world.clusters.schools.tolist() == [3, 1]
    assert world.schools.kind[2] == SchoolKind.ACADEMY
    assert world.clusters.lead_school[0] == 0


def test_a_new_trust_gets_a_leaders_post_at_its_largest_school() -> None:
    """Two schools that stand alone found a trust: its key is new, its seat the larger, and its leader's post is advertised."""
    model = after(joins(105, 900), joins(106, 900))
    world = model.world
    assert world.clusters.key.tolist() == [7, 8, 900]
    assert world.clusters.lead_school[2] == 4
    assert world.schools.target_posts[:, Role.TRUST_LEADER].tolist() == [1, 0, 0, 0, 1, 0]
    assert world.log.advertised[4, Role.TRUST_LEADER] == 1


def test_the_leader_of_a_trust_moves_with_its_seat() -> None:
    """When the lead school leaves a trust of three, the same person leads it from the largest of the others."""
    before = after(joins(103, 7), years=1, quiet=True)
    leader = before.world.people.id[before.world.people.role == Role.TRUST_LEADER]
    world = after(joins(103, 7), Change(BASE + 2, Event.LEAVES_TRUST, 101), years=2, quiet=True).world
    still = np.flatnonzero(world.people.id == leader[0])[0]
    assert world.people.status[still] == Status.CENTRAL
    assert world.people.school[still] == world.clusters.lead_school[0] == 2
    assert world.schools.filled[:, Role.TRUST_LEADER].tolist() == [0, 0, 1, 0, 0, 0]


def test_the_post_of_leader_goes_when_a_trust_dissolves() -> None:
    """One school is no trust of several: the leader is out of service, able to return, and no leaver of a school."""
    world = after(Change(BASE + 1, Event.LEAVES_TRUST, 102), quiet=True).world
    leader = np.flatnonzero(world.people.role == Role.TRUST_LEADER)
    assert world.people.status[leader].tolist() == [Status.OUT]
    assert world.people.left_reason[leader].tolist() == [LeaverReason.LEFT_STATE_SCHOOLS]
    assert not world.schools.posts[:, Role.TRUST_LEADER].any()
    assert not len(world.log.leavers)


def test_the_leader_of_a_trust_that_dissolves_is_not_paid_for_any_more() -> None:
    """Everybody is on a programme of three years; whoever came to lead a trust goes with it before that delivers again."""
    founded = (joins(105, 900, BASE + 2), joins(106, 900, BASE + 2))
    everybody = Programme(
        "for all", Unit.PERSON, (), Places(BASE + 1, BASE + 1, share=1.0), TakeUp(), Delivery(3), (), ProgrammeCosts(grant=1000.0)
    )  # fmt: skip
    setup = replace(
        setup_with(*founded, Change(BASE + 3, Event.LEAVES_TRUST, 106), years=3),
        programmes=(everybody,),
        base_year=BASE,
    )
    gone = 0
    for seed in range(3):
        model = PipelineModel(setup, seed, measures=())
        model.step()
        model.step()
        people = model.world.people
        led = people.id[(people.status == Status.CENTRAL) & (people.school >= 4) & (people.joined > 0)]
        model.step()  # with the checks on
        people = model.world.people
        gone += int(np.isin(led, people.id[people.status == Status.OUT]).sum())
    assert gone, "nobody on the programme led the trust"


def test_two_schools_merge_into_one_with_their_people_pupils_and_one_head() -> None:
    """Everybody in service goes over in their role but the second head, who looks for a post and, as there is none, goes."""
    model = PipelineModel(setup_with(Change(BASE + 1, Event.MERGES_INTO, 106, 105), years=1, quiet=True), seed=3)
    held = model.world.schools.filled.copy()
    second = model.world.people.id[(model.world.people.role == Role.HEAD) & (model.world.people.school == 5)]
    model.step()
    world = model.world
    assert world.schools.pupils.tolist() == [300, 200, 250, 210, 460, 0]
    assert world.schools.state.tolist() == [0, 0, 0, 0, 0, SchoolState.CLOSED]
    assert not world.schools.posts[5].any()
    together = held[4] + held[5]
    together[Role.HEAD] = 1
    assert (world.schools.filled[4, 1:] >= together[1:]).all(), "nobody loses a post of leadership but the second head"
    heads = np.flatnonzero((world.people.role == Role.HEAD) & (world.people.status == Status.IN_SERVICE))
    assert np.bincount(world.people.school[heads], minlength=6).tolist() == [1, 1, 1, 1, 1, 0]
    assert second[0] not in world.people.id[heads]


def test_people_of_a_school_that_closes_are_placed_or_let_go_and_nobody_is_doubled() -> None:
    """Some take posts elsewhere, the others leave this year for state-school reasons; its pupils are at its neighbours."""
    model = PipelineModel(setup_with(Change(BASE + 1, Event.CLOSES, 104), years=1, quiet=True), seed=3)
    staff = model.world.people.id[(model.world.people.school == 3) & (model.world.people.status == Status.IN_SERVICE)]
    model.step()
    world = model.world
    row = {int(key): n for n, key in enumerate(world.people.id)}
    now = np.array([row[int(key)] for key in staff])
    placed = world.people.status[now] == Status.IN_SERVICE
    assert 0 < placed.sum() < len(staff)
    assert (world.people.school[now[placed]] != 3).all()
    assert (world.people.left_reason[now[~placed]] == LeaverReason.LEFT_STATE_SCHOOLS).all()
    assert len(world.log.leavers) == (~placed).sum()
    assert world.schools.pupils.sum() == six_schools().pupils.sum()
    assert world.schools.pupils.tolist() == [300, 200, 250, 0, 240 + 110, 220 + 100]  # 210 by 240 : 220


def test_whoever_is_displaced_goes_down_the_ladder_rung_by_rung() -> None:
    """A head for whom there is no headship may be a deputy, an assistant, a middle leader or a teacher somewhere else."""
    found = set()
    for seed in range(12):
        model = PipelineModel(setup_with(Change(BASE + 1, Event.CLOSES, 105), years=1), seed=seed)
        people = model.world.people
        head = people.id[(people.school == 4) & (people.role == Role.HEAD)]
        model.step()
        made = model.world.log.appointments
        found |= {Role(int(role)) for role in made.to_role[np.isin(made.person, head)]}
    assert found - {Role.HEAD}, "some head takes a lower post"


def test_a_school_opens_with_pupils_of_its_neighbours_and_posts_to_be_filled() -> None:
    """Before it opens it has nothing, and afterwards all of its posts are advertised at once."""
    model = PipelineModel(setup_with(Change(BASE + 2, Event.OPENS, 106), years=2, quiet=True), seed=3)
    assert len(model.schools) == 5
    model.step()
    assert not model.world.schools.posts[5].any()
    assert model.world.schools.pupils[5] == 0
    total = model.world.schools.pupils.sum()
    model.step()
    schools = model.world.schools
    assert len(model.schools) == 6
    assert schools.pupils[5] == 220
    assert schools.pupils.sum() == total
    assert schools.target_posts[5].sum() > 0
    assert (model.world.log.advertised[5] == schools.target_posts[5]).all()


def test_a_later_event_changes_nothing_before_its_time() -> None:
    """To the last bit, whatever the event: every column of every table at every census before."""
    late = (
        joins(105, 900, BASE + 3),
        Change(BASE + 3, Event.CLOSES, 104),
        Change(BASE + 3, Event.MERGES_INTO, 103, 102),
    )
    with_it, without = (PipelineModel(setup_with(*changes), seed=9) for changes in (late, ()))
    for year in range(BASE, BASE + 3):
        for one, other in zip(with_it.world.tables, without.world.tables, strict=True):
            for name in one:
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name), f"{year} {one.name}.{name}")
        if year < BASE + 2:
            with_it.step(), without.step()
    with_it.step(), without.step()
    assert (with_it.world.schools.cluster != without.world.schools.cluster).any()


def test_a_school_that_is_yet_to_open_moves_nobody_else() -> None:
    """Whoever is anywhere else is the same person in the same post as if the school were not in the register."""
    register = six_schools()
    there = PipelineModel(setup_with(Change(BASE + 3, Event.OPENS, 105)), seed=5)
    absent = PipelineModel(replace(setup_with(), register=register.take(register.urn != 105)), seed=5)
    for _ in range(2):
        there.step(), absent.step()
        for name in ("id", "status", "role", "birth_year", "teaching", "wellbeing"):
            np.testing.assert_array_equal(getattr(there.world.people, name), getattr(absent.world.people, name))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (joins(999, 7), "there is no school with URN 999"),
        (joins(103, 8), "local_cluster, not a trust"),
        (joins(101, 7), "in trust 7 already"),
        (joins(101, 0), "from 1 to 16,777,215"),
        (joins(103, 7, BASE), "the register is that of 2025/26"),
        (Change(BASE + 1, Event.LEAVES_TRUST, 103), "is in no trust"),
        (Change(BASE + 1, Event.MERGES_INTO, 103, 103), "cannot merge into 103"),
        (Change(BASE + 1, Event.OPENS, 101), "cannot open"),
    ],
)
def test_what_cannot_happen_is_refused_with_the_reason(change: Change, words: str) -> None:
    """No model is made of a list with a change that contradicts the register or what happened before."""
    with pytest.raises(ValueError, match="Change") as caught:
        PipelineModel(setup_with(change))
    assert words in str(caught.value)


def test_a_school_can_be_closed_once_and_is_not_there_afterwards() -> None:
    """The second event of a closed school is at fault, the first is not; and the last school cannot close."""
    twice = [Change(BASE + 1, Event.CLOSES, 104), joins(104, 7, BASE + 2)]
    assert [words for _, words in faults(six_schools(), twice, BASE)] == ["school 104 is not open"]
    every = [Change(BASE + 1, Event.CLOSES, urn) for urn in URNS]
    assert [words for _, words in faults(six_schools(), every, BASE)] == ["school 106 is the last one"]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_pupils_are_shared_out_whole(pupils: int, weights: list[int]) -> None:
    """To the last one, nobody more than a pupil from their due."""
    found = shared(pupils, np.array(weights, np.int64))
    total = sum(weights)
    assert found.sum() == (pupils if total else 0)
    assert all(
        abs(share * total - pupils * weight) < total
        for share, weight in zip(found.tolist(), weights, strict=True)
        if total
    )


@st.composite
def event_lists(draw: st.DrawFn) -> tuple[Change, ...]:
    """Any events of the six schools in three years that can happen, one after the other."""
    urns = st.sampled_from(URNS)
    opening = draw(st.lists(st.sampled_from((105, 106)), unique=True, max_size=2))
    planned = [Change(draw(st.integers(BASE + 1, BASE + 3)), Event.OPENS, urn) for urn in opening]
    events = st.builds(
        lambda event, year, urn, other, key: Change(
            BASE + year, event, urn, {Event.JOINS_TRUST: key, Event.MERGES_INTO: other}.get(event, 0)
        ),
        st.sampled_from([event for event in Event if event is not Event.OPENS]),
        st.integers(1, 3), urns, urns, st.sampled_from((7, 900, 901)),
    )  # fmt: skip
    candidates = sorted([*planned, *draw(st.lists(events, max_size=14))], key=lambda change: change.year)
    schools, found = Schools(six_schools(), planned), []
    for change in candidates:
        if schools.fault(change) is None:
            schools.happen(change)
            found.append(change)
    return tuple(found)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(event_lists(), st.integers(0, 1000))
def test_books_balance_whatever_happens(changes: tuple[Change, ...], seed: int) -> None:
    """People, posts, chains, clusters and pupils add up in every year of any list of events, in whole numbers."""
    model = PipelineModel(setup_with(*changes), seed=seed)
    pupils = int(model.world.schools.pupils.sum())
    while model.running:
        model.step()  # checks its own books
        opened = sum(c.event is Event.OPENS and c.year == model.year for c in changes)
        now = int(model.world.schools.pupils.sum())
        assert now == pupils or opened
        pupils = now


def test_the_checks_find_a_school_that_is_down_for_the_wrong_cluster() -> None:
    """And one that is closed with somebody in it: each account fails once it is falsified."""
    model = PipelineModel(setup_with(Change(BASE + 1, Event.CLOSES, 104), joins(105, 7), years=1), seed=3, checks=False)
    opening = Opening.of(model.world)
    model.step()
    check(opening, model.world)
    schools, clusters = model.world.schools, model.world.clusters
    for table, column, row, value, words in (
        (clusters, "schools", 0, 4, "is down with 4 schools"),
        (clusters, "lead_school", 0, 5, "its lead school does not"),
        (schools, "pupils", 3, 10, "is not open"),
    ):
        column_of = table._data[column]
        column_of[row], before = value, column_of[row].copy()
        with pytest.raises(ConservationError, match=words):
            check(opening, model.world)
        column_of[row] = before
