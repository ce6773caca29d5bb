"""A comparison from names of scenarios to what can be said: pairs are run, kept if asked, and summed up."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis import run
from analysis.comparison import pairing
from analysis.comparison.adjust import simultaneous_half_widths
from analysis.comparison.asking import chosen
from analysis.comparison.cells import Cell, figures, values, with_zeros
from analysis.comparison.headline import Line
from analysis.comparison.paired import Paired, paired
from analysis.comparison.precision import Precision, precision
from analysis.comparison.runs import Task, replicate, shares_past
from analysis.comparison.stopping import FEWEST, HOLD, half_widths, stops_after
from analysis.errors import UserError
from analysis.show import progress
from analysis.workers import how_many, in_order

if TYPE_CHECKING:
    from analysis.runstore import Rows, Run, Told

DEFAULT_REPLICATES = 30
"""Enough for intervals that hold what they promise, and for words about several figures at once."""
MOST = 1000
"""Pairs after which a target for precision is given up."""
LEVEL = 0.9


Keep = Callable[[run.Plan, int, "tuple[Run, Rows] | Told"], None]
"""Keeps what came of a replicate of a plan."""


@dataclass(frozen=True)
class Asked:
    """What is to be compared, and how."""

    measures: Sequence[str] = ()
    """Names of lines or measures; none for the headlines."""
    by: Sequence[str] = ()
    precision: str | None = None
    """Target at which to stop; None to run as many replicates as the options say."""
    most: int = MOST
    level: float = LEVEL
    all_years: bool = False
    out: Path | None = None


class Side(Protocol):
    """A base or a policy, as far as what is said about it goes; a plan is one."""

    @property
    def name(self) -> str:
        """Of the scenario."""
        ...

    @property
    def title(self) -> str:
        """Of the scenario, for reading."""
        ...

    @property
    def seed(self) -> int:
        """Of its runs."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What the pairs of one policy say; arrays of one entry per cell."""

    policy: Side
    statistics: Paired
    half: np.ndarray
    """Half-width of the interval of each difference alone."""
    adjusted_half: np.ndarray
    """Half-width of the intervals that hold for all cells of all policies at once."""
    identical: bool
    """Every run was the base's, to the last bit of its digest."""


@dataclass(frozen=True)
class Reached:
    """How a target for precision ended."""

    target: Precision
    half_width: float
    """The widest of the policies' half-widths at the end."""
    reached: bool


@dataclass(frozen=True, repr=False)
class Comparison:
    """A base, its policies, and what pairs of runs say about their differences; a notebook shows it as tables."""

    base: Side
    outcomes: list[Outcome]
    lines: list[Line]
    cells: list[Cell]
    first: int
    """First school year in which anything differs; the first projected one if nothing does."""
    last: int
    level: float
    replicates: int
    """Pairs that were run for each policy, failed ones included."""
    failures: list[tuple[str, int, Told]]
    """Scenario, replicate and error of every run that did not come to its end."""
    precision: Reached | None
    folder: Path | None
    """Where the runs are kept, if they are."""

    def __repr__(self) -> str:
        policies = " and ".join(outcome.policy.name for outcome in self.outcomes)
        return f"<Comparison of {policies} with {self.base.name}: {len(self.lines)} figures, {self.replicates} pairs of runs>"

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        from analysis import display

        return display.comparison(self)


def carry_out(names: Sequence[str], options: run.Options, asked: Asked) -> Comparison:
    """Compare the scenarios ``names[1:]`` with ``names[0]``.

    Raise ``scenarios.InputError`` for a scenario that cannot be used, and :exc:`UserError` for scenarios that cannot be
    paired, for figures that do not exist, for a folder that cannot be written, and if no pair came to its end.
    """
    if asked.out is not None:
        from analysis.runstore.store import check_folder

        check_folder(asked.out)
    plans = [run.plan(name, options) for name in names]
    pairing.check(plans[0], plans[1:])
    if asked.precision is not None:
        plans = [replace(plan, replicates=asked.most) for plan in plans]
    return compare(plans, asked, options.workers)


