"""Who takes part is found again wherever rows of people have gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.model import PipelineModel
from tests.simulation.programmes import ALL, PEOPLE, setup_with


def turn_round(model: PipelineModel) -> None:
    """Bring the rows of people into the opposite order, behind everybody's back."""
    people = model.world.people
    for name in people:
        people._data[name][: len(people)] = people._data[name][: len(people)][::-1].copy()
    people.generation += 1


@pytest.mark.parametrize("years_between", [1, 2, 3])
def test_the_order_of_rows_of_people_changes_nothing_in_programmes(years_between: int) -> None:
    """Enrolments note rows, but whoever is no longer there is looked for, also if they have joined another programme since."""
    again = replace(PEOPLE, name="again", places=replace(PEOPLE.places, number=40.0))
    setup = setup_with(*ALL, again, years=5)
    still, turned = (PipelineModel(setup, seed=9, measures=()) for _ in range(2))
    while still.running:
        if still.year % years_between == 0:
            turn_round(turned)
        still.step()
        turned.step()
        for column in ("programme", "unit", "start", "completes", "delivered", "dose", "worn", "gap", "helper"):
            one, other = getattr(still.world.enrolments, column), getattr(turned.world.enrolments, column)
            np.testing.assert_array_equal(one, other, column)
        np.testing.assert_array_equal(still.world.log.funnel, turned.world.log.funnel)
        np.testing.assert_array_equal(still.world.log.programme_costs, turned.world.log.programme_costs)
    assert len(np.unique(still.world.enrolments.unit)) < len(still.world.enrolments) - 10, "few are in two programmes"
