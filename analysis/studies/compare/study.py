"""A comparison from names of scenarios to what can be said: pairs are run, kept if asked, and summed up."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import UserError
from analysis.figures import worth
from analysis.figures.estimates import FEWEST_FOR_INTERVAL, NINETY, Paired, paired
from analysis.figures.lines import Line
from analysis.figures.naming import naming_of, speaking
from analysis.runs import plan as run
from analysis.runs.executor import in_order
from analysis.runs.replicate import Plans, pair
from analysis.runs.work import Result
from analysis.studies.compare.asking import chosen
from analysis.studies.compare.doubted import Doubted
from analysis.studies.compare.precision import FEWEST, HOLD, precision, stops_after
from analysis.studies.compare.summing import (
    MOST,
    Asked,
    Cell,
    Comparison,
    Found,
    arms_of,
    drawn_in,
    draws_of,
    figures,
    sum_up,
    target_differences,
    values,
)
from analysis.studies.reach import tables as reach
from analysis.studies.value import outcomes as money
from analysis.telling import progress
from scenarios.doubt import draw_of
from simulation.census.dimensions import labels_of
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    from analysis.runs.plan import Plan
    from scenarios.scenario import Scenario


def shared(plan: Plan) -> dict[str, tuple[Any, str]]:
    """What must be equal, by name: the value, and what to do if it is not."""
    from analysis.runs.plan import register_digest
    from simulation.draws import RNG_VERSION
    from simulation.vocabulary import school_year

    setup, resolved = plan.setup, plan.resolved
    return {
        "context": (resolved.get("context"), "Let one extend the other, or both the same scenario."),
        "base year": (school_year(setup.base_year), "Compare scenarios of one context."),
        "scale": (f"{plan.scale:g}", "Give both one with --scale."),
        "register of schools": (register_digest(setup.register_at_start)[:12], "Give both one with --schools."),
        "years before the base year": (setup.warm_up_years, "Compare scenarios of one context."),
        "seed": (plan.seed, "Give both one with --seed."),
        "version of the random draws": (getattr(plan, "rng_version", RNG_VERSION), "Run both with this version."),
    }


def over_common_years(plans: Sequence[Plan]) -> tuple[list[Plan], dict[str, int]]:
    """The plans, none of them longer than the shortest, and the last school year that each had, if they differed."""
    years = min(plan.setup.years for plan in plans)
    ends = {plan.name: plan.setup.last_year for plan in plans}
    if len(set(ends.values())) == 1:
        return list(plans), {}
    cut = [
        replace(plan, setup=replace(plan.setup, years=years), resolved={**plan.resolved, "years": years})
        for plan in plans
    ]
    return cut, ends


def check_pairs(base: Plan, policies: Sequence[Plan]) -> None:
    """Raise :exc:`UserError` unless every policy's runs can be paired with the base's, saying what differs."""
    names = [base.name, *(policy.name for policy in policies)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(
            f"scenario {twice[0]}",
            "given twice",
            "Name each scenario once; to see that nothing differs, copy the file.",
        )
    worth.check_alike({plan.name: plan.resolved for plan in (base, *policies)})
    wanted = shared(base)
    for policy in policies:
        found = shared(policy)
        for name, (value, advice) in wanted.items():
            if found[name][0] != value:
                raise UserError(
                    f"{base.name} and {policy.name}",
                    f"cannot be paired: {name} is {value} in one and {found[name][0]} in the other",
                    advice,
                )


DEFAULT_REPLICATES = 30
"""Enough for intervals that hold what they promise, and for words about several figures at once."""


def pairs_asked(replicates: int | None, precision: str | None, most: int | None, sign: str = "") -> tuple[int, int]:
    """How many pairs to run, and after how many a target for precision is given up; the defaults for None.

    Raise :exc:`UserError` for what excludes each other; ``sign`` stands before the names of options in its message.
    """
    if precision is not None and replicates is not None:
        advice = f"Cap them with {sign}most."
        raise UserError(f"{sign}replicates", f"{sign}precision decides how many there are", advice)
    if precision is None and most is not None:
        advice = f"Say how many with {sign}replicates."
        raise UserError(f"{sign}most", f"there is no {sign}precision to reach", advice)
    return DEFAULT_REPLICATES if replicates is None else replicates, most or MOST


Keep = Callable[[run.Plan, int, Result], None]
"""Keeps what came of a replicate of a plan."""


def carry_out(names: Sequence[str | Scenario], options: run.Options, asked: Asked) -> Comparison:
    """Compare the scenarios ``names[1:]`` with ``names[0]``.

    Raise ``scenarios.InputError`` for a scenario that cannot be used, and :exc:`UserError` for scenarios that cannot be
    paired, for figures that do not exist, for a folder that cannot be written, and if no pair came to its end.
    """
    if asked.out is not None:
        from analysis.store.layout import check_folder

        check_folder(asked.out)
    plans = [run.plan(name, options) for name in names]
    check_pairs(plans[0], plans[1:])
    if asked.precision is not None:
        plans = [replace(plan, replicates=asked.most) for plan in plans]
    return compare(plans, asked, options.workers)


def compare(plans: list[run.Plan], asked: Asked, workers: int | None = None) -> Comparison:
    """Compare plans that are ready, over the years that all have; raise :exc:`UserError` as :func:`carry_out`."""
    plans, ends = over_common_years(plans)
    arriving = Arriving(plans, asked)
    _run(arriving, workers)
    return replace(arriving.comparison(), ends=ends)


def doubts_of(plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """What is drawn in each of the plans."""
    return [{**plan.doubt.told(), "scenario": plan.name} for plan in plans if plan.doubt is not None]


def who_gets(plans: Sequence[Plan], level: float) -> reach.Asked:
    """What is to be told of who gets and gives each programme, and of what the policies move."""
    scenarios = {p.name: (p.title, [one.name for one in p.setup.programmes], p.resolved) for p in plans}
    setup, labels = plans[0].setup, labels_of(plans[0].setup)
    period = school_years(setup.base_year + 1, setup.last_year)
    return reach.asked_of(scenarios, labels.__getitem__, labels["role"], period, plans[0].scale, level)


@dataclass(frozen=True)
class ByYear:
    """What pairs say about a line, an entry per year."""

    statistics: Paired
    doubt: Doubted

    @cached_property
    def is_drawn(self) -> bool:
        """Whether what the evidence allows can be told."""
        return bool(self.doubt.inputs) and len(self.doubt.differences) >= FEWEST_FOR_INTERVAL

    @cached_property
    def ranges(self) -> np.ndarray:
        """Ends of what the evidence allows, a row per year."""
        return np.array([self.doubt.range(i) for i in range(len(self.statistics.difference))])

    @cached_property
    def chance(self) -> np.ndarray:
        """Half of what chance alone spreads nine futures of ten over, within the range; 0 where it cannot be told."""
        sds = np.array([self.doubt.chance(i) for i in range(len(self.statistics.difference))])
        return np.nan_to_num(NINETY * sds)


class Arriving:
    """Pairs of runs as they come in, in whatever order, and what they say so far."""

    def __init__(self, plans: Sequence[run.Plan], asked: Asked | None = None) -> None:
        """``asked`` says which figures are compared, and how well they are to be known; None for the headlines.

        Raise :exc:`UserError` for figures that do not exist.
        """
        self.plans, self.asked = plans, asked or Asked()
        self.naming = naming_of(*(plan.system for plan in plans))
        """What the figures are said in."""
        setups, measures = [plan.setup for plan in plans], self.asked.measures
        with speaking(self.naming):
            self.lines = chosen(measures, self.asked.by, setups)
            text = self.asked.precision
            self.target = None if text is None else precision(text, setups, self.asked.level)
            if self.target is not None and self.target.line not in self.lines:
                self.lines.append(self.target.line)
            self._told = None if measures else who_gets(plans, self.asked.level)
            self._paid = money.lines() if self.asked.accounts or not measures else []
            also = dict.fromkeys([*([] if self._told is None else self._told.lines), *self._paid])
        self._all = [*self.lines, *(line for line in also if line not in self.lines)]
        self.measures = tuple(dict.fromkeys(line.measure for line in self._all))
        """Measures that runs must take."""
        self.years = list(range(setups[0].base_year, setups[0].last_year + 1))
        self._parts: dict[int, Found] = {}

    def __len__(self) -> int:
        return len(self._parts)

    def take(self, number: int, results: Sequence[Result]) -> None:
        """Take in what came of replicate ``number``: a result for each plan."""
        self._parts[number] = _part(self.plans, self._all, self.years, number, results)

    @property
    def is_enough(self) -> bool:
        """Whether what was to be known so well is."""
        if self.target is None or len(self) < FEWEST + HOLD:
            return False
        differences = target_differences(self._found(), self.lines, self.years, self.target)
        return stops_after(differences, self.target.half_width, self.target.level) is not None

    def _found(self) -> list[Found]:
        """What is compared: no differences are told of who gets a programme, so they do not widen its intervals."""
        return [replace(one, figures=one.figures[:, : len(self.lines)]) for one in self._everything()]

    def _everything(self) -> list[Found]:
        """The same, with what is told of who gets and gives programmes."""
        return [part for _, part in sorted(self._parts.items())]

    def digests(self) -> dict[int, list[str]]:
        """Digests of each replicate's runs, in the order of the plans; empty where one failed."""
        return {number: part.digests for number, part in sorted(self._parts.items())}

    def comparison(self) -> Comparison:
        """What the pairs say so far. Raise :exc:`UserError` if none has come to its end."""
        with speaking(self.naming):
            doubts = doubts_of(self.plans)
            made = sum_up(self.plans, self.years, self.lines, self.target, self.asked, self._found(), doubts)
            arms, names = arms_of(self._everything(), self._all), [plan.name for plan in self.plans]
            if self._paid:
                made = replace(made, accounts=money.accounts(names, arms, self._all, self.years))
            if self._told is not None:
                told = reach.tables(self._told, reach.figures_from(names, self._all, arms))
                made = replace(made, reach=tuple(told))
            return made

    def by_year(self) -> list[list[ByYear]]:
        """For each policy and line, what the pairs say about each year after the base year; one entry per year."""
        told = doubts_of(self.plans)
        arms = arms_of(self._found(), self.lines)[:, :, :, 1:]
        years, found, draws = self.years[1:], [], draws_of(self._everything())
        for plan, policy in zip(self.plans[1:], arms[1:], strict=True):
            of_policy = []
            for number in range(len(self.lines)):
                cells = [Cell(number, year) for year in years]
                base, other = (values(arm, self.lines, years, cells) for arm in (arms[0], policy))
                doubt = Doubted(other - base, draws, drawn_in(told, (self.plans[0].name, plan.name), draws))
                of_policy.append(ByYear(paired(base, other, draws), doubt))
            found.append(of_policy)
        return found


