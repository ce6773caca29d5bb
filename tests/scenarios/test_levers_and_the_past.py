"""A lever holds after the base year; an uncertainty holds always."""

from __future__ import annotations

import numpy as np

import scenarios

BASE = "title: A\nsummary: Assumes a change.\ncontext: england\nscale: 0.004\nyears: 2\n"


def load(tmp_path, text: str) -> scenarios.Scenario:
    path = tmp_path / "changed.yaml"
    path.write_text(BASE + text, encoding="utf-8")
    return scenarios.load(path)


def test_a_lever_is_not_pulled_before_the_base_year(tmp_path):
    """Up to the base year the parameters are the context's, in a sample too; then they are the policy's."""
    scenario = load(tmp_path, "levers: {leave.return_from_break: 0.7}\n")
    setup = scenario.setup()
    before = scenarios.load("england").parameters.leave.return_from_break
    assert setup.parameters_in(setup.base_year).leave.return_from_break == before != 0.7
    assert setup.parameters_in(setup.base_year + 1).leave.return_from_break == 0.7
    see = [setup.parameters_in(year).appoint.see for year in (setup.base_year, setup.base_year + 1)]
    assert np.array_equal(*see)


def test_an_uncertainty_holds_in_the_past_too(tmp_path):
    """Beside a lever, and alone, when there is no other past at all."""
    both = load(
        tmp_path, "levers: {leave.return_from_break: 0.7}\nuncertainties: {leave.return_from_out: {times: 1.5}}\n"
    )
    out = scenarios.load("england").parameters.leave.return_from_out * 1.5
    for year in (both.base_year, both.base_year + 1):
        assert np.array_equal(both.setup().parameters_in(year).leave.return_from_out, out)
    assert load(tmp_path, "uncertainties: {leave.return_from_break: 0.7}\n").earlier == ()
