"""Posts are seen by as many, however many schools there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenarios
from scenarios.register.scale import scale_register
from simulation.model import PipelineModel
from simulation.processes.surroundings import chances, others
from simulation.vocabulary import Ring
from simulation.world import World
from tests.worlds import rough_setup


def reached(world: World) -> np.ndarray:
    """By phase, how many schools' seekers see a post outside school and cluster, on average, in zone 0."""
    around, seen = np.array(others(world)), chances(world)[0]
    return seen[:, Ring.COMMUNITY] * around[:, 0] + seen[:, Ring.ELSEWHERE] * around[:, 1]


def world_of(setup) -> World:
    """The world before its first year."""
    return PipelineModel(replace(setup, years=0, warm_up_years=0), 1, measures=()).world


@pytest.mark.parametrize("scale", [0.005, 0.02])
def test_a_sample_of_england_sees_what_england_does(scale):
    """A post is seen by the seekers of as many schools, to a hundredth: 8.6 primary, 6.5 secondary and 4.0 special ones."""
    england = scenarios.load("england")
    p = england.parameters.appoint
    whole = p.see[:, Ring.COMMUNITY] * p.schools_near + p.see[:, Ring.ELSEWHERE] * p.schools_elsewhere
    assert whole == pytest.approx([8.61, 6.47, 4.02], abs=0.01)
    register = england.register.register()
    world = world_of(england.setup_in(scale_register(register, scale, 3), len(register)))
    assert reached(world) == pytest.approx(whole, rel=0.01)


def test_in_england_posts_are_seen_as_its_parameters_say():
    """They were fitted there: nothing is added or taken away, to a hundred-thousandth."""
    england = scenarios.load("england")
    p, register = england.parameters.appoint, england.register.register()
    for phase, found in enumerate(_others(register)):
        assert found == pytest.approx((p.schools_near[phase], p.schools_elsewhere[phase]), rel=1e-5)


def _others(register) -> list[tuple[float, float]]:
    """The same as the model counts them, school by school."""
    found = []
    for phase in range(3):
        here = register.phase == phase
        near = np.array([(register.community[here] == one).sum() - 1 for one in np.unique(register.community[here])])
        regional = np.array([(register.region[here] == one).sum() - 1 for one in np.unique(register.region[here])])
        mean, mean_in_region = (((n * (n + 1)).sum() / here.sum()) for n in (near, regional))
        found.append((mean, mean_in_region - mean))
    return found


@given(near=st.floats(0, 50), elsewhere=st.floats(0, 500), see=st.floats(0, 1), far=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_chances_are_chances_and_reach_as_many_as_there_can_be(near, elsewhere, see, far):
    """Between 0 and 1, and as many schools as parameters say, or all of those there are."""
    setup = rough_setup()
    p = setup.parameters
    seen = p.appoint.see.copy()
    seen[:, Ring.COMMUNITY], seen[:, Ring.ELSEWHERE] = see, far
    told = {
        "appoint.see": seen,
        "appoint.schools_near": np.full_like(p.appoint.schools_near, near),
        "appoint.schools_elsewhere": np.full_like(p.appoint.schools_elsewhere, elsewhere),
    }
    world = world_of(replace(setup, parameters=p.with_values(told)))
    around, found = np.array(others(world)), chances(world)[0]
    assert ((found >= 0) & (found <= 1)).all()
    due = np.minimum(see * near + far * elsewhere, around.sum(axis=1))
    assert reached(world) == pytest.approx(due, abs=1e-9)
