"""The model against theory: cases that have a closed form, and extremes that have an exact answer.

Seeds are fixed, so nothing flickers. Each statistical check says how likely a correct model would be to fail it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import Move, Role, Route, Status
from simulation.world import Setup
from tests.reference.configurations import random_setup


def quiet(years: int = 8, of: scenarios.Scenario | None = None, **changes: float | np.ndarray) -> Setup:
    """The eastern region (or another scenario) without leaving, returning, moving or promotion, but for ``changes`` (paths with ``__``)."""
    setup = replace((of or scenarios.load("eastern-region")).setup(), warm_up_years=0, years=years)
    still = {
        name: np.zeros_like(np.asarray(value))
        for name, value in setup.parameters.values().items()
        if name.startswith(("leave.", "inspect.")) or name in ("appoint.seek_promotion", "appoint.seek_move")
    }
    still |= {name: 0.0 for name, value in still.items() if value.shape == ()}
    still["leave.outside_pay"] = 1.0  # as in the base year: that draws nobody in or out
    still["establishment.roll_growth"] = np.zeros_like(setup.parameters.establishment.roll_growth)
    still |= {name.replace("__", "."): value for name, value in changes.items()}
    values = setup.parameters.values() | still
    return replace(setup, parameters=type(setup.parameters).from_values(values))


def everywhere(setup: Setup, name: str, value: float) -> np.ndarray:
    """``value`` in every cell of a table parameter."""
    return np.full_like(setup.parameters.values()[name.replace("__", ".")], value)


def stepped(setup: Setup, **options):
    model = PipelineModel(setup, 11, **options)
    while model.running:
        model.step()
        yield model


def test_a_constant_chance_of_leaving_gives_binomial_leavers():
    """Some 80,000 person-years at 8%: |z| < 5, which a correct model fails with chance 6e-7; a bias of 0.6 points shows."""
    setup = quiet(8, of=replace(scenarios.load("england"), scale=0.02))
    hazard = everywhere(setup, "leave__state_schools", 0.08)
    parameters = setup.parameters.replace(leave__state_schools=hazard, recruit__fill=np.ones(3))
    model = PipelineModel(replace(setup, parameters=parameters), 11, measures=())
    exposed = leavers = 0
    while model.running:
        exposed += int((model.world.people.status == Status.IN_SERVICE).sum())
        model.step()
        leavers += len(model.world.log.leavers)
    assert exposed > 50_000
    assert abs(leavers - 0.08 * exposed) < 5 * np.sqrt(exposed * 0.08 * 0.92)


def test_retention_since_qualifying_is_the_survival_that_was_put_in():
    """Without returns the net curve is (1 - h)^k; cohorts are pooled over years, |z| < 5 at each of five lags."""
    h = 0.11
    setup = quiet()
    setup = quiet(
        12,
        leave__state_schools=everywhere(setup, "leave__state_schools", h),
        recruit__fill=np.ones(3),
        recruit__newly_qualified=np.ones(3),
    )
    kept, of = Counter(), Counter()
    for model in stepped(setup, measures=["retention_since_qualifying"]):
        rows = model.results.codes()
        last = rows["year"] == model.year
        whole = (
            last & (rows["phase"] == -1) & (rows["region"] == -1) & (rows["disadvantage"] == -1) & (rows["years"] >= 0)
        )
        for lag, value, base in zip(rows["years"][whole] + 1, rows["value"][whole], rows["base"][whole], strict=True):
            kept[lag] += value * base
            of[lag] += base
    for lag in range(1, 6):
        survival = (1 - h) ** lag
        assert of[lag] > 500
        assert abs(kept[lag] - of[lag] * survival) < 5 * np.sqrt(of[lag] * survival * (1 - survival)), lag


def test_a_post_that_is_filled_with_chance_q_a_year_stands_vacant_a_geometric_time():
    """Chi-square over waits of 0 to 5 years and more; a correct model fails with chance 1e-4."""
    q = 0.45
    setup = quiet()
    setup = quiet(16, leave__state_schools=everywhere(setup, "leave__state_schools", 0.1), recruit__fill=np.full(3, q))
    waits: Counter[int] = Counter()
    for model in stepped(setup, measures=()):
        closed = model.world.log.closed_chains
        opened = closed.chain >> 52
        ripe = (opened <= setup.first_year + 8) & (closed.role == Role.CLASSROOM_TEACHER) & ~closed.abolished
        assert (closed.length[ripe] == 1).all(), "nobody moves, so no chain goes on"
        waits.update((model.year - opened[ripe]).tolist())
    observed = np.array([waits[k] for k in range(5)] + [sum(n for k, n in waits.items() if k >= 5)])
    expected = observed.sum() * np.array([q * (1 - q) ** k for k in range(5)] + [(1 - q) ** 5])
    # Those who wait longer than the run are missing: (1 - q)^8, below one in a hundred of the last cell's neighbours.
    assert stats.chisquare(observed, expected * observed.sum() / expected.sum()).pvalue > 1e-4


def test_newcomers_come_by_each_route_in_its_share():
    """|z| < 5; a correct model fails with chance 6e-7."""
    setup = quiet()
    setup = quiet(
        4,
        leave__state_schools=everywhere(setup, "leave__state_schools", 0.2),
        recruit__fill=np.ones(3),
        recruit__newly_qualified=np.full(3, 0.7),
    )
    routes = Counter()
    for model in stepped(setup, measures=()):
        first = model.world.log.appointments.move == Move.FIRST_POST
        routes.update((model.world.log.appointments.person[first] >> np.uint64(60)).tolist())
    n = routes[Route.NEWLY_QUALIFIED] + routes[Route.NEW_TO_SECTOR]
    assert n == routes.total() > 500
    assert abs(routes[Route.NEWLY_QUALIFIED] - 0.7 * n) < 5 * np.sqrt(n * 0.7 * 0.3)


def test_vacancy_chains_are_as_long_as_their_embedded_markov_chain_says():
    """White's model: origins f and transfers Q give mean length f (I - Q)^-1 1, exactly, where every chain closes.

    The lengths come from the chains' own records, f and Q from the appointments: two accounts of the same moves.
    """
    setup = replace(scenarios.load("eastern-region").setup(), warm_up_years=0, years=4)
    p = setup.parameters
    lenient = p.replace(
        appoint__bar=np.full_like(p.appoint.bar, -9.0),
        appoint__see=np.ones_like(p.appoint.see),
        appoint__wants=np.ones_like(p.appoint.wants),
        recruit__fill=np.ones(3),
        establishment__roll_growth=np.zeros_like(p.establishment.roll_growth),
    )
    lengths, variance_terms = [], []
    for model in stepped(replace(setup, parameters=lenient), measures=()):
        world = model.world
        done = world.log.appointments
        complete = ~np.isin(done.chain, world.vacancies.chain)
        closed = world.log.closed_chains
        in_market = np.isin(closed.chain, done.chain[complete])
        chains = closed.where(in_market & ((closed.chain >> 52) == world.year))
        links = done.where(np.isin(done.chain, chains.chain))
        first = links.link == 1
        origins = np.bincount(links.to_role[first], minlength=6).astype(float)
        transfers, visits = np.zeros((6, 6)), np.bincount(links.to_role, minlength=6)
        order = np.lexsort((links.link, links.chain))
        chain, role = links.chain[order], links.to_role[order]
        goes_on = chain[1:] == chain[:-1]
        np.add.at(transfers, (role[:-1][goes_on], role[1:][goes_on]), 1)
        q = transfers / np.maximum(visits, 1)[:, None]
        n = np.linalg.inv(np.eye(6) - q)
        f = origins / origins.sum()
        mean = f @ n @ np.ones(6)
        assert chains.length.mean() == pytest.approx(mean, rel=1e-12)
        lengths.append(chains.length)
        variance_terms.append(f @ (2 * n - np.eye(6)) @ n @ np.ones(6) - mean**2)
    spread = np.concatenate(lengths)
    # Memory within chains is slight, so the variance is close to, not equal to, the Markov chain's.
    assert spread.var() == pytest.approx(np.mean(variance_terms), rel=0.35)
    assert len(spread) > 500


def test_where_nobody_goes_nothing_changes():
    """With all hazards at nought there are no vacancies, and roles and schools stay as at the start."""
    setup = quiet(3)
    world = None
    for model in stepped(setup, measures=()):
        world = model.world
        assert (
            len(world.log.leavers)
            == len(world.log.appointments)
            == len(world.vacancies)
            == world.log.chains_opened
            == 0
        )
    start = PipelineModel(setup, 11, measures=()).world
    posts = [
        sorted(zip(people.id.tolist(), people.role.tolist(), people.school.tolist(), strict=True))
        for people in (start.people.everyone, world.people.everyone)
    ]
    assert posts[0] == posts[1]


def test_where_everybody_retires_only_newcomers_are_left():
    """The whole stock leaves in a year, and all in service entered in it, as classroom teachers."""
    setup = quiet()
    setup = quiet(1, leave__retire=everywhere(setup, "leave__retire", 1.0), recruit__fill=np.ones(3))
    before = PipelineModel(setup, 11, measures=()).world
    stock = int((before.people.status == Status.IN_SERVICE).sum())
    model = next(stepped(setup, measures=()))
    assert len(model.world.log.leavers) == stock
    serving = model.world.people.status == Status.IN_SERVICE
    assert set((model.world.people.id[serving] >> np.uint64(48) & np.uint64(0xFFF)).tolist()) == {model.year}
    assert set(model.world.people.role[serving]) == {Role.CLASSROOM_TEACHER}


def test_where_nobody_applies_no_leadership_post_is_ever_filled():
    """Standing vacancies of leaders are all the leaders' posts ever lost."""
    setup = quiet()
    setup = quiet(4, leave__state_schools=everywhere(setup, "leave__state_schools", 0.15))
    lost = 0
    for model in stepped(setup, measures=()):
        lost += int((model.world.log.lost.role > Role.CLASSROOM_TEACHER).sum())
        assert int((model.world.vacancies.role >= Role.MIDDLE_LEADER).sum()) == lost > 0


@given(st.integers(10_000, 1_000_000))
@settings(max_examples=25)
def test_the_accounts_add_up_whatever_the_configuration(number):
    """Stocks, posts, holders, chains and ids: the checks of a run stop it at the first account that is off."""
    model = PipelineModel(random_setup(number), number, measures=())
    model.run()
    assert model.year == model.setup.last_year
