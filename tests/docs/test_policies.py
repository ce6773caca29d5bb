"""The policies of the guide, as they stand there: each runs, changes nothing before its time and something after."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import scenarios
from analysis.explain import explained
from analysis.studies.idle import idle
from scenarios.scenario import Scenario
from simulation.model import PipelineModel
from simulation.world import World

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "policies.md"
BLOCK = re.compile(r"`([\w-]+\.yaml)`[^`\n]*:\n\n```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
POLICIES = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
FIRST = {"level-7.yaml": 2026, "in-trusts.yaml": 2026}
"""The school year in which each begins; 2027/28 unless said here."""
SCALE = 0.02


@pytest.fixture(scope="module", params=POLICIES)
def policy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("policies") / request.param
    path.write_text(POLICIES[request.param], encoding="utf-8")
    return replace(scenarios.load(path), scale=SCALE)


def ran(scenario: Scenario, years: int) -> World:
    """The world so many years after the base year."""
    model = PipelineModel(replace(scenario, years=years).setup(), 11, measures=())
    model.run()
    return model.world


@cache
def england(years: int) -> World:
    return ran(replace(scenarios.load("england"), scale=SCALE), years)


def same(one: World, other: World) -> bool:
    """Whether the same people are in the same posts, and feel the same."""
    columns = ("id", "role", "school", "status", "wellbeing")
    return all(np.array_equal(getattr(one.people, c), getattr(other.people, c)) for c in columns)


def test_a_policy_changes_nothing_before_its_time_and_something_after(policy: Scenario) -> None:
    """To the last bit in the year before it begins; two years later people are elsewhere, or feel otherwise."""
    before = FIRST.get(f"{policy.name}.yaml", 2027) - 1 - policy.base_year
    if before:
        assert same(ran(policy, before), england(before))
    assert not same(ran(policy, before + 2), england(before + 2))


def test_a_policy_is_told_without_a_warning(policy: Scenario) -> None:
    """Nothing of it is idle, and a reader finds its years in what ``explain`` says."""
    assert idle(policy) == []
    assert re.search(r"20(26/27|27/28)", " ".join(str(explained_of(policy)).split()).split("Programmes", 1)[1])


def explained_of(policy: Scenario) -> object:
    return explained(policy.chain[0])


def test_the_end_of_the_levy_takes_away_its_places_and_saves_what_they_cost(tmp_path: Path) -> None:
    """Up to 800 a year of the whole system, people of 22 and over, and money back."""
    path = tmp_path / "level-7.yaml"
    path.write_text(POLICIES["level-7.yaml"], encoding="utf-8")
    loaded = replace(scenarios.load(path), scale=0.05)
    world = ran(loaded, 1)
    lost = int((world.enrolments.start == 2026).sum())
    assert 0.9 * 800 <= lost * loaded.register.schools / len(world.schools) <= 1.05 * 800
    assert int(world.log.programme_costs.sum()) < 0
    young = scenarios.load(
        {"extends": "england", "programmes": {"leadership-apprenticeship": {"who": {"age": {"most": 21}}}}}
    )
    assert [problem.code for problem in idle(young)] == ["W0702"]
