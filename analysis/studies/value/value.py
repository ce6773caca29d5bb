"""Value for money of a policy: present values by payer, what each unit of an outcome costs, and how likely it is worth an amount.

How likely it is that a policy is worth an amount is told over draws of what is not known, and over what the pairs of runs leave open about the
mean in each: the share of these in which the amount, times what is gained, is more than the cost (the cost-effectiveness acceptability
curve of Fenwick, Claxton & Sculpher, *Health Economics* 10, 2001). What chance does to a single future is not in it: nobody decides by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from analysis.figures.estimates import Estimate, by_draw, critical_of_pairs
from analysis.runs.plan import Options
from analysis.studies.compare import study
from analysis.studies.compare.summing import Asked, Comparison, Outcome, Side
from analysis.studies.surface import Surface
from analysis.studies.value.outcomes import STAFFING, Account
from scenarios.doubt import Input
from scenarios.scenario import Scenario
from simulation.log import PROGRAMME_COSTS

RATES = ((30, 0.035), (75, 0.030), (None, 0.025))
"""Social time preference rate in real terms, and the last year after the first in which it holds: HM Treasury, *The Green Book*
(2022), annex 6, as its *Review of discounting in the Green Book: terms of reference* (December 2025) restates it."""


def factors(years: Sequence[int], rate: float | None = None) -> np.ndarray:
    """What a pound, or one of anything, in each of ``years`` is worth in the first of them.

    ``rate`` is one rate for all years, as a share; None for the Green Book's, which falls after 30 years.
    """
    found, value = [], 1.0
    for since in range(years[-1] - years[0] + 1):
        if since:
            due = next(r for last, r in RATES if last is None or since <= last) if rate is None else rate
            value /= 1 + due
        found.append(value)
    return np.array([found[year - years[0]] for year in years])


LEVEL = 0.9
"""Of intervals of means, and what ranges of costs hold."""
POINTS = 40
"""Values of the mean that stand for what pairs leave open about it in a draw, equally likely."""
TOLD = 0.95
"""Chance of a gain, or of a loss, from which it is told as one."""


def means(values: np.ndarray, draws: np.ndarray | None) -> Estimate:
    """Mean over pairs and half its interval; none from fewer than eight draws."""
    rows = values[:, None] if draws is None else by_draw(values[:, None], draws)
    error = float(rows.std(ddof=1)) / math.sqrt(len(rows)) if len(rows) > 1 else math.nan
    half = 0.0 if np.ptp(values) == 0 and len(rows) > 1 else float(critical_of_pairs(len(rows), LEVEL)) * error
    return Estimate(float(values.mean()), half)


def of_draws(values: np.ndarray, draws: np.ndarray | None, inputs: Sequence[Input]) -> Surface:
    """How a figure of pairs goes with what was drawn in them."""
    matrix = np.stack([one.values for one in inputs], axis=1) if inputs else np.empty((len(values), 0))
    if draws is None:
        return Surface(matrix, values)
    _, first, place = np.unique(draws, return_index=True, return_inverse=True)
    return Surface(matrix[first], np.bincount(place, values) / np.bincount(place))


def spread(surface: Surface) -> np.ndarray:
    """The mean in each draw, at equally likely points of what is open about it: draws × :data:`POINTS`."""
    from scipy.special import stdtrit

    mean, error = surface.at(surface.rows)
    if len(surface.outcome) < 2 or np.ptp(surface.outcome) == 0:
        return np.repeat(mean[:, None], POINTS, axis=1)
    away = stdtrit(len(surface.outcome) - 1, (np.arange(POINTS) + 0.5) / POINTS)
    return np.asarray(mean[:, None] + error[:, None] * away)


@dataclass(frozen=True)
class Bought:
    """An outcome of a policy, and what it costs."""

    outcome: str
    gained: Estimate
    """More than under the base, in present values."""
    undiscounted: float
    cost: np.ndarray = field(repr=False)
    """Of the programmes in present values, by draw: draws × 1."""
    gain: np.ndarray = field(repr=False)
    """By draw, at equally likely points: draws × :data:`POINTS`."""

    @property
    def saves(self) -> bool:
        """Whether the policy costs less than its base: then it is told what is saved for each that is lost."""
        return float(self.cost.mean()) < 0

    @cached_property
    def likely(self) -> float:
        """The chance that anything is gained (lost, if the policy saves)."""
        return float(((-self.gain if self.saves else self.gain) > 0).mean())

    @property
    def is_none(self) -> bool:
        """Whether every pair is the same."""
        return not self.gain.any()

    @property
    def is_told(self) -> bool:
        """Whether it is sure enough that something is gained (lost, if it saves) to say what each costs."""
        return self.likely >= TOLD and math.isfinite(self.gained.half)

    @property
    def each(self) -> float:
        """GBP for each: mean cost over mean gain."""
        gain = float(self.gain.mean())
        return float(self.cost.mean()) / gain if gain else math.inf

    def chance(self, pay: float) -> float:
        """How likely it is that the policy is worth it to whoever would pay so much for each."""
        return float((pay * self.gain > self.cost).mean())

    def reaches(self, chance: float) -> float:
        """GBP for each that must be paid for the policy to be worth it with such a chance; infinite if no amount will do.

        Of a policy that saves: what is saved for each, with such a chance at most.
        """
        sign = -1.0 if self.saves else 1.0
        cost, gain = np.broadcast_arrays(sign * self.cost, sign * self.gain)
        due = np.divide(np.maximum(cost, 0.0), gain, out=np.full(gain.shape, math.inf), where=gain > 0)
        return float(np.quantile(due, chance, method="inverted_cdf"))

    @property
    def range(self) -> tuple[float, float]:
        """GBP for each that nine in ten of what may be lie within."""
        return self.reaches(0.5 - LEVEL / 2), self.reaches(0.5 + LEVEL / 2)


@dataclass(frozen=True)
class Value:
    """Value for money of one policy."""

    base: Side
    policy: Side
    account: Account
    rate: float | None
    """Of discount; None for the Green Book's."""
    draws: np.ndarray | None
    inputs: tuple[Input, ...]
    """What was drawn, with its values in the pairs of the account."""

    @cached_property
    def factors(self) -> np.ndarray:
        """Present value of one in each year; 1 in the first that is projected."""
        return factors(self.account.years, self.rate)

    def present(self, by_year: np.ndarray) -> np.ndarray:
        """Present values of pairs × years, in all schools where a sample was run."""
        return np.asarray(by_year @ self.factors) / self.base.scale

    @cached_property
    def total(self) -> Estimate:
        """What the programmes cost, whoever pays."""
        return means(self.present(self.account.programme), self.draws)

    @cached_property
    def payers(self) -> Mapping[str, Estimate]:
        """The same by item."""
        return {item: means(self.present(self.account.costs[item]), self.draws) for item in PROGRAMME_COSTS}

    @cached_property
    def staffing(self) -> Estimate:
        """What schools spend more on pay and recruiting, beside the programmes."""
        return means(self.present(self.account.costs[STAFFING]), self.draws)

    @cached_property
    def bought(self) -> tuple[Bought, ...]:
        """Every outcome."""
        return tuple(self.of(name) for name in self.account.gains)

    def of(self, outcome: str) -> Bought:
        """One outcome. Raise :exc:`KeyError` for one that the school system cannot have."""
        gains = self.account.gains[outcome]
        gained, cost = self.present(gains), self.present(self.account.programme)
        costs = of_draws(cost, self.draws, self.inputs)
        return Bought(
            outcome, means(gained, self.draws), float(gains.sum(axis=1).mean()) / self.base.scale, costs.at(costs.rows)[0][:, None],
            spread(of_draws(gained, self.draws, self.inputs)),
        )  # fmt: skip


