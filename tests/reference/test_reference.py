"""The reference model on its own: known answers, worlds small enough to work out by hand, closed forms, conservation."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.register import Register
from simulation.vocabulary import LeaverReason, Ring, Role, Route, Status
from simulation.world import Setup
from tests.reference.base_parameters import base_parameters
from tests.reference.configurations import random_setup
from tests.reference.functions import (
    age_band,
    chain_key,
    inverse_normal,
    logistic,
    logit,
    mean,
    pick,
    structured_id,
    threefry,
    years_out_band,
    years_qualified_band,
)
from tests.reference.model import ReferenceModel
from tests.reference.test_identical import reference_history

Words = tuple[int, int]
Value = float | list[float]
ONES = 2**64 - 1


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
        ((ONES, ONES), (ONES, ONES), (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
        (
            (0x243F6A8885A308D3, 0x13198A2E03707344),
            (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0x263C7D30BB0F0AF1, 0x56BE8361D3311526),
        ),
    ],
)
def test_threefry_gives_the_known_answers(counter: Words, key: Words, answer: Words) -> None:
    """The Random123 known answers for Threefry-2x64-20: zeros, ones, digits of π."""
    assert threefry(counter, key) == answer


def test_bands_are_those_of_the_page() -> None:
    """Ages, years qualified and years out at both ends of each band."""
    assert [age_band(a) for a in (18, 22, 24, 25, 29, 30, 64, 65, 70, 90)] == [0, 0, 0, 1, 1, 2, 8, 9, 9, 9]
    assert [years_qualified_band(y) for y in (0, 5, 6, 10, 11, 40)] == [0, 5, 6, 6, 7, 7]
    assert [years_out_band(y) for y in (0, 1, 2, 3, 5, 6, 10)] == [0, 1, 2, 3, 3, 4, 4]


def test_certainty_has_infinite_odds_and_comes_back() -> None:
    """Nought and one stay what they are whatever is added to their odds."""
    assert (logistic(logit(0.0) + 5), logistic(logit(1.0) - 5)) == (0.0, 1.0)
    assert logistic(logit(0.3)) == pytest.approx(0.3)
    assert (inverse_normal(0.0), inverse_normal(1.0)) == (-math.inf, math.inf)
    assert inverse_normal(0.975) == pytest.approx(1.959963984540054)


def test_picking_by_share_gives_entry_and_place_in_it() -> None:
    """An entry without a share is passed over, and the place within the entry is left for the next draw."""
    assert pick([0.2, 0.0, 0.8], 0.1) == (0, pytest.approx(0.5))
    assert pick([0.2, 0.0, 0.8], 0.6) == (2, pytest.approx(0.5))
    assert pick([0.2, 0.7, 0.0], 0.95)[0] == 1, "the last with a share, where shares fall short of one"


def test_means_do_not_depend_on_order() -> None:
    """Sums in fixed point come out the same both ways, and there is no mean of nobody."""
    values = [0.1 * k**3 for k in range(50)]
    assert mean(values) == mean(values[::-1])
    assert mean([]) is None


def one_school(pupils: int = 100, **changes: Value) -> Setup:
    """One primary of 20 pupils a teacher with a head and no other leaders, in which nothing happens unless told."""
    at_rest = ("retire", "state_schools", "career_break", "step_down", "trust_central_team", "return_from_out")
    told: dict[str, Value] = {f"leave.{name}": 0.0 for name in (*at_rest, "return_from_break")}
    told |= dict.fromkeys(("appoint.seek_promotion", "appoint.seek_move", "appoint.change_phase"), 0.0)
    told |= dict.fromkeys(("population.out_of_service", "establishment.roll_growth", "appoint.panel_noise"), 0.0)
    told |= {"establishment.posts_at_no_size": [0, 0, 0, 0, 1, 0], "establishment.posts_per_100_pupils": 0.0}
    told |= {
        "establishment.middle_leader_share": 0.0,
        "appoint.skip_rung": 1.0,
    }  # the next rung with posts is the head's
    told |= {"recruit.fill": 1.0, "recruit.newly_qualified": 1.0}
    # Everybody goes in September, with notice in time for two rounds.
    told |= {"leave.dates": [0.0, 0.0, 1.0], "leave.sudden": 0.0, "leave.late_notice": 0.0}
    told |= {path.replace("__", "."): value for path, value in changes.items()}
    values = base_parameters().values()
    values |= {path: np.broadcast_to(np.array(value, float), np.shape(values[path])) for path, value in told.items()}
    register = Register(
        urn=np.array([100_001], np.int32), name=("Only",), phase=np.zeros(1, np.int8), region=np.zeros(1, np.int8),
        local_authority=np.array([801], np.int16), kind=np.zeros(1, np.int8), pupils=np.array([pupils], np.int32),
        disadvantage=np.array([0.25]), community=np.zeros(1, np.int32), cluster=np.full(1, -1, np.int32),
        cluster_key=np.zeros(0, np.int32), cluster_kind=np.zeros(0, np.int8), cluster_name=(), region_names=("R",),
    )  # fmt: skip
    return Setup(register, Parameters.from_values(values), 2025, 0, 4)


def by_role(value: float, role: Role) -> list[float]:
    """A row with ``value`` for one role and zero for the others."""
    return [value if r == role else 0.0 for r in Role]


def test_a_school_at_rest_stays_as_it_is() -> None:
    """100 pupils at 20 a teacher are a head and four teachers; with no hazard, nobody ever moves."""
    history = reference_history(one_school(), 3, 0)
    posts = ((4, 0, 0, 0, 1, 0),) * 3
    for year in history.values():
        assert year.posts[100_001] == posts
        assert [*year.leavers, *year.appointments, *year.newcomers, *year.standing, *year.adverts] == []
        assert {key: person.role for key, person in year.people.items()} == {
            key: person.role for key, person in history[2025].people.items()
        }


def test_a_school_that_retires_is_recruited_anew() -> None:
    """All five retire; four teachers come, known by year, route and place; nobody is there to become or act as head."""
    year = reference_history(one_school(leave__retire=1.0), 3, 0)[2026]
    chains = {role: chain_key(2026, 100_001, role, 0) for role in (Role.CLASSROOM_TEACHER, Role.HEAD)}
    assert Counter(reason for _, _, reason in year.leavers) == {LeaverReason.RETIRED: 5}
    assert year.newcomers == [
        (
            structured_id(Route.NEWLY_QUALIFIED, 2026, 100_001, j),
            100_001,
            1,
            3,
            0,
            chains[Role.CLASSROOM_TEACHER] + j,
            1,
        )
        for j in range(4)
    ]
    assert year.standing == [(chains[Role.HEAD], 1, 100_001, Role.HEAD, 3 * 2026 + 3, 2)]
    assert year.closed_chains == [(chains[Role.CLASSROOM_TEACHER] + j, 1, False) for j in range(4)]
    assert not any(person.acting_role >= 0 for person in year.people.values())
    of_teachers = {(100_001, 0, "all"): 4, (100_001, 0, "first"): 4}
    assert year.adverts == of_teachers | {(100_001, 4, "all"): 2, (100_001, 4, "first"): 1}
    assert year.costs[100_001]["recruitment"] == 4 * 500 + 2 * 6_000


def test_a_standing_vacancy_keeps_its_chain_and_is_covered() -> None:
    """The head retires and nobody applies: the post is carried from year to year, and the highest, then fittest, acts."""
    odds = [10.0 if role == Role.HEAD else -10.0 for role in Role]
    setup = one_school(leave__retire=0.5, leave__retire_role_odds=odds)
    history = reference_history(setup, 3, 0)
    for years, year in enumerate(list(history.values())[1:]):
        stands = (chain_key(2026, 100_001, Role.HEAD, 0), 1, 100_001, Role.HEAD, 3 * 2026 + 3, 2 + 3 * years)
        assert year.standing == [stands], "two rounds in the first year, three in each after it"
        weights = setup.parameters.appoint.merit_weights[Role.HEAD]
        merit = {k: float(np.dot(weights, year.skills[k])) for k, p in year.people.items() if p.status == 0}
        assert [k for k, p in year.people.items() if p.acting_role == Role.HEAD] == [max(merit, key=merit.__getitem__)]
    assert [year.chains_opened for year in history.values()] == [0, 1, 0, 0, 0]


def test_a_failed_round_costs_a_term_unless_there_is_time_before_the_post_is_due() -> None:
    """Heads go in January; nobody reaches the bar in the first round, somebody does once it has dropped: in May, a term later."""
    told = {"leave__step_down": by_role(1.0, Role.HEAD), "appoint__wants": 1.0, "appoint__seek_promotion": 1.0}
    told |= {"appoint__least_years_in_role": 0.0, "appoint__bar": 8.0, "appoint__bar_drop": 10.0}
    for dates, (adverts, start, waited) in (([1.0, 0.0, 0.0], (2, 2, 1)), ([0.0, 0.0, 1.0], (2, 3, 0))):
        year = reference_history(one_school(leave__dates=dates, **told), 3, 0)[2026]
        assert [made[6:9] for made in year.appointments] == [(adverts, start, waited)]
        assert year.costs[100_001]["acting"] == math.floor(waited / 3 * acting_allowance() + 0.5)


def acting_allowance() -> float:
    """What somebody who acts as head in :func:`one_school` is paid for a year of it."""
    p = base_parameters().costs
    return float(p.acting_allowance * (p.pay[0, Role.HEAD] - p.pay[0, Role.HEAD - 1]))


def test_a_post_given_up_without_notice_waits_for_the_next_round() -> None:
    """It is vacant in the term in which it is given up, which is any; in September no round is left, and it stands."""
    setup = one_school(pupils=16_000, leave__retire=0.5, leave__sudden=1.0, recruit__fill=1.0)
    year = reference_history(setup, 7, 0)[2026]
    waits = Counter((start, waited) for _, _, _, start, waited, _, _ in year.newcomers)
    standing = sum(role == 0 for _, _, _, role, *_ in year.standing)
    assert waits.keys() == {(2, 1), (3, 1)}
    n = sum(waits.values()) + standing
    for count in (*waits.values(), standing):  # a third each; |z| < 5 fails by chance once in 10**6
        assert abs(count - n / 3) < 5 * math.sqrt(n * 2 / 9)


def test_a_head_who_steps_down_is_followed_by_the_fittest_teacher() -> None:
    """The post passes to the fittest colleague; the classroom has one too many, so the chain ends, abolished, at once."""
    setup = one_school(
        leave__step_down=by_role(1.0, Role.HEAD),
        appoint__wants=1.0,
        appoint__seek_promotion=1.0,
        appoint__least_years_in_role=0.0,
        appoint__bar=-10.0,
        appoint__gap_female=0.0,
        appoint__gap_ethnic_group=0.0,
        appoint__panel_experience=0.0,
        develop__carry_over=1.0,
    )
    history = reference_history(setup, 3, 0)
    for t in (2026, 2027, 2028):
        year, before = history[t], history[t - 1].people
        (old_head,) = (key for key, person in before.items() if person.role == Role.HEAD)
        weights = setup.parameters.appoint.merit_weights[Role.HEAD]
        merit = {key: float(np.dot(weights, year.skills[key])) for key in before if key != old_head}
        chosen, chain = max(merit, key=merit.__getitem__), chain_key(t, 100_001, Role.HEAD, 0)
        assert year.step_downs == [(old_head, Role.HEAD, 100_001)]
        assert year.appointments == [(chosen, 0, 100_001, Role.HEAD, 100_001, Ring.OWN_SCHOOL, 1, 3, 0, chain, 1)]
        assert year.closed_chains == [(chain, 1, True)]
        assert year.people[chosen].head_since == (t if before[chosen].head_since < 0 else before[chosen].head_since)
        assert (year.people[old_head].role, year.people[old_head].role_since) == (Role.CLASSROOM_TEACHER, t)


def test_a_shrinking_school_abolishes_the_posts_of_those_who_go() -> None:
    """Rolls halve as everybody retires: of the four teachers' posts only those still called for open."""
    setup = one_school(pupils=200, leave__retire=1.0, establishment__roll_growth=-0.5, recruit__fill=0.0)
    history = reference_history(setup, 3, 0)
    needed = [history[t].posts[100_001][0][0] for t in (2025, 2026, 2027)]
    assert needed[0] > needed[1] > needed[2]
    assert history[2026].chains_opened == needed[0] + 1
    abolished = [chain_key(2026, 100_001, 0, n) for n in range(needed[1], needed[0])]
    assert history[2026].closed_chains == [(chain, 1, True) for chain in abolished]
    assert [chain for chain, _, _, role, *_ in history[2027].standing if role == 0] == [
        chain_key(2026, 100_001, 0, n) for n in range(needed[2])
    ]


