"""The fast model gives the reference's histories, person by person, and the comparison would notice if it did not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from simulation.programmes.channels import On
from simulation.programmes.programme import (
    Area,
    Cascade,
    Condition,
    Delivery,
    Effect,
    Places,
    Programme,
    TakeUp,
    Unit,
)
from simulation.world import Setup
from tests.reference.configurations import random_setup
from tests.reference.fast import fast_history
from tests.reference.history import History, first_difference
from tests.reference.model import ReferenceModel
from tests.reference.mutations import MUTATIONS
from tests.reference.mutations.mutation import Mutation

CONFIGURATIONS = 52


def reference_history(setup: Setup, seed: int, replicate: int) -> History:
    """All censuses of the reference model."""
    model = ReferenceModel(setup, seed, replicate)
    while model.year < setup.last_year:
        model.step()
    return model.history


def first_change(setup: Setup, n: int) -> str | None:
    """Where the reference model of ``setup`` parts from the fast one's configuration ``n``; it is run no further than that."""
    model, unchanged = ReferenceModel(setup, n, 1), fast_history_of(n)
    if model.setup.last_year != max(unchanged) or model.year != min(unchanged):
        return f"censuses: {model.year} to {setup.last_year}, and {[*unchanged]}"
    while True:
        year = model.year
        difference = first_difference({year: model.history[year]}, {year: unchanged[year]}, ("mutated", "fast"))
        if difference or year == setup.last_year:
            return difference
        model.step()


@cache
def fast_history_of(n: int) -> History:
    """The fast model's censuses of configuration ``n``, run with seed ``n`` and replicate 1."""
    return fast_history(random_setup(n), n, 1)


@pytest.mark.parametrize("n", range(CONFIGURATIONS))
def test_fast_and_reference_histories_are_identical(n: int) -> None:
    """Every census of every year: who is where, what happened, every post and every pound."""
    difference = first_difference(reference_history(random_setup(n), n, 1), fast_history_of(n), ("reference", "fast"))
    assert difference is None, f"configuration {n}: {difference}"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_changed_rule_is_caught_where_it_belongs(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one rule of the reference changed, some configuration differs, and its first difference names the process."""
    if mutation.patch:
        mutation.patch(monkeypatch)
    for n in (*range(mutation.first, CONFIGURATIONS), *range(mutation.first)):
        difference = first_change(mutation.setup(random_setup(n)), n)
        if difference:
            process = difference.split(", ", 1)[1].split(":", 1)[0]
            assert {*process.split(" or ")} <= {*mutation.process.split(" or ")}, f"configuration {n}: {difference}"
            return
    pytest.fail(f"no configuration notices that {mutation.name}")


def test_the_keys_of_a_run_matter() -> None:
    """Another seed, or another replicate, is another history."""
    setup = random_setup(0)
    histories = [reference_history(setup, *key) for key in ((0, 1), (1, 0), (0, 2))]
    assert all(first_difference(histories[0], other) for other in histories[1:])
    assert first_difference(histories[0], reference_history(setup, 0, 1)) is None


@pytest.mark.parametrize(("leading", "finishing"), [("a", "b"), ("b", "a")])
def test_what_one_programme_completes_counts_at_once_in_another(leading: str, finishing: str) -> None:
    """A cascade for those who have completed another programme reaches them in the year in which they do, whatever the names."""
    everybody, setup = Places(2000, 2100, share=0.5), random_setup(2)
    completed = Cascade(who=(Condition("completed", any_of=(finishing,)),), each=1.0, within=Area.ANYWHERE)
    on_peers = Effect("readiness", 0.5, On.PEERS, half_life=0.0)
    programmes = (
        Programme(leading, Unit.PERSON, (), everybody, TakeUp(), Delivery(1, cascade=completed), (on_peers,)),
        Programme(finishing, Unit.PERSON, (), everybody, TakeUp(), Delivery(1), ()),
    )
    setup = replace(setup, programmes=programmes)
    reference = reference_history(setup, 2, 1)
    first = reference[setup.first_year + 1]
    assert any(sum(shift) for shift in first.shift.values()), "somebody is reached in the first year"
    assert first_difference(reference, fast_history(setup, 2, 1), ("reference", "fast")) is None
