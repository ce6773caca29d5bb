"""What the year cost each school: pay, on-costs, recruitment, cover and acting allowances, in GBP of the base year."""

from __future__ import annotations

import numpy as np

from simulation.processes.base import Model, Process
from simulation.vocabulary import Role, Status
from simulation.world import Own

CATEGORIES = ("pay", "on_costs", "recruitment", "cover", "acting")
PAY, ON_COSTS, RECRUITMENT, COVER, ACTING = range(len(CATEGORIES))


def run(model: Model, _own: Own) -> None:
    """Add up costs by school and category, in whole GBP, so that they add up exactly whatever the order."""
    world = model.world
    p, people, schools, log = world.parameters.costs, world.people, world.schools, world.log
    costs = np.zeros((len(schools), len(CATEGORIES)), np.int64)
    paid = np.flatnonzero((people.status == Status.IN_SERVICE) | (people.status == Status.CENTRAL))
    school, role = people.school[paid], people.role[paid]
    phase = schools.phase[school]
    pay = p.pay[phase, role] * people.fte[paid] / 100
    on_costs = p.pension * pay + p.insurance * np.maximum(0.0, pay - p.insurance_threshold)
    for column, amount in ((PAY, pay), (ON_COSTS, on_costs)):
        # Sums of whole numbers below 2**53 are exact in floating point.
        costs[:, column] = np.bincount(school, np.floor(amount + 0.5), len(schools)).astype(np.int64)
    rounds = (log.advertised + log.advertised_again).astype(np.int64)
    costs[:, RECRUITMENT] = rounds @ np.floor(p.advert + 0.5).astype(np.int64)
    vacant = (schools.posts - schools.filled)[:, : Role.ASSISTANT_HEAD].sum(axis=1)
    costs[:, COVER] = np.floor(vacant * p.cover_days * p.supply_day[schools.phase] + 0.5).astype(np.int64)
    acts = np.flatnonzero(people.acting_role >= 0)
    at = schools.phase[people.school[acts]]
    gap = p.pay[at, people.acting_role[acts]] - p.pay[at, people.role[acts]]
    np.add.at(costs[:, ACTING], people.school[acts], np.floor(p.acting_allowance * gap + 0.5).astype(np.int64))
    log.costs = costs


PROCESS = Process("costs", "pay, on-costs, recruitment, cover and acting allowances are added up", run)
