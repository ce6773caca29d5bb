"""What the census publishes of programmes and clusters, against the enrolments and the log that it comes from."""

from __future__ import annotations

import copy
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from simulation.census.measure import measures
from simulation.census.publish import measure_year
from simulation.census.results import Results
from simulation.log import FUNNEL, PROGRAMME_COSTS
from simulation.model import PipelineModel
from simulation.processes.taking_part import area_of
from simulation.programmes.programme import Programme
from simulation.vocabulary import Status
from tests.simulation.programmes import ALL, CLUSTERS, PEOPLE, SCHOOLS, setup_with, without_effect

COACHING, REVIEW, TOGETHER = range(3)
NAMES = ("coaching", "review", "together")
OF_PROGRAMMES = [name for name in measures() if name.startswith("programme_")]


def finished(*programmes: Programme, years: int = 3) -> PipelineModel:
    model = PipelineModel(setup_with(*programmes, years=years), seed=3)
    model.run()
    return model


@pytest.fixture(scope="module")
def model() -> PipelineModel:
    """The second projected year, in which all three deliver."""
    model = PipelineModel(setup_with(*ALL), seed=3)
    while model.year < 2026:
        model.step()
    return model


def published(model: PipelineModel, measure: str, **where: str) -> dict[str, float]:
    """Values of this year by programme; dimensions that are not named are "all"."""
    columns = model.results.to_columns()
    chosen = (columns["year"] == model.year) & (columns["measure"] == measure) & (columns["programme"] != "all")
    for name in set(columns) - {"year", "measure", "value", "base", "programme"}:
        chosen &= columns[name] == where.get(name, "all")
    return dict(zip(columns["programme"][chosen], columns["value"][chosen], strict=True))


def test_take_up_is_what_the_log_counted(model) -> None:
    """Eligible, applicants, places and starts, by programme."""
    funnel = model.world.log.funnel
    for stage, measure in (
        ("eligible", "programme_eligible"),
        ("applicants", "programme_applicants"),
        ("places", "programme_places"),
        ("started", "programme_starts"),
    ):
        assert published(model, measure) == dict(zip(NAMES, funnel[:, FUNNEL.index(stage)], strict=True))
    assert funnel[COACHING, FUNNEL.index("started")] > 5


def test_participants_completions_and_doses_are_those_of_enrolments_counted_one_by_one(model) -> None:
    """A plain loop over enrolments gives the published counts and means."""
    world, people = model.world, model.world.people
    row_of = {int(person): row for row, person in enumerate(people.id)}
    lasts = (PEOPLE.delivery.years, SCHOOLS.delivery.years, CLUSTERS.delivery.years)
    on, completed, doses = Counter(), Counter(), {name: [] for name in NAMES}
    for i in range(len(world.enrolments)):
        number = int(world.enrolments.programme[i])
        years = world.year - int(world.enrolments.start[i])
        there, done = True, bool(world.enrolments.completes[i])
        if number == COACHING:
            row = row_of[int(world.enrolments.unit[i])]
            there = people.status[row] in (Status.IN_SERVICE, Status.CENTRAL)
            done = bool(int(people.completed[row]) & 1)
        if there and years < lasts[number]:
            on[NAMES[number]] += 1
            doses[NAMES[number]].append(world.enrolments.dose[i])
        if done and years == lasts[number] - 1:
            completed[NAMES[number]] += 1
    assert published(model, "programme_participants") == dict(on)
    assert published(model, "programme_completed") == {**dict.fromkeys(NAMES, 0), **completed}
    assert set(completed) == set(NAMES)
    means = published(model, "programme_dose")
    assert set(means) == {name for name in NAMES if doses[name]}
    for name, mean in means.items():
        assert mean == pytest.approx(np.mean(doses[name]), abs=1e-6)
    assert means["coaching"] < 1


def test_helpers_count_where_they_work_and_programmes_without_have_no_row(model) -> None:
    """By region of the helper's school, with their mean load."""
    helping = model.world.log.helping
    assert published(model, "programme_helpers") == {
        "coaching": (helping.programme == COACHING).sum(),
        "review": (helping.programme == REVIEW).sum(),
    }
    east = model.world.schools.region[helping.school] == 0
    assert published(model, "programme_helpers", region="East") == {
        "coaching": (east & (helping.programme == COACHING)).sum(),
        "review": (east & (helping.programme == REVIEW)).sum(),
    }
    loads = published(model, "programme_helper_load")
    assert loads["review"] == 1
    assert loads["coaching"] == pytest.approx(helping.load[helping.programme == COACHING].mean(), abs=1e-6)


