"""What a scenario says that can do nothing, or hardly anything: warnings for its author.

Nothing here is wrong by form. Whether anybody meets a condition is seen in the people of the base year.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.runs.replicate import Arm, Years, replicate
from scenarios.checking import kind_of
from scenarios.problems import InputError, Problem
from scenarios.programme_files.conditions import check_register
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.supply import supply
from scenarios.resolve import load
from scenarios.scenario import Scenario
from scenarios.strict.fields import listed
from scenarios.sweeps.design import load_design
from scenarios.system.listed import settled
from simulation.processes.eligibility import COLUMNS
from simulation.vocabulary import label, school_year

if TYPE_CHECKING:
    from simulation.programmes.programme import Condition, Unit
    from simulation.world import World

MOST_SCHOOLS = 400
"""Schools of the system that is looked at, so that a check answers at once; larger systems are sampled."""
SHORT_OF_HELPERS = 0.5
"""Share of what is promised, below which too few helpers are told of."""
DATED = re.compile(r"\b\d{4}/\d\d\b")
"""What is written with dates has a school year in it."""
UNMET = ("completed", "joined")
"""Columns that are empty before programmes start, so that they tell nothing."""


def idle_in(name_or_path: str | Path) -> list[Problem]:
    """A warning for all that cannot act in a scenario, or in those of a design; nothing of files of other kinds.

    Raise :exc:`~scenarios.problems.InputError` for a file that cannot be used.
    """
    kind, found, _ = kind_of(name_or_path)
    if kind == "scenario":
        return idle(load(name_or_path))
    if kind != "design":
        return []
    design = load_design(found.path)
    warnings = [warning for scenario in design.scenarios for warning in idle(scenario)]
    contexts = list(dict.fromkeys(scenario.context for scenario in design.scenarios))
    if len(contexts) > 1:
        message = f"the scenarios run in different school systems ({listed(contexts)})"
        hint = "their differences are not those of a policy: sweep each system by itself"
        warnings.append(Problem(found.file, None, None, "W0705", message, hint=hint))
    if design.unbalanced:
        warnings.append(Problem(found.file, None, None, "W0706", design.unbalanced))
    return warnings


def idle(scenario: Scenario) -> list[Problem]:
    """A warning for all that cannot act, in the order in which the scenario says it."""
    found = [*_dates(scenario), *_only_costs(scenario), *_nothing_changes(scenario)]
    if unknown := list(_own_columns(scenario)):
        return [*found, *unknown]  # whether anybody meets them is seen in that register alone
    if scenario.programmes:
        world = _base_year(scenario)
        for programme in scenario.programmes:
            found += _nobody(programme, scenario, world)
            found += _too_few_helpers(programme, scenario, world)
    return found


def _warning(scenario: Scenario, code: str, message: str, hint: str | None = None) -> Problem:
    return Problem(scenario.chain[0], None, None, code, message, hint=hint)


def _dates(scenario: Scenario) -> Iterator[Problem]:
    first, last = scenario.base_year + 1, scenario.base_year + scenario.years
    horizon = f"the years projected are {school_year(first)} to {school_year(last)}"
    for programme in scenario.programmes:
        starts = programme.places.first or first
        ends = math.inf if programme.places.last is None else programme.places.last
        if starts > last:
            yield _warning(
                scenario, "W0701", f"{programme.name} starts in {school_year(starts)}, so it does nothing: {horizon}"
            )
        elif ends < starts:
            yield _warning(
                scenario, "W0701", f"{programme.name} ends in {school_year(int(ends))}, before it starts: {horizon}"
            )
    years = range(scenario.base_year - scenario.warm_up_years, last + 1)
    for path in (path for path, source in scenario.provenance.items() if DATED.search(source.value)):
        if _stays(scenario, path, years):
            yield _warning(scenario, "W0701", f"{path} does not change in any year: {horizon}")


def _stays(scenario: Scenario, path: str, years: range) -> bool:
    """Whether a parameter is the same in all years, in each place."""
    by_place = ([zone.in_year(year).value(path) for year in years] for zone in scenario.schedule.each())
    return all(np.array_equal(values[0], value) for values in by_place for value in values)


def _own_columns(scenario: Scenario) -> Iterator[Problem]:
    """Columns by which a condition goes and which the scenario's own register does not have."""
    own = [condition for condition in scenario.conditions if condition.column not in COLUMNS]
    if not own:
        return
    try:
        check_register(own, scenario.register.register())
    except InputError as error:
        for problem in error.problems:
            yield replace(problem, code="W0707")


