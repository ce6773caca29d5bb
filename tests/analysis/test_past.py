"""A past that arms share changes nothing: whatever they are, and wherever they part, each is the run that it is alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenarios
from analysis.runs import moves
from analysis.runs import plan as run
from analysis.runs.past import first_difference
from analysis.runs.replicate import Plans, pair, simulate
from scenarios.places import library_names
from simulation.census.publish import form_of
from simulation.changes import Change, Event
from simulation.model import PipelineModel
from simulation.numbering import under
from simulation.programmes.programme import Programme
from simulation.world import Setup
from simulation.zones import Zone

SCALES = {"england": 0.003, "eastern-region-2010": 1.0, "wales": 0.04, "rwanda": 0.03, "kenya": 0.1}
"""Some sixty schools of each context."""


@cache
def library(name: str) -> run.Plan:
    """A scenario of the library in a small sample, with a short past and five years projected."""
    scenario = scenarios.load(name)
    plan = run.plan(name, run.Options(scale=SCALES[scenario.context], years=5, replicates=1, fixed=True))
    return replace(plan, setup=replace(plan.setup, warm_up_years=2))


@cache
def names(context: str) -> tuple[str, ...]:
    """The library's scenarios of a context."""
    found = library_names("scenario")
    return tuple(name for name in found if scenarios.load(name).context == context)


def dated(programme: Programme, first: int, years: int) -> Programme:
    """The programme with starts from the year ``first`` on for so many years."""
    return replace(programme, places=replace(programme.places, first=first, last=first + years - 1))


@st.composite
def arms(draw: st.DrawFn) -> list[run.Plan]:
    """Two or three scenarios of a context, each with some of its programmes, which start before, at or after the base year."""
    of = names(draw(st.sampled_from(sorted(SCALES))))
    plans = []
    for number in range(draw(st.integers(2, 3))):
        plan = library(draw(st.sampled_from(of)))
        base_year, chosen = plan.setup.base_year, []
        for programme in plan.setup.programmes:
            when = draw(st.sampled_from([None, (-1, 9), (1, 2), (1, 9), (3, 1), (3, 9), (9, 9)]))
            if when is not None:
                chosen.append(dated(programme, base_year + when[0], when[1]))
        setup = replace(plan.setup, programmes=tuple(chosen), years=draw(st.integers(3, 5)))
        plans.append(replace(plan, name=f"arm {number}", setup=setup))
    return plans


def check_alone(plans: list[run.Plan]) -> None:
    """Every arm comes out of a replicate as it does alone: digest, rows in their order, and what their codes mean.

    Behind them, where a policy has programmes of its own, stand those that a pair alone knows.
    """
    for plan, result in zip(plans, pair(Plans.of(plans), 1), strict=True):
        one, rows = result.get()
        alone, theirs = simulate(plan, 1)
        assert one.digest == alone.digest
        assert rows.labels == theirs.labels
        for name, column in theirs.columns.items():
            np.testing.assert_array_equal(rows.columns[name][: len(column)], column, err_msg=name, strict=True)
        of_pairs = rows.columns["measure"][len(theirs.columns["measure"]) :]
        assert {rows.labels["measure"][code] for code in set(of_pairs.tolist())} <= set(moves.MEASURES)


@settings(max_examples=12)
@given(arms())
def test_arms_are_the_runs_that_they_are_alone(plans: list[run.Plan]) -> None:
    """Bit for bit, over the library's scenarios with programmes that start and end at different times."""
    check_alone(plans)


def among(setup: Setup, *dates: tuple[str, int, int]) -> Setup:
    """The setup with the programmes named, from a year after the base year for so many years."""
    known = {programme.name: programme for programme in setup.programmes}
    chosen = (dated(known[name], setup.base_year + first, years) for name, first, years in dates)
    return replace(setup, programmes=tuple(chosen))


def test_people_in_programmes_keep_them_where_programmes_have_other_places() -> None:
    """One that comes before in the list from the fourth year on, one that is dropped before it starts; both were on npq."""
    plan = library("everything")
    ongoing = ("npq", 1, 9), ("schools-partnership", 1, 9), ("teaching-leaders", 1, 2)
    setups = [
        among(plan.setup, *ongoing, ("mat-ceo", 4, 9)),
        among(plan.setup, *ongoing, ("diversity-in-leadership", 4, 9)),
    ]
    plans = [replace(plan, name=f"arm {number}", setup=setup) for number, setup in enumerate(setups)]
    assert Plans.of(plans).past.until == plan.setup.base_year + 3
    check_alone(plans)


