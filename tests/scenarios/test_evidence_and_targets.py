"""The evidence table and the targets that rest on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scenarios import InputError, check
from scenarios.evidence import evidence
from scenarios.resolve import load
from scenarios.strict import parse
from scenarios.targets import CHECKS, Point, chosen_to_keep_out, read_targets, targets
from simulation.parameters import declared

SHARED = Path(__file__).parents[3] / "shared" / "evidence"


def test_evidence_has_numbers_and_says_where_they_were_read() -> None:
    """Every row has a source, verified workforce rows an address; one row is checked by its value."""
    rows = evidence()
    assert len(rows) >= 700
    for row in rows.values():
        assert row.source_title, row.id
        assert not row.verified or row.source_url or row.table != "workforce", row.id
    assert rows["head_ret1_primary_2023"].number == 89.7
    assert rows["head_ret1_primary_2023"].verified


def test_rows_on_programmes_say_what_was_compared_with_whom() -> None:
    """Every such row has quantity, programme and outcome; one is checked field by field."""
    row = evidence()["hpml_promoted_since_completion"]
    assert (row.quantity, row.programme) == (
        "self-reported promotion since completing",
        "Teaching Leaders (HPML secondary)",
    )
    assert (row.outcome, row.comparison_group, row.n, row.lag_years) == ("promotion", "none", ">500", "")
    assert (row.number, row.lower, row.is_claim, row.no_effect_found) == (63, "", False, False)
    of_programmes = [row for row in evidence().values() if row.table == "programmes"]
    assert len(of_programmes) > 450
    for other in of_programmes:
        assert other.quantity, other.id
        assert other.programme, other.id
        assert other.outcome, other.id
    assert not any(row.programme or row.outcome for row in evidence().values() if row.table == "workforce")


def test_no_effect_found_and_claims_are_told_apart_from_measured_numbers() -> None:
    """What found no effect is a 0, a claim is a sign; neither passes for a size."""
    rows = evidence()
    nothing = {id_ for id_, row in rows.items() if row.no_effect_found}
    claims = {id_: row.number for id_, row in rows.items() if row.is_claim}
    assert {"ecf_ero_retention_profession_effect", "npq2017_attainment_effect"} <= nothing
    assert all(rows[id_].number == 0 for id_ in nothing)
    assert set(claims.values()) == {-1.0, 0.0, 1.0}
    assert claims["sign_s0_participation_own_school"] == 0
    assert all(id_.startswith("sign_") for id_ in claims)


@pytest.mark.parametrize(
    ("table", "quantity", "rewritten"), [("workforce", "quantity", ()), ("programmes", "measure", ("source_url",))]
)
def test_evidence_agrees_with_the_table_it_came_from(table: str, quantity: str, rewritten: tuple[str, ...]) -> None:
    """Titles of sources, and where a study was read, may be worded anew; what was published may not."""
    shared = SHARED / f"{table}.csv"
    if not shared.exists():
        pytest.skip("the folder shared is not beside this clone")
    import csv

    with shared.open(encoding="utf-8", newline="") as handle:
        original = {row["id"]: row for row in csv.DictReader(handle)}
    ours = {id_: row for id_, row in evidence().items() if row.table == table}
    assert list(ours) == list(original)
    for id_, row in ours.items():
        assert row.quantity == original[id_][quantity], id_
        for name in set(original[id_]) - {quantity, "verified", "note", "source_title", *rewritten}:
            assert getattr(row, name) == original[id_][name], (id_, name)


def test_rows_added_later_agree_with_the_table_they_came_from() -> None:
    """Every row of it, first and in order, with what was published and where it was read; rows after it say where they were read."""
    shared = SHARED / "new_2026_11.csv"
    if not shared.exists():
        pytest.skip("the folder shared is not beside this clone")
    import csv

    with shared.open(encoding="utf-8", newline="") as handle:
        original = {row["id"]: row for row in csv.DictReader(handle)}
    ours = {id_: row for id_, row in evidence().items() if row.table == "additions"}
    assert list(ours)[: len(original)] == list(original)
    assert all(row.source_title and row.source_url.startswith("http") for row in ours.values())
    for id_ in original:
        row = ours[id_]
        assert (row.programme or row.role) == original[id_]["role_or_programme"], id_
        for name in ("quantity", "phase", "group", "year", "value", "unit", "source_title", "source_url"):
            assert getattr(row, name) == original[id_][name], (id_, name)


def test_no_recollection_backs_a_grade_above_judgement_alone_or_a_target() -> None:
    """Recollected rows are priors: a parameter graded above J needs a row that was read, a target only such rows."""
    rows = evidence()
    recollected = {id_ for id_, row in rows.items() if row.source_title.startswith("Recollection")}
    assert len(recollected) == 17
    for path, source in load("england").provenance.items():
        assert source.grade == "J" or set(source.sources) - recollected, path
    for point in targets():
        assert not set(point.sources) & recollected, point.target


def test_there_are_twenty_three_targets_and_flows_with_published_values() -> None:
    """32 points of the first and 27 of flows; the one on heads of primary schools is checked by its values."""
    points = targets()
    assert sorted({point.target for point in points}) == list(range(1, 40))
    assert sum(point.target <= 23 for point in points) == 32
    assert len(points) == 32 + 27
    heads = next(point for point in points if point.target == 11)
    assert (heads.measure, heads.where) == ("retention_new_to_post", {"role": "head", "phase": "primary", "years": "1"})
    assert (heads.low, heads.high, heads.tolerance, heads.n) == (0.897, 0.897, 0.015, 1273)


def test_a_third_of_the_flows_was_kept_out_by_the_draw_and_nothing_else() -> None:
    """Draws keyed by the targets' numbers chose them; of those one is out since a parameter is sized by it, and none came in for it."""
    points = targets()
    flows = sorted({point.target for point in points if point.target > 23})
    kept = sorted({point.target for point in points if point.kept_out})
    used = {36: "appoint.fixed_term"}
    assert chosen_to_keep_out(flows) == sorted([*kept, *used]) == [24, 25, 28, 36, 37]
    assert chosen_to_keep_out(flows, seed=1) != chosen_to_keep_out(flows)
    sources = {source for point in points if point.target in used for source in point.sources}
    assert sources == set(load("england").provenance[used[36]].sources)


