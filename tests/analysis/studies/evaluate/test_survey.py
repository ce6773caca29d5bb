"""What participants say that a programme cost them."""

from __future__ import annotations

import numpy as np

from analysis.studies.evaluate.cohorts import Cohort
from analysis.studies.evaluate.measures import MEASURES, Asked
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
