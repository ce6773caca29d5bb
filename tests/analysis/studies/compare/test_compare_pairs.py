"""Pairs of runs: which may be paired, what they share, and how a comparison ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.errors import UserError
from analysis.runs import plan as run
from analysis.runs import replicate as runs
from analysis.runs.past import Past, common_past, first_difference
from analysis.runs.replicate import Plans, pair, simulate
from analysis.store import Store
from analysis.studies.compare import study
from analysis.studies.compare.report import closing, note, one_policy, records
from analysis.studies.compare.stored import stored
from analysis.studies.compare.study import compare
from analysis.studies.compare.summing import Asked
from analysis.studies.run import execute
from simulation.model import PipelineModel
from simulation.programmes.programme import Programme
from tests.analysis.studies.compare.plans import base, coached, halved, made_up, programme
from tests.reference.structures import fitted, without

SOME = ("headcount", "leaver_rate", "leaver_rate_headcount")


def test_a_shared_past_gives_the_runs_that_full_runs_give():
    """Base and policy come out bit by bit as if each had been run alone: every row, every column, every digest."""
    plans = [base(), coached()]
    assert common_past([plan.setup for plan in plans]) == Past(2025, (True, True))
    found = [result.get() for result in pair(Plans.of(plans), 1)]
    for plan, (one, kept) in zip(plans, found, strict=True):
        alone, rows = simulate(plan, 1)
        assert (one.digest, one.replicate) == (alone.digest, 1)
        for name, column in rows.columns.items():
            # Behind them stand the rows that pairs alone know
            np.testing.assert_array_equal(kept.columns[name][: len(column)], column, strict=True)
    assert found[0][0].digest != found[1][0].digest


def test_the_past_is_not_run_twice(monkeypatch):
    """A policy that shares its past takes only the projected years."""
    stepped = []
    step = PipelineModel.step

    def count(self):
        stepped.append(type(self).__name__)
        step(self)

    monkeypatch.setattr(PipelineModel, "step", count)
    words = []
    given = Plans.of([base(), coached()], ())
    pair(given, 0, words.append)
    assert stepped.count("PipelineModel") == 2
    assert stepped.count("Continued") == 6
    assert len(words) == given.years == 8


def without_trust_leaders() -> run.Plan:
    """The policy on a ladder without the highest rung."""
    ladder = without(["trust_leader"])
    earlier = tuple((last, fitted(before, ladder)) for last, before in base().setup.earlier)
    return coached(structure=ladder, parameters=fitted(base().setup.parameters, ladder), earlier=earlier)


def changed(**parts: object) -> Programme:
    """The programme of :func:`coached`, and changed in its places."""
    one = programme()
    return replace(one, places=replace(one.places, **parts))


@pytest.mark.parametrize(
    ("base", "policy", "first"),
    [
        (base, coached, 2026),
        (base, lambda: coached(programmes=()), 2029),
        (base, lambda: coached(programmes=(programme(first=2028),)), 2028),
        (base, lambda: coached(programmes=(programme(first=2040),)), 2029),
        (coached, lambda: coached(programmes=(changed(last=2027),)), 2028),
        (coached, lambda: coached(programmes=(changed(first=2027),)), 2026),
        (coached, lambda: coached(programmes=(changed(share=0.4),)), 2026),
        (coached, lambda: coached(programmes=(programme(), programme("later", 2027))), 2027),
        (base, lambda: coached(programmes=(programme(first=2025),)), 2025),
        (base, lambda: coached(programmes=(), years=5), 2031),
        (base, halved, 2026),
        (base, lambda: halved(always=True), 2023),
        (base, without_trust_leaders, 2023),
        (base, lambda: coached(register=base().setup.register.take(np.arange(50))), 2023),
    ],
    ids=[
        "programme", "nothing", "later programme", "beyond the horizon", "ends earlier", "starts later", "other places",
        "one more", "early programme", "longer", "lever", "state of the world", "rungs", "schools",
    ],
)  # fmt: skip
def test_setups_differ_from_the_first_year_in_which_anything_can_act(base, policy, first):
    """Either way round: a start, the end of starts, parameters in force, or the schools themselves."""
    one, other = base().setup, policy().setup
    assert first_difference(one, other) == first_difference(other, one) == first


def test_arms_part_where_it_saves_most_and_what_differs_too_early_has_a_past_of_its_own():
    """One census for all who share; an arm that would spoil it for the others runs alone."""
    setups = [plan.setup for plan in (base(), coached(), coached(programmes=(programme(first=2028),)))]
    early = replace(setups[1], programmes=(programme(first=2024),))
    assert common_past(setups) == Past(2025, (True, True, True))
    assert common_past([setups[0], early, setups[2]]) == Past(2027, (True, False, True))
    assert common_past([setups[0], early]) == Past(2023, (False, False))
    assert common_past(setups[:1]) == Past(2023, (False,))
    assert common_past([setups[0], setups[0]]) == Past(2028, (True, True))
    assert common_past(setups).no_later(2024) == Past(2024, (True, True, True))


DIFFERENT = [
    ("context", {"resolved": {"context": "wales"}}, {}),
    ("base year", {}, {"base_year": 2024}),
    ("scale", {"scale": 0.5}, {}),
    ("years before the base year", {}, {"warm_up_years": 3}),
    ("seed", {"seed": 2}, {}),
    ("register of schools", {}, {"register": None}),
]


@pytest.mark.parametrize(("what", "of_plan", "of_setup"), DIFFERENT, ids=[d[0] for d in DIFFERENT])
def test_runs_that_cannot_be_paired_are_refused_by_name(what, of_plan, of_setup):
    """The message says what differs, and both values."""
    if "register" in of_setup:
        of_setup = {"register": base().setup.register.take(np.arange(50))}
    policy = replace(coached(**of_setup), **of_plan)
    with pytest.raises(UserError, match=f"england and coached: cannot be paired: {what} is "):
        study.check_pairs(base(), [policy])


@pytest.mark.parametrize(("years", "last"), [(4, "2028/29"), (2, "2027/28")], ids=["longer", "shorter"])
def test_scenarios_of_different_length_are_compared_over_the_years_that_both_have(tmp_path, years, last):
    """As if both had been asked for the shorter horizon, with a past that they share; and from whole runs the same."""
    given = [base(), coached(years=years)]
    shorter = [replace(p, setup=replace(p.setup, years=min(3, years))) for p in given]
    asked = Asked(measures=SOME[:2], all_years=True)
    found, wanted = compare(given, asked, 1), compare(shorter, asked, 1)
    ends = {"england": "2028/29", "coached": f"20{25 + years}/{26 + years}"}
    assert records(found) == [record | {"last_years": ends} for record in records(wanted)]
    assert wanted.ends == {}
    assert {r["years"] for r in records(found)} >= {last, f"2026/27 to {last}, on average"}
    assert any(r["difference"] for r in records(found))
    said = f"Compared up to {last}, the last school year that all scenarios have (England, no new programme to 2028/29;"
    assert said in note(found)
    assert "Compared up to" not in note(wanted)
    whole = Store.open(execute(given, tmp_path / "whole", 1).folder)
    with whole.connect() as db:
        kept = stored(db, whole.manifest, found.lines, all_years=True)
    assert kept is not None
    assert note(kept) == note(found)
    assert [r | {"identical_runs": False} for r in records(kept)] == records(found)


def test_a_plan_that_is_cut_is_the_plan_of_a_shorter_scenario():
    """Its runs have the keys of those that ``--years`` asks for, so that either command finds what the other left."""
    long, short = (run.plan("england", run.Options(scale=0.005, years=years)) for years in (4, 2))
    (cut, _), ends = study.over_common_years([long, replace(short, name="short")])
    assert run.identity(cut) == run.identity(short)
    assert ends == {"england": 2029, "short": 2027}
    assert common_past([long.setup, short.setup]) == Past(2027, (True, True))


def test_the_version_of_the_draws_and_names_count(monkeypatch):
    """Runs pair only within a version of the draws; a name stands for one scenario."""
    study.check_pairs(base(), [coached()])
    shared = study.shared
    monkeypatch.setattr(
        study, "shared", lambda plan: shared(plan) | {"version of the random draws": (plan.name, "Run both again.")}
    )
    with pytest.raises(UserError, match="version of the random draws is england in one and coached in the other"):
        study.check_pairs(base(), [coached()])
    with pytest.raises(UserError, match="given twice"):
        study.check_pairs(base(), [base()])


def test_a_comparison_with_itself_finds_nothing_at_all():
    """A/A: every difference is 0, its interval [0, 0], and the words say that the runs are identical."""
    same = replace(base(), name="copy", title="Copy")
    found = compare([base(), same], Asked(measures=SOME[:2]), 1)
    assert found.outcomes[0].identical
    for record in records(found):
        assert [record[k] for k in ("difference", "low", "high")] == [0] * 3
        assert record["words"] == "the same in every pair"
    assert (
        closing(found)[-1]
        == "Copy, compared with England, no new programme: The runs are identical to those of the base."
    )


def test_the_figures_are_those_of_the_runs(tmp_path):
    """Means, differences and totals over years, against the rows that are kept; the run store is told what was done."""
    found = compare(
        [base(), coached()], Asked(measures=("heads_leaving", "leaver_rate[role=head]"), out=tmp_path / "kept"), 1
    )
    with Store.open(tmp_path / "kept").connect() as db:
        rows = db.execute(
            "SELECT scenario, replicate, sum(value * base), sum(base) FROM results WHERE measure = 'leaver_rate_headcount' "
            "AND role = 'head' AND phase IS NULL AND region IS NULL AND disadvantage IS NULL AND year > 2025 GROUP BY ALL"
        ).fetchall()
        measures = db.execute("SELECT count(DISTINCT measure) FROM results").fetchone()[0]
    assert measures > 50
    leaving = {(name, r): round(total) for name, r, total, _ in rows}
    record = next(r for r in records(found) if r["line"] == "heads_leaving" and "in total" in r["years"])
    assert record["base_mean"] == (leaving["england", 0] + leaving["england", 1]) / 2
    assert record["policy_mean"] == (leaving["coached", 0] + leaving["coached", 1]) / 2
    assert record["difference"] == record["policy_mean"] - record["base_mean"]
    assert record["pairs"] == 2
    kept = Store.open(tmp_path / "kept")
    assert kept.status().complete
    assert {record["digest"] for record in kept.records().values()} == {
        simulate(plan, r)[0].digest for plan in (base(), coached()) for r in (0, 1)
    }
    assert {row["figure"] for row in one_policy(found, found.outcomes[0]).rows} >= {"Heads who leave", "  in total"}


def test_processes_do_not_change_what_is_found():
    """One process and two give the same records, to the last digit."""
    plans = [base(), coached(), halved()]
    one, two = (records(compare(plans, Asked(measures=SOME[:2], all_years=True), n)) for n in (1, 2))
    assert one == two
    assert {r["years"] for r in one} >= {"2026/27", "2028/29"}


def test_a_run_that_fails_is_told_and_its_pair_left_out(monkeypatch, tmp_path):
    """The others are compared, and the words begin with what is missing."""
    real = runs.recorded

    def recorded(name, *beside):
        def fail(years):
            found = real(name, *beside)(years)
            if (name, found[0].replicate) == ("coached", 1):
                raise RuntimeError("the accounts do not add up")
            return found

        return fail

    monkeypatch.setattr(runs, "recorded", recorded)
    plans = [replace(p, replicates=3) for p in (base(), coached())]
    found = compare(plans, Asked(measures=SOME[:2], out=tmp_path / "kept"), 1)
    (failure,) = Store.open(tmp_path / "kept").failed().values()
    assert (failure.scenario, failure.replicate, failure.type) == ("coached", 1, "RuntimeError")
    assert Store.open(tmp_path / "kept").status().stamp == "partial: 5 of 6 runs, 1 failed"
    assert [(name, r) for name, r, _ in found.failures] == [("coached", 1)]
    assert {r["pairs"] for r in records(found)} == {2}
    assert {r["failed_runs"] for r in records(found)} == {1}
    text = next(p for p in closing(found) if p.startswith("PARTIAL"))
    assert "coached, replicate 1: RuntimeError: the accounts do not add up" in text

    monkeypatch.setattr(runs, "recorded", lambda _name, *_beside: lambda _years: 1 / 0)
    with pytest.raises(UserError, match="no pair of runs finished: ZeroDivisionError"):
        compare(plans, Asked(measures=SOME[:2]), 1)


@pytest.mark.parametrize(("target", "reached"), [("1.5", True), ("0.1", False)])
def test_precision_stops_when_it_is_reached_or_gives_up(monkeypatch, tmp_path, target, reached):
    """It uses no more pairs than it needs, says how many, and what would be needed if it gave up."""
    monkeypatch.setattr(study, "pair", made_up(5.0))
    plans = [replace(p, replicates=120) for p in (base(), coached())]
    asked = Asked(measures=("headcount",), precision=f"headcount: +/-{target} at 90%", out=tmp_path / "kept")
    found = compare(plans, asked, 1)
    assert found.precision is not None
    assert found.precision.reached is reached
    text = next(p for p in closing(found) if p.startswith("Precision"))
    assert Store.open(tmp_path / "kept").status().expected == 2 * found.replicates
    assert Store.open(tmp_path / "kept").status().complete
    if reached:
        assert 35 <= found.replicates < 60
        assert found.precision.half_width <= 1.5
        assert f"Reached, with ±{found.precision.half_width:.2g} after {found.replicates} pairs" in text
    else:
        assert found.replicates == 120
        assert "NOT reached after 120 pairs" in text
        assert "--most" in text
    last = records(found)[0]
    assert last["words"] == "more"
    assert last["variance_ratio"] > 50