def test_an_interval_is_that_of_the_base() -> None:
    """897 of 1,000: binomial; a count of 400: Poisson; two cohorts as one; discrepancy in quadrature; else the tolerance."""
    share = replace(point(0.897, 0.897, 0.01, "absolute"), n=1000.0, measure="leaver_rate")
    assert share.half == pytest.approx(1.959964 * (0.897 * 0.103 / 1000) ** 0.5)
    assert share.rests_on == "error"
    assert replace(share, n=None, given_error=0.03, discrepancy=0.04).half == pytest.approx(1.959964 * 0.05)
    assert replace(share, n=None).half == 0.01
    assert replace(share, n=None).rests_on == "tolerance"
    people = replace(share, n=None, measure="headcount", unit="people", low=400.0, high=400.0)
    assert people.half == pytest.approx(1.959964 * 20)
    assert people.as_published(8.0, 0.02) == 400
    assert share.as_published(0.9, 0.02) == 0.9
    assert share.off(0.897 + share.half) == pytest.approx(1)


def test_cohorts_are_pooled_by_their_numbers() -> None:
    """90% of 300 and 80% of 100 are 87.5% of 400."""
    text = GOOD.replace('value: "VALUE"', "pooled: [{value: 90%, n: 300}, {value: 80%, n: 100}]")
    (found,) = read_targets(parse(text))
    assert (found.low, found.high, found.n) == (0.875, 0.875, 400)


def test_checks_are_figures_that_no_target_rests_on_and_nothing_is_fitted_to() -> None:
    """29 figures of section 5 of the evidence, each from rows that were read or worked out, and of none that a target cites."""
    checks, rows = targets(file=CHECKS), evidence()
    assert sorted({point.target for point in checks}) == list(range(1, 7))
    assert len(checks) == 29
    assert all(point.kept_out for point in checks)
    cited = {source for point in targets() for source in point.sources}
    for point in checks:
        assert not set(point.sources) & cited, point.title
        row = rows[point.sources[0]]
        if row.unit == "percent":
            assert point.low == pytest.approx(row.number / 100), row.id
    new = [point for point in checks if point.target == 1 and point.where["phase"] == "primary"]
    per_100 = [rows[point.sources[0]].number for point in new]
    assert [point.low for point in new] == pytest.approx([x / (100 + sum(per_100)) for x in per_100], abs=0.0006)


def test_a_ratio_is_of_one_group_over_another() -> None:
    """Its figure is the first group's over the second's; nobody in the second leaves none, and a share has no second group."""
    text = GOOD.replace("unit: share", "than: {phase: secondary}, unit: ratio, error: 0.5")
    (found,) = read_targets(parse(text.replace('"VALUE"', "2")))
    rates = {"primary": 0.09, "secondary": 0.06}
    assert found.simulated(lambda phase: rates[phase], 0.02) == pytest.approx(1.5)
    assert found.simulated(lambda phase: {"primary": 0.09}[phase], 1.0) is None
    assert found.simulated(lambda phase: rates[phase] * (phase == "primary"), 1.0) is None
    assert found.half == pytest.approx(1.959964 * 0.5)
    assert replace(found, than=None).simulated(lambda phase: rates[phase], 1.0) == 0.09


