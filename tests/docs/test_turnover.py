"""The table of heads' turnover by kind of school: every kind of today has its row, and what stands there can be."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

import scenarios
from simulation.model import PipelineModel
from tests.docs.between import between
from tests.docs.turnover import (
    END,
    PAGE,
    RATIOS,
    SPONSORED,
    START,
    TENTHS,
    events,
    heads,
    kinds,
    tenths_by_disadvantage,
)


def test_the_table_has_a_row_for_every_kind_of_school_and_turnover_rises_with_disadvantage():
    """A new region, band or grade makes the page stale; of the least and the most disadvantaged, the latter lose more."""
    world = PipelineModel(replace(scenarios.load("england"), scale=0.005).setup(), 1, measures=()).world
    rows = [line.strip("| ").split(" | ") for line in between(PAGE, START, END).splitlines() if line.startswith("| ")]
    found = {row[0]: [float(n) for n in re.findall(r"\d+\.\d+", " ".join(row[1:]))] for row in rows[1:]}
    assert list(found) == [*kinds(world), *events(world), *(name for name, *_ in RATIOS)]
    assert all(0 < value < 100 for row in found.values() for value in row)
    assert found["Most disadvantaged fifth"][0] > found["Least disadvantaged fifth"][0]
    assert found[SPONSORED][0] > found["Grade: inadequate"][0]


def test_kinds_of_trust_and_grades_share_out_all_schools():
    """Each school is in one band of trusts, in one region and of one grade; heads are told by their school."""
    world = PipelineModel(replace(scenarios.load("england"), scale=0.005).setup(), 1, measures=()).world
    of_kind = kinds(world)
    for some in (list(of_kind)[:4], [k for k in of_kind if k.startswith("Grade: ")], list(world.register.region_names)):
        assert np.array_equal(sum(of_kind[name].astype(int) for name in some), np.ones(len(world.schools), int))
    tenth = tenths_by_disadvantage(world)
    assert np.ptp(np.bincount(tenth[world.schools.phase == 0], minlength=TENTHS)) <= 1
    assert (
        world.schools.disadvantage[of_kind["Most disadvantaged tenth"]].min()
        > world.schools.disadvantage[of_kind["Least disadvantaged tenth"] & (world.schools.phase == 0)].max()
    )
    there = heads(world)
    assert (there >= 0).sum() == len(set(there[there >= 0].tolist()))
