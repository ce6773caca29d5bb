"""Worlds so simple that every step of the answer is known, beside the closed forms of whole systems.

Seeds are fixed, so nothing here flickers. Each statistical test says how often a correct model would fail it had the
seed been drawn at random; together that is less than one in a thousand.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare

from simulation.model import PipelineModel
from simulation.numerics import logistic, logit
from simulation.parameters import Parameters, declarations
from simulation.structure import ENGLAND
from simulation.vocabulary import LeaverReason, Move, Route, Status
from simulation.world import Setup
from tests.reference.configurations import random_setup
from tests.reference.structures import fitted, without
from tests.worlds import rough_parameters, tiny_register

Z = 5.0
"""|z| beyond which a test fails: P(|Z| > 5) = 6e-7 for a correct model."""
QUIET = {
    "leave.state_schools": 0.0, "leave.retire": 0.0, "leave.career_break": 0.0, "leave.trust_central_team": 0.0,
    "leave.step_down": 0.0, "leave.per_wellbeing": 0.0, "leave.return_from_break": 0.0, "leave.return_from_out": 0.0,
    "appoint.seek_promotion": 0.0, "appoint.seek_move": 0.0, "recruit.fill": 1.0, "recruit.newly_qualified": 1.0,
    "population.out_of_service": 0.0, "leave.sudden": 0.0,
}  # fmt: skip
"""Nobody leaves, moves, rises, or is there to return; every classroom post finds a newcomer."""


def world_of(
    people: int,
    years: int,
    schools: int = 10,
    leaders: bool = False,
    warm_up_years: int = 0,
    **changes: float | np.ndarray,
) -> Setup:
    """About ``people`` people in equal schools under :data:`QUIET` with ``changes`` (paths with ``__`` for the dot).

    They are all classroom teachers unless there are ``leaders``.
    """
    shapes = {d.path: d.shape for d in declarations()}
    values = rough_parameters().values()
    for path, value in {**QUIET, **{name.replace("__", "."): value for name, value in changes.items()}}.items():
        values[path] = np.array(np.broadcast_to(value, shapes[path])) if shapes[path] else float(value)
    parameters, structure = Parameters.from_values(values), ENGLAND
    if not leaders:
        structure = without(["middle_leader", "assistant_head", "deputy_head", "trust_leader"])
        parameters = fitted(parameters.replace(establishment__most_posts=np.zeros((3, 6))), structure)
    pupils = round(people / schools * parameters.establishment.pupils_per_teacher[0])
    register = replace(tiny_register(schools), pupils=np.full(schools, pupils, np.int32))
    return Setup(register, parameters, 2025, warm_up_years, years, structure)


def in_service(model: PipelineModel) -> np.ndarray:
    """Ids of people in service."""
    people = model.world.people
    return people.id[people.status == Status.IN_SERVICE]


def posts(model: PipelineModel) -> int:
    return int(model.world.schools.posts.sum())


def test_competing_risks_strike_in_their_order() -> None:
    """Retirement, then leaving, then a break, each among those the earlier ones spared: three |z| < 5, 2e-6."""
    p = {"retire": 0.1, "state_schools": 0.2, "career_break": 0.3}
    model = PipelineModel(world_of(30_000, 1, **{f"leave__{k}": v for k, v in p.items()}), seed=2, measures=())
    n = len(in_service(model))
    model.step()
    found = Counter(model.world.log.leavers.reason.tolist())
    spared = 1.0
    for reason, hazard in zip(
        (LeaverReason.RETIRED, LeaverReason.LEFT_STATE_SCHOOLS, LeaverReason.CAREER_BREAK), p.values(), strict=True
    ):
        share = spared * hazard
        z = (found[int(reason)] - n * share) / math.sqrt(n * share * (1 - share))
        assert abs(z) < Z, (reason.name, z)
        spared *= 1 - hazard


def test_where_every_leaver_is_replaced_headcount_is_constant() -> None:
    """Exact, whatever the hazard."""
    model = PipelineModel(world_of(3_000, 6, leave__state_schools=0.3), seed=3, measures=())
    start = len(in_service(model))
    assert start == posts(model)
    while model.running:
        model.step()
        assert len(in_service(model)) == start
        assert model.world.log.flows[0].sum() == len(model.world.log.leavers)
        assert len(model.world.vacancies) == 0


def test_with_no_replacement_headcount_falls_by_exactly_its_leavers() -> None:
    """Nobody enters: stock is posts less all who ever left, and each left a vacancy."""
    model = PipelineModel(world_of(3_000, 5, leave__state_schools=0.2, recruit__fill=0.0), seed=4, measures=())
    stock, all_posts = len(in_service(model)), posts(model)
    while model.running:
        model.step()
        stock -= len(model.world.log.leavers)
        assert len(in_service(model)) == stock
        assert len(model.world.vacancies) == all_posts - stock


def test_published_retention_is_the_product_of_the_survivals_put_in() -> None:
    """Hazards by years since qualifying in, the census's retention curve out: five |z| < 5, 3e-6."""
    base, effect = 0.1, np.array([0.9, 0.4, 0.0, -0.3, -0.6, -0.8, -1.0, -1.2])
    setup = world_of(12_000, 6, leave__state_schools=base, leave__early_career=effect[None, :])
    model = PipelineModel(setup, seed=5, measures=["retention_since_qualifying"])
    entrants = {}
    while model.running:
        model.step()
        newly = (in_service(model) >> np.uint64(48)) == np.uint64((Route.NEWLY_QUALIFIED << 12) | model.year)
        entrants[model.year] = int(newly.sum())
    survival = 1.0
    for years in range(1, 6):
        survival *= 1 - logistic(logit(base) + effect[years - 1])
        n = entrants[model.year - years]
        found = model.results.value("retention_since_qualifying", model.year, years=str(years))
        z = (found - survival) / math.sqrt(survival * (1 - survival) / n)
        assert n > 500
        assert abs(z) < Z, (years, found, survival)