def test_targets_with_one_source_take_its_value() -> None:
    """To half a point, so that a target never drifts from the row that it cites."""
    rows = evidence()
    alone = [p for p in targets() if len(p.sources) == 1 and p.low == p.high]
    assert len(alone) > 12
    for point in alone:
        row = rows[point.sources[0]]
        published = row.number / 100 if row.unit == "percent" else row.number
        if row.id.startswith("qts_left"):
            published = 1 - published
        assert point.low == pytest.approx(published, abs=0.0051), row.id


def point(low: float, high: float, tolerance: float, kind: str) -> Point:
    return Point(1, "t", "d", "fte", {}, "share", low, high, tolerance, kind, ("x",))


def test_distance_counts_tolerances_outside_the_published_interval() -> None:
    """Inside it is 0, in points or in proportion as the target says."""
    absolute, relative = point(0.85, 0.87, 0.025, "absolute"), point(10, 10, 0.1, "relative")
    assert absolute.distance(0.86) == absolute.distance(0.85) == absolute.distance(0.87) == 0
    assert absolute.distance(0.90) == pytest.approx(1.2)
    assert absolute.distance(0.80) == pytest.approx(2.0)
    assert relative.distance(11) == pytest.approx(1.0)


GOOD = """\
title: T
summary: S
targets: {1: {title: One, definition: What it is, counted: {what: fte, event: left_service, out_of: in_service_before}}}
points:
  - {target: 1, measure: leaver_rate, where: {phase: primary}, unit: share, value: "VALUE", tolerance: 1%,
     tolerance_kind: absolute, sources: [leaver_rate_all_all_2024]}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("leaver_rate, w", "leaver_rat, w", "did you mean leaver_rate?"),
        ("phase: primary", "phaze: primary", "did you mean phase?"),
        ("phase: primary", "phase: primry", "did you mean primary?"),
        ("leaver_rate_all_all_2024", "leaver_rate_all_all_2044", "did you mean leaver_rate_all_all_"),
        ("[leaver_rate_all_all_2024]", "[]", "a target needs a source"),
        ("absolute", "about", "must be one of absolute, relative"),
        ('"VALUE"', "85", "did you mean 0.85 or 85%?"),
        ('"VALUE"', "[9%, 8%]", "starts above its end"),
        ('"VALUE"', "[9%]", "two ends"),
        ("target: 1,", "target: 2,", "target 2 has no title"),
        (
            "targets: {1:",
            "targets: {2: {title: Two, definition: No point, counted: {what: fte, event: in_service}}, 1:",
            "no point belongs to target 2",
        ),
        ("what: fte, event: l", "what: people, event: l", "what is people there and fte here"),
        ("in_service_before}", "in_service_before, ages: under_50}", "ages is under_50 there and any_age here"),
        ("left_service", "left_servise", "did you mean left_service?"),
        ("phase: primary", "sex: female", "leaver_rate has no dimension sex"),
        ('value: "VALUE"', 'value: "VALUE", n: 100, error: 1%', "n tells the error of a share alone"),
        ('value: "VALUE", ', "", "write value: or pooled:"),
        ('value: "VALUE"', "pooled: [{value: 90%, n: 300}]", "pooled from two on"),
        ('value: "VALUE"', 'value: "VALUE", n: 0', "n must be"),
        ("definition: What", "kept_out: maybe, definition: What", "kept_out"),
        ("tolerance: 1%", "tolerance: 0", "tolerance must be a share"),
        ("unit: share", "unit: ratio, error: 1", "a ratio is of one group over another"),
        ("unit: share", "than: {phase: secondary}, unit: share", "a ratio is of one group over another"),
        ("unit: share", "than: {phase: all}, unit: ratio, error: 1", "phase must be"),
        ("definition: What", "reason: [], definition: What", "reason must be"),
    ],
)
def test_a_wrong_target_is_refused(old: str, new: str, words: str) -> None:
    """Each mistake in names, values, tolerances or sources has its message; the file as it stands has none."""
    text = GOOD.replace(old, new)
    assert text != GOOD
    with pytest.raises(InputError) as caught:
        read_targets(parse(text.replace('"VALUE"', "8.5%")))
    assert words in caught.value.render()
    assert len(read_targets(parse(GOOD.replace('"VALUE"', "8.5%")))) == 1


PARAMETER = """\
per_trust:
  value: 0.1
  unit: log-odds
  range: [0, 0.5]
  sources: [smf_leave_ratio_sec]
  grade: C
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("per_trust", "per_trsut", "did you mean per_trust?"),
        ("per_trust", "panel_noise", "panel_noise belongs in appoint.yaml"),
        ("log-odds", "probability", "the unit of leave.per_trust is log-odds, got probability"),
        ("log-odds", "log odds", "did you mean log-odds?"),
        ("value: 0.1", "value: 0.6", "outside its range 0 to 0.5"),
        ("[0, 0.5]", "[0.5, 0]", "starts above its end"),
        ("[0, 0.5]", "[0, 99]", "each end of range must be a shift in log-odds (-10 to 10)"),
        ("[0, 0.5]", "[0]", "a range has two ends, got 1"),
        ("[0, 0.5]", "0.5", "range must be a list"),
        ("[smf_leave_ratio_sec]", "[smf_leave_ratio_sek]", "did you mean smf_leave_ratio_sec?"),
        ("[smf_leave_ratio_sec]", "[smf_leave_ratio_sec, smf_leave_ratio_sec]", "is here twice"),
        ("[smf_leave_ratio_sec]", "[]", "grade C needs a source"),
        ("grade: C", "grade: E", "must be one of A, B, C, D, J"),
        ("  grade: C\n", "", "lacks grade"),
        ("  grade: C\n", "  grade: C\n  sauce: x\n", "has no key sauce"),
    ],
)
def test_a_wrong_parameter_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Each mistake in name, unit, value, range, sources or grade has its message; the file as it stands has none."""
    folder = tmp_path / "parameters"
    folder.mkdir()
    path = folder / "leave.yaml"
    text = PARAMETER.replace(old, new)
    assert text != PARAMETER
    path.write_text(PARAMETER)
    assert check(path) == []
    path.write_text(text)
    assert words in "\n".join(problem.render() for problem in check(path))


def test_a_parameter_file_has_the_name_of_its_group(tmp_path: Path) -> None:
    """A slip in the file's name offers the group that was meant."""
    (tmp_path / "parameters").mkdir()
    path = tmp_path / "parameters" / "leav.yaml"
    path.write_text(PARAMETER)
    (problem,) = check(path)
    assert problem.hint is not None
    assert "leave" in problem.hint


