"""Each published definition on careers made by hand, with the trap that it holds."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.census.publish import measure_year
from simulation.census.results import Results
from simulation.log import Appointments, ClosedChains
from simulation.vocabulary import Move, Ring, Route
from simulation.world import World
from tests.simulation.census_worlds import (
    ASSISTANT,
    CENTRAL,
    DEPUTY,
    GONE,
    HEAD,
    MIDDLE,
    ON_BREAK,
    OUT,
    PRIMARY,
    SECONDARY,
    TRUST_LEADER,
    Seen,
    add_person,
    add_schools,
    at,
    make_world,
)
from tests.worlds import vacant


def two_schools(year: int = 2005) -> World:
    """Two primary schools (0, 1) and a secondary (2)."""
    world = make_world(year)
    add_schools(world, [PRIMARY, PRIMARY, SECONDARY])
    return world


def measured(world: World, *names: str) -> Results:
    results = Results()
    results.add(measure_year(world, names or None))
    return results


def value(world: World, measure: str, **dimensions: str) -> float:
    return measured(world, measure).value(measure, world.year, **dimensions)


def base(world: World, measure: str, **dimensions: str) -> float:
    columns = measured(world, measure).to_columns()
    keep = np.ones(len(columns["value"]), bool)
    for name in set(columns) - {"year", "measure", "value", "base"}:
        keep &= columns[name] == dimensions.get(name, "all")
    assert keep.sum() == 1
    return float(columns["base"][keep][0])


def has_rows(world: World, measure: str) -> bool:
    return len(measure_year(world, [measure])) > 0


NEW_HEAD = {"role": "head", "years": "1"}
FELLOW: tuple[Seen, ...] = (at(0, DEPUTY), at(0, HEAD), at(0, HEAD))
"""A head who was new to post a year ago and is retained, so that every cohort below has a base of two."""


def retained(career: tuple[Seen, ...], measure: str, born: int = 1970) -> tuple[float, float]:
    """Retention after one year of a cohort of FELLOW and somebody with ``career``, and the size of the cohort."""
    world = two_schools()
    add_person(world, FELLOW)
    add_person(world, career, born=born)
    return value(world, measure, **NEW_HEAD), base(world, measure, **NEW_HEAD)


@pytest.mark.parametrize(
    ("career", "published", "true", "any_post"),
    [
        ((at(0, DEPUTY), at(0, HEAD), at(1, HEAD)), 1.0, 1.0, 1.0),  # another school of the phase: kept
        ((at(0, DEPUTY), at(0, HEAD), at(2, HEAD)), 0.5, 0.5, 0.5),  # change of phase: lost
        ((at(0, DEPUTY), at(0, HEAD), at(0, DEPUTY)), 0.5, 0.5, 1.0),  # step down: lost, but still teaching
        ((at(0, DEPUTY), at(0, HEAD), at(0, HEAD, CENTRAL)), 0.5, 1.0, 0.5),  # central team: lost only to the census
        ((at(0, DEPUTY), at(0, HEAD), at(0, TRUST_LEADER, CENTRAL)), 0.5, 1.0, 0.5),  # trust leader: the same
        ((at(0, DEPUTY), at(0, HEAD), at(0, HEAD, ON_BREAK)), 0.5, 0.5, 0.5),
        ((at(0, DEPUTY), at(0, HEAD), at(0, HEAD, OUT)), 0.5, 0.5, 0.5),
        ((at(0, HEAD, OUT), at(0, HEAD), at(0, HEAD)), 1.0, 1.0, 1.0),  # came back as head: new to post
        ((None, at(0, HEAD), at(0, HEAD)), 1.0, 1.0, 1.0),  # not in the model before: new to post
    ],
)
def test_what_counts_as_staying(career: tuple[Seen, ...], published: float, true: float, any_post: float) -> None:
    """Nine careers beside one of somebody who stays: kept or lost, as published, in truth, and in any post."""
    assert retained(career, "retention_new_to_post") == (published, 2)
    assert retained(career, "retention_new_to_post_true") == (true, 2)
    assert retained(career, "retained_in_any_post") == (any_post, 2)


@pytest.mark.parametrize(
    ("career", "born"),
    [
        ((at(0, HEAD), at(0, HEAD), at(0, DEPUTY)), 1970),  # a head already: not new
        ((at(1, HEAD), at(0, HEAD), at(0, DEPUTY)), 1970),  # a head elsewhere: not new to the level
        ((at(0, DEPUTY), at(0, HEAD), at(0, DEPUTY)), 1954),  # 50 at the census of 2004
    ],
)
def test_who_is_not_new_to_post(career: tuple[Seen, ...], born: int) -> None:
    """Heads already, from elsewhere, and people of 50 are not in the cohort: the other is alone in it."""
    assert retained(career, "retention_new_to_post", born) == (1.0, 1)


def test_whoever_is_49_at_the_census_of_the_cohort_counts_although_50_when_measured() -> None:
    """Age is taken at the census at which the cohort was formed."""
    assert retained((at(0, DEPUTY), at(0, HEAD), at(0, DEPUTY)), "retention_new_to_post", 1955) == (0.5, 2)


def test_acting_is_not_new_to_post() -> None:
    """A deputy who covers the headship is a deputy."""
    world = two_schools()
    add_person(world, FELLOW)
    add_person(world, [at(0, DEPUTY), at(0, DEPUTY), at(0, DEPUTY)], acting_role=HEAD)
    assert base(world, "retention_new_to_post", **NEW_HEAD) == 1


def test_promotion_beyond_the_post_is_retention_at_the_same_level_or_higher() -> None:
    """A new deputy who is a head a year later is retained as a deputy."""
    world = two_schools()
    add_person(world, [at(0, ASSISTANT), at(0, DEPUTY), at(0, HEAD)])
    assert value(world, "retention_new_to_post", role="deputy_head", years="1") == 1


def test_retention_looks_at_two_censuses_only_so_whoever_comes_back_is_retained() -> None:
    """A break in between does not show, as in the published series."""
    world = two_schools()
    add_person(world, [at(0, DEPUTY), at(0, HEAD), at(0, HEAD, ON_BREAK), at(1, HEAD)])
    assert value(world, "retention_new_to_post", role="head", years="2") == 1
    assert base(world, "retention_new_to_post", role="head", years="2") == 1


def test_one_person_can_be_in_two_cohorts() -> None:
    """A middle leader promoted a year later is counted in each cohort at its own distance."""
    world = two_schools()
    add_person(world, [at(0), at(0, MIDDLE), at(0, ASSISTANT), at(0, ASSISTANT)])
    assert value(world, "retention_new_to_post", role="middle_leader", years="2") == 1
    assert value(world, "retention_new_to_post", role="assistant_head", years="1") == 1


def test_ten_years_of_retention_need_the_census_before_the_cohort() -> None:
    """Without it nobody knows who was new, and nothing is published."""
    world = two_schools(2011)
    add_person(world, [at(0, DEPUTY), *[at(0, HEAD)] * 11])
    assert value(world, "retention_new_to_post", role="head", years="10") == 1
    world = make_world(2010)
    add_schools(world, [PRIMARY])
    add_person(world, [at(0, HEAD)] * 11)  # a head at the first census: nobody knows since when
    assert not has_rows(world, "retention_new_to_post")


def test_serving_leaders_of_any_age_and_phase_count_in_yearly_retention() -> None:
    """Neither the limit of age nor the same phase applies; a lower post is no retention."""
    world = two_schools()
    add_person(world, [at(0, HEAD), at(2, HEAD)], born=1940)  # another phase, 65 years old
    add_person(world, [at(0, HEAD), at(0, DEPUTY)])
    add_person(world, [at(0, DEPUTY), at(0, HEAD)])
    assert value(world, "retention_serving_leaders", role="head") == 0.5
    assert value(world, "retention_serving_leaders", role="deputy_head") == 1
    assert value(world, "retention_in_same_post", role="head") == 0


def test_leavers_are_weighted_by_hours_and_out_of_the_stock_of_the_census_before() -> None:
    """A mover is no leaver, an entrant is not in the base; the rate by headcount stands beside it."""
    world = two_schools()
    add_person(world, [at(0), at(0, status=OUT)], fte=60)
    add_person(world, [at(0), at(0)])
    add_person(world, [at(0), at(2)], fte=40)  # a mover is no leaver
    add_person(world, [None, at(2)])  # an entrant is not in the stock before
    assert value(world, "leaver_rate") == pytest.approx(0.6 / 2.0)
    assert base(world, "leaver_rate") == 2.0
    assert value(world, "leaver_rate_headcount") == pytest.approx(1 / 3)
    assert value(world, "leavers", role="classroom_teacher") == 0.6
    with pytest.raises(KeyError, match="no row"):
        value(world, "leaver_rate", phase="secondary")


def test_a_returner_a_newly_qualified_and_a_new_to_sector_entrant_are_told_apart() -> None:
    """Shares are of full-time equivalents, the rate out of the stock that they joined."""
    world = two_schools()
    add_person(world, [at(0), at(0)])
    add_person(world, [at(0, status=OUT), at(0)], fte=40)
    add_person(world, [None, at(0)], route=Route.NEWLY_QUALIFIED)
    add_person(world, [None, at(0)], route=Route.NEW_TO_SECTOR, fte=60)
    assert value(world, "returner_share_of_entrants") == 0.2
    assert value(world, "newly_qualified_share_of_entrants") == 0.5
    assert value(world, "new_to_sector_share_of_entrants") == 0.3
    assert value(world, "entrant_rate") == pytest.approx(2 / 3)  # out of the stock that they have joined
    assert value(world, "entrants", entry="returner") == 0.4
    assert value(world, "entrants_headcount") == 3


def test_a_returner_counts_as_retained_since_qualifying() -> None:
    """The cohort is the newly qualified alone, and a break in between does not show."""
    world = two_schools()
    came_back = [None, at(0), at(0, status=ON_BREAK), at(1)]
    add_person(world, came_back, route=Route.NEWLY_QUALIFIED)
    add_person(world, [None, at(0), at(0), at(0, status=OUT)], route=Route.NEWLY_QUALIFIED)
    add_person(world, [None, at(0), at(0), at(0)], route=Route.NEW_TO_SECTOR)  # not newly qualified
    add_person(world, [at(0), at(0), at(0), at(0)])  # was there at the start
    assert value(world, "retention_since_qualifying", years="2") == 0.5
    assert base(world, "retention_since_qualifying", years="2") == 2


def test_a_mover_is_in_service_at_both_censuses_in_different_schools() -> None:
    """Returners are no movers, and nor are they in the base."""
    world = two_schools()
    add_person(world, [at(0), at(1)])
    add_person(world, [at(0), at(0)])
    add_person(world, [at(0, status=OUT), at(1)])  # a returner is no mover
    assert value(world, "mover_rate") == pytest.approx(1 / 3)
    assert value(world, "stayed_in_school", role="classroom_teacher") == 0.5


def test_exit_rates_are_out_of_the_age_group_by_age_at_the_census_before() -> None:
    """Whoever was 34 then counts as under 35 when missed at 35; the pool holds who is out."""
    world = two_schools()
    add_person(world, [at(2), at(2, status=OUT)], born=1970)  # 34 in 2004, 35 when missed
    add_person(world, [at(2), at(2)], born=1980)
    add_person(world, [at(2), at(2, status=GONE)], born=1949)  # 55
    add_person(world, [at(2), at(2)], born=1950)  # 54
    assert value(world, "exit_rate_by_age", age_group="under_35", phase="secondary") == 0.5
    assert value(world, "exit_rate_by_age", age_group="35_54", phase="secondary") == 0
    assert value(world, "exit_rate_by_age", age_group="55_plus", phase="secondary") == 1
    assert value(world, "leavers_by_age_share_of_stock", age_group="55_plus") == 0.25
    assert value(world, "leavers_by_age_and_reason", age_band="55_59", reason="retired") == 1
    assert value(world, "leavers_by_age_and_reason", age_band="30_34", reason="left_state_schools") == 1
    assert value(world, "leaver_rate_by_reason", reason="retired") == 0.25
    assert value(world, "out_of_service_pool", pool="out") == 1


def test_destinations_are_of_those_who_gave_up_the_post() -> None:
    """Six ways to give up a headship are a sixth each, and whoever stays is not in the base."""
    world = two_schools()
    for now in (
        at(0, HEAD),  # stays: not in the base
        at(1, HEAD),
        at(0, DEPUTY),
        at(0, HEAD, GONE),
        at(0, HEAD, OUT),
        at(0, HEAD, ON_BREAK),
        at(0, TRUST_LEADER, CENTRAL),
    ):
        add_person(world, [at(0, HEAD), now])
    add_person(world, [at(0, DEPUTY), at(1, HEAD)])
    for destination in (
        "same_level_elsewhere",
        "lower_role",
        "retired",
        "left_state_schools",
        "career_break",
        "trust_central_team",
    ):
        assert value(world, "leader_destinations", role="head", destination=destination) == pytest.approx(1 / 6)
    assert value(world, "leader_destinations", role="deputy_head", destination="promoted") == 1


def test_origins_of_heads_look_four_years_back_at_all_heads() -> None:
    """Heads, senior leaders and people from outside the census then, of all heads and of the new ones."""
    world = two_schools()
    for origin in (at(2, HEAD), at(0, DEPUTY), at(0, ASSISTANT), at(0, HEAD, OUT), None):
        gap = [None if origin is None else at(0, DEPUTY)] * 3
        add_person(world, [origin, *gap, at(0, HEAD)])
    assert value(world, "heads_origin_four_years_earlier", origin="head") == 0.2
    assert value(world, "heads_origin_four_years_earlier", origin="senior_leader") == 0.4
    assert value(world, "heads_origin_four_years_earlier", origin="system_entrant") == 0.4
    assert value(world, "new_heads_origin_four_years_earlier", origin="senior_leader") == 0.5


def test_first_headship_is_the_first_in_a_life_and_experience_counts_from_qualifying() -> None:
    """A head who was one before is left out of median, mean, age and share of women."""
    world = two_schools()
    for years, sex in ((10, 0), (12, 0), (20, 1)):
        add_person(world, [at(0, DEPUTY), at(0, HEAD)], sex=sex, head_since=2005, qualified_year=2005 - years)
    add_person(world, [at(0, DEPUTY), at(0, HEAD)], head_since=1999, qualified_year=1960)  # a head before
    assert value(world, "experience_at_first_headship") == 12
    assert value(world, "experience_at_first_headship", sex="female") == 11
    assert value(world, "experience_at_first_headship_mean") == 14
    assert value(world, "age_at_first_headship") == 35
    assert value(world, "female_share_of_new_heads") == pytest.approx(2 / 3)
    assert value(world, "new_heads_share") == 1


def test_schools_in_a_decade_count_only_time_in_service_of_people_seen_at_both_ends() -> None:
    """A school while out of service does not count, and nine censuses are too few."""
    world = two_schools(2010)
    add_person(world, [at(0), *[at(1)] * 5, *[at(2, status=OUT)] * 2, at(0), at(0)])
    add_person(world, [at(2)] * 10)
    add_person(world, [None, *[at(2)] * 9])  # only nine censuses
    assert value(world, "schools_worked_in_decade", schools_worked_in="2") == 0.5
    assert value(world, "schools_worked_in_decade", schools_worked_in="1") == 0.5
    assert base(world, "schools_worked_in_decade", schools_worked_in="1") == 2


def test_turnover_leaves_the_trust_or_where_there_is_none_the_authority() -> None:
    """Moves within the employer are no turnover; clusters other than trusts are not employers."""
    world = make_world(2005)
    add_schools(world, [PRIMARY] * 5, cluster=[0, 0, 1, -1, -1], local_authority=[1, 2, 1, 1, 2])
    world.clusters.append(2, key=np.array([1, 2]), kind=np.array([2, 0]), lead_school=np.array([0, 2]))
    add_person(world, [at(0), at(1)])  # another authority, the same trust: stays
    add_person(world, [at(0), at(3)])  # the same authority, out of the trust: moves
    add_person(world, [at(2), at(0)])  # local cluster, so by authority: stays, though in a trust now
    add_person(world, [at(3), at(4)])  # another authority: moves
    add_person(world, [at(3), at(3, status=OUT)])
    trust, authority = {"employer": "trust_of_2_to_9"}, {"employer": "local_authority"}
    assert value(world, "turnover_out_of_trust_or_authority", **trust) == 0.5
    assert value(world, "turnover_out_of_trust_or_authority", **authority) == pytest.approx(2 / 3)
    assert value(world, "turnover_out_of_trust_or_authority", **authority, exit="moved_elsewhere") == pytest.approx(
        1 / 3
    )
    assert value(world, "trust_size") == 2
    assert value(world, "trust_size_share", trust_size="2_to_9") == 1
    assert value(world, "schools_in_trusts_share") == 0.4


def test_stock_per_school_is_over_all_schools_of_the_place() -> None:
    """Schools with nobody are in the denominator, and central teams are not seen."""
    world = two_schools()
    add_person(world, [at(0, HEAD)], fte=60)
    add_person(world, [at(2)])
    add_person(world, [at(0, HEAD, CENTRAL)])  # not seen
    assert value(world, "headcount") == 2
    assert value(world, "fte") == 1.6
    assert value(world, "fte_per_school", phase="primary") == 0.3  # 0.6 over two schools
    assert value(world, "fte_per_school") == pytest.approx(1.6 / 3)
    assert value(world, "part_time_share", role="head") == 1
    assert value(world, "pupils_per_teacher") == pytest.approx(300 / 1.6)


def test_part_timers_per_fte_have_middle_leaders_among_teachers() -> None:
    """Two of three in the classroom or leading a team there, over 2.2 full-time equivalents; no row is of middle leaders."""
    world = two_schools()
    add_person(world, [at(0)])
    add_person(world, [at(0)], fte=40)
    add_person(world, [at(0, MIDDLE)], fte=80)
    add_person(world, [at(2, HEAD)], fte=60)
    assert value(world, "part_timers_per_fte", role="classroom_teacher") == pytest.approx(2 / 2.2)
    assert value(world, "part_timers_per_fte", role="head", phase="secondary") == pytest.approx(1 / 0.6)
    assert value(world, "part_timers_per_fte") == pytest.approx(3 / 2.8)
    assert value(world, "part_time_share", role="middle_leader") == 1


def test_means_of_people_in_service_by_role() -> None:
    """Age, years, well-being, hours and skill of two heads; one who is out counts in none."""
    world = two_schools()
    add_person(
        world,
        [at(0, HEAD)],
        born=1950,
        qualified_year=1980,
        role_since=2001,
        wellbeing=1.0,
        workload=55.5,
        teaching=0.5,
    )
    add_person(
        world, [at(2, HEAD)], born=1960, qualified_year=1990, role_since=2004, wellbeing=-2.0, workload=50, teaching=1
    )
    add_person(world, [at(2, HEAD, OUT)], born=1900, wellbeing=9.0)
    found = {name: value(world, name, role="head") for name in ("mean_age", "years_since_qualifying", "years_in_post")}
    assert found == {"mean_age": 50, "years_since_qualifying": 20, "years_in_post": 2.5}
    assert value(world, "wellbeing") == -0.5
    assert value(world, "working_hours", role="head") == 52.75
    assert value(world, "senior_leaders_skill", role="head", skill="teaching") == 0.75
    assert value(world, "median_age_of_heads") == 50
    assert value(world, "headcount_by_age", role="head", age_band="55_59") == 1


def test_vacant_advertised_and_acting_posts_come_from_the_market() -> None:
    """Standing vacancies and the log of the year, over posts or over posts advertised."""
    world = make_world(2005)
    add_schools(world, [PRIMARY, SECONDARY], posts=[[3, 0, 0, 0, 1, 0], [5, 0, 0, 0, 1, 0]])
    world.vacancies = vacant((0, 4, 0, 1), (1, 4, 1, 1), (1, 0, 2, 1))
    world.log.advertised = np.array([[2, 0, 0, 0, 1, 0], [2, 0, 0, 0, 3, 0]])
    world.log.appointments = Appointments(
        to_role=np.array([4, 4, 4, 4], np.int8),
        to_school=np.array([0, 1, 1, 1], np.int32),
        round=np.array([2, 1, 1, 1]),
        waited=np.array([1, 0, 0, 1]),
    )
    world.log.acting_briefly = np.zeros((2, 6), int)
    world.log.acting = np.array([[0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0]])
    assert value(world, "posts_vacant", role="head") == 2
    assert value(world, "posts_vacant", role="deputy_head") == 0
    assert value(world, "vacancy_rate") == 0.3
    assert value(world, "posts_readvertised", role="head") == 0.25
    assert value(world, "posts_readvertised", role="head", phase="primary") == 1
    assert value(world, "posts_acting") == 1
    assert value(world, "posts_temporarily_filled", role="head") == 0.5
    assert value(world, "vacancy_rate_narrow", role="head") == 0.5, "nobody acts in the other"
    assert value(world, "terms_to_fill", role="head") == 0.5
    assert value(world, "terms_vacant", role="head") == 1, "since September 2005"
    assert value(world, "posts_advertised") == 8
    assert value(world, "posts_per_school", role="classroom_teacher") == 4


def test_appointments_and_chains_are_read_from_the_log() -> None:
    """Rings, moves, posts filled inside a trust, and lengths of chains that closed."""
    world = make_world(2005)
    add_schools(world, [PRIMARY, SECONDARY], cluster=[0, 0])
    world.clusters.append(1, key=1, kind=2, lead_school=0)
    world.log.appointments = Appointments(
        to_role=np.array([4, 4, 3, 0], np.int8),
        to_school=np.array([0, 1, 1, 0], np.int32),
        ring=np.array([Ring.OWN_SCHOOL, Ring.CLUSTER, Ring.COMMUNITY, Ring.OUTSIDE], np.int8),
        move=np.array([Move.PROMOTION, Move.SAME_LEVEL, Move.PROMOTION, Move.FIRST_POST], np.int8),
    )
    world.log.closed_chains = ClosedChains(
        np.arange(3),
        np.array([4, 4, 0], np.int8),
        np.array([0, 1, 0], np.int32),
        np.array([4, 1, 12]),
        np.zeros(3, bool),
    )
    assert value(world, "appointments_by_ring", role="head", ring="cluster") == 0.5
    assert value(world, "appointments", role="head", move="promotion") == 1
    assert value(world, "senior_posts_filled_inside_trust") == pytest.approx(2 / 3)
    assert value(world, "vacancy_chain_length", role="head") == 2.5
    assert value(world, "vacancy_chain_lengths", chain_length="10_plus") == pytest.approx(1 / 3)


def test_a_log_of_another_year_is_not_read() -> None:
    """A world whose log is stale publishes no flow instead of last year's."""
    world = two_schools()
    world.log.year = 2004
    for name in ("appointments", "vacancy_chain_length", "costs", "posts_readvertised"):
        assert not has_rows(world, name)