def compare(plans: list[run.Plan], asked: Asked, workers: int | None = None) -> Comparison:
    """Compare plans that are ready; raise :exc:`UserError` as :func:`carry_out`."""
    setups = [plan.setup for plan in plans]
    lines = chosen(asked.measures, asked.by, setups)
    target = None if asked.precision is None else precision(asked.precision, setups, asked.level)
    if target is not None and target.line not in lines:
        lines.append(target.line)
    shares = tuple(shares_past(setups[0], policy) for policy in setups[1:])
    found = _run(plans, lines, target, asked, shares, workers)
    years = list(range(setups[0].base_year, setups[0].last_year + 1))
    return sum_up(plans, years, lines, target, asked, found)


class Arriving:
    """Pairs of runs as they come in, in whatever order, and what they say so far.

    What they say once all are there is what :func:`compare` says of the same plans.
    """

    def __init__(self, plans: list[run.Plan], asked: Asked | None = None) -> None:
        """``asked`` chooses figures and level; targets for precision and folders are not for here."""
        self.plans, self.asked = plans, asked or Asked()
        self.lines = chosen(self.asked.measures, self.asked.by, [plan.setup for plan in plans])
        self.measures = tuple(dict.fromkeys(line.measure for line in self.lines))
        """Measures that runs must take."""
        setup = plans[0].setup
        self.years = list(range(setup.base_year, setup.last_year + 1))
        self._parts: dict[int, Found] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def take(self, number: int, results: list[tuple[Run, Rows] | Told]) -> None:
        """Take in what came of replicate ``number``: a result for each plan."""
        part = Found([], [], [])
        _take(part, self.plans, self.lines, self.years, number, results, lambda _plan, _number, _result: None)
        self._parts[number] = part

    def _found(self) -> Found:
        parts = [self._parts[number] for number in sorted(self._parts)]
        return Found(
            [f for part in parts for f in part.figures], [d for part in parts for d in part.digests],
            [failure for part in parts for failure in part.failures],
        )  # fmt: skip

    def digests(self) -> dict[int, list[str]]:
        """Digests of each replicate's runs, in the order of the plans; empty where one failed."""
        return {number: part.digests[0] for number, part in sorted(self._parts.items())}

    def comparison(self) -> Comparison:
        """What the pairs say so far. Raise :exc:`UserError` if none has come to its end."""
        return sum_up(self.plans, self.years, self.lines, None, self.asked, self._found())

    def by_year(self) -> list[list[Paired]]:
        """For each policy and line, what the pairs say about each year after the base year; one entry per year."""
        arms = _arms(self._found(), self.lines)[:, :, :, 1:]
        years, found = self.years[1:], []
        for policy in arms[1:]:
            of_policy = []
            for number in range(len(self.lines)):
                cells = [Cell(number, year) for year in years]
                base, other = (values(arm, self.lines, years, cells) for arm in (arms[0], policy))
                of_policy.append(paired(base, other))
            found.append(of_policy)
        return found


@dataclass
class Found:
    """What came of the replicates, in their order."""

    figures: list[np.ndarray]
    """Plans × lines × years × 2, for each replicate; years from the base year on."""
    digests: list[list[str]]
    """Of each plan's run; empty where it failed."""
    failures: list[tuple[str, int, Told]]


def _run(
    plans: list[run.Plan], lines: list[Line], target: Precision | None, asked: Asked, shares: tuple[bool, ...],
    workers: int | None,
) -> Found:  # fmt: skip
    setup = plans[0].setup
    years = range(setup.base_year, setup.last_year + 1)
    measures = None if asked.out is not None else tuple(dict.fromkeys(line.measure for line in lines))
    tasks = [Task(r, shares, measures) for r in range(plans[0].replicates)]
    found = Found([], [], [])
    total = len(tasks) * len(plans) * (setup.last_year - setup.first_year)
    with _keeping(asked, plans) as keep, progress(total, "Setting up") as passed:
        stream = in_order(replicate, plans, tasks, _processes(plans, workers), passed)
        with contextlib.closing(stream):
            for number, results in stream:
                _take(found, plans, lines, years, number, results, keep)
                if target is not None and _stops(found, lines, years, target):
                    break
    return found


