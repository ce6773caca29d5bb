"""Sponsorship: which schools a grade brings into a trust, which trust that is, and what it does to heads."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache

import numpy as np

from simulation.changes import Change, Event
from simulation.model import PipelineModel
from simulation.vocabulary import ClusterKind, Role, SchoolKind
from simulation.world import Setup
from tests.simulation.test_inspection import SHARES, inspected
from tests.worlds import rough_setup

SCHOOLS = 40
KIND = np.array([SchoolKind.MAINTAINED, SchoolKind.ACADEMY], np.int8)
TRUSTS = 4


def graded(**values: float) -> Setup:
    """Forty schools that are all inspected each year, half of them maintained; the academies are in four trusts, a large one first."""
    setup = rough_setup(SCHOOLS, warm_up_years=1)
    rows = np.arange(SCHOOLS)
    trust = np.where(rows < SCHOOLS // 2, 0, 1 + rows % (TRUSTS - 1)).astype(np.int32)
    kind = KIND[rows % 2]
    register = replace(
        setup.register, kind=kind, cluster=np.where(kind == SchoolKind.ACADEMY, trust, -1).astype(np.int32),
        cluster_key=np.arange(1, TRUSTS + 1, dtype=np.int32), cluster_kind=np.full(TRUSTS, ClusterKind.TRUST, np.int8),
        cluster_name=tuple(f"Trust {n}" for n in range(TRUSTS)),
    )  # fmt: skip
    return inspected(replace(setup, register=register), grades=SHARES, visited=1.0, **values)


def years_of(setup: Setup, years: int = 4) -> list[PipelineModel]:
    """The model at its census of each of so many years after the base year, whose books it has checked."""
    model = PipelineModel(setup, 5, measures=("schools_sponsored",))
    while model.year < setup.base_year:
        model.step()
    found = [copy.deepcopy(model)]
    for _ in range(years):
        model.step()
        found.append(copy.deepcopy(model))
    return found


@cache
def ordered() -> list[PipelineModel]:
    """A system in which every maintained school joins a trust if its grade is lowered, and no academy changes trust."""
    return years_of(graded(sponsored=1.0))


def test_a_lowered_grade_brings_a_maintained_school_into_a_trust_and_no_other() -> None:
    """Year by year: whoever was lowered in the two years before and was not in a trust is in one of its area; the rest stays."""
    for before, now in zip(ordered(), ordered()[1:], strict=False):
        old, new = before.world.schools, now.world.schools
        since = now.year - old.lowered
        due = (old.kind == SchoolKind.MAINTAINED) & (since >= 1) & (since <= 2) & (old.lowered > 0)
        assert np.array_equal(new.sponsored == now.year, due)
        assert due.any()
        assert np.array_equal(new.cluster[~due], old.cluster[~due])
        assert (new.kind[due] == SchoolKind.ACADEMY).all()
        for school in np.flatnonzero(due):
            fellows = (old.cluster == new.cluster[school]) & (old.cluster >= 0)
            assert (old.local_authority[fellows] == old.local_authority[school]).any()
        assert now.results.value("schools_sponsored", now.year) == due.sum()


def test_no_grade_brings_a_school_into_a_trust_before_the_register_says_who_is_in_one() -> None:
    """Up to the base year, which the register describes, nobody has joined."""
    start = ordered()[0].world.schools
    assert (start.sponsored < 0).all()
    assert np.array_equal(start.cluster, graded().register.cluster)
    assert (start.lowered == start.lowered.max()).any()
    assert start.lowered.max() == graded().base_year


def test_schools_change_as_the_list_of_changes_says_and_in_no_other_way() -> None:
    """Who is on the list is not sponsored, before its change or after it; all others are, as without the list."""
    joined = np.flatnonzero(ordered()[-1].world.schools.sponsored > 0)
    setup = graded(sponsored=1.0)
    listed = joined[::2]
    changes = tuple(Change(setup.base_year + 3, Event.JOINS_TRUST, int(setup.register.urn[row]), 1) for row in listed)
    end = years_of(replace(setup, changes=changes))[-1].world.schools
    assert (end.sponsored[listed] < 0).all()
    assert (end.cluster[listed] == 0).all()
    assert (end.sponsored[joined[1::2]] > 0).all()


def test_heads_who_have_settled_go_when_a_sponsor_comes_and_new_ones_stay() -> None:
    """Draws are keyed: whoever leaves without it leaves with it, and the more who do were two years in a post at a school that is sponsored."""
    calm, harsh = (years_of(graded(sponsored=1.0, leave_when_sponsored=add), 1)[-1] for add in (0.0, 9.0))
    start = ordered()[0]
    fewer, more = (
        {*m.world.log.leavers.person.tolist(), *m.world.people.id[m.world.log.step_downs.row].tolist()}
        for m in (calm, harsh)
    )
    assert fewer < more
    before = start.world.people
    added = np.isin(before.id, np.array([*more - fewer], np.uint64))
    assert (harsh.world.schools.sponsored[before.school[added]] == harsh.year).all()
    assert (before.role_since[added] <= start.year - 2).all()
    assert (before.role[added] == Role.HEAD).any()
