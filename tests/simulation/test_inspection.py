"""Inspection: what grades schools get, when and where, and what follows for heads and staff."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.vocabulary import Grade
from simulation.world import Setup
from simulation.zones import Zone
from tests.worlds import rough_setup

ALL_GOOD = np.array([0.0, 1.0, 0.0, 0.0])
SHARES = np.array([0.2, 0.5, 0.2, 0.1])


def inspected(setup: Setup, **values: Any) -> Setup:
    """The setup with these parameters of inspection, each in every cell of its table that it leaves open."""
    told = {f"inspect__{name}": np.asarray(value, float) for name, value in values.items()}
    parameters = setup.parameters
    for name, value in told.items():
        old = parameters.value(name.replace("__", "."))
        told[name] = np.broadcast_to(value, np.shape(old)).copy() if np.ndim(old) else float(value)
    return replace(setup, parameters=parameters.replace(**told))


def run(setup: Setup, years: int = 1) -> PipelineModel:
    """The model after so many years."""
    model = PipelineModel(setup, 5, measures=())
    for _ in range(years):
        model.step()
    return model


@cache
def at_rest() -> PipelineModel:
    """A system in which all schools have the same grade."""
    return run(inspected(rough_setup(), grades=ALL_GOOD), 4)


def test_visits_that_change_no_grade_change_nothing() -> None:
    """Where all schools are good whatever happens, no column differs by a bit between no visits and a visit a year."""
    visited = run(inspected(rough_setup(), grades=ALL_GOOD, visited=1.0, move=[9, 0, 9, 9], leave_when_lowered=5.0), 4)
    for name in visited.world.people:
        assert getattr(visited.world.people, name).tobytes() == getattr(at_rest().world.people, name).tobytes()
    assert (visited.world.schools.grade == Grade.GOOD).all()
    assert (visited.world.schools.lowered < 0).all()


def test_schools_at_the_mean_are_given_the_grades_with_their_shares() -> None:
    """4,000 schools, at the start and a year later; |z| < 5 in eight cells raises a false alarm once in 200,000."""
    setup = inspected(rough_setup(schools=4000, warm_up_years=0), grades=SHARES, visited=1.0)
    setup = replace(setup, parameters=setup.parameters.replace(establishment__pupils_per_teacher=np.full(3, 1000.0)))
    model = PipelineModel(
        setup,
        5,
        measures=(),
        phases=[p for p in PipelineModel(rough_setup(), 5).phases if p.name == "inspect"],
        checks=False,
    )
    for _ in range(2):
        found = np.bincount(model.world.schools.grade, minlength=4)
        assert (np.abs(found - 4000 * SHARES) < 5 * np.sqrt(4000 * SHARES * (1 - SHARES))).all()
        model.step()


def test_better_led_schools_get_better_grades_and_disadvantage_costs_some() -> None:
    """Chance apart, which is the same: no school does worse for its leadership counting more if it is better led than the mean."""
    base, led, poor = (
        run(inspected(rough_setup(60), grades=SHARES, visited=1.0, **told)).world.schools
        for told in ({}, {"per_leadership": 2.0}, {"per_disadvantage": 1.0})
    )
    better = base.leadership > 0
    assert (led.grade[better] <= base.grade[better]).all()
    assert (led.grade[~better] >= base.grade[~better]).all()
    assert (led.grade != base.grade).any()
    above = base.disadvantage > rough_setup().parameters.population.usual_disadvantage[base.phase]
    assert (poor.grade[above] >= base.grade[above]).all()
    assert (poor.grade[~above] <= base.grade[~above]).all()
    assert (poor.grade != base.grade).any()


def test_a_grade_that_is_lowered_only_adds_leavers_where_it_is() -> None:
    """Draws are keyed: all who leave in the first year leave as well if more do, and the more are at schools whose grade fell."""
    told = {"grades": SHARES, "visited": 1.0}
    calm, harsh = (run(inspected(rough_setup(), leave_when_lowered=add, **told)) for add in (0.0, 3.0))
    fewer, more = ({*model.world.log.leavers.person.tolist()} for model in (calm, harsh))
    assert fewer < more
    leavers, schools = harsh.world.log.leavers, harsh.world.schools
    added = ~np.isin(leavers.person, list(fewer))
    assert (schools.lowered[leavers.school[added]] == harsh.year).all()


@pytest.mark.parametrize("where", [0, 1])
def test_inspectors_come_when_and_where_they_are_sent(where: int) -> None:
    """With visits in one year and one half of the schools, no other grade is lowered, and some are."""
    setup = inspected(rough_setup(40, warm_up_years=0), grades=SHARES, visited=0.0)
    sent = inspected(setup, visited=1.0).parameters
    zones = (Zone(setup.parameters, ((2026, setup.parameters), (2027, sent))),)
    zone = np.arange(len(setup.register), dtype=np.int16) % 2
    model = run(replace(setup, zone=zone if where else 1 - zone, zones=zones), 4)
    lowered = model.world.schools.lowered
    assert set(lowered[lowered >= 0].tolist()) == {2027}
    assert (lowered[(zone == 1) != bool(where)] < 0).all()
