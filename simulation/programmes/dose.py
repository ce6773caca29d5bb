"""What a dose is and does: the hours that are delivered of those planned, by whom, and what that makes of an effect.

The size of an effect holds at the hours that the programme's own file plans. What more or less of them does goes by a curve
that saturates, of one parameter: the Emax model of dose and response (Holford and Sheiner 1981, Clinical Pharmacokinetics
6, 429-453), taken as a share of what the plan brings.
"""

from __future__ import annotations

import math

from simulation.programmes.programme import Effect, Programme

SCHOOL_WEEKS = 39
"""Weeks of a school year of 195 days, over which hours a week count against days (School teachers' pay and conditions document)."""
LEAST_HELP, MOST_HELP = -0.5, 2.0
"""What a helper can make of the help of an average one: a poor one half as much harm as that does good, a good one twice
the good (judgement)."""


def response(dose: float, half_dose: float) -> float:
    """What a dose brings, as a share of what a dose of 1 does: 0 for none, exactly 1 for 1, at most 1 + ``half_dose``."""
    return 0.0 if dose <= 0 else dose * ((1.0 + half_dose) / (dose + half_dose))


def time_of(programme: Programme) -> float:
    """The hours of a year of delivery, of those planned; what nobody plans does not count.

    Of a payment it is the grant, of that planned. A participant's are those of every week and those of the days of release that hold delivery; a helper's are those for each
    whom they help. Where both are planned it takes two: the geometric mean of the two shares counts.
    """
    plan, delivery, helpers = programme.plan, programme.delivery, programme.delivery.helpers
    if delivery.paid:
        own = _of_planned(programme.costs.grant, plan.grant)
    else:
        own = _of_planned(
            delivery.hours * SCHOOL_WEEKS + programme.costs.release_days * delivery.day,
            plan.hours * SCHOOL_WEEKS + plan.release_days * delivery.day,
        )
    if helpers is None or not plan.helper_hours:
        return 1.0 if own is None else own
    help_ = helpers.hours / helpers.each / plan.helper_hours
    return help_ if own is None else math.sqrt(own * help_)


def _of_planned(delivered: float, planned: float) -> float | None:
    """A share of what is planned; None if nothing is."""
    return delivered / planned if planned else None


def time_since(programme: Programme, start: int, year: int) -> float:
    """Mean over the years of delivery up to ``year`` of :func:`time_of`, of somebody who started in ``start``."""
    years = range(start, min(year, start + programme.delivery.years - 1) + 1)
    return sum(time_of(programme.in_year(each)) for each in years) / len(years)


def achieved(programme: Programme, effect: Effect, time: float) -> float:
    """Share of an effect's size that so much of the planned ``time`` achieves."""
    own = effect.half_dose
    return response(time, programme.delivery.half_dose if own is None else own)


def training_of(programme: Programme) -> float:
    """Share of what their help achieves that is left with the training that helpers get, of that which is planned."""
    helpers, planned = programme.delivery.helpers, programme.plan.training
    if helpers is None or not planned:
        return 1.0
    return 1.0 + helpers.trained * (response(helpers.training / planned, programme.delivery.half_dose) - 1.0)


def fee_odds(programme: Programme) -> float:
    """Added to the log-odds of applying by a fee that is not the planned one."""
    return programme.take_up.apply_fee * (programme.costs.fee - programme.plan.fee) / 1000.0


def bounds(programme: Programme) -> tuple[float, float]:
    """The least and the most that a dose of a programme can be, whatever its numbers are in earlier years."""
    helpers = programme.delivery.helpers
    if helpers is None:
        return 0.0, 1.0
    trained = max(1.0, *(training_of(one) for one in (programme, *(before for _, before in programme.earlier))))
    differ = bool(helpers.skill or helpers.culture)
    return (LEAST_HELP if differ else 0.0) * trained, (MOST_HELP if differ else 1.0) * trained