def _nothing_changes(scenario: Scenario) -> Iterator[Problem]:
    """What is set of the system of schools, or listed, that changes no school."""
    last = scenario.base_year + scenario.years
    for one in scenario.changes:
        if one.year > last:
            message = f"school {one.school} {label(one.event).replace('_', ' ')} in {school_year(one.year)}, after the last year projected"
            yield Problem(one.file, one.line, None, "W0708", message)
    chosen = [path for path, p in scenario.provenance.items() if path.startswith("register.") and p.set_by != "context"]
    if not chosen:
        return
    register = scenario.register.register()
    alone = settled(scenario.changes, register, scenario.scale == 1, scenario.base_year)[1]
    if len(scenario.setup(register).changes) <= len(alone):
        base = scenario.parameters_in(scenario.base_year)
        levels = ", ".join(f"{path} was {base.value(path):g}" for path in chosen)
        hint = "a level acts in years in which it is above that of the base year, and above what the register has"
        yield _warning(scenario, "W0708", f"what is set of {listed(chosen)} changes no school ({levels})", hint)


def _only_costs(scenario: Scenario) -> Iterator[Problem]:
    """Programmes of which a scenario changes nothing but prices, and pay that does not move after the base year."""
    for programme in scenario.programmes:
        chosen = [change.path for change in programme.changes]
        limited = programme.places.budget is not None and "costs.grant" in chosen
        if chosen and not limited and all(path.startswith("costs.") for path in chosen):
            message = f"what is set of {programme.name} ({listed(chosen)}) changes what it costs and nothing else"
            yield _warning(scenario, "W0704", message)
    pay = scenario.provenance["costs.pay"]
    years = range(scenario.base_year, scenario.base_year + scenario.years + 1)
    if pay.set_by != "context" and _stays(scenario, "costs.pay", years):
        message = "costs.pay is the same in the base year as after it, so it changes what posts cost and nothing else"
        yield _warning(
            scenario, "W0704", message, "people answer to pay that moves: a lever, or an uncertainty with dates"
        )


def _base_year(scenario: Scenario) -> World:
    """The world of the base year, or a sample of its schools."""

    def read(years: Years) -> World:
        return next(model.world for model in years if model.year == scenario.base_year)

    sample = replace(scenario, scale=min(scenario.scale, MOST_SCHOOLS / scenario.register.schools), programmes=())
    (result,) = replicate([Arm(sample.setup(), read)], 1, 1, measures=(), checks=False)
    return result.get()


def _meet(world: World, conditions: tuple[Condition, ...], unit: Unit) -> int:
    from simulation.processes.eligibility import Serving, who_meet
    from simulation.programmes.programme import Unit

    asked = [condition for condition in conditions if condition.column not in UNMET]
    if unit is Unit.PERSON:
        return len(Serving.of(world).who_meet(world, asked))
    table = world.schools if unit is Unit.SCHOOL else world.clusters
    return len(who_meet(world, asked, unit, np.arange(len(table))))


def _nobody(programme: KnownProgramme, scenario: Scenario, world: World) -> Iterator[Problem]:
    from simulation.programmes.programme import Unit

    groups = [("who", programme.who, programme.unit), ("places.first", programme.places.ahead, programme.unit)]
    groups += [(f"places.quotas.{quota.name}", quota.who, programme.unit) for quota in programme.places.quotas]
    if programme.helpers is not None:
        groups.append(("delivery.helpers.who", programme.helpers.who, Unit.PERSON))
    if programme.cascade is not None:
        groups.append(("delivery.cascade.who", programme.cascade.who, Unit.PERSON))
    for path, conditions, unit in groups:
        if conditions and not _meet(world, conditions, unit):
            whom = {Unit.PERSON: "nobody", Unit.SCHOOL: "no school", Unit.CLUSTER: "no cluster"}[unit]
            columns = listed(condition.column for condition in conditions)
            message = f"{whom} meets {path} of {programme.name} ({columns}) among {len(world.schools):,} schools in {school_year(world.year)}"
            yield _warning(scenario, "W0702", message, f"headway explain {programme.name} says who may join")


def _too_few_helpers(programme: KnownProgramme, scenario: Scenario, world: World) -> Iterator[Problem]:
    from simulation.programmes.programme import Unit

    if programme.helpers is None:
        return
    found = supply(programme, _meet(world, programme.helpers.who, Unit.PERSON), len(world.schools))
    if found is not None and 0 < found.share < SHORT_OF_HELPERS:
        message = (
            f"helpers of {programme.name} can be there for about {found.share:.0%} of its places: willing people in post, "
            f"{programme.value('delivery.helpers.each'):g} participants each"
        )
        yield _warning(scenario, "W0703", message, "fewer places, more for each helper, or more who are willing")
