"""What tests of comparisons share: numbers by chance, small plans, and runs that cost nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np

from analysis.runs import plan as run
from analysis.runs.work import Result
from analysis.store import Rows, Run
from simulation.draws import Decision, Key
from simulation.numerics import normals
from simulation.programmes.channels import On
from simulation.programmes.programme import (
    Condition,
    Delivery,
    Effect,
    Places,
    Programme,
    ProgrammeCosts,
    TakeUp,
    Unit,
)
from simulation.vocabulary import Role


def draws(seed: int, *shape: int) -> np.ndarray:
    """Standard normal numbers that depend on the seed alone."""
    u = Key(seed).uniform(Decision.RETIRE, 1, np.arange(math.prod(shape), dtype=np.uint64))
    return normals(u).reshape(shape)


@cache
def base() -> run.Plan:
    """About 110 schools, two years of warm-up and three projected."""
    plan = run.plan("england", run.Options(scale=0.005, years=3, replicates=2, fixed=True))
    return replace(plan, setup=replace(plan.setup, warm_up_years=2))


def programme(name: str = "coached", first: int = 2026) -> Programme:
    """Every head may join; skills rise by a standard deviation."""
    who = (Condition("role", any_of=(int(Role.HEAD),)),)
    effects = (Effect("capability", 1.0, On.PARTICIPANT, skills=(1, 2)), Effect("leaving_sector", -0.7, On.PARTICIPANT))
    places = Places(first, 2028, share=0.5)
    return Programme(name, Unit.PERSON, who, places, TakeUp(), Delivery(1), effects, ProgrammeCosts(1000.0, 500.0, 4.0))


def coached(**parts: object) -> run.Plan:
    """The base with the programme, or with setups changed by ``parts``."""
    return replace(
        base(), name="coached", title="Coached", setup=replace(base().setup, **({"programmes": (programme(),)} | parts))
    )


def halved(always: bool = False) -> run.Plan:
    """The base with fewer heads who leave in their first year, after the base year or ``always``."""
    first = base().setup.parameters.leave.first_year_in_post * np.where(np.arange(6) == Role.HEAD, 0.5, 1.0)
    parameters = base().setup.parameters.replace(leave__first_year_in_post=first)
    setup = base().setup
    past = tuple((last, p.replace(leave__first_year_in_post=first) if always else p) for last, p in setup.earlier)
    earlier = past if always else (*past, (setup.base_year, setup.parameters))
    return replace(coached(programmes=(), parameters=parameters, earlier=earlier), name="halved", title="Halved")


def made_up(spread: float):
    """Runs that cost nothing: the policy adds 5 people, give or take ``spread``."""

    def pair(given, number, _passed):
        u = np.random.default_rng(number).normal(size=2)
        found = []
        for arm, plan in enumerate(given.plans):
            years = np.arange(2025, 2029)
            value = 1000.0 + 50 * u[0] + arm * (5 + spread * u[1]) * (years > 2025)
            columns = {
                "year": years,
                "measure": np.zeros(4, int),
                "role": np.full(4, -1),
                "value": value,
                "base": value * np.nan,
            }
            rows = Rows(columns, {"measure": ("headcount",), "role": ("head",)})
            found.append(Result((Run(plan.name, number, 1, f"{arm}{number}", 0.0), rows), 0.0))
        return found

    return pair
