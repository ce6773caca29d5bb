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
from simulation.programmes.programme import Programme
from tests.analysis.expectations import Finding, base_run, differences, findings, years_needed
from tests.analysis.studies.evaluate.cases import programme, setup

NOBODY_YET = 2026


def readings(chosen: Programme, wanted: list[tuple[str, int]], replicates: int = 1) -> list[list[float]]:
    years = max(after for _, after in wanted) + 1
    found = []
    for replicate in range(replicates):
        base = base_run(setup(years=years), [chosen], 5, replicate)
        found.append(differences(base, chosen, wanted))
    return found


def test_a_programme_without_effects_moves_no_outcome_at_all() -> None:
    """Exactly nothing, for every outcome at once and after two years."""
    wanted = [(name, after) for name in OUTCOMES for after in (0, 2)]
    (found,) = readings(programme(effects=(), hours=0.0), wanted)
    assert all(value == 0 for value in found if not math.isnan(value))
    assert sum(math.isnan(value) for value in found) <= 4, "clusters and appointments may be missing, the rest is there"


def test_what_is_added_to_everybody_who_starts_is_what_is_found() -> None:
    """Hours and well-being of full doses, at the census of the year in which they start."""
    (found,) = readings(programme(complete=1.0), [("workload", 0), ("wellbeing", 0)])
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
    found = findings(claims, readings(programme(), [(c.outcome, c.years_after) for c in claims], replicates=3))
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
        differences(base, replace(chosen, name="others"), [("workload", 0)])
    with pytest.raises(KeyError):
        differences(base, chosen, [("workload", 1)])
