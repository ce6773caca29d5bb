"""The census of a running model: what it sees in people's histories is what the processes did."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.census.measure import measures
from simulation.census.publish import form_of
from simulation.census.results import Results
from simulation.log import FLOWS
from simulation.model import PipelineModel
from simulation.phases import PHASES
from simulation.vocabulary import LeaverReason, Role, Status, label
from tests.worlds import rough_setup


@pytest.fixture(scope="module")
def run() -> tuple[PipelineModel, Results, dict[int, dict[str, int]]]:
    """A run of six years, its results, and what the processes counted each year."""
    model = PipelineModel(rough_setup(), seed=5)
    results, form = Results(), form_of(model.world)
    results.add(form.filled_in(model.world))
    counted: dict[int, dict[str, int]] = {}

    def measure(year: int) -> None:
        log, people = model.world.log, model.world.people
        flow = {name: int(log.flows[i, : Role.TRUST_LEADER].sum()) for i, name in enumerate(FLOWS)}
        counted[year] = {
            "in service": int((people.status == Status.IN_SERVICE).sum()),
            # Whoever is appointed to lead a trust moves out of a school post and into none
            "leavers": flow["leavers"] + flow["moves_out"] - flow["moves_in"],
            "entrants": flow["entrants"],
            "retired": int((log.leavers.reason == LeaverReason.RETIRED).sum()),
            "on break": int((log.leavers.reason == LeaverReason.CAREER_BREAK).sum()),
            "costs": int(log.costs.sum()),
            "advertised": int(log.advertised.sum()),
            "appointments": len(log.appointments.to_role),
        }
        results.add(form.filled_in(model.world))

    model.run(measure)
    return model, results, counted


def test_the_census_is_the_last_process_of_the_year() -> None:
    """What is measured is the state that all other processes have left."""
    assert PHASES[-1].name == "census"


def test_stocks_and_flows_seen_are_those_that_the_processes_counted(run) -> None:
    """Year by year, published numbers equal the log's: people, leavers by reason, posts and costs."""
    _, results, counted = run
    for year, count in counted.items():
        assert results.value("headcount", year) == count["in service"]
        assert results.value("entrants_headcount", year) == count["entrants"]
        assert results.value("leavers_by_age_and_reason", year) == count["leavers"]
        assert results.value("leavers_by_age_and_reason", year, reason="retired") == count["retired"]
        assert results.value("leavers_by_age_and_reason", year, reason="career_break") == count["on break"]
        assert results.value("costs", year) == count["costs"]
        assert results.value("posts_advertised", year) == count["advertised"]
        appointed = sum(results.value("appointments", year, role=label(role)) for role in Role)
        assert appointed == count["appointments"]
    assert sum(count["leavers"] for count in counted.values()) > 20


def test_stock_now_is_stock_before_plus_entrants_less_leavers(run) -> None:
    """The identity holds in what is published, not only in the model's own accounts."""
    _, results, counted = run
    for year in counted:
        change = results.value("entrants_headcount", year) - results.value("leavers_by_age_and_reason", year)
        assert results.value("headcount", year) == results.value("headcount", year - 1) + change


def test_cohorts_reach_back_to_the_first_census_and_no_further(run) -> None:
    """In the last year every distance is there that the run is long enough for, in the first two none."""
    model, results, _ = run
    columns = results.to_columns()
    cohorts = (columns["measure"] == "retention_since_qualifying") & (columns["years"] != "all")
    reach = model.world.year - model.setup.first_year
    assert set(columns["years"][cohorts & (columns["year"] == model.year)]) == {str(k) for k in range(1, reach)}
    assert not (cohorts & (columns["year"] <= model.setup.first_year + 1)).any()


def test_every_measure_is_published_by_a_run(run) -> None:
    """Only what needs ten censuses or a programme is absent."""
    _, results, _ = run
    missing = set(measures()) - set(results.to_columns()["measure"])
    of_programmes = {name for name, one in measures().items() if name.startswith("programme_") or one.of_pairs}
    # That on schools worked in needs ten censuses; there are no programmes
    of_authorities = {name for name in measures() if name.startswith("authority_")}  # of systems of few of them
    # A mean over executive heads has no row where there are none
    assert missing <= {"schools_worked_in_decade", "schools_per_executive_head", *of_programmes, *of_authorities}
    assert of_programmes <= missing


def test_shares_are_shares_and_no_value_is_missing(run) -> None:
    """Every value is finite, and every share is from 0 to 1."""
    _, results, _ = run
    columns = results.to_columns()
    shares = {m.name for m in measures().values() if m.unit == "share"}
    is_share = np.isin(columns["measure"].astype(str), sorted(shares))
    assert np.isfinite(columns["value"]).all()
    assert (columns["value"][is_share] >= 0).all()
    assert (columns["value"][is_share] <= 1).all()