def test_helpers_needed_are_those_found_and_those_short_area_by_area(model) -> None:
    """As many as it takes for full help to all whom the helpers of an area help, or who have none at all."""
    world, log = model.world, model.world.log
    for number, name in ((COACHING, "coaching"), (REVIEW, "review")):
        needed, helping = (one.where(one.programme == number) for one in (log.help_needed, log.helping))
        helpers = world.programmes[number].delivery.helpers
        wanted, given = (
            area_of(world, helpers.within, one.school.astype(np.int64)).tolist() for one in (needed, helping)
        )
        short, helped = Counter(), Counter()
        for area, lacks in zip(wanted, needed.short.tolist(), strict=True):
            short[area] += lacks
        for area, units in zip(given, helping.helped.tolist(), strict=True):
            helped[area] += units
        for area, takes in Counter(wanted).items():
            assert takes == Counter(given)[area] + short[area]
            assert takes == math.ceil(helped[area] / helpers.each) or not helped[area]
        assert published(model, "programme_helpers_needed")[name] == len(needed)
        assert published(model, "programme_helpers_short")[name] == short.total()
        regions = [published(model, "programme_helpers_short", region=region)[name] for region in ("East", "West")]
        assert sum(regions) == short.total()
    assert log.help_needed.short.any(), "the world has to lack some for this to say anything"


def test_hours_of_help_are_those_of_the_year_by_school_that_gives_them(model) -> None:
    """Schools count once each; hours a week times weeks times how much of what a helper can is asked."""
    world, log = model.world, model.world.log
    for number, name in ((COACHING, "coaching"), (REVIEW, "review")):
        mine = log.helping.where(log.helping.programme == number)
        schools = set(mine.school.tolist())
        assert published(model, "programme_schools_that_help")[name] == len(schools)
        weeks = world.parameters.costs.school_weeks[world.zone[mine.school]]
        helpers = world.programmes[number].delivery.helpers
        hours = helpers.hours * (mine.load * weeks).sum() + helpers.training * len(mine)
        assert published(model, "programme_hours_of_help")[name] == pytest.approx(hours / len(schools), abs=1e-5)


def test_whoever_applied_and_did_not_start_was_refused_and_counts_where_they_are() -> None:
    """Programmes with fewer places than people who want them."""
    few = [replace(p, places=replace(p.places, number=2.0, per_schools=12, share=None)) for p in ALL]
    model = finished(*few, years=1)
    refused, applied, started = (published(model, f"programme_{n}") for n in ("refused", "applicants", "starts"))
    assert refused == {name: applied[name] - started[name] for name in NAMES}
    assert refused["coaching"] > 5
    by_region = [published(model, "programme_refused", region=region) for region in ("East", "West")]
    assert {name: sum(of[name] for of in by_region) for name in NAMES} == refused


def test_those_who_started_together_complete_or_drop_out_in_the_last_year() -> None:
    """Over the years of a run, of programmes whose first starters have come to their end."""
    model = PipelineModel(setup_with(*ALL, years=4), seed=3)
    starts, ends = Counter(), Counter()
    while model.year < 2028:
        model.step()
        for name, programme in zip(NAMES, ALL, strict=True):
            starts[name, model.year] = published(model, "programme_starts").get(name, 0)
            done, left = (published(model, f"programme_{n}").get(name, 0) for n in ("completed", "dropped_out"))
            ends[name, model.year - programme.delivery.years + 1] = done + left
            assert left >= 0
    cohorts = [cohort for cohort in starts if cohort in ends and cohort[1] > 2024]
    assert {cohort: starts[cohort] for cohort in cohorts} == {cohort: ends[cohort] for cohort in cohorts}
    assert sum(starts[cohort] for cohort in cohorts) > 10


def test_participants_by_role_add_up_to_the_people_who_take_part(model) -> None:
    """Of programmes that people join, by the role that they hold; those for schools and clusters have no row."""
    roles = model.setup.structure.ladder.names
    of = [published(model, "programme_participants_by_role", role=role).get("coaching", 0) for role in roles]
    assert sum(of) == published(model, "programme_participants")["coaching"]
    assert max(of) < sum(of)
    assert "review" not in published(model, "programme_participants_by_role", role=roles[0])


