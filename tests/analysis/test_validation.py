"""The card says what is published, what is simulated, how sure that is, and whether it is close enough."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.studies.validate import compare, readable, verdict
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
    """Of the mean of runs; within one tolerance is inside."""
    card = compare(POINT, values)
    assert card.tolerances_off == pytest.approx(off, abs=1e-9)
    assert card.inside is inside or off == 1  # on the edge, rounding decides


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


def test_a_target_is_met_only_if_all_its_figures_are():
    """One figure that misses fails its target and no other."""
    met, missed = compare(POINT, [0.087]), compare(POINT, [0.2])
    other = compare(replace(POINT, target=5), [0.087])
    assert verdict([met, missed, other], 1).startswith("1 of 2 targets are met")
    assert verdict([met, met, other], 1).startswith("2 of 2 targets are met")