def _processes(plans: list[run.Plan], asked: int | None) -> int:
    replicates = plans[0].replicates
    runs = [(i, r) for r in range(replicates) for i in range(len(plans))]
    return min(replicates, how_many(plans, runs, asked))


def _take(
    found: Found, plans: list[run.Plan], lines: list[Line], years: Sequence[int], number: int,
    results: list[tuple[Run, Rows] | Told], keep: Keep,
) -> None:  # fmt: skip
    figure, digests = [], []
    for plan, result in zip(plans, results, strict=True):
        if isinstance(result, tuple):
            keep(plan, number, result)
            figure.append(figures(result[1], lines, years))
            digests.append(result[0].digest)
        else:
            found.failures.append((plan.name, number, result))
            keep(plan, number, result)
            figure.append(np.full((len(lines), len(years), 2), np.nan))
            digests.append("")
    found.figures.append(np.stack(figure))
    found.digests.append(digests)


def _arms(found: Found, lines: list[Line]) -> np.ndarray:
    """Figures of plans × replicates × lines × years × 2."""
    from simulation.census.measure import Kind, measures

    finished = np.array([[bool(d) for d in digests] for digests in found.digests]).T
    counts = [measures()[line.measure].kind is Kind.COUNT for line in lines]
    return with_zeros(np.stack(found.figures, axis=1), counts, finished)


def _target_differences(found: Found, lines: list[Line], years: Sequence[int], target: Precision) -> np.ndarray:
    """Differences in what the target is about, of replicates × policies."""
    line = [target.line]
    arms = _arms(found, lines)[:, :, [lines.index(target.line)], 1:]
    cell = [Cell(0, target.year)]
    of = [values(arm, line, list(years)[1:], cell)[:, 0] for arm in arms]
    return np.stack([policy - of[0] for policy in of[1:]], axis=1)


def _stops(found: Found, lines: list[Line], years: Sequence[int], target: Precision) -> bool:
    if len(found.figures) < FEWEST + HOLD:
        return False
    differences = _target_differences(found, lines, years, target)
    return stops_after(differences, target.half_width, target.level) is not None


def sum_up(
    plans: Sequence[Side], years: list[int], lines: list[Line], target: Precision | None, asked: Asked, found: Found
) -> Comparison:
    """What pairs say that are there: of a base (the first of ``plans``) and policies, in ``years`` from the base year on.

    Raise :exc:`UserError` if no pair came to its end.
    """
    n = len(found.figures)
    arms = _arms(found, lines)
    if all(not (digests[0] and any(digests[1:])) for digests in found.digests):
        if not found.failures:
            raise UserError(plans[0].name, "there is no pair of runs yet", "Run the base and a policy first.")
        name, number, failure = found.failures[0]
        raise UserError(f"{name}, replicate {number}", f"no pair of runs finished: {failure.type}: {failure.message}")
    reached = None if target is None else _reached(_target_differences(found, lines, years, target), target)
    lines, arms = _with_figures(lines, arms, asked)
    differs = _differs(arms)
    affected = [year for year, d in zip(years[1:], np.any(differs[:, 1:], axis=0), strict=True) if d]
    first, last = min(affected, default=years[1]), years[-1]
    cells = _cells(lines, first, last, asked.all_years, target)
    shown = years.index(first)
    tables = [values(arm[:, :, shown:], lines, years[shown:], cells) for arm in arms]
    family = simultaneous_half_widths(
        np.concatenate([t - tables[0] for t in tables[1:]], axis=1), asked.level, plans[0].seed
    )
    outcomes = []
    for i, policy in enumerate(plans[1:]):
        statistics = paired(tables[0], tables[i + 1])
        identical = not found.failures and all(digests[0] == digests[i + 1] for digests in found.digests)
        adjusted = family[i * len(cells) : (i + 1) * len(cells)]
        outcomes.append(Outcome(policy, statistics, statistics.half_width(asked.level), adjusted, identical))
    return Comparison(plans[0], outcomes, lines, cells, first, last, asked.level, n, found.failures, reached, asked.out)