def test_costs_add_up_over_items_programmes_and_places_to_the_pound(model) -> None:
    """Each item, each programme and a corner of the map equal sums of the log."""
    costs, schools = model.world.log.programme_costs, model.world.schools
    for item, name in enumerate(PROGRAMME_COSTS):
        assert published(model, "programme_costs", programme_cost=name) == dict(
            zip(NAMES, costs[:, :, item].sum(axis=1), strict=True)
        )
    west_primary = (schools.region == 1) & (schools.phase == 0)
    assert published(model, "programme_costs", region="West", phase="primary") == dict(
        zip(NAMES, costs[:, west_primary].sum(axis=(1, 2)), strict=True)
    )
    assert model.results.value("programme_costs", model.year) == costs.sum()
    assert (costs.sum(axis=(1, 2)) > 0).all()


def test_strength_is_a_mean_over_schools_in_clusters_of_two_or_more(model) -> None:
    """Schools in no cluster are not in the base."""
    strength = model.world.clusters.strength[0]
    assert 0 < strength < 1
    assert model.results.value("cluster_strength", model.year, cluster_kind="trust") == pytest.approx(
        strength, abs=1e-6
    )
    assert model.results.value("cluster_strength", model.year) == pytest.approx(strength, abs=1e-6)
    columns = model.results.to_columns()
    rows = (columns["measure"] == "cluster_strength") & (columns["year"] == model.year)
    assert set(columns["cluster_kind"][rows]) == {"trust", "all"}
    assert columns["base"][rows].max() == 2  # the other schools are in no cluster


def test_a_programme_reports_in_its_years_and_in_no_other(model) -> None:
    """Starts while places are open, participants and costs while anybody is in delivery."""
    columns = finished(*ALL).results.to_columns()

    def years(measure: str, programme: str) -> set[int]:
        return set(columns["year"][(columns["measure"] == measure) & (columns["programme"] == programme)])

    assert years("programme_starts", "together") == {2025, 2026}
    assert years("programme_participants", "together") == {2025, 2026, 2027}
    assert years("programme_completed", "together") == {2026, 2027}
    assert years("programme_costs", "together") == {2025, 2026, 2027}
    assert years("programme_completed", "coaching") == {2025, 2026, 2027, 2028}
    assert years("programme_applicants", "coaching") == {2025, 2026, 2027}
    assert not years("programme_starts", "all")


def test_a_year_in_which_nobody_started_says_so() -> None:
    """A nought in each place, which is not the same as no row."""
    nobody = replace(PEOPLE, places=replace(PEOPLE.places, number=0.0))
    results = finished(nobody, years=1).results
    assert results.value("programme_starts", 2026, programme="coaching") == 0
    assert results.value("programme_starts", 2026, programme="coaching", region="East") == 0
    assert results.value("programme_costs", 2026) == 0


def labelled(results: Results, measure_names: set[str]) -> list[tuple]:
    columns = results.to_columns()
    kept = np.isin(columns["measure"].astype(str), sorted(measure_names))
    names = sorted(set(columns) - {"value", "base"})
    text = zip(*(columns[name][kept].tolist() for name in names), strict=True)
    numbers = zip(columns["value"][kept].tolist(), columns["base"][kept].astype(str).tolist(), strict=True)
    return list(zip(text, numbers, strict=True))


def test_a_programme_that_starts_after_the_last_year_leaves_no_row() -> None:
    """Results are those of a run without programmes, bit for bit."""
    late = [replace(p, places=replace(p.places, first=2029, last=2040)) for p in ALL]
    assert labelled(finished(*late).results, set(measures())) == labelled(finished().results, set(measures()))


def test_a_programme_that_changes_nothing_changes_no_bit_of_any_other_measure() -> None:
    """People enrol and complete, and all but the programme's own measures stay; with effects they move."""
    others = set(measures()) - set(OF_PROGRAMMES)
    idle = finished(*(without_effect(p) for p in ALL)).results
    assert labelled(idle, others) == labelled(finished().results, others)
    assert labelled(idle, others) != labelled(finished(*ALL).results, others)


def test_the_order_of_people_and_enrolments_changes_no_bit(model) -> None:
    """Shuffled tables give the programmes' measures to the bit."""
    world = copy.deepcopy(model.world)
    before = measure_year(world, OF_PROGRAMMES)
    shuffle = np.random.default_rng(1).permutation
    world.people.keep(shuffle(len(world.people)))
    world.enrolments.keep(shuffle(len(world.enrolments)))
    after = measure_year(world, OF_PROGRAMMES)
    assert before.value.tobytes() == after.value.tobytes()
    assert all(np.array_equal(before.codes[name], after.codes[name]) for name in before.codes)
    assert set(before.measure) == {list(measures()).index(name) for name in OF_PROGRAMMES}
