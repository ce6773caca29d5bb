"""Who gets a programme, who gives it, who pays and what it moves: the tables above the system's totals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.figures.lines import shown_in
from analysis.output import display
from analysis.output.html.report import gather
from analysis.output.html.reproduce import reproduce
from analysis.runs.plan import Options, plan
from analysis.runs.replicate import simulate
from analysis.store import Store
from analysis.studies.compare.study import carry_out, compare
from analysis.studies.compare.summing import Asked
from analysis.studies.reach import rows as told_of
from analysis.studies.reach import tables as reach
from simulation.programmes.programme import Unit
from tests.analysis.studies.compare.plans import base, coached, programme

POLICY = "excellence-in-leadership-modest"
NAME = "programme=excellence-in-leadership"
OPTIONS = Options(2, years=3, scale=0.01)
"""Schools enough for the policy to move somebody."""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """England and Excellence in Leadership, two pairs of a small sample, kept in a folder."""
    out = tmp_path_factory.mktemp("reach") / "study"
    return carry_out(["england", POLICY], OPTIONS, Asked(out=out))


@pytest.fixture(scope="module")
def in_store(found):
    """Sums over the projected years of measures, means of the two runs, straight from the results."""

    def value(measure: str, **where: str) -> float:
        told = {"programme": "excellence-in-leadership", "scenario": POLICY, **where}
        tests = "".join(f" AND {d} = ?" for d in told)
        places = ("phase", "region", "disadvantage", "role", "programme_cost")
        tests += "".join(f" AND {d} IS NULL" for d in places if d not in told)
        with Store.open(found.folder).connect() as db:
            sql = f"SELECT sum(value) / 2 FROM results WHERE measure = ? AND year > 2025{tests}"
            return db.execute(sql, [measure, *told.values()]).fetchone()[0]

    return value


def means(tables, scenario: str = POLICY) -> dict[str, float]:
    """Means by the name of the figure, of one scenario; the difference of what is told against the base."""
    return {r["figure"]: r["mean"] for made in tables for r in made.records if r["scenario"] == scenario}


def test_starts_refusals_and_empty_places_are_those_of_the_runs(found, in_store):
    """Over all projected years; starts by role, phase, disadvantage and region each add up to all."""
    of = means(found.reach)
    whole = of[f"programme_starts[{NAME}]"]
    assert whole == in_store("programme_starts") > 0
    assert of[f"programme_refused[{NAME}]"] == in_store("programme_applicants") - whole > 0
    assert of[f"programme_places_empty[{NAME}]"] == in_store("programme_places") - whole
    assert of[f"programme_dropped_out[{NAME}]"] == in_store("programme_dropped_out")
    for by in ("role", "phase", "disadvantage", "region"):
        parts = [v for k, v in of.items() if k.startswith("programme_starts") and f",{by}=" in k]
        assert sum(parts) == pytest.approx(whole), by
        assert len(parts) > 1, by


def test_helpers_needed_are_found_or_short_in_all_and_schools_pay_for_them(found, in_store):
    """A mean of the years in which any are needed; costs by who pays come to all that it costs."""
    of = means(found.reach)
    needed, have, short = (of[f"programme_helpers{x}[{NAME}]"] for x in ("_needed", "", "_short"))
    assert needed == pytest.approx(have + short)
    assert needed == pytest.approx(in_store("programme_helpers_needed") / 3)
    assert sum(
        v for k, v in of.items() if k.startswith("programme_helpers_short") and ",region=" in k
    ) == pytest.approx(short)
    assert 0 < of[f"programme_schools_that_help[{NAME}]"] <= have
    paid = [v for k, v in of.items() if k.startswith("programme_costs") and "programme_cost=" in k]
    assert sum(paid) == pytest.approx(of[f"programme_costs[{NAME}]"])


def test_what_is_moved_adds_up_to_what_differs_between_the_runs(found):
    """Promotions and leavers of those whom the policy reaches and of all others, with less without it."""
    of = means(found.reach)
    with Store.open(found.folder).connect() as db:

        def total(scenario: str) -> float:
            sql = "SELECT sum(value) / 2 FROM results WHERE measure = 'appointments' AND move = 'promotion' AND role IS NOT NULL"
            places = " AND phase IS NULL AND region IS NULL AND year > 2025 AND scenario = ?"
            return db.execute(sql + places, [scenario]).fetchone()[0]

        whole = of["promotions_with_and_without[future=with_policy]"]
        assert whole == total(POLICY) - total("england")
    for measure, all_ in (("promotions", whole), ("leavers", of["leavers_with_and_without[future=with_policy]"])):
        start = f"{measure}_with_and_without[future=with_policy,whom="
        assert sum(v for k, v in of.items() if k.startswith(start) and "role=" not in k) == pytest.approx(all_)
    assert any(of[k] for k in of if "whom=participants" in k or "whom=helpers" in k or "whom=colleagues" in k)


def test_what_a_policy_moves_is_no_part_of_what_its_runs_are(found):
    """A run alone has the digest that it has beside another, and no such rows."""
    digests = {(r["scenario"], r["replicate"]): r["digest"] for r in Store.open(found.folder).records().values()}
    run, rows = simulate(plan(POLICY, OPTIONS), 1)
    assert run.digest == digests[POLICY, 1]
    moved = [rows.labels["measure"].index(name) for name in ("promotions_with_and_without", "leavers_with_and_without")]
    assert not np.isin(rows.columns["measure"], moved).any()


def test_what_is_moved_is_found_again_from_the_manifest_alone(found):
    """A report's table of it is made again from runs beside those of the base."""
    outcome = reproduce(Store.open(found.folder), "TAB-3", quick=False)
    assert outcome.equal, outcome.differs


