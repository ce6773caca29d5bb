"""Who is passed over: those who sought promotion, were not ready, did not see it and did not get it; and what that costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from simulation.programmes.channels import On
from simulation.programmes.programme import Delivery, Effect, Places, Programme, TakeUp, Unit
from simulation.vocabulary import Status
from tests.simulation.programmes import setup_with

HURT = Effect("wellbeing", -0.8, On.PASSED_OVER, begins=1)
LOST = Effect("trust", -2.0, On.PASSED_OVER, begins=1)


def grown(*effects: Effect, complete: float = 1.0) -> Programme:
    """A programme that every school joins in the first projected year."""
    return Programme(
        "grown", Unit.SCHOOL, (), Places(2026, 2026, share=1.0), TakeUp(complete=complete), Delivery(1), effects
    )


def after(*programmes: Programme, years: int = 2) -> PipelineModel:
    """The end of so many years, in a system where many seek promotion and think well of themselves."""
    setup = setup_with(*programmes, years=years)
    values = setup.parameters.values()
    values["appoint.seek_promotion"] = np.full_like(values["appoint.seek_promotion"], 0.6)
    values["appoint.wants"] = np.full_like(values["appoint.wants"], 0.9)
    values["appoint.bar"] = values["appoint.bar"] + 0.5
    values["population.self_view_spread"] = 3.0
    model = PipelineModel(replace(setup, parameters=type(setup.parameters).from_values(values)), 7)
    model.run()
    return model


@pytest.fixture(scope="module")
def base() -> PipelineModel:
    """Two years without a programme."""
    return after()


def test_those_passed_over_thought_too_well_of_themselves(base) -> None:
    """Everybody who was ever passed over has a self-view above 0, and there are some in the last year."""
    people = base.world.people
    ever = people.passed_over > 0
    assert (people.passed_over == base.year).sum() >= 2
    assert (people.self_view[ever] > 0).all()
    assert (people.self_view[~ever] < 0).any()


def test_a_refusal_hurts_them_and_their_school_and_nobody_else(base) -> None:
    """A year later their well-being is lower by the whole size, that of all others the same; trust by their share."""
    hurt = after(grown(HURT, LOST))
    ours, theirs = hurt.world, base.world
    _, mine, other = np.intersect1d(ours.people.id, theirs.people.id, return_indices=True)
    here = (ours.people.status[mine] == Status.IN_SERVICE) & (theirs.people.status[other] == Status.IN_SERVICE)
    refused = ours.people.passed_over[mine] == base.year - 1
    change = ours.people.wellbeing[mine] - theirs.people.wellbeing[other]
    assert (here & refused).sum() >= 2
    assert change[here & refused] == pytest.approx(-0.8, abs=1e-5)
    never = ours.people.passed_over[mine] < base.year - 1  # some were passed over again since
    assert np.abs(change[here & never]).max() < 1e-9
    lost = ours.schools.trust - theirs.schools.trust
    assert lost.min() < -0.01
    assert lost.max() <= 0


def test_an_award_acts_only_where_it_was_earned() -> None:
    """Of schools that join, those that do not complete have nothing of it; of those that do, all of it."""
    award = Effect("culture", 0.5, On.SCHOOL, award=True)
    model = after(grown(award, complete=0.5), years=1)
    enrolled, given = model.world.enrolments, model.world.schools.given[:, 0]
    assert 0 < enrolled.completes.sum() < len(enrolled)
    assert given[enrolled.row[enrolled.completes]] == pytest.approx(0.5)
    assert (given[enrolled.row[~enrolled.completes]] == 0).all()
