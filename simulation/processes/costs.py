"""What the year cost each school: pay, on-costs, recruitment, cover and acting allowances, in GBP of the base year."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
from numba import njit

from simulation.columns import picked
from simulation.kernels import kernel
from simulation.log import TERMS
from simulation.processes.base import Model, Process
from simulation.vocabulary import Status
from simulation.world import Own

CATEGORIES = ("pay", "on_costs", "recruitment", "cover", "acting")
PAY, ON_COSTS, RECRUITMENT, COVER, ACTING = range(len(CATEGORIES))


Staff = namedtuple("Staff", "status role school fte")
Prices = namedtuple("Prices", "pay pension insurance insurance_threshold")


@njit(inline="always")
def _whole(gbp: float) -> int:
    return int(math.floor(gbp + 0.5))  # noqa: RUF046 - numba's floor gives a float


@kernel
def _pay(people, setting, prices, costs):
    """Add pay and on-costs, each rounded to whole GBP for each person, to their schools' costs."""
    for i in range(len(people.status)):
        school, role = people.school[i], people.role[i]
        w = setting[school]
        if people.status[i] == Status.IN_SERVICE or people.status[i] == Status.CENTRAL:
            pay = prices.pay[w, role] * people.fte[i] / 100
            insured = max(0.0, pay - prices.insurance_threshold[w])
            on_costs = prices.pension[w] * pay + prices.insurance[w] * insured
            costs[school, PAY] += _whole(pay)
            costs[school, ON_COSTS] += _whole(on_costs)


def run(model: Model, _own: Own) -> None:
    """Add up costs by school and category, in whole GBP, so that they add up exactly whatever the order."""
    world = model.world
    p, schools, log, zone = world.parameters.costs, world.schools, world.log, world.zone
    costs = np.zeros((len(schools), len(CATEGORIES)), np.int64)
    _pay(picked(Staff, world.people), world.setting, picked(Prices, world.parameters.by_setting.costs), costs)
    allowed = world.parameters.executive.allowance[zone] * p.pay[zone, schools.phase, world.ladder.head]
    allowed = np.where(schools.executive != 0, allowed, 0.0)
    costs[:, PAY] += np.floor(allowed + 0.5).astype(np.int64)
    costs[:, ON_COSTS] += np.floor((p.pension[zone] + p.insurance[zone]) * allowed + 0.5).astype(np.int64)
    costs[:, RECRUITMENT] = (log.adverts * np.floor(p.advert + 0.5).astype(np.int64)[zone]).sum(axis=1)
    years, senior, head = log.without_holder / TERMS, world.ladder.senior, world.ladder.head
    supply = years[:, :senior].sum(axis=1) * p.cover_days[zone] * p.supply_day[zone, schools.phase]
    costs[:, COVER] = np.floor(supply + 0.5).astype(np.int64)
    pay = p.pay[zone, schools.phase]
    for role in range(senior, head + 1):  # who acts is paid part of what the post has above the rung below
        allowance = p.acting_allowance[zone] * (pay[:, role] - pay[:, role - 1])
        costs[:, ACTING] += np.floor(years[:, role] * allowance + 0.5).astype(np.int64)
    log.costs = costs


PROCESS = Process("costs", "pay, on-costs, recruitment, cover and acting allowances are added up", run)
