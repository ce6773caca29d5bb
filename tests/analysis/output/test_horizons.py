"""Outputs of scenarios that begin together and end apart."""

from __future__ import annotations

import numpy as np

from analysis.output.study import Levels, Study
from analysis.runs.plan import Options
from analysis.store import Store
from analysis.studies.run import carry_out


def test_scenarios_of_unequal_length_are_shown_over_the_years_that_all_have(tmp_path):
    """The shorter one has no costs of nought after its end, and totals of both are of the same years."""
    policy = tmp_path / "short.yaml"
    policy.write_text(
        "title: Short\nsummary: It ends after two years.\nextends: excellence-in-leadership\nyears: 2\n",
        encoding="utf-8",
    )
    options = Options(2, scale=0.2, context="eastern-region-2010")
    longer = tmp_path / "longer.yaml"
    longer.write_text(
        "title: Long\nsummary: It goes on for four years.\nextends: england\nyears: 4\n", encoding="utf-8"
    )
    folder = carry_out([str(longer), str(policy)], options, tmp_path / "results").folder
    with Study.of(Store.open(folder)) as study:
        assert study.comparison is not None
        assert study.span == (2010, 2012)
        assert study.period == "2011/12 to 2012/13"
        assert study.comparison.last == 2012
        costs = [line for line in study.costs if line.measure == "costs"]
        levels = Levels(study, costs)
        assert levels.years == [2010, 2011, 2012]
        for name in levels.names:
            yearly = sum(levels.of(name, costs[0], year) for year in (2011, 2012))
            np.testing.assert_allclose(levels.of(name, costs[0], None), yearly)
            assert (levels.of(name, costs[0], 2012) > 0).all()