def test_a_programme_that_changes_nothing_moves_nobody():
    """Of everybody whom it reaches, as many are promoted and leave with it as without."""
    idle = replace(programme(), effects=(), costs=replace(programme().costs, release_days=0.0))
    made = compare([base(), coached(programmes=(idle,))], Asked())
    moved = [r for table in made.reach for r in table.records if "with_and_without" in r["figure"]]
    assert moved
    assert {r["mean"] for r in moved} == {0.0}
    assert means(made.reach, "coached")["programme_starts[programme=coached]"] > 0


def test_the_table_tells_shares_and_leaves_out_who_gets_nothing(found):
    """One column for the scenario that runs the programme; the base has none."""
    first, second, third = found.reach
    assert [column.key for column in first.columns] == ["figure", POLICY]
    labels = [row["figure"].strip() for row in first.rows]
    assert labels[:2] == ["Excellence in Leadership", "People who start"]
    assert labels[6:9] == ["Mentors needed, a year", "Mentors found, a year", "Mentors short, a year"]
    roles = [row for row in second.rows if row["figure"].strip() in ("Assistant heads", "Deputy heads", "Heads")]
    assert len(roles) == 3
    assert all(row[POLICY].endswith("%)") or row[POLICY] == reach.TOO_FEW for row in roles)
    assert "Middle leaders" not in [row["figure"].strip() for row in second.rows]
    assert third.rows[0]["figure"] == "People promoted"
    assert "England, no new programme" in third.note


def test_a_notebook_shows_it_above_the_differences(found):
    """As the command line does."""
    shown = display.comparison(found)
    assert 0 < shown.index("People who start") < shown.rindex("Heads who leave")


def test_it_widens_no_interval(found):
    """What is compared is the headlines, as if nothing were told of who gets the programme."""
    assert {line.name for line in found.lines} <= {line.name for line in shown_in("comparison")}


def test_nothing_is_told_of_who_gets_a_programme_where_other_figures_are_asked_for():
    """Nor where no programme runs."""
    assert compare([base(), coached()], Asked(["teachers"])).reach == ()
    made = compare([base(), coached()], Asked())
    assert {record["scenario"] for table in made.reach for record in table.records} == {"coached"}


def test_the_report_has_the_numbers_of_the_comparison(found):
    """Its tables of the same runs stand before that of the system's totals, the longest in the annex."""
    report = gather(Store.open(found.folder), verify=False)
    assert means([exhibit.shown for exhibit in (*report.reach, *report.reach_detail)]) == means(found.reach)
    assert [exhibit.id for exhibit in report.reach] == ["TAB-2", "TAB-3"]
    assert [exhibit.title for exhibit in report.reach_detail] == [reach.WHO]


def runs_of(*values: float):
    """Figures of one line in one year, a run each; the same for every line."""
    return lambda _name, _line: np.array([[[v, np.nan]] for v in values])


