"""Every parameter acts: changed from a school year on, it leaves every year before to the last bit, and moves some output after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pytest

from simulation.declaring import UNITS, Declaration
from simulation.model import PipelineModel
from simulation.parameters import Parameters, declarations
from simulation.world import Setup
from tests.reference.base_parameters import base_parameters
from tests.reference.configurations import random_setup
from tests.reference.structures import fitted

WORLDS = (9, 4, 19, 29, 14, 24, 44)
"""Random worlds in which a parameter is tried, one after the other until it moves something."""
BEFORE = 1
"""Years after the base year in which nothing has changed yet."""
OF_THE_START = ("population.", "lead.school_spread")
"""Parameters of the first year's people and schools act in that year, and hold in all years here."""
SEEN_IN_PEOPLE = {
    "pupils_learn.per_team_leader": "progress of a leader's own team is no measure of the census: virtual evaluations read it",
}
"""What moves no measure, and why; it moves a column of people."""


def changed(declaration: Declaration, value: float | np.ndarray) -> np.ndarray:
    """Another possible value: shares in another order, and else a step that no rounding swallows."""
    old, (low, high) = np.asarray(value, np.float64), UNITS[declaration.unit]
    if declaration.sums_to_one_over:
        return np.roll(old, 1, axis=declaration.axes.index(declaration.sums_to_one_over))
    steps = {
        "probability": 0.8 - 0.7 * old, "share": 0.8 - 0.7 * old, "log-odds": old + 1.0, "standard deviations": 0.9 - old, "ratio": 1.5 * old,
        "elasticity": 2.0 * old - 1.0, "growth per year": old - 0.05, "years": old + 3.0, "hours a week": old + 10.0, "posts": 0.5 * old + 1.0,
        "GBP": 1.3 * old, "pupils": 3.0 * old, "schools": old - 1.0, "days": 0.9 * old, "weeks": old - 5.0, "hours a year": 1.2 * old,
    }  # fmt: skip
    return np.clip(steps[declaration.unit], low, high)


@dataclass(frozen=True)
class Told:
    """What a run says: the censuses' measures and the columns of people and schools, as bytes, by year."""

    measures: dict[int, bytes]
    state: dict[int, bytes]

    @classmethod
    def of(cls, setup: Setup) -> Told:
        """Run ``setup``, measured from its base year on."""
        model = PipelineModel(setup, 7)
        state = {model.year: _bytes(model)}
        model.run(lambda year: state.update({year: _bytes(model)}))
        rows = model.results.codes()
        by_year = {int(year): rows["year"] == year for year in np.unique(rows["year"])}
        return cls({y: b"".join(c[at].tobytes() for c in rows.values()) for y, at in by_year.items()}, state)


def _bytes(model: PipelineModel) -> bytes:
    return b"".join(
        getattr(table, name).tobytes() for table in (model.world.people, model.world.schools) for name in table
    )


@cache
def world(n: int) -> Setup:
    """Random world ``n`` with plausible parameters, whose pay moves after the base year, so that what answers to pay can be seen."""
    setup = random_setup(n)
    base = fitted(base_parameters(), setup.structure)
    before = base.replace(costs__pay=base.costs.pay * np.linspace(0.8, 1.1, base.costs.pay.shape[1]))
    earlier = ((setup.base_year, before), (setup.base_year + BEFORE, base))
    return replace(setup, parameters=base, earlier=earlier, warm_up_years=2, years=5, zone=None, zones=())


@cache
def as_it_is(n: int) -> Told:
    """What world ``n`` says if nothing changes."""
    return Told.of(world(n))


def with_change(setup: Setup, declaration: Declaration, always: bool) -> Setup:
    """The setup with a parameter changed from after :data:`BEFORE` on, or in all years."""

    def other(parameters: Parameters) -> Parameters:
        return parameters.with_values({declaration.path: changed(declaration, parameters.value(declaration.path))})

    earlier = tuple((last, other(p)) for last, p in setup.earlier) if always else setup.earlier
    return replace(setup, parameters=other(setup.parameters), earlier=earlier)


def runs(declaration: Declaration) -> Iterator[tuple[int, Told]]:
    """What worlds say in which a parameter is changed in its time: from a year on, or from the start for those of the start."""
    for n in WORLDS:
        (declaration_here,) = (d for d in declarations(world(n).structure) if d.path == declaration.path)
        yield n, Told.of(with_change(world(n), declaration_here, always=declaration.path.startswith(OF_THE_START)))


ACT_IN_A_RUN = [declaration for declaration in declarations() if not declaration.path.startswith("register.")]
"""Those of the register act before a run, on its list of changes: ``tests/scenarios/test_system.py`` tries each of them."""


@pytest.mark.parametrize("declaration", ACT_IN_A_RUN, ids=lambda declaration: declaration.path)
def test_a_parameter_moves_something_in_its_time_and_nothing_before(declaration: Declaration) -> None:
    """Up to the year before, every measure and every column is the same to the last bit; then some measure is another."""
    for n, told in runs(declaration):
        base = as_it_is(n)
        if not declaration.path.startswith(OF_THE_START):
            until = world(n).base_year + BEFORE
            for one, other in ((told.measures, base.measures), (told.state, base.state)):
                assert [one[y] for y in one if y <= until] == [other[y] for y in other if y <= until]
        moved = told.state != base.state if declaration.path in SEEN_IN_PEOPLE else told.measures != base.measures
        if moved:
            return
    pytest.fail(f"{declaration.path} moves no output in worlds {WORLDS}: mend it, or say why not")


@pytest.mark.parametrize("path", SEEN_IN_PEOPLE)
def test_what_is_said_to_move_no_measure_moves_none(path: str) -> None:
    """The list of reasons is no longer than it must be."""
    (declaration,) = (d for d in declarations() if d.path == path)
    assert all(told.measures == as_it_is(n).measures for n, told in runs(declaration))


def test_a_parameter_that_is_not_read_would_be_noticed() -> None:
    """The comparison itself: a world with nothing changed says what it said, and a dead parameter moves nothing."""
    assert Told.of(world(WORLDS[0])) == as_it_is(WORLDS[0])
