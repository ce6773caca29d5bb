"""The two runs of a pair: the shared past, and what taking a programme out means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.runs.shared_past import Continued, copied
from analysis.studies.evaluate.cohorts import Watch
from analysis.studies.evaluate.pairs import warmed_up, without
from simulation.model import PipelineModel
from simulation.world import World
from tests.analysis.studies.evaluate.cases import case, programme, study


def same(one: World, other: World) -> None:
    for name in ("people", "schools", "clusters", "enrolments"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert len(ours) == len(theirs)
        for column in ours:
            np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column), err_msg=f"{name}.{column}")
    for name in ("flows", "costs", "programme_costs", "lost"):
        np.testing.assert_array_equal(getattr(one.log, name), getattr(other.log, name))


def test_going_on_from_a_copied_past_is_a_whole_run_bit_for_bit() -> None:
    """Watched on the way and copied at the base year, the world ends as one run through."""
    chosen = case(programme())
    past = warmed_up(chosen.setup, "fellows", 3, 1)
    assert past.year == 2025
    watch = Watch(study(), 0)
    model = Continued(copied(past, chosen.setup), watch.phases())
    model.run()
    whole = PipelineModel(chosen.setup, 3, 1)
    whole.run()
    assert len(whole.world.enrolments) > 20
    same(model.world, whole.world)


def test_the_run_without_is_that_of_a_setup_that_never_had_the_programme() -> None:
    """Every column of people is the same."""
    chosen = case(programme())
    past = warmed_up(chosen.setup, "fellows", 3, 1)
    other = Continued(copied(past, without(chosen.setup, "fellows")))
    other.run()
    never = PipelineModel(replace(chosen.setup, programmes=()), 3, 1)
    never.run()
    for column in never.world.people:
        np.testing.assert_array_equal(getattr(other.world.people, column), getattr(never.world.people, column))


def test_a_copy_shares_nothing_that_a_run_writes() -> None:
    """The past stays as it was while a copy runs on."""
    chosen = case(programme())
    past = warmed_up(chosen.setup, "fellows", 3, 1)
    before = {name: np.array(getattr(past.people, name)) for name in past.people}
    Continued(copied(past, chosen.setup)).run()
    assert past.year == 2025
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(past.people, name), values)
