"""The two runs of a pair: the shared past, and what taking a programme out means."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from analysis.runs.past import Past, common_past
from analysis.runs.replicate import Arm, Kept, Years, replicate
from analysis.studies.evaluate.cohorts import Watch
from analysis.studies.evaluate.pairs import Case, without
from simulation.model import PipelineModel
from simulation.world import World
from tests.analysis.studies.evaluate.cases import case, programme, study


def same(one: World, other: World) -> None:
    for name in ("people", "schools", "clusters", "enrolments"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert len(ours) == len(theirs)
        for column in ours:
            np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column), err_msg=f"{name}.{column}")
    for name in ("flows", "costs", "programme_costs"):
        np.testing.assert_array_equal(getattr(one.log, name), getattr(other.log, name))
    for column in fields(one.log.lost):
        ours, theirs = getattr(one.log.lost, column.name), getattr(other.log.lost, column.name)
        np.testing.assert_array_equal(ours, theirs, err_msg=f"lost.{column.name}")


def futures(chosen: Case, kept: Kept | None = None) -> list[World]:
    """How worlds with and without the programme end that share their past up to 2025/26."""

    def end(years: Years) -> World:
        *_, model = years
        return model.world

    watch = Watch(study(), 0)
    with_it = Arm(chosen.setup, end, phases=watch.phases())
    arms = [with_it, Arm(without(chosen.setup, "fellows"), end)]
    assert common_past([arm.setup for arm in arms]) == Past(2025, (True, True))
    return [result.get() for result in replicate(arms, 3, 1, measures=(), kept=kept)]


def test_going_on_from_a_copied_past_is_a_whole_run_bit_for_bit() -> None:
    """Watched on the way and copied at the base year, the world ends as one run through."""
    chosen = case(programme())
    whole = PipelineModel(chosen.setup, 3, 1)
    whole.run()
    assert len(whole.world.enrolments) > 20
    same(futures(chosen)[0], whole.world)


def test_the_run_without_is_that_of_a_setup_that_never_had_the_programme() -> None:
    """Every column of people is the same."""
    chosen = case(programme())
    other = futures(chosen)[1]
    never = PipelineModel(replace(chosen.setup, programmes=()), 3, 1)
    never.run()
    for column in never.world.people:
        np.testing.assert_array_equal(getattr(other.people, column), getattr(never.world.people, column))


def test_a_copy_shares_nothing_that_a_run_writes() -> None:
    """The past stays as it was while a copy runs on."""
    chosen, kept = case(programme()), Kept()
    futures(chosen, kept)
    past = kept.world
    assert past is not None
    assert past.year == 2025
    before = {name: np.array(getattr(past.people, name)) for name in past.people}
    kept.first = None
    same(*(futures(chosen, one)[0] for one in (kept, None)))
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(past.people, name), values)
