"""The card says what is published, what is simulated, how sure that is, and whether it is close enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.studies.validate import compare, coverage, readable, verdict
from scenarios.targets import Point

POINT = Point(
    target=4, title="Yearly leaver rate, primary", definition="", measure="leaver_rate", where={"phase": "primary"},
    unit="share", low=0.085, high=0.089, tolerance=0.004, tolerance_kind="absolute", sources=("a",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("values", "off", "inside"),
    [([0.087], 0, True), ([0.085, 0.089], 0, True), ([0.0929], 0.975, True), ([0.0970], 2, False), ([0.081], 1, True)],
)
def test_distance_is_from_the_published_interval_in_tolerances(values, off, inside):
    """Of the mean of runs; up to one is within. Without a base the tolerance stands in for an interval."""
    card = compare(POINT, values)
    assert card.tolerances_off == card.off == pytest.approx(off, abs=1e-9)
    assert card.within_tolerance is card.inside
    assert card.inside is inside or off == 1  # on the edge, rounding decides


def test_a_figure_is_met_by_its_interval_and_not_by_its_tolerance():
    """8.9% of 10,000 has a standard error of 0.28 points: 0.5 points off is inside the interval and outside the tolerance."""
    wide = replace(POINT, low=0.089, n=1e4)
    card = compare(wide, [0.094])
    assert (card.inside, card.within_tolerance, card.rests_on) == (True, False, "error")
    assert card.most - 0.089 == pytest.approx(1.959964 * (0.089 * 0.911 / 1e4) ** 0.5)
    narrow = compare(replace(wide, n=1e6), [0.092])
    assert (narrow.inside, narrow.within_tolerance) == (False, True)
    assert (readable(card)["within"], readable(narrow)["within"]) == ("no, ± 0.4 points", "yes, ± 0.4 points")


def test_runs_inside_are_counted_one_by_one():
    """The mean of two runs can be inside with neither of them."""
    card = compare(POINT, [0.070, 0.104])
    assert (card.inside, card.runs_inside) == (True, 0)
    assert readable(card)["inside"] == "yes, 0 of 2 runs"


def test_the_interval_is_students_for_the_mean_over_replicates():
    """Mean 0.09, standard deviation 0.002 over three runs: 4.303 standard errors either way."""
    card = compare(POINT, [0.088, 0.090, 0.092])
    half = 4.302652729911275 * 0.002 / 3**0.5
    assert (card.interval_low, card.interval_high) == pytest.approx((0.09 - half, 0.09 + half), rel=1e-9)
    assert compare(POINT, [0.09]).interval_low is None


def test_a_figure_that_the_run_does_not_have_is_not_inside():
    """Absence is a miss and not a pass."""
    card = compare(POINT, [])
    assert (card.simulated, card.inside) == (None, False)
    assert readable(card)["inside"] == "NO"
    assert readable(card)["off"] == "–"


def test_a_target_is_met_only_if_all_its_figures_are():
    """One figure that misses fails its target and no other."""
    met, missed = compare(POINT, [0.087]), compare(POINT, [0.2])
    other = compare(replace(POINT, target=5), [0.087])
    assert verdict([met, missed, other], 1).startswith("1 of 2 targets to fit to are met")
    assert verdict([met, met, other], 1).startswith("2 of 2 targets to fit to are met")


def test_what_is_kept_out_is_counted_apart_and_squares_are_weighed():
    """One target of each kind; a miss by (0.2 - 0.089) / 0.004 intervals counts three times at weight 3."""
    kept, missed = compare(replace(POINT, target=5, kept_out=True), [0.087]), compare(replace(POINT, weight=3), [0.2])
    said = verdict([missed, kept], 1)
    assert "0 of 1 targets to fit to are met" in said
    assert "1 of 1 targets kept out of every fit are met" in said
    assert f"squares of intervals off is {3 * ((0.2 - 0.089) / 0.004) ** 2:,.1f}" in said


@pytest.mark.parametrize("command", [("--scenario", "eastern-region-2010"), ("--scenario", "kenya")])
def test_another_place_or_year_is_not_held_against_englands_figures(headway, command):
    """Before anything is run: whose figures there are, and how to give one's own."""
    code, _, err = headway("validate", *command, "--replicates", 1)
    assert code == 2
    have = "England and England, with a step within middle leadership"
    assert f"nothing to validate it against: there are figures of {have} alone" in err
    assert "--targets FILE" in err


def test_targets_and_checks_are_one_or_the_other(headway):
    """Before anything is run; and a context without checks says who has some."""
    code, _, err = headway("validate", "--checks", "--targets", "mine.yaml")
    assert code == 2
    assert "Give one of the two" in err
    code, _, err = headway("validate", "--checks", "--scenario", "kenya")
    assert code == 2
    assert "there are figures of England alone" in err
    assert "checks.yaml" in err


def test_what_predictions_do_not_hold_is_named():
    """By its number and which way it is off; of few runs nothing is said."""
    well = compare(POINT, [0.087 + 0.0001 * n for n in range(10)])
    off = compare(replace(POINT, target=7, where={"phase": "secondary"}), [0.2 + 0.0001 * n for n in range(10)])
    assert (well.predicted, off.predicted) == (True, False)
    (said,) = coverage([well, off])
    assert "hold 1 of 2 figures (50%); outside: 7 (" in said
    assert said.endswith(": more in the runs)")
    assert coverage([compare(POINT, [0.087] * 4)]) == []
    explained = compare(replace(POINT, target=8, reason="so it is"), [0.2 + 0.0001 * n for n in range(10)])
    (said,) = coverage([well, explained, explained])
    assert said.endswith(". 8: so it is")