def test_time_to_fill_is_geometric_where_only_newcomers_fill_posts() -> None:
    """Chi-squared of years from vacancy to newcomer, p > 1e-4: false alarm 1e-4."""
    fill, longest = 0.45, 5
    model = PipelineModel(world_of(10_000, 8, 500, leave__state_schools=0.2, recruit__fill=fill), seed=7, measures=())
    opened, waits = 0, Counter[int]()
    whole = range(model.year + 1, model.setup.last_year - longest + 2)  # vacancies that can be seen to wait that long
    while model.running:
        model.step()
        if model.year in whole:
            opened += model.world.log.chains_opened
        began = model.world.log.appointments.chain >> 52
        waits.update((model.year - began[np.isin(began, list(whole))]).tolist())
    observed = [waits[k] for k in range(longest)]
    expected = [opened * fill * (1 - fill) ** k for k in range(longest)]
    observed.append(opened - sum(observed))
    expected.append(opened - sum(expected))
    assert opened > 5_000
    assert chisquare(observed, expected).pvalue > 1e-4, (observed, expected)


def test_without_candidates_every_post_falls_and_stays_vacant() -> None:
    """All leave in the first year; from then on every post of every rung stands vacant."""
    setup = world_of(500, 3, 6, True, leave__state_schools=1.0, recruit__fill=0.0)
    model = PipelineModel(setup, seed=11, measures=())
    all_posts = posts(model)
    for _ in range(3):
        model.step()
        assert len(in_service(model)) == 0
        assert len(model.world.vacancies) == all_posts == posts(model)
        assert not model.world.schools.filled.any()


def test_one_school_promotes_only_its_own() -> None:
    """Where there is no other school, every move is a promotion within it or a first post."""
    market = {"leave__state_schools": 0.2, "appoint__seek_promotion": 1.0, "appoint__bar": -10.0}
    model = PipelineModel(world_of(60, 5, 1, True, **market), seed=12, measures=())
    promoted = 0
    while model.running:
        model.step()
        done = model.world.log.appointments
        assert set(done.move.tolist()) <= {Move.PROMOTION, Move.FIRST_POST}
        assert (done.to_school == 0).all()
        promoted += int((done.move == Move.PROMOTION).sum())
    assert promoted > 5


def test_a_run_of_no_years_is_its_first_census() -> None:
    """Every post is filled at the start, and there is no step to take."""
    model = PipelineModel(world_of(200, 0), seed=13, measures=["headcount"])
    assert model.results.value("headcount", 2025) == posts(model) == len(in_service(model))
    with pytest.raises(RuntimeError, match="2025/26"):
        model.step()


def test_a_run_of_one_year_is_the_first_year_of_a_longer_one() -> None:
    """The horizon changes no column of people or schools."""
    short, long = (PipelineModel(replace(random_setup(2), warm_up_years=0, years=y), 14) for y in (1, 5))
    short.run()
    long.step()
    assert not short.running
    assert long.running
    for table in ("people", "schools"):
        mine, theirs = getattr(short.world, table), getattr(long.world, table)
        for name in mine:
            assert np.array_equal(getattr(mine, name), getattr(theirs, name)), (table, name)