def _run(arriving: Arriving, workers: int | None) -> None:
    """Run the pairs, all that there are to be or until enough is known, and keep them if asked."""
    plans, asked = list(arriving.plans), arriving.asked
    given = Plans.of(plans, None if asked.out is not None else arriving.measures)
    numbers, most = range(plans[0].replicates), arriving.target is not None
    with (
        _keeping(asked, plans) as keep,
        progress(len(numbers) * given.years, "Setting up", "pairs of runs", given.years, most=most) as passed,
        contextlib.closing(in_order(pair, given, numbers, [p.setup for p in plans], workers, passed)) as stream,
    ):
        for number, results in enumerate(stream):
            for plan, result in zip(plans, results, strict=True):
                keep(plan, number, result)
            arriving.take(number, results)
            if arriving.is_enough:
                break


def _part(
    plans: Sequence[run.Plan], lines: list[Line], years: Sequence[int], number: int, results: Sequence[Result]
) -> Found:
    """What came of one replicate."""
    figure = np.full((len(plans), len(lines), len(years), 2), np.nan)
    digests, failures = [""] * len(plans), []
    for n, (plan, result) in enumerate(zip(plans, results, strict=True)):
        if result.told is None:
            one, rows = result.value
            figure[n], digests[n] = figures(rows, lines, years), one.digest
        else:
            failures.append((plan.name, number, result.told))
    drawn = draw_of(number) if any(plan.doubt is not None for plan in plans) else None
    return Found(figure, digests, failures, drawn)


@contextlib.contextmanager
def _keeping(asked: Asked, plans: list[run.Plan]) -> Iterator[Keep]:
    """A function that keeps a run, or its failure, in the folder asked for, if there is one."""
    if asked.out is None:
        yield lambda _plan, _number, _result: None
        return
    from analysis.runs import manifest
    from analysis.store import Store, run_key

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

    def keep(plan: run.Plan, number: int, result: Result) -> None:
        nonlocal tried
        tried = max(tried, number + 1)
        key = run_key(known[plan.name], plan.seed, number)
        if result.told is None:
            store.commit(key, *result.value)
            store.compact()
        else:
            store.fail(key, (plan.name, None, number), "simulate", result.told, shlex.join(described["command"]))

    with store.writing():
        yield keep
        store.compact(everything=True)
    if tried > first:
        Store.create(asked.out, manifest.build([replace(plan, replicates=tried) for plan in plans]), places(tried))
