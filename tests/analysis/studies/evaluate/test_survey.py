"""What participants say that a programme cost them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.studies.evaluate.cohorts import Cohort
from analysis.studies.evaluate.measures import MEASURES, RATED, Asked
from scenarios.programme_files.study import Tolerance
from simulation.census.outcomes import Starts
from simulation.draws import Key
from tests.analysis.studies.evaluate.cases import programme, study

N = 20_000


def cohort(workload: float, serving: bool = True) -> Cohort:
    ids = np.arange(1, N + 1, dtype=np.uint64)
    starts = Starts(ids, np.zeros(N, np.int8), np.zeros(N, np.int32), np.zeros(N, np.int32))
    after = {("workload", y): np.full(N, workload) for y in (0, 1)}
    after["in_state_teaching", 2] = np.full(N, float(serving))
    return Cohort(2026, ids, starts, np.zeros(N, np.int64), {}, after)


def says(extra: float, serving: bool = True) -> np.ndarray:
    asked = Asked(study(), programme(), Key(5), 2)
    question = MEASURES["says_lost_time"].says
    assert question is not None
    return question(cohort(50.0 + extra, serving), cohort(50.0), asked)


def test_half_say_so_at_the_median_of_what_people_bear() -> None:
    """A share of 20,000 draws: 4.5 standard errors, so one false alarm in 100,000 seeds; the seed is fixed."""
    assert abs(says(2.0).mean() - 0.5) < 4.5 * 0.5 / np.sqrt(N)


def test_more_hours_make_more_say_so_by_the_normal_curve_of_their_logarithm() -> None:
    """Φ(ln(4 / 2) / 0.5) = Φ(1.386) = 0.9172; 4.5 standard errors, as above."""
    assert abs(says(4.0).mean() - 0.9172) < 4.5 * np.sqrt(0.9172 * 0.0828 / N)
    assert (says(4.0) >= says(2.0)).all(), "nobody is content with more and not with less"


def test_nobody_says_so_of_nothing_and_those_gone_are_not_asked() -> None:
    """No loss, no answer of loss; no answer at all from those out of service."""
    assert says(0.0).max() == 0.0
    assert says(-1.0).max() == 0.0
    assert np.isnan(says(5.0, serving=False)).all()


def rates(gain: float, serving: bool = True) -> np.ndarray:
    """How all rate a programme that raised each of what they have in mind by ``gain``, in a year of delivery and the next."""

    def after(level: float) -> Cohort:
        found = cohort(0.0, serving)
        found.after |= {(name, y): np.full(N, level) for name in RATED for y in (0, 1)}
        return found

    asked = Asked(replace(study(), rated_impact=Tolerance(0.2, 0.5)), programme(), Key(5), 2)
    question = MEASURES["rates_impact"].says
    assert question is not None
    return question(after(gain), after(0.0), asked)


def test_a_rating_goes_from_one_for_nothing_towards_ten() -> None:
    """A gain of what people take for fair, 0.2 in all of four, is rated 5.5 by half; nobody rates more as less."""
    assert rates(0.0).max() == rates(-0.3).max() == 1.0
    fair = rates(0.05)
    # Of 20,000, the share above the median is 4.5 standard errors from a half once in 100,000 seeds.
    assert abs((fair > 5.5).mean() - 0.5) < 4.5 * 0.5 / np.sqrt(N)
    assert (rates(0.5) > fair).all()
    assert 9 < rates(5.0).mean() < 10
    assert np.isnan(rates(0.5, serving=False)).all()
