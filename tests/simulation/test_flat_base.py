"""A base that stands still: with flat rolls, constant rates and a start-up long enough, no flow of people drifts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import Role
from simulation.world import Setup

START_UP, SPELL = 60, 15
"""Years until the ages of a world are those that its rates bring about, and years of each of two spells after them."""
FALSE_ALARM = 1e-4
"""Of each flow; of all four of a model that is right, 1 in 2,500 fails."""


def flat() -> Setup:
    """A two-hundredth of England at its values, in the past too, with rolls that stand still."""
    england = {"title": "England", "summary": "Assumes nothing of the past.", "context": "england", "years": SPELL}
    setup = replace(scenarios.load(england), scale=0.005).setup()
    still = {"establishment.roll_growth": np.zeros_like(setup.parameters.establishment.roll_growth)}
    return replace(setup, parameters=setup.parameters.with_values(still), warm_up_years=START_UP + SPELL)


def flows(setup: Setup) -> tuple[np.ndarray, np.ndarray]:
    """Leavers, promotions to middle leader, new heads and newcomers of each year after the start-up, and people in service then."""
    model, counts, people = PipelineModel(setup, 5, measures=()), [], []
    while model.running:
        model.step()
        log = model.world.log
        made, first = log.appointments, log.appointments.from_role < 0
        risen = ~first & (made.to_role > made.from_role)
        to = [risen & (made.to_role == role) for role in (Role.MIDDLE_LEADER, Role.HEAD)]
        counts.append([len(log.leavers), *(int(who.sum()) for who in to), int(first.sum())])
        people.append(int(model.world.schools.filled.sum()))
    return np.array(counts)[-2 * SPELL :], np.array(people)[-2 * SPELL :]


def alarms(counts: np.ndarray) -> np.ndarray:
    """How probable it is that two spells of the same rate differ as much, by flow: Poisson counts, two-sided."""
    before, after = counts[:SPELL].sum(axis=0), counts[SPELL:].sum(axis=0)
    return np.array([stats.binomtest(int(a), int(a + b)).pvalue for a, b in zip(after, before, strict=True)])


def test_no_flow_drifts_from_one_spell_to_the_next_and_a_change_of_a_fifth_would_show() -> None:
    """Counts of 15 years and of the 15 after them; people in service stay within half a per cent."""
    counts, people = flows(flat())
    assert (alarms(counts) > FALSE_ALARM).all(), counts.reshape(2, SPELL, -1).sum(axis=1)
    assert abs(people[SPELL:].mean() / people[:SPELL].mean() - 1) < 0.005
    moved = counts.copy()
    moved[SPELL:, [0, 1, 3]] = np.round(moved[SPELL:, [0, 1, 3]] * 1.2)
    assert (alarms(moved)[[0, 1, 3]] < FALSE_ALARM).all()
