"""Held to its claims: nothing moves where nothing is changed, and a claim of the wrong sign is found out."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analysis.figures.estimates import Estimate
from analysis.runs.replicate import Continued, copied
from analysis.studies.evaluate.pairs import with_programme
from scenarios.programme_files.known import Expectation
from simulation.census.outcomes import OUTCOMES
from simulation.model import PipelineModel
from simulation.programmes.channels import On
from simulation.programmes.programme import Area, Cascade, Condition, Delivery, Effect, Helpers, Programme
from simulation.vocabulary import Role
from tests.analysis.expectations import Finding, base_run, differences, findings, years_needed
from tests.analysis.studies.evaluate.cases import programme, setup

NOBODY_YET = 2026


def readings(chosen: Programme, wanted: list[Expectation], replicates: int = 1) -> list[list[float]]:
    years = years_needed(wanted)
    found = []
    for replicate in range(replicates):
        base = base_run(setup(years=years), [chosen], 5, replicate)
        found.append(differences(base, chosen, wanted))
    return found


def test_a_programme_without_effects_moves_no_outcome_at_all() -> None:
    """Exactly nothing, for every outcome at once and after two years."""
    wanted = [Expectation(name, after) for name in OUTCOMES for after in (0, 2)]
    (found,) = readings(programme(effects=(), hours=0.0), wanted)
    assert all(value == 0 for value in found if not math.isnan(value))
    assert sum(math.isnan(value) for value in found) <= 4, "clusters and appointments may be missing, the rest is there"


def test_what_is_added_to_everybody_who_starts_is_what_is_found() -> None:
    """Hours and well-being of full doses, at the census of the year in which they start."""
    (found,) = readings(programme(complete=1.0), [Expectation("workload", 0), Expectation("wellbeing", 0)])
    assert found[0] == pytest.approx(3.0, abs=1e-6)
    assert found[1] == pytest.approx(-0.2, abs=1e-6)


def test_the_programme_starts_from_the_base_s_own_past() -> None:
    """Going on from a census of the base is the run that has had the programme from the beginning."""
    chosen = programme()
    base = base_run(setup(years=2), [chosen], 5, 0)
    ours = with_programme(base.setup, chosen)
    model = Continued(copied(base.censuses[NOBODY_YET - 1], ours))
    model.run()
    whole = PipelineModel(ours, 5, 0, measures=())
    whole.run()
    assert (model.world.people.id == whole.world.people.id).all()
    assert (model.world.people.wellbeing == whole.world.people.wellbeing).all()


def test_a_claim_is_found_out_if_it_is_the_wrong_way_round() -> None:
    """Up, down and untouched: each claim holds or fails as the effects have it."""
    claims = [
        Expectation("wellbeing", 0, "down"),
        Expectation("wellbeing", 0, "up"),
        Expectation("wellbeing", 0),
        Expectation("people", 1, "up"),
        Expectation("people", 1, "down"),
        Expectation("people", 1),
    ]
    assert years_needed(claims) == 2
    found = findings(claims, readings(programme(), claims, replicates=3))
    assert [finding.holds for finding in found] == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("direction", "mean", "half", "holds"),
    [
        ("up", 0.03, 0.02, True),
        ("up", 0.03, 0.04, False),
        ("up", -0.03, 0.02, False),
        ("up", 0.03, math.nan, False),
        ("down", -0.03, 0.02, True),
        ("down", -0.03, 0.04, False),
        ("none", 0.03, 0.04, True),
        ("none", 0.03, 0.02, False),
        ("none", -0.004, 0.001, True),
        ("none", 0.006, 0.001, False),
        ("none", math.nan, math.nan, False),
    ],
)
def test_moved_is_beyond_the_interval_and_left_alone_is_within_it_or_hardly_moved(
    direction: str, mean: float, half: float, holds: bool
) -> None:
    """Shares may move by half a point."""
    assert Finding(Expectation("promoted", 1, direction), Estimate(mean, half)).holds is holds


def test_a_base_that_was_not_run_for_the_programme_is_refused() -> None:
    """What was not watched cannot be compared: another programme, or a year beyond."""
    chosen = programme()
    base = base_run(setup(years=1), [chosen], 5, 0)
    with pytest.raises(KeyError):
        differences(base, replace(chosen, name="others"), [Expectation("workload", 0)])
    with pytest.raises(KeyError):
        differences(base, chosen, [Expectation("workload", 1)])


HEADS = (Condition("role", any_of=(Role.HEAD,)),)
GROUPS = (On.TEAM, On.SCHOOL, On.CLUSTER, On.HELPER, On.PEERS)


def with_people_around(on: On | None) -> Programme:
    """Middle leaders on a programme with mentors and learning communities; what it does falls on one group alone."""
    effects = () if on is None else (Effect("wellbeing", 0.5, on),)
    delivery = Delivery(2, 0.0, Helpers("mentor", HEADS, 1.0, 3, 0.0, Area.ANYWHERE))
    if on is On.PEERS:  # helpers are heads, so peers must be others
        delivery = replace(
            delivery, cascade=Cascade((Condition("role", any_of=(Role.CLASSROOM_TEACHER,)),), 50.0, Area.ANYWHERE)
        )
    who = (Condition("role", any_of=(Role.MIDDLE_LEADER,)),)
    return replace(programme((), hours=0.0), who=who, delivery=delivery, effects=effects)


@pytest.mark.parametrize("on", GROUPS)
def test_a_claim_of_those_around_is_read_of_them(on: On) -> None:
    """What falls on one group moves it, and leaves alone the starters and groups that it cannot reach."""
    chosen = with_people_around(on)
    there = [group for group in GROUPS if group is not On.PEERS or on is On.PEERS]
    wanted = [Expectation("wellbeing", 0, on=group) for group in (None, *there)]
    (found,) = readings(chosen, wanted)
    moved = {None if e.on is None else e.on: value for e, value in zip(wanted, found, strict=True)}
    assert moved[on] > 0.005, moved
    untouched = {On.TEAM: {None, On.HELPER}, On.HELPER: {None, On.TEAM}, On.PEERS: {None, On.HELPER}}.get(on, set())
    assert all(moved[group] == 0 for group in untouched), moved


def test_nobody_around_is_moved_by_a_programme_without_effects() -> None:
    """Exactly nothing, for people and for schools."""
    wanted = [
        Expectation(name, after, on=on) for name in ("wellbeing", "culture") for after in (0, 2) for on in GROUPS[:4]
    ]
    wanted = [e for e in wanted if not (e.outcome == "culture" and e.on is On.TEAM)]
    (found,) = readings(with_people_around(None), wanted)
    assert all(value == 0 for value in found), dict(zip([(e.outcome, e.on) for e in wanted], found, strict=True))