def test_a_world_under_another_setup_is_the_world_that_its_own_run_has() -> None:
    """Every column of every table and all that the log says of programmes, and what was measured."""
    plan = library("everything")
    ongoing = ("npq", 1, 9), ("schools-partnership", 1, 9), ("system-leadership", 1, 9)
    setups = [among(plan.setup, *ongoing, (name, 4, 9)) for name in ("teaching-leaders", "better-together")]
    assert first_difference(*setups) == plan.setup.base_year + 4
    ours, theirs = (PipelineModel(replace(setup, years=3), 1) for setup in setups)
    for model in (ours, theirs):
        model.run()
    assert len(ours.world.enrolments) > 100
    handed, wanted = under(ours.world, theirs.setup), theirs.world
    for table, other in zip(handed.tables, wanted.tables, strict=True):
        for name in other:
            np.testing.assert_array_equal(getattr(table, name), getattr(other, name), err_msg=f"{table.name}.{name}")
    for name in ("funnel", "programme_costs", "costs", "flows"):
        np.testing.assert_array_equal(getattr(handed.log, name), getattr(wanted.log, name), err_msg=name)
    np.testing.assert_array_equal(handed.log.helping.programme, wanted.log.helping.programme)
    results = ours.results.under(form_of(theirs.world))
    assert results.labels() == theirs.results.labels()
    for name, column in theirs.results.codes().items():
        np.testing.assert_array_equal(results.codes()[name], column, err_msg=name, strict=True)


def test_results_are_not_told_in_labels_that_lack_what_they_name() -> None:
    """Rows for a programme that the other run does not have are an error, and not rows for another one."""
    model, other = (
        PipelineModel(replace(library(name).setup, years=1), 1, measures=["programme_starts"])
        for name in ("npq-restored", "teaching-leaders")
    )
    model.run()
    with pytest.raises(KeyError, match=r"no row for measure .* programme npq"):
        model.results.under(form_of(other.world, ["programme_starts"]))


def test_a_zone_parts_histories_in_the_first_year_in_which_it_holds_something_else():
    """Schools in a zone whose parameters differ from a year on share the past up to it; under equal ones, all of it."""
    setup = replace(library("england").setup, earlier=())
    other = setup.parameters.replace(leave__worst_led=0.3)
    zone = (np.arange(len(setup.register)) % 2).astype(np.int16)
    last, earlier = setup.base_year + 1, setup.earlier

    def placed(parameters, before=earlier):
        return replace(setup, zone=zone, zones=(Zone(parameters, before),))

    assert first_difference(setup, placed(setup.parameters)) == setup.last_year + 1
    assert first_difference(setup, placed(other, (*earlier, (last, setup.parameters)))) == last + 1
    assert first_difference(setup, placed(other)) == setup.first_year
    assert first_difference(placed(other), replace(placed(other), zone=1 - zone)) == setup.first_year


def test_arms_whose_system_changes_part_in_the_year_of_the_first_change() -> None:
    """And are the runs that they are alone, whatever changes: a trust that is founded, a school that closes, one that merges."""
    plan = library("england")
    setup, base_year = plan.setup, plan.setup.base_year
    alone = setup.register.urn[setup.register.cluster < 0][:4].tolist()
    changes = (
        Change(base_year + 2, Event.JOINS_TRUST, alone[0], 16_000_000),
        Change(base_year + 2, Event.JOINS_TRUST, alone[1], 16_000_000),
        Change(base_year + 3, Event.CLOSES, alone[2]),
        Change(base_year + 3, Event.MERGES_INTO, alone[3], alone[0]),
    )
    arm = replace(plan, name="changes", setup=replace(setup, changes=changes))
    assert first_difference(setup, arm.setup) == base_year + 2
    check_alone([plan, arm])
    opens = replace(setup, changes=(Change(base_year + 2, Event.OPENS, alone[0]),))
    assert first_difference(setup, opens) == setup.first_year, "it is not there before"