def test_a_context_that_extends_none_needs_every_parameter(tmp_path: Path) -> None:
    """Some of those that are missing are named and the rest counted."""
    context = Path(load("england").chain[1])
    text = (Path(__file__).parents[2] / context).read_text(encoding="utf-8")
    (tmp_path / "context.yaml").write_text(text, encoding="utf-8")
    (problem,) = check(tmp_path / "context.yaml")
    assert "lacks population.age" in problem.message
    assert f"and {len(declared()) - 12} more" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("kind: synthetic", "kind: sinthetic", "did you mean synthetic?"),
        ("academies: 46.1%", "academies: 46.1", "did you mean 0.461 or 46.1%?"),
        ("schools: 388", "schools: 388.5", "schools must be a whole number"),
        ("      column: nursery\n", "", "lacks column"),
        ("smallest: 20", "smallest: 2000", "smallest <= mean_pupils"),
        ("  kind: synthetic\n", "", "lacks kind"),
        ("phase: special", "phase: spezial", "did you mean special?"),
        ("  - {name: classroom_teacher, is: classroom}\n", "", "one rung that is classroom, got 0"),
        ("is: senior}", "is: seniour}", "did you mean senior?"),
        ("name: middle_leader, is: middle", "name: middle_leader", "needs to say what it is"),
        ("name: middle_leader, is: middle", "name: Middle, is: middle", "small letters"),
        ("name: middle_leader, is: middle", "name: all, is: middle", "means something else"),
        ("name: head, is: head", "name: principal, is: head", "what is head is named head"),
        ("name: deputy_head, is: senior", "name: assistant_head, is: senior", "twice"),
        ("name: deputy_head, is: senior", "name: deputy_head, is: senior, share: 50%", "a share is of middle leaders"),
        ("name: deputy_head, is: senior", "name: deputy_head, is: senior, like: head", "it extends none"),
        ("  - {name: assistant_head, is: senior}\n", "  - {name: team_leader, is: middle}\n", "say what share"),
        ("phases: [primary, secondary, special]\n", "phases: []\n", "phases lists nothing"),
        ("phases: [primary, secondary, special]\n", "", "lacks phases"),
        ("2025/26", "2025/27", "did you mean 2025/26?"),
        ("warm_up_years: 15", "years: 12", "years belongs in a scenario"),
    ],
)
def test_a_wrong_context_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Each mistake in register, ladder or years has its message."""
    text = (Path(__file__).parents[2] / load("england").chain[1]).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "context.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert words in "\n".join(problem.render() for problem in check(path))
