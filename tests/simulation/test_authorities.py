"""What a census tells of local authorities, in a region of seven that each run a project of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import scenarios
from simulation.census.authorities import MOST, authorities, code_of_schools
from simulation.model import PipelineModel

OF = {
    "Bedford": "terrific-teams", "Essex": "deputy-network", "Hertfordshire": "coaching-network", "Norfolk": "better-together",
    "Peterborough": "leap-kite-mark", "Suffolk": "deputy-exchange", "Thurrock": "grow-your-own",
}  # fmt: skip
"""A project of each, in which nobody else starts."""


@pytest.fixture(scope="module")
def region():
    """The region with its projects, after their year."""
    model = PipelineModel(replace(scenarios.load("eastern-region-2010"), years=1, warm_up_years=2).setup(), 5)
    model.run()
    return model


def test_authorities_are_told_by_name_where_there_are_a_few():
    """In order of name; one without a name by its number, two of one name with it; none of one, or of very many."""
    register = scenarios.load("eastern-region").setup().register
    told = authorities(register)
    assert list(told.values()) == list(OF)
    names = np.array(list(told.values()))[code_of_schools(register)]
    assert [register.local_authority_names[int(code)] for code in register.local_authority] == names.tolist()
    other = replace(register, local_authority_names={822: "Bedford", 874: "Twice", 881: "Twice", 883: "Thurrock"})
    assert list(authorities(other).values()) == [
        "919",
        "926",
        "935",
        "Bedford",
        "Thurrock",
        "Twice (874)",
        "Twice (881)",
    ]
    alone = replace(register, local_authority=np.full_like(register.local_authority, 822))
    many = replace(register, local_authority=(np.arange(len(register)) % (MOST + 1)).astype(np.int16))
    assert authorities(alone) == authorities(many) == {}


def test_starts_and_costs_are_those_of_the_authority_that_runs_the_project(region):
    """Nobody starts elsewhere, whoever has moved on since; and all authorities together have the whole, to the pound."""
    for authority, programme in OF.items():
        where = {"programme": programme, "year": region.year}
        value, there = region.results.value, where | {"local_authority": authority}
        whole = value("programme_starts", **where)
        assert whole > 0
        assert value("authority_starts", **there) == whole
        assert 0 < value("authority_schools_taking_part", **there) <= 13
        spent = [value("authority_programme_costs", **where, local_authority=one) for one in OF]
        assert sum(spent) == value("programme_costs", **where)
        assert value("authority_programme_costs", **there, programme_cost="grant") > 0


def test_means_of_authorities_make_up_that_of_the_region(region):
    """Culture of schools and well-being of staff, weighted by how many there are."""
    columns = region.results.to_columns()
    here = (columns["year"] == region.year) & (columns["local_authority"] != "all")
    for measure, whole, further in (
        ("authority_schools", "development_culture", {"school_state": "culture"}),
        ("authority_staff", "wellbeing", {"trait": "wellbeing", "role": "all"}),
    ):
        mine = here & (columns["measure"] == measure)
        for axis, label in further.items():
            mine &= columns[axis] == label
        assert mine.sum() == len(OF)
        mean = np.average(columns["value"][mine], weights=columns["base"][mine])
        assert mean == pytest.approx(region.results.value(whole, region.year), abs=1e-6)


def test_what_a_project_adds_is_told_of_those_who_took_part(region):
    """Suffolk's deputies gain what their programme gives, as it is added to each of them; in Norfolk clusters join, nobody alone."""
    effects = {e.name: e for e in scenarios.load_programme("deputy-exchange").effects}
    given = region.results.value(
        "authority_given", region.year, programme="deputy-exchange", local_authority="Suffolk", trait="system"
    )
    size = scenarios.load_programme("deputy-exchange").figures[effects["see_beyond_own_school"].path].value
    assert 0 < given <= size
    with pytest.raises(KeyError):
        region.results.value(
            "authority_given", region.year, programme="better-together", local_authority="Norfolk", trait="system"
        )
