"""What a policy costs and gains in each pair of runs and year, from the census: payers, and outcomes that money buys."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analysis.figures.lines import Line
from analysis.figures.naming import spoken
from analysis.figures.words import capital, filled
from analysis.studies.compare.asking import line_of
from simulation.census.measure import measures
from simulation.log import PROGRAMME_COSTS

SCHOOL_YEARS_TO_GRADES = 5.0
"""Year groups of a secondary school, one of which leaves with grades in a year."""
SD_PER_GRADE = 0.6
"""Pupil standard deviations that a grade in one subject is: a judgement, range 0.4 to 0.9, as in the programmes' files
(evidence epi_secondary_less_to_average_grades, head_sd_effect_low)."""
SECONDARY = ("phase", "secondary")
HEAD = ("role", "head")
STAFFING = "staffing"
"""What schools spend on staffing, pay and recruiting, beside the programmes."""
LEAVERS, WAITED, OPEN, PROGRESS = "leaver_rate_headcount", "terms_to_fill", "terms_vacant", "pupil_progress"


@dataclass(frozen=True)
class Words:
    """How an outcome is said."""

    one: str
    """``head kept``: behind "per"."""
    many: str
    """In a table."""
    counted: str
    """What it is counted from."""


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((Path(__file__).parents[2] / "figures" / "value.toml").read_text(encoding="utf-8"))


def words(outcome: str) -> Words:
    """How an outcome is said in the context at hand."""
    told = _table()[outcome]
    many = filled(told["many"])
    own = spoken().words("role", "head") and "head" in told["one"].split("-")[0].split()
    one = f"one of the {many}" if own else told["one"]
    return Words(one, capital(many), filled(told["from"]))


def payer(item: str) -> str:
    """Who pays an item of a programme's costs."""
    return str(_table()["payers"][item]["label"])


Amounts = Callable[[str, tuple[tuple[str, str], ...]], np.ndarray]
"""Amounts of a measure for some people or posts: arms × pairs × years, from the base year on."""


def _fewer_leavers(of: Amounts, where: tuple[tuple[str, str], ...]) -> np.ndarray:
    return -_beside(np.rint(of(LEAVERS, where)))


def _kept_so_far(of: Amounts, where: tuple[tuple[str, str], ...]) -> np.ndarray:
    return np.asarray(_fewer_leavers(of, where).cumsum(axis=-1))


def _terms_avoided(of: Amounts, where: tuple[tuple[str, str], ...]) -> np.ndarray:
    """Terms of the posts filled in a year, and what those still open have added to theirs since the year before."""
    standing = _beside(of(OPEN, where))
    before = np.concatenate([np.zeros_like(standing[..., :1]), standing[..., :-1]], axis=-1)
    return -(_beside(of(WAITED, where)) + standing - before)


def _grades(of: Amounts, where: tuple[tuple[str, str], ...]) -> np.ndarray:
    return _beside(of(PROGRESS, where)) / SCHOOL_YEARS_TO_GRADES / SD_PER_GRADE


def _beside(amounts: np.ndarray) -> np.ndarray:
    """What an arm has more than the first."""
    return np.asarray(amounts[1] - amounts[0])


@dataclass(frozen=True)
class Outcome:
    """Something that money buys."""

    name: str
    where: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]
    gained: Callable[[Amounts, tuple[tuple[str, str], ...]], np.ndarray]


OUTCOMES = (
    Outcome("heads_kept", (HEAD,), (LEAVERS,), _fewer_leavers),
    Outcome("head_years_kept", (HEAD,), (LEAVERS,), _kept_so_far),
    Outcome("teacher_years_kept", (), (LEAVERS,), _kept_so_far),
    Outcome("vacancy_terms_avoided", (), (WAITED, OPEN), _terms_avoided),
    Outcome("head_vacancy_terms_avoided", (HEAD,), (WAITED, OPEN), _terms_avoided),
    Outcome("pupil_grades", (SECONDARY,), (PROGRESS,), _grades),
)
BY_NAME = {one.name: one for one in OUTCOMES}


def _cost(item: str) -> Line:
    return line_of(measures()["programme_costs"], (("programme_cost", item),))


def lines() -> list[Line]:
    """All that value for money reads, as lines of the census; those of phases and rungs that the context at hand has not are left out."""
    found = [_cost(item) for item in PROGRAMME_COSTS]
    found.append(line_of(measures()["costs"], ()))
    for one in OUTCOMES:
        if not any(spoken().lacks(*fixed) for fixed in one.where):
            found += [line_of(measures()[name], one.where) for name in one.reads]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Account:
    """What a policy costs and gains more than its base, in each pair that came to its end and in each projected year.

    Of a sample of the schools, where that is what was run.
    """

    years: tuple[int, ...]
    costs: Mapping[str, np.ndarray]
    """GBP by item of a programme's costs, and :data:`STAFFING`: pairs × years, in prices of the base year."""
    gains: Mapping[str, np.ndarray]
    """By outcome: pairs × years."""
    pairs: np.ndarray
    """Places of these pairs among all."""

    @property
    def programme(self) -> np.ndarray:
        """What the programmes cost, whoever pays: pairs × years."""
        return np.sum([self.costs[item] for item in PROGRAMME_COSTS], axis=0)


def accounts(names: Sequence[str], arms: np.ndarray, of: Sequence[Line], years: Sequence[int]) -> dict[str, Account]:
    """By policy, the account of its pairs with the base, the first of ``names``; none of a policy of which no pair came to its end.

    ``arms`` are scenarios × replicates × lines × years × 2 (value, and what it is out of), from the base year on.
    """
    found = {name: _account(arms[[0, i]], of, years) for i, name in enumerate(names) if i}
    return {name: one for name, one in found.items() if len(one.pairs)}


def _account(arms: np.ndarray, of: Sequence[Line], years: Sequence[int]) -> Account:
    place = {line: i for i, line in enumerate(of)}
    there = np.flatnonzero(~np.isnan(arms[..., 0]).all(axis=(2, 3)).any(axis=0))
    kept = arms[:, there]

    def amounts(measure: str, where: tuple[tuple[str, str], ...]) -> np.ndarray:
        value, base = np.moveaxis(kept[:, :, place[line_of(measures()[measure], where)], 1:], -1, 0)
        return np.nan_to_num(value * base)

    def spent(line: Line) -> np.ndarray:
        return (
            _beside(np.nan_to_num(kept[:, :, place[line], 1:, 0]))
            if line in place
            else np.zeros((len(there), len(years) - 1))
        )

    def is_there(line: Line) -> bool:
        """Whether runs told it: results may be of a version that did not, or an extract that was not asked for it."""
        return line in place and not np.isnan(kept[0, :, place[line], :, 0]).all()

    costs = {item: spent(_cost(item)) for item in PROGRAMME_COSTS}
    costs[STAFFING] = spent(line_of(measures()["costs"], ()))
    gains = {
        one.name: one.gained(amounts, one.where)
        for one in OUTCOMES
        if all(is_there(line_of(measures()[name], one.where)) for name in one.reads)
    }
    return Account(tuple(years[1:]), costs, gains, there)