def values_of(found: Comparison, rate: float | None = None) -> list[Value]:
    """Value for money of every policy of a comparison that has kept its accounts."""
    return [value_of(found, one, rate) for one in found.outcomes if one.policy.name in found.accounts]


def value_of(found: Comparison, outcome: Outcome, rate: float | None = None) -> Value:
    """The same of one policy. Raise :exc:`KeyError` if its account was not kept."""
    account, drawn = found.accounts[outcome.policy.name], outcome.doubt
    draws = None if drawn.draws is None else drawn.draws[account.pairs]
    inputs = tuple(replace(one, values=one.values[account.pairs]) for one in drawn.inputs)
    return Value(found.base, outcome.policy, account, rate, draws, inputs)


MEASURE = "heads_leaving"
"""What is compared beside: the figure that most outcomes rest on."""


def carry_out(
    names: Sequence[str | Scenario], options: Options, rate: float | None = None
) -> tuple[Comparison, list[Value]]:
    """Compare the scenarios ``names[1:]`` with ``names[0]`` and value each; ``rate`` of discount as a share, None for the Green Book's.

    Raise ``scenarios.InputError`` and :exc:`~analysis.errors.UserError` as a comparison does.
    """
    found = study.carry_out(names, options, Asked(measures=[MEASURE], accounts=True))
    return found, values_of(found, rate)
