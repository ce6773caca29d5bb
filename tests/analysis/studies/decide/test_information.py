"""The value of knowing, against the linear-normal case, which has a closed form."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from analysis.errors import UserError
from analysis.studies.compare.doubted import Doubted
from analysis.studies.compare.summing import Comparison
from analysis.studies.goal import Goal
from analysis.studies.information import report
from analysis.studies.information.study import of_comparison, of_knowing
from scenarios.doubt import Input, Uncertain
from tests.analysis.studies.decide.pairs import comparison


def closed(mean: float, spread: float) -> float:
    """What knowing a normal input is worth where the net benefit's mean given it is normal with this mean and spread."""
    return spread * norm.pdf(mean / spread) - abs(mean) * norm.cdf(-abs(mean) / spread)


@pytest.mark.parametrize("mean", [0.0, 1.0, -1.5])
def test_the_linear_normal_case(mean):
    """Net benefit = mean + 2x + 0.5y + chance: x, y and both, within 0.05 of the closed form in 4,000 draws (spread 0.02)."""
    rng = np.random.default_rng(1)
    x, y, chance = rng.standard_normal((3, 4000))
    net = mean + 2 * x + 0.5 * y + 1.5 * chance
    assert of_knowing(net, x[:, None]).value == pytest.approx(closed(mean, 2), abs=0.08)
    assert of_knowing(net, y[:, None]).value == pytest.approx(closed(mean, 0.5), abs=0.05)
    both = np.stack([x, y], axis=1)
    assert of_knowing(net, both).value == pytest.approx(closed(mean, np.hypot(2, 0.5)), abs=0.08)


def test_knowing_what_does_not_act_is_worth_next_to_nothing():
    """Over 60 studies of 60 draws, on average below a fifteenth of what knowing the figure that acts is worth."""
    rng = np.random.default_rng(2)
    nothing, something, due = [], [], []
    for _ in range(60):
        x, y, chance = rng.standard_normal((3, 60))
        net = 2 * x + 2 * chance
        something.append(of_knowing(net, x[:, None]).value)
        due.append(closed(net.mean(), 2))
        nothing.append(of_knowing(net, y[:, None]).value)
    assert np.mean(something) == pytest.approx(np.mean(due), rel=0.15)
    assert np.mean(nothing) < np.mean(something) / 15


def test_nothing_can_change_a_decision_that_is_clear():
    """A net benefit far above zero: knowing is worth nothing, and is never worth less than that."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal(200)
    assert of_knowing(50 + x, x[:, None]).value == 0
    assert of_knowing(np.zeros(20), x[:20, None]).value == 0


def test_the_error_it_tells_is_about_its_spread():
    """Over 100 studies of 40 draws the mean error told is that of the studies within a factor of two."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(100):
        x, chance = rng.standard_normal((2, 40))
        found.append(of_knowing(0.3 + x + chance, x[:, None]))
    told = np.mean([one.error for one in found])
    assert 0.5 < told / np.std([one.value for one in found]) < 2


def drawn(pairs: int = 200) -> Comparison:
    """Pairs in which a head kept costs £5,000 on average, and how many are kept hangs on one of two figures that are drawn."""
    rng = np.random.default_rng(5)
    x, y = rng.standard_normal((2, pairs))
    of = [
        Uncertain("p", path, f"p.{path}", 0.0, -1.0, 1.0, "J", (-9.0, 9.0), "Coaching")
        for path in ("effects.x", "take_up.apply")
    ]
    inputs = tuple(Input(one, "", values) for one, values in zip(of, (x, y), strict=True))
    kept = 20 + 4 * x + 2 * rng.standard_normal(pairs)
    return comparison({"Coaching": kept}, 100_000.0, np.arange(pairs), inputs)


def test_a_decision_at_the_margin_is_worth_knowing_what_it_turns_on():
    """At the price at which it is even: the figure that acts has the closed form's worth within 10%, the other next to none; and the words."""
    found = of_comparison(drawn(), Goal("cost per head kept < 5000", "heads_kept", 5_000.0))
    first, other = found.each
    assert first.name == "p.effects.x"
    assert first.worth.value == pytest.approx(closed(found.net.mean, 20_000), rel=0.1)
    assert other.worth.value < first.worth.value / 15
    assert found.groups[0].worth.value == pytest.approx(first.worth.value, rel=0.1)
    said = report.sentence(found)
    assert f"{first.words} alone, {report.pounds(first.worth.value)}" in said
    assert other.words not in said
    json.dumps(report.table(found).records, allow_nan=False)


def test_a_decision_that_is_clear_needs_nothing_known():
    """At ten times the price nothing that is drawn would change it, and that is what is said."""
    found = of_comparison(drawn(), Goal("cost per head kept < 50000", "heads_kept", 50_000.0))
    assert found.groups[0].worth.value == 0
    assert report.sentence(found).endswith(f"{report.CLEAR}.")
    assert "so that it would be taken" in report.sentence(found)


def test_where_nothing_is_drawn_there_is_nothing_to_know():
    """One message."""
    whole = drawn()
    fixed = replace(
        whole, outcomes=[replace(whole.outcomes[0], doubt=Doubted(whole.outcomes[0].doubt.differences, None, ()))]
    )
    with pytest.raises(UserError, match="nothing is drawn"):
        of_comparison(fixed, Goal("cost per head kept < 5000", "heads_kept", 5_000.0))