def test_few_cases_are_said_to_be_too_few_and_differences_that_cannot_be_told_say_so():
    """By whether the interval leaves out none; a count that never varies is given as it is."""
    labels = {"role": [], "phase": [], "disadvantage": [], "region": []}
    one = told_of.About("Coaching", helper="coach")
    row = told_of.rows_of("coaching", one, labels.__getitem__)[0]

    def cell(row, *values):
        return reach._cell(row, reach.told("x", row, runs_of(*values), 0.9))

    assert cell(row, 0, 0, 3, 0) == reach.TOO_FEW
    assert cell(row, 30, 31, 31, 32).startswith("31 ± ")
    assert cell(row, 7, 7, 7) == "7"
    assert cell(row, 0, 0) == "0"
    less = replace(row, less=replace(row.line, name="without"))

    def against(_name, line):
        return runs_of(*((5, 9, 5) if line.name == "without" else (7, 7, 7)))(_name, line)

    assert reach._cell(less, reach.told("x", less, against, 0.9)).startswith("cannot tell (")


def test_a_measure_is_told_by_who_has_it_and_withdrawn_places_by_who_goes_without():
    """Nobody applies for a measure, so no places are told; schools are no people, so nothing is told by role."""
    labels = {"role": ["head"], "phase": ["a", "b"], "disadvantage": ["second"], "region": ["x", "y"]}
    measure = told_of.rows_of("m", told_of.About("M", everybody=True), labels.__getitem__)
    assert measure[0].label == "People who have it, a year"
    assert not {"starts_on_programmes", "refused_by_programmes", told_of.EMPTY} & {row.name for row in measure}
    gone = told_of.rows_of("g", told_of.About("G", withdrawn=True), labels.__getitem__)
    assert gone[0].label == "People who go without"
    schools = told_of.rows_of("s", told_of.About("S", Unit.SCHOOL, helper="peer reviewer"), labels.__getitem__)
    assert schools[0].label == "Schools that start"
    assert not any("role" in dict(row.line.where) for row in schools)
    assert [row.label for row in schools if row.by.startswith("Peer reviewers short")] == ["x", "y"]


def test_what_would_tell_a_small_count_is_kept_back_with_it():
    """All regions if one is small, and what is paid if those who start are; no row and no record has the number."""
    labels = {"role": [], "phase": [], "disadvantage": [], "region": ["x", "y"]}
    about = told_of.About("Coaching", helper="coach")
    rows = {"coaching": told_of.rows_of("coaching", about, labels.__getitem__)}
    runs = {"base": reach.Runs("Base", {}), "policy": reach.Runs("Policy", {"coaching": about})}

    def told(*small: str) -> dict[str, dict[str, object]]:
        asked = reach.Asked("base", runs, rows, [], "2026/27", small=lambda _name, line: line.name in small)
        return {
            record["figure"]: record for made in reach.tables(asked, runs_of(30, 31, 32)) for record in made.records
        }

    name = "programme=coaching"
    regions = [f"programme_starts[{name},region={region}]" for region in "xy"]
    of_one = told(regions[0])
    assert [of_one[region]["words"] for region in regions] == [reach.KEPT_BACK] * 2
    assert [of_one[regions[1]][key] for key in ("mean", "low", "high", "share")] == [None] * 4
    assert of_one[f"programme_starts[{name}]"]["mean"] == of_one[f"programme_costs[{name}]"]["mean"] == 31
    of_all = told(f"programme_starts[{name}]")
    assert of_all[f"programme_costs[{name},programme_cost=grant]"]["words"] == reach.KEPT_BACK
    ends = told(f"programme_dropped_out[{name}]")
    assert ends[f"programme_completed[{name}]"]["mean"] is None
    assert ends[f"programme_starts[{name}]"]["mean"] == 31


@pytest.mark.parametrize(
    ("mean", "half", "said"), [(-4.5, 4.4, "−4.5 ± 4.4"), (-4.5, 1.2, "−4.5 ± 1.2"), (12.0, 11.96, "+12.00 ± 11.96")]
)
def test_what_is_told_looks_told(mean: float, half: float, said: str) -> None:
    """Rounded, half the interval stays below the difference that lies beyond it."""
    assert reach._plain(reach.Told(mean, half, half / 1.7), "people", True) == said