def test_schools_that_changed_their_head_by_disadvantage() -> None:
    """Only schools with a post of head, and changes of this year; by fifth within the phase."""
    world = make_world(2005)
    posts = [[1, 0, 0, 0, 1, 0]] * 5 + [[1, 0, 0, 0, 0, 0]]
    changed = [2005, 2004, 2005, -1, -1, 2005]
    add_schools(world, [PRIMARY] * 6, posts=posts, head_changed=changed, disadvantage=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert value(world, "turnover_of_heads") == 0.4  # the last has no post of head
    assert value(world, "turnover_of_heads", phase="primary", disadvantage="least_disadvantaged") == 0.5


def test_shares_and_promotion_by_sex_and_ethnic_group() -> None:
    """Promotion is among those in service at both censuses, by the role that they came from."""
    world = two_schools()
    add_person(world, [at(0), at(0, MIDDLE)], sex=0, ethnic_group=2)
    add_person(world, [at(0), at(0)], sex=0)
    add_person(world, [at(0), at(0)], sex=1)
    add_person(world, [at(0), at(0, status=OUT)], sex=1)  # left: not among those in service at both
    assert value(world, "female_share", role="classroom_teacher") == 0.5
    assert value(world, "ethnic_group_share", role="middle_leader", ethnic_group="asian") == 1
    assert value(world, "ethnic_group_share", ethnic_group="asian") == pytest.approx(1 / 3)
    assert value(world, "minority_share") == pytest.approx(1 / 3)
    assert value(world, "promotion_rate", role="classroom_teacher", sex="female") == 0.5
    assert value(world, "promotion_rate", role="classroom_teacher") == pytest.approx(1 / 3)
    assert value(world, "promotion_rate_by_ethnic_group", role="classroom_teacher", ethnic_group="asian") == 1


def test_costs_are_whole_pounds_by_category() -> None:
    """By category and place, per pupil, and a log with another number of categories is an error."""
    world = two_schools()
    world.log.costs = np.array([[10, 1, 0, 0, 0], [20, 2, 0, 0, 0], [30, 3, 5, 0, 0]], np.int64)
    assert value(world, "costs") == 71
    assert value(world, "costs", cost="pay", phase="primary") == 30
    assert value(world, "costs_per_pupil", cost="recruitment") == pytest.approx(5 / 300)
    assert value(world, "costs_per_pupil") == pytest.approx(71 / 300)
    world.log.costs = np.zeros((3, 4), np.int64)
    with pytest.raises(ValueError, match="5 categories"):
        value(world, "costs")


def test_means_of_schools_and_pupils() -> None:
    """Schools count alike in leadership, by their pupils in progress."""
    world = make_world(2005)
    add_schools(world, [PRIMARY, SECONDARY], leadership=[1.0, -2.0], progress=[0.5, 0.25], pupils=[100, 300])
    assert value(world, "leadership_quality") == -0.5
    assert value(world, "pupil_progress") == 0.3125  # (50 + 75) / 400
    assert value(world, "pupils", phase="secondary") == 300
    assert value(world, "schools") == 2


def test_the_first_census_knows_nothing_of_flows() -> None:
    """Stocks are published; whatever needs the year before is not."""
    world = make_world(2000)
    add_schools(world, [PRIMARY])
    add_person(world, [at(0, HEAD)], head_since=2000)
    known = set(measured(world).to_columns()["measure"])
    assert {"headcount", "fte", "schools", "mean_age", "posts_vacant"} <= known
    unknown = (
        "leaver_rate",
        "entrant_rate",
        "mover_rate",
        "age_at_first_headship",
        "turnover_of_heads",
        "costs",
        "new_heads_share",
    )
    assert not known & set(unknown)