def test_constant_leaving_gives_binomial_survival() -> None:
    """With one hazard p a year and no way back, Binomial(n, (1 − p)^k) of n are left after k years."""
    p, calm = (
        0.12,
        dict.fromkeys(
            (
                "leave__early_career",
                "leave__role_odds",
                "leave__per_wellbeing",
                "leave__worst_led",
                "leave__per_aspiration",
                "leave__per_disadvantage",
                "inspect__leave",
                "inspect__leave_when_lowered",
            ),
            0.0,
        ),
    )
    calm |= {"leave__per_trust": 0.0, "leave__first_year_in_post": 0.0, "hours__go_part_time": 0.0}
    setup = one_school(pupils=16_000, leave__state_schools=p, recruit__fill=0.0, **calm)
    history = reference_history(setup, 7, 0)
    n = len(history[2025].people)
    assert n == 800
    for k, year in enumerate(history.values()):
        left, share = sum(person.status == Status.IN_SERVICE for person in year.people.values()), (1 - p) ** k
        assert abs(left - n * share) <= 4 * math.sqrt(n * share * (1 - share))


def test_raising_a_hazard_only_adds_leavers() -> None:
    """Draws are keyed: whoever leaves in the first year leaves as well if more do."""
    leavers = [
        {event[0] for event in reference_history(one_school(pupils=2_000, leave__state_schools=p), 7, 0)[2026].leavers}
        for p in (0.05, 0.1, 0.3)
    ]
    assert leavers[0] < leavers[1] < leavers[2]


