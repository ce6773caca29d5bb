"""What programmes did goes into the results folder by their names, comes out again, and closes the table of a run."""

from __future__ import annotations

import hashlib

import pytest

from analysis.figures.lines import shown_in
from analysis.runs.replicate import from_base_year
from analysis.store import Run, Store
from analysis.store.select import select
from analysis.studies.run import records
from simulation.model import PipelineModel
from tests.simulation.programmes import PEOPLE, SCHOOLS, setup_with

MEASURES = ("programme_participants", "programme_costs", "headcount")


@pytest.fixture(scope="module")
def models() -> dict[str, PipelineModel]:
    """A scenario with two programmes and one without any."""
    found = {}
    for name, programmes in (("with", (PEOPLE, SCHOOLS)), ("without", ())):
        found[name] = PipelineModel(setup_with(*programmes, years=2), seed=3, measures=MEASURES)
        found[name].run()
    return found


@pytest.fixture(scope="module")
def folder(models, tmp_path_factory):
    """The folder that keeps both."""
    out = tmp_path_factory.mktemp("results") / "study"
    runs = {name: hashlib.sha256(name.encode()).hexdigest() for name in models}
    store = Store.create(
        out, {"digest": "made up", "scenarios": []}, {run: (name, None, 0) for name, run in runs.items()}
    )
    for name, model in models.items():
        rows = from_base_year(model.results.codes(), model.results.labels(), 2025)
        store.commit(runs[name], Run(name, 0, 3, "0" * 64, 0.1), rows)
    store.compact(everything=True)
    return out


def test_costs_are_found_by_the_name_of_the_programme_and_of_the_item(models, folder):
    """The store's rows add up to the model's own log, and the run without has none."""
    costs = models["with"].world.log.programme_costs
    with Store.open(folder).connect() as db:
        sql, arguments = select(
            db, "programme_costs", {"programme": "review", "programme_cost": "fee"}, "scenario, year, value"
        )
        found = db.execute(sql, arguments).fetchall()
        assert found[-1] == ("with", 2027, costs[1, :, 1].sum())
        assert {scenario for scenario, _, _ in found} == {"with"}
        sql, arguments = select(db, "programme_costs", {}, "scenario, year, value")
        assert db.execute(sql, arguments).fetchall()[-1] == ("with", 2027, costs.sum())
        assert db.execute("SELECT DISTINCT programme FROM results ORDER BY 1").fetchall() == [
            ("coaching",),
            ("review",),
            (None,),
        ]


def test_the_table_of_a_run_ends_with_each_programme_where_it_runs(models, folder):
    """Who is on it and what it costs, of the scenario that has it alone."""
    scenarios = [{"name": name, "replicates": 1, "base_year": 2025, "years": 2} for name in models]
    with Store.open(folder).connect() as db:
        found = records(db, {"scenarios": scenarios})
    of_programmes = [r for r in found if r["line"] not in {line.long for line in shown_in("table of a run")}]
    assert list(dict.fromkeys(r["line"] for r in of_programmes)) == [
        "On coaching",
        "Cost of coaching in the year",
        "On review",
        "Cost of review in the year",
    ]
    assert {r["scenario"] for r in of_programmes} == {"with"}
    last = next(r for r in reversed(found) if r["line"] == "Cost of review in the year")
    assert (last["school_year"], last["mean"]) == ("2027/28", models["with"].world.log.programme_costs[1].sum())
