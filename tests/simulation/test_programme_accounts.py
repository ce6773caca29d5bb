"""A run with programmes keeps their accounts, and each account fails when it is tampered with behind its back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simulation.conservation import ConservationError, Opening, check
from simulation.log import FUNNEL, Helping
from simulation.model import PipelineModel
from simulation.programmes.programme import Again
from simulation.vocabulary import Role, Status
from simulation.world import World
from tests.simulation.programmes import ALL, PEOPLE, SCHOOLS, setup_with

COACHING, REVIEW, TOGETHER = range(3)


@pytest.fixture(scope="module")
def closed_year() -> tuple[Opening, World]:
    """The second projected year, in which all three programmes deliver, and what stood before it."""
    model = PipelineModel(setup_with(*ALL), seed=3, measures=())
    while model.year < 2025:
        model.step()
    opening = Opening.of(model.world)
    model.step()
    return opening, model.world


def test_runs_with_programmes_add_up_every_year_and_something_happens_in_each_of_them() -> None:
    """People, schools and clusters enrol and complete, with helpers, under all checks."""
    model = PipelineModel(setup_with(*ALL), seed=9, measures=())
    model.run()
    assert set(model.world.enrolments.programme) == {COACHING, REVIEW, TOGETHER}
    assert model.world.people.completed.any()
    assert model.world.schools.completed.any()
    assert model.world.clusters.completed.any()
    assert model.world.log.helping.helped.sum() > 3


def test_withdrawn_places_add_up_too() -> None:
    """Costs are savings, and the accounts hold with signs reversed."""
    model = PipelineModel(setup_with(replace(PEOPLE, sign=-1.0)), seed=9, measures=())
    model.run()
    assert (model.world.log.programme_costs <= 0).all()
    assert len(model.world.enrolments) > 0


def entry(world: World, programme: int) -> int:
    """An enrolment of this year that has a helper; of the programme for clusters, which has none, any."""
    e = world.enrolments
    helped = (e.start == world.year) & (e.helper != 0)
    return int(np.flatnonzero((e.programme == programme) & (helped | (programme == TOGETHER)))[0])


def enrolment(column: str, value: float, programme: int = COACHING) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        world.enrolments._data[column][entry(world, programme)] = value

    return tamper


def funnel(stage: str, change: int, programme: int = COACHING) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        world.log.funnel[programme, FUNNEL.index(stage)] += change

    return tamper


def bill(programme: int, item: int, change: int = 1) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        costs = world.log.programme_costs[programme]
        costs[int(np.flatnonzero(costs[:, item])[0]), item] += change

    return tamper


def moved_bill(world: World) -> None:
    """The fee of a school that was reviewed is charged to one that was not."""
    costs = world.log.programme_costs[REVIEW]
    charged, free = int(np.flatnonzero(costs[:, 1])[0]), int(np.flatnonzero(costs[:, 1] == 0)[0])
    costs[free, :3], costs[charged, :3] = costs[charged, :3].copy(), 0


def place_paid_twice(world: World) -> None:
    costs = world.log.programme_costs[COACHING]
    at = int(np.flatnonzero(costs[:, 0])[0])
    costs[at, :3] += costs[at, :3] // (costs[at, 0] // 1000)


def enrolled_twice(world: World) -> None:
    e, at = world.enrolments, entry(world, COACHING)
    e.append(1, **{name: getattr(e, name)[at] for name in e})
    world.log.funnel[COACHING] += 1


def helping(**columns: Callable[[np.ndarray], np.ndarray]) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        for name, change in columns.items():
            setattr(world.log.helping, name, change(getattr(world.log.helping, name)))

    return tamper


def last(value: float) -> Callable[[np.ndarray], np.ndarray]:
    """The same column with another last entry."""
    return lambda column: np.append(column[:-1], np.array([value], column.dtype))


def helper_twice(world: World) -> None:
    world.log.helping = Helping.joined([world.log.helping, world.log.helping.where(np.array([0]))])


def away_all_year(world: World) -> int:
    people = world.people
    away = (people.status != Status.IN_SERVICE) & (people.status != Status.CENTRAL) & (people.left_year < world.year)
    return int(np.flatnonzero(away)[0])


def helper_out_of_service(world: World) -> None:
    row = away_all_year(world)
    world.log.helping.row[-1], world.log.helping.person[-1] = row, world.people.id[row]


def helper_on_the_programme(world: World) -> None:
    who = np.flatnonzero(world.log.helping.programme == COACHING)[0]
    at = entry(world, COACHING)
    old, new = int(world.enrolments.unit[at]), world.log.helping.person[who]
    people, bit = world.people._data, np.uint64(1 << COACHING)
    people["joined"][world.log.helping.row[who]] |= bit
    people["joined"][np.flatnonzero(world.people.id == np.uint64(old))] &= ~bit
    world.enrolments._data["unit"][at] = new


def joined_without_place(world: World) -> None:
    row = int(np.flatnonzero(world.people.joined == 0)[0])
    world.people._data["joined"][row] |= np.uint64(1 << COACHING)


def bit(table: str, column: str, programme: int) -> Callable[[World], None]:
    """Turn a bit of everybody who joined the programme, or of all for a programme that is not for them."""

    def tamper(world: World) -> None:
        data, own = getattr(world, table)._data[column], np.uint64(1 << programme)
        rows = np.flatnonzero(getattr(world, table).joined & own)
        data[rows if len(rows) else 0] ^= own

    return tamper


def changed_while_away(world: World) -> None:
    world.people._data["shift"][away_all_year(world), 3] = 1


def cluster(column: str, value: float) -> Callable[[World], None]:
    def tamper(world: World) -> None:
        world.clusters._data[column][0] = value

    return tamper


def chaired_by_a_teacher(world: World) -> None:
    world.clusters._data["chair"][0] = world.people.id[np.flatnonzero(world.people.role == Role.CLASSROOM_TEACHER)[0]]


def chaired_by_a_stranger(world: World) -> None:
    outside = world.schools.cluster[world.people.school] < 0
    head = (world.people.role == Role.HEAD) & (world.people.status == Status.IN_SERVICE)
    world.clusters._data["chair"][0] = world.people.id[np.flatnonzero(head & outside)[0]]


TAMPERING = [
    (enrolled_twice, "coaching: .* is enrolled twice"),
    (joined_without_place, "coaching: .* one without the other"),
    (enrolment("unit", 5), "coaching: .* one without the other"),
    (enrolment("programme", 3), "none of the 3 of the setup"),
    (enrolment("start", 2019), "coaching: .* started, but .* enrolments are of this year"),
    (bit("schools", "joined", COACHING), "row 0 of schools joined a programme that is not for it"),
    (bit("people", "completed", REVIEW), "of people joined a programme that is not for it, or completed"),
    (bit("schools", "completed", REVIEW), "review: .* wrongly down as having completed"),
    (bit("people", "completed", COACHING), "coaching: .* wrongly down as having completed"),
    (funnel("started", 1), "coaching: .* started, but"),
    (funnel("places", -1), "coaching: .* started, of .* who applied for"),
    (funnel("eligible", -1, REVIEW), "review: .* applied, but .* could"),
    (funnel("eligible", -200), "coaching: .* applied, but .* could"),
    (enrolment("delivered", 1.5), "coaching: more was delivered"),
    (enrolment("delivered", float("nan")), "coaching: more was delivered"),
    (enrolment("dose", 1.0000000001), "coaching: dose"),
    (enrolment("worn", -0.1, TOGETHER), "together: worn"),
    (enrolment("gap", -0.1), "less than nothing"),
    (enrolment("helper", 0), "coaching: .* helpers help .* but .* have one of"),
    (helping(helped=last(7)), "review: .* helpers help"),
    (helping(load=last(0.3)), "review: a helper's load"),
    (helping(row=last(0)), "not the person in the row"),
    (helper_twice, "helps in two programmes"),
    (helper_out_of_service, "was not in service"),
    (helper_on_the_programme, "they are on themselves"),
    (bill(COACHING, 0), "coaching: schools are charged"),
    (bill(COACHING, 2, 600), "coaching: schools are charged"),
    (place_paid_twice, "coaching: schools are charged"),
    (bill(REVIEW, 1), "review: schools are charged"),
    (moved_bill, "review: schools are charged"),
    (bill(TOGETHER, 0), "together: schools are charged"),
    (bill(REVIEW, 3), "review: .* time of those who helped"),
    (changed_while_away, "out of service all year"),
    (cluster("strength", 1.01), "cluster 7: strength"),
    (cluster("systems", float("nan")), "cluster 7: systems"),
    (chaired_by_a_teacher, "cluster 7: its chair"),
    (chaired_by_a_stranger, "cluster 7: its chair"),
]


@pytest.mark.parametrize(("tamper", "message"), TAMPERING, ids=[f"{i}" for i in range(len(TAMPERING))])
def test_tampering_is_found_and_named(
    closed_year: tuple[Opening, World], tamper: Callable[[World], None], message: str
) -> None:
    """Each change to a sound year's enrolments, funnel, helpers or costs is found, with words that say which."""
    opening, world = closed_year
    check(opening, world)
    world = copy.deepcopy(world)
    tamper(world)
    with pytest.raises(ConservationError, match=message):
        check(opening, world)


def test_a_programme_takes_nobody_on_out_of_its_time() -> None:
    """A start that is logged before its first year is found."""
    model = PipelineModel(
        setup_with(replace(PEOPLE, places=replace(PEOPLE.places, first=2090, last=2095))), measures=()
    )
    opening = Opening.of(model.world)
    model.step()
    check(opening, model.world)
    model.world.log.funnel[0, 0] = 3
    with pytest.raises(ConservationError, match="takes nobody on this year"):
        check(opening, model.world)


def test_whoever_is_on_a_programme_again_has_waited_long_enough() -> None:
    """Schools that are reviewed every other year; a start that is moved a year nearer to the last one is found."""
    often = replace(SCHOOLS, again=Again(after=1), places=replace(SCHOOLS.places, share=1.0))
    model = PipelineModel(setup_with(often, years=5), seed=9, measures=())
    while model.year < 2027:
        opening = Opening.of(model.world)
        model.step()
    check(opening, model.world)
    start = model.world.enrolments._data["start"]
    earlier = np.flatnonzero(start[: len(model.world.enrolments)] == 2025)
    start[earlier[0]] = 2026
    with pytest.raises(ConservationError, match=r"review: .* is enrolled again too soon"):
        check(opening, model.world)
