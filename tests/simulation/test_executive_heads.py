"""Executive heads: who they are, how many schools they head, when they are so no more, and what they change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import ClusterKind, Status
from simulation.world import Setup


@cache
def england() -> Setup:
    """A fiftieth of England's schools, over a few years."""
    return replace(replace(scenarios.load("england"), scale=0.02).setup(), warm_up_years=1, years=3)


def run(**executive: float | np.ndarray) -> PipelineModel:
    """The model, stepped to its end, with these parameters of executive heads."""
    told = {f"executive__{name}": value for name, value in executive.items()}
    model = PipelineModel(replace(england(), parameters=england().parameters.replace(**told)), 5, measures=())
    model.run()
    return model


def test_executive_heads_head_another_school_of_their_trust_or_federation() -> None:
    """In service as head of a school of the same cluster and phase, itself under nobody unless they have moved to it; no more schools than may be."""
    world = run(created=np.ones(3), ends=0.1, small=400.0, most_schools=3.0).world
    people, schools = world.people, world.schools
    under = np.flatnonzero(schools.executive)
    assert len(under) >= 20
    row = np.array([np.flatnonzero(people.id == who)[0] for who in schools.executive[under]])
    home = people.school[row]
    assert (people.status[row] == Status.IN_SERVICE).all()
    assert (people.role[row] == world.ladder.head).all()
    assert (home != under).all()
    assert (schools.cluster[home] == schools.cluster[under]).all()
    assert (schools.phase[home] == schools.phase[under]).all()
    assert (world.clusters.kind[schools.cluster[under]] != ClusterKind.LOCAL_CLUSTER).all()
    stayed = people.school_since[row] < world.setup.first_year
    assert stayed.sum() >= 10
    assert not schools.executive[home[stayed]].any()
    assert (people.schools_led == np.bincount(row, minlength=len(people))).all()
    assert set(people.schools_led[row].tolist()) == {1, 2}


def test_where_there_are_none_their_parameters_change_nothing() -> None:
    """No column differs by a bit, however much executive heads would weigh, work and be paid."""
    none, harsh = run(created=np.zeros(3)), run(created=np.zeros(3), weight=1.0, hours=20.0, bar=5.0, allowance=1.0)
    assert not none.world.schools.executive.any()
    assert (none.world.log.costs == harsh.world.log.costs).all()
    for table, other in ((none.world.people, harsh.world.people), (none.world.schools, harsh.world.schools)):
        for name in table:
            assert getattr(table, name).tobytes() == getattr(other, name).tobytes()


def test_schools_that_always_end_it_are_under_somebody_for_a_year_at_most() -> None:
    """With a chance of one to end, whoever is under somebody has come under them this year, for a cause of this year."""
    world = run(created=np.ones(3), ends=1.0).world
    schools, standing = world.schools, world.vacancies
    failed = np.zeros(len(schools), bool)
    failed[standing.school[(standing.role == world.ladder.head) & (standing.before + standing.adverts >= 2)]] = True
    small = schools.pupils <= world.parameters.executive.small[world.zone]
    cause = failed | (schools.lowered == world.year) | (small & (schools.head_changed == world.year))
    assert schools.executive.any()
    assert cause[schools.executive != 0].all()
