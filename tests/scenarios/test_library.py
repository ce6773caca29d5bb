"""The scenarios and programmes that come with Headway do what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import scenarios
from scenarios.places import library_names, place_name
from scenarios.problems import InputError
from simulation.model import PipelineModel
from simulation.programmes.programme import Programme, Unit
from simulation.tables import HISTORY
from simulation.vocabulary import Role
from simulation.world import World

REGIONAL = {
    "terrific-teams": (822,),
    "deputy-network": (881,),
    "subject-leads-network": (881,),
    "joint-network": (881, 919),
    "coaching-network": (919,),
    "better-together": (926,),
    "leap-kite-mark": (874,),
    "deputy-exchange": (935,),
    "grow-your-own": (883,),
}
"""What the seven projects of 2010/11 consist of, and the authority of each; two ran a network together, without a grant."""


def programmes_of(name: str | Path) -> tuple[Programme, ...]:
    """The programmes of a scenario, as the model has them, in order of name."""
    scenario = scenarios.load(name)
    return tuple(programme.programme(scenario.base_year) for programme in scenario.programmes)


@pytest.fixture(scope="module")
def region() -> World:
    """The eastern region at the end of the year of its projects, without a warm-up."""
    setup = replace(scenarios.load("eastern-region-2010").setup(), warm_up_years=0, years=1)
    model = PipelineModel(setup, 3, measures=())
    model.run()
    return model.world


@pytest.mark.parametrize("name", library_names("scenario"))
def test_a_scenario_says_first_what_it_assumes(name: str) -> None:
    """The summary of each starts with its assumption, which is what a reader must know first."""
    assert scenarios.load(name).summary.startswith("Assumes ")


def test_each_project_of_the_eastern_region_works_in_its_own_authority(region: World) -> None:
    """Schools and clusters without exception, and most people, since they may have moved."""
    for number, programme in enumerate(region.setup.programmes):
        units = region.enrolments.unit[region.enrolments.programme == number]
        assert len(units), programme.name
        if programme.unit is Unit.PERSON:
            bit = np.uint64(1 << number)
            school = region.people.school[(region.people.joined & bit) != 0]
        else:
            urn_or_key = ((units >> np.uint64(24)) & np.uint64(0xFFFFFF)).astype(np.int64)
            school = np.searchsorted(region.schools.urn, urn_or_key)
        there = np.isin(region.schools.local_authority[school], REGIONAL[programme.name])
        # People may have moved to another authority since they joined.
        assert there.mean() > 0.6 if programme.unit is Unit.PERSON else there.all(), programme.name


def test_each_project_of_the_eastern_region_spends_the_grant_of_its_authority(region: World) -> None:
    """Places times grant come to £2,500 an authority, in 2011 only; half of the places or more are taken up."""
    assert {programme.name for programme in region.setup.programmes} == set(REGIONAL)
    grants = dict.fromkeys({code for codes in REGIONAL.values() for code in codes}, 0.0)
    for number, programme in enumerate(region.setup.programmes):
        places = programme.places
        assert places.number is not None
        grants[REGIONAL[programme.name][0]] += places.number * programme.costs.grant
        started = int((region.enrolments.programme == number).sum())
        assert 0.5 * places.number <= started <= places.number, programme.name
        assert (places.first, places.last, places.per_schools) == (2011, 2011, 87)
    assert all(2_490 <= grant <= 2_500 for grant in grants.values()), grants


def test_funding_that_ends_takes_away_as_many_places_as_its_return_would_bring() -> None:
    """Cutting and restoring are one programme with opposite signs."""
    cut, restored = (programmes_of(name)[0] for name in ("npq-cut", "npq-restored"))
    assert (cut.sign, restored.sign) == (-1.0, 1.0)
    assert replace(cut, sign=1.0) == restored


def test_the_ambitious_form_of_a_scenario_has_more_places_and_more_of_mentors_time() -> None:
    """The modest form is the plain one under its own name; the ambitious one doubles places and hours."""
    names = ("excellence-in-leadership", "excellence-in-leadership-modest", "excellence-in-leadership-ambitious")
    plain, modest, ambitious = (programmes_of(name)[0] for name in names)
    assert plain == modest
    assert plain.places.number is not None
    assert ambitious.places.number == 2 * plain.places.number
    few, many = plain.delivery.helpers, ambitious.delivery.helpers
    assert few is not None
    assert many is not None
    assert many.willing > 2 * few.willing
    assert many.hours == 2 * few.hours


def test_an_academy_lifts_the_quality_of_the_qualifications_that_it_endorses() -> None:
    """Its endorsement is above their own quality, or it would do nothing."""
    academy, qualifications = programmes_of("wales")
    assert academy.delivery.endorses > qualifications.delivery.quality


def test_countries_without_trusts_have_no_trust_leaders() -> None:
    """Ladders follow the country, and where evidence is thin the summary says so."""
    for name in ("wales-today", "rwanda-today", "kenya-today"):
        assert "trust_leader" not in scenarios.load(name).ladder
    for name in ("rwanda-today", "kenya-today"):
        assert "thin" in scenarios.load(name).summary


def choosing(folder: Path, who: str, programme: str = "deputy-network") -> Path:
    path = folder / "mine.yaml"
    path.write_text(
        f"title: T\nsummary: S\nextends: eastern-region\nprogrammes:\n  {programme}:\n    who: {who}\n", "utf-8"
    )
    return path


def columns_of(path: Path) -> dict[str, object]:
    (programme,) = programmes_of(path)
    return {condition.column: condition.any_of or (condition.least, condition.most) for condition in programme.who}


def test_a_condition_of_a_scenario_joins_those_of_the_programme(tmp_path: Path) -> None:
    """Who may join is narrowed by the scenario, not replaced."""
    assert columns_of(choosing(tmp_path, "{school.local_authority: 881}")) == {
        "role": ("deputy_head",),
        "school.local_authority": (881,),
    }


def test_a_condition_of_a_scenario_takes_the_place_of_one_on_the_same_column(tmp_path: Path) -> None:
    """On one column the scenario has the last word."""
    assert columns_of(choosing(tmp_path, "{role: [assistant_head, deputy_head]}")) == {
        "role": ("assistant_head", "deputy_head")
    }


def test_a_column_of_schools_is_refused_for_clusters(tmp_path: Path) -> None:
    """The message names the column and whose it is."""
    with pytest.raises(InputError, match=r"school\.local_authority is a column of schools"):
        scenarios.load(choosing(tmp_path, "{school.local_authority: 881}", "better-together"))


def test_conditions_that_nobody_meets_together_are_refused(tmp_path: Path) -> None:
    """Two conditions that are fine alone are refused when they exclude each other."""
    path = choosing(tmp_path, "{age: {most: 20}}", "terrific-teams")
    with pytest.raises(InputError, match="nobody has years_qualified of at least 3 and age of at most 20"):
        scenarios.load(path)


def test_the_quality_of_delivery_can_be_set_where_a_programme_does_not_state_it(tmp_path: Path) -> None:
    """A figure that a file leaves at its default is still an uncertainty that can be varied."""
    path = tmp_path / "mine.yaml"
    words = "title: T\nsummary: S\nextends: npq-restored\nuncertainties: {programmes.npq.delivery.quality: 0.4}\n"
    path.write_text(words, "utf-8")
    assert programmes_of(path)[0].delivery.quality == 0.4


def test_a_place_is_named_as_it_stands_in_a_sentence():
    """Contexts have titles; what the library does not hold keeps its name."""
    assert place_name("england") == "England"
    assert place_name("eastern-region-2010") == "an eastern region of England in 2010"
    assert place_name("elsewhere") == "elsewhere"
    assert all(place_name(name) != name for name in library_names("context"))


@pytest.mark.parametrize("seed", [1, 2])
def test_fifty_schools_a_year_start_in_kenya_as_its_summary_says(seed: int) -> None:
    """Every projected year, by the programme's own places; schools that were helped before are among them."""
    scenario = scenarios.load("kenya")
    assert "50 of 530 primary schools a year" in scenario.summary
    model = PipelineModel(scenario.setup(), seed, measures=("programme_starts",))
    model.run()
    first, last = scenario.base_year + 1, scenario.base_year + scenario.years
    starts = [
        model.results.value("programme_starts", year, programme="system-leadership") for year in range(first, last + 1)
    ]
    assert starts == [50.0 * len(model.world.schools) / 530] * scenario.years
    units = model.world.enrolments.unit
    assert len(np.unique(units)) < len(units)


def test_heads_get_places_of_excellence_in_leadership_before_other_leaders(england_year: World) -> None:
    """Where more apply than there are places, every head who applies starts: the policy names heads first."""
    programme = programmes_of("excellence-in-leadership")[0]
    assert [(c.column, c.any_of) for c in programme.places.ahead] == [("role", ("head",))]
    started = england_year.people.seen_role[england_year.people.joined != 0, (england_year.year - 1) % HISTORY]
    heads = (started == Role.HEAD).mean()
    assert 0.35 < heads < 0.75, "a fifth, where lots decide"


@pytest.fixture(scope="module")
def england_year() -> World:
    """A sample of England at the end of the first year of Excellence in Leadership."""
    scenario = replace(scenarios.load("excellence-in-leadership"), scale=0.05)
    model = PipelineModel(replace(scenario.setup(), warm_up_years=2, years=1), 3, measures=())
    model.run()
    return model.world