def _with_figures(lines: list[Line], arms: np.ndarray, asked: Asked) -> tuple[list[Line], np.ndarray]:
    """The lines of which any run has a figure. Raise :exc:`UserError` for one that was asked for and has none."""
    has = ~np.isnan(arms[:, :, :, 1:, 0]).all(axis=(0, 1, 3))
    for line, some in zip(lines, has, strict=True):
        if not some and asked.measures and not asked.by:
            raise UserError(line.name, "no run has such a figure", "Ask for it broken down less finely.")
    return [line for line, some in zip(lines, has, strict=True) if some], arms[:, :, has]


def _differs(arms: np.ndarray) -> np.ndarray:
    """Whether any figure of any replicate in which both finished differs from the base's; policies × years."""
    value = arms[..., 0]
    both = ~np.isnan(value).all(axis=(2, 3))
    both = (both[1:] & both[0])[:, :, None, None]
    unequal = (value[1:] != value[0]) & ~(np.isnan(value[1:]) & np.isnan(value[0]))
    return (unequal & both).any(axis=(1, 2))


def _cells(lines: list[Line], first: int, last: int, all_years: bool, target: Precision | None) -> list[Cell]:
    found = []
    for number, line in enumerate(lines):
        years = set(range(first, last + 1)) if all_years else {last}
        if target is not None and target.year is not None and target.line == line and target.year >= first:
            years.add(target.year)
        found += [Cell(number, year) for year in sorted(years)]
        if first < last:
            found.append(Cell(number, None))
    return found


def _reached(differences: np.ndarray, target: Precision) -> Reached:
    half = float(half_widths(differences, target.level)[-1].max())
    return Reached(target, half, stops_after(differences, target.half_width, target.level) is not None)


@contextlib.contextmanager
def _keeping(asked: Asked, plans: list[run.Plan]) -> Iterator[Keep]:
    """A function that keeps a run, or its failure, in the folder asked for, if there is one."""
    if asked.out is None:
        yield lambda _plan, _number, _result: None
        return
    from analysis import manifest
    from analysis.runstore import Store, run_key

    known = {plan.name: run.identity(plan) for plan in plans}

    def places(replicates: int) -> dict[str, tuple[str, int | None, int]]:
        """The runs that there are to be, by key."""
        return {
            run_key(known[plan.name], plan.seed, r): (plan.name, None, r) for plan in plans for r in range(replicates)
        }

    # A target for precision needs so many pairs at least; whether it needs more is known when they are done.
    first = plans[0].replicates if asked.precision is None else min(FEWEST + HOLD, plans[0].replicates)
    described = manifest.build([replace(plan, replicates=first) for plan in plans])
    store = Store.create(asked.out, described, places(first))
    tried = 0

    def keep(plan: run.Plan, number: int, result: tuple[Run, Rows] | Told) -> None:
        nonlocal tried
        tried = max(tried, number + 1)
        key = run_key(known[plan.name], plan.seed, number)
        if isinstance(result, tuple):
            store.commit(key, *result)
            store.compact()
        else:
            store.fail(key, (plan.name, None, number), "simulate", result, shlex.join(described["command"]))

    with store.writing():
        yield keep
        store.compact(everything=True)
    if tried > first:
        Store.create(asked.out, manifest.build([replace(plan, replicates=tried) for plan in plans]), places(tried))