@pytest.mark.parametrize("n", range(0, 50, 5))
def test_posts_people_and_chains_are_conserved(n: int) -> None:
    """Every post has a holder or stands vacant; every person comes from and goes somewhere; every chain ends once."""
    setup = random_setup(n)
    history, ladder = reference_history(setup, n, 1), setup.structure.ladder
    open_chains: dict[int, int] = {}
    staff: set[int] | None = None
    for year in history.values():
        holders = Counter((p.school, p.role) for p in year.people.values() if p.status == Status.IN_SERVICE)
        holders += Counter(
            (p.school, p.role)
            for p in year.people.values()
            if (p.status, p.role) == (Status.CENTRAL, ladder.trust_leader)
        )
        vacant = Counter((urn, role) for _, _, urn, role, *_ in year.standing)
        for urn, (target, posts, filled) in year.posts.items():
            for role in range(len(ladder)):
                assert filled[role] == holders[urn, role]
                assert posts[role] == filled[role] + vacant[urn, role] >= target[role]
        # Chains: each link follows the one before; a chain that ends has as many links as it says.
        links, ended = dict(open_chains), {chain: length for chain, length, _ in year.closed_chains}
        for *_, chain, link in sorted([*year.appointments, *year.newcomers], key=lambda event: event[-1]):
            assert link == links.get(chain, 1)
            links[chain] = link + 1
        standing = {chain: link for chain, link, *_ in year.standing}
        assert len(ended) == len(year.closed_chains), "a chain ends once"
        assert len(standing) == len(year.standing), "a chain has one vacancy at most"
        assert len(open_chains) + year.chains_opened == len(ended) + len(standing)
        assert not ended.keys() & standing.keys()
        assert all(link == links.get(chain, 1) for chain, link in standing.items())
        open_chains = standing
        # People: last year's, less leavers, plus those who came back and newcomers.
        now = {key for key, p in year.people.items() if p.status == Status.IN_SERVICE}
        if staff is not None:
            back = {event[0] for event in year.appointments if event[5] == Ring.OUTSIDE}
            gone, new = {event[0] for event in year.leavers}, {event[0] for event in year.newcomers}
            assert len(year.leavers) == len(gone) <= len(staff)
            assert now == (staff - gone) | back | new
            assert not staff & (back | new)
        staff = now


def test_it_is_a_mesa_model_of_one_agent_a_person() -> None:
    """Mesa's own sets see the people, through births and departures."""
    model = ReferenceModel(random_setup(2), 2, 0)
    for _ in range(3):
        model.step()
        assert len(model.agents) == len(model.people) == len(model.history[model.year].people)
    assert model.agents.select(lambda person: person.status == Status.IN_SERVICE).get("id")
