"""A year made by hand that adds up passes, and each account fails when the world is tampered with behind its back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulation.conservation import ConservationError, Opening, check
from simulation.draws import agent_ids
from simulation.log import FLOWS, ClosedChains, Vacancies, YearLog
from simulation.vocabulary import Route
from simulation.world import World
from tests.simulation.census_worlds import (
    CENTRAL,
    CLASSROOM,
    GONE,
    HEAD,
    OUT,
    PRIMARY,
    REGIONS,
    SECONDARY,
    TRUST_LEADER,
    add_person,
    add_schools,
    at,
    make_world,
)
from tests.worlds import vacant

NORTH, SOUTH = range(2)


def flow(world: World, name: str, role: int, phase: int, region: int, people: int = 1) -> None:
    world.log.flows[FLOWS.index(name), role, phase, region] += people


def a_year(year: int = 2006) -> tuple[World, Opening]:
    """Two schools and seven people, a year later.

    The head of the primary leaves; a teacher there is promoted, and a newcomer takes the classroom post: a chain of two.
    The head of the secondary retires, and the post stands vacant, covered by a teacher. The trust leader stays.
    """
    world = make_world(year - 1)
    add_schools(
        world,
        [PRIMARY, SECONDARY],
        region=[NORTH, SOUTH],
        cluster=[0, 0],
        posts=[[2, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]],
        filled=[[2, 0, 0, 0, 1, 1], [1, 0, 0, 0, 1, 0]],
    )
    world.clusters.append(1, key=1, kind=2, schools=2, lead_school=0)
    leaver = add_person(world, [at(0, HEAD)])
    promoted = add_person(world, [at(0)])
    add_person(world, [at(0)])
    retired = add_person(world, [at(1, HEAD)])
    acting = add_person(world, [at(1)])
    add_person(world, [at(0, TRUST_LEADER, CENTRAL)])
    before = Opening.of(world)

    world.year, world.log = year, YearLog(year)
    world.log.flows = np.zeros((len(FLOWS), 6, 3, len(REGIONS)), np.int64)
    people = world.people._data
    people["status"][leaver], people["status"][retired] = OUT, GONE
    flow(world, "leavers", HEAD, PRIMARY, NORTH)
    flow(world, "leavers", HEAD, SECONDARY, SOUTH)
    people["role"][promoted] = HEAD
    flow(world, "moves_out", CLASSROOM, PRIMARY, NORTH)
    flow(world, "moves_in", HEAD, PRIMARY, NORTH)
    newcomer = agent_ids(Route.NEWLY_QUALIFIED, year, np.array([101]), np.array([0]))
    world.people.append(1, id=newcomer, status=0, role=CLASSROOM, school=0)
    flow(world, "entrants", CLASSROOM, PRIMARY, NORTH)
    people["acting_role"][acting] = HEAD
    world.log.acting = np.array([[0] * 6, [0, 0, 0, 0, 1, 0]], np.int32)
    world.schools._data["filled"][1, HEAD] = 0
    world.log.chains_opened = 2
    world.log.closed_chains = ClosedChains(
        np.array([11]), np.array([4]), np.array([0]), np.array([2]), np.zeros(1, bool)
    )
    world.vacancies = vacant((1, 4, 12, 1))
    return world, before


def test_a_year_that_adds_up_passes() -> None:
    """The year that the other tests tamper with is sound."""
    world, before = a_year()
    check(before, world)


def test_stock_counts_people_in_service_only() -> None:
    """By role, phase and region; a trust leader in a central team is in none of them."""
    _, before = a_year()
    assert before.stock.sum() == 5  # the trust leader is not seen
    assert before.stock[HEAD, PRIMARY, NORTH] == 1
    assert before.stock[CLASSROOM, PRIMARY, NORTH] == 2
    assert before.stock[TRUST_LEADER].sum() == 0


def column(name: str, row: int, value: int) -> Callable[[World], None]:
    """Set an entry of people behind the back of the processes."""

    def tamper(world: World) -> None:
        world.people._data[name][row] = value

    return tamper


def posts(name: str, school: int, role: int, change: int) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        world.schools._data[name][school, role] += change

    return tamper


def miscount(name: str) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        flow(world, name, CLASSROOM, SECONDARY, SOUTH)

    return tamper


def vanish(world: World) -> None:
    """A teacher goes out of service and out of the post, and nobody counts a leaver."""
    world.people._data["status"][2] = OUT
    world.schools._data["filled"][0, CLASSROOM] -= 1
    world.schools._data["posts"][0, CLASSROOM] -= 1


def drop_vacancy(world: World) -> None:
    world.vacancies = Vacancies()


def two_standing(world: World) -> None:
    """One chain stands open twice."""
    world.vacancies = vacant((1, 4, 12, 1), (1, 4, 12, 1))
    world.schools._data["posts"][1, HEAD] += 1
    world.log.chains_opened += 1


def acting_without_vacancy(world: World) -> None:
    world.log.acting[0, HEAD] = 1


def trust_leader_elsewhere(world: World) -> None:
    world.people._data["school"][5] = 1
    for name in ("filled", "posts"):
        world.schools._data[name][0, TRUST_LEADER] -= 1
        world.schools._data[name][1, TRUST_LEADER] += 1


def chain_lost(world: World) -> None:
    world.log.closed_chains = ClosedChains()


def opened_uncounted(world: World) -> None:
    world.log.chains_opened -= 1


def twin_newcomer(world: World) -> None:
    world.people.append(1, id=world.people.id[-1], status=OUT)


def newcomer_of_another_year(world: World) -> None:
    world.people.append(1, id=agent_ids(Route.NEWLY_QUALIFIED, 2001, np.array([7]), np.array([7])), status=OUT)


def id_rewritten(world: World) -> None:
    world.people._data["id"][0] += np.uint64(1 << 20)


def twin_after_dropping_rows(world: World) -> None:
    world.people._data["id"][3] = world.people.id[0]
    world.people.keep(np.arange(len(world.people)))


def somebody_lost(world: World) -> None:
    world.people.keep(np.flatnonzero(world.people.status != GONE))


def year_skipped(world: World) -> None:
    world.year += 1


SHORT = r"classroom_teacher in primary schools, North: 2 the year before, 1 entrants, .* make 2, but 1 are in service"
TAMPERING = [
    (column("status", 2, OUT), SHORT),
    (vanish, SHORT),
    (miscount("entrants"), r"classroom_teacher in secondary schools, South: 1 the year before, 1 entrants"),
    (miscount("moves_in"), r"1 moves in"),
    (miscount("moves_out"), r"1 moves out"),
    (miscount("leavers"), r"1 leavers"),
    (posts("filled", 0, CLASSROOM, 1), r"URN 101, classroom_teacher: 2 people hold the 3 posts"),
    (posts("filled", 0, TRUST_LEADER, -1), r"URN 101, trust_leader: 1 people hold the 0 posts"),
    (posts("posts", 1, CLASSROOM, 1), r"URN 102, classroom_teacher: 1 filled and 0 vacant posts do not make 2"),
    (drop_vacancy, r"URN 102, head: 0 filled and 0 vacant posts do not make 1"),
    (two_standing, r"some of them twice"),
    (acting_without_vacancy, r"URN 101, head: somebody acts in 1 posts, but 0 are vacant"),
    (trust_leader_elsewhere, r"URN 102, trust_leader: 1 lead a trust from a school that is not its lead school"),
    (chain_lost, r"0 open the year before and 2 opened make 2, but 0 closed and 1 stand open"),
    (opened_uncounted, r"0 open the year before and 1 opened make 1, but 1 closed and 1 stand open"),
    (column("school", 2, 7), r"role 0 and school 7"),
    (column("school", 2, -1), r"school -1"),
    (column("role", 2, TRUST_LEADER), r"status 0, role 5"),
    (column("role", 2, -1), r"role -1"),
    (twin_newcomer, r"two people have the id"),
    (newcomer_of_another_year, r"6 should be known who entered before, and 7 are$"),
    (id_rewritten, r"6 are, but ids have changed: an id is for life"),
    (somebody_lost, r"6 should be known who entered before, and 5 are"),
    (twin_after_dropping_rows, r"two people have the id"),
    (year_skipped, r"stock was taken in 2005"),
]


@pytest.mark.parametrize(("tamper", "message"), TAMPERING, ids=[f"{i}" for i in range(len(TAMPERING))])
def test_tampering_is_found_and_named(tamper: Callable[[World], None], message: str) -> None:
    """Each change to the books or the people alone is found, with words that say which."""
    world, before = a_year()
    tamper(world)
    with pytest.raises(ConservationError, match=message):
        check(before, world)


def test_stock_taken_in_another_year_is_found() -> None:
    """The opening accounts must be those of the year before."""
    world, before = a_year()
    with pytest.raises(ConservationError, match="stock was taken in 2004"):
        check(replace(before, year=2004), world)


def test_vacancies_carried_in_count() -> None:
    """A chain open before need not have been opened this year."""
    world, before = a_year()
    world.log.chains_opened = 1
    check(replace(before, open_chains=np.array([12])), world)


def test_in_the_first_year_all_ids_are_compared() -> None:
    """Two people of one id are found although the sum of all ids is right."""
    world, before = a_year(2001)
    check(before, world)
    world.people._data["id"][3] = world.people.id[0]
    twins = replace(before, id_sum=int(world.people.id[: before.people].sum(dtype=np.uint64)))
    with pytest.raises(ConservationError, match="two people have the id"):
        check(twins, world)


def test_a_chain_carried_in_must_close_or_stand() -> None:
    """The numbers add up, but the chain that was open is not among them."""
    world, before = a_year()
    world.log.chains_opened = 1
    with pytest.raises(ConservationError, match="one that was open before is neither"):
        check(replace(before, open_chains=np.array([13])), world)


def test_dropping_rows_of_people_long_gone_is_no_loss() -> None:
    """Forgetting them changes no account, if it is said; setting them aside changes none at all."""
    nobody = np.array([], np.int64)
    for aside in (False, True):
        world, before = a_year()
        gone = np.flatnonzero(world.people.status == GONE)
        if aside:
            world.people.set_aside(gone, nobody)
        else:
            world.log.forgotten = world.people.id[gone]
            world.people.set_aside(nobody, gone)
        check(before, world)
