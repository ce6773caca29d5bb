"""A policy of a comparison, with what the answers about it read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.studies.compare.answer import Answer, answer
from analysis.studies.compare.difference import Difference, difference
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.compare.why import new_programmes, records_of
from analysis.studies.value.value import Bought, Value, value_of

MOST_ALONE = 3
"""Programmes of a policy that are told one by one; more are told together, and one by one behind the first page."""
HEADS, COST = "heads_leaving", "cost_of_programmes"
"""Figures without which the cost of keeping a head is not told."""
KEPT = "heads_kept"
"""The outcome that it is the cost of."""


@dataclass(frozen=True)
class Policy:
    """A policy of a comparison, with what its answers read."""

    found: Comparison
    outcome: Outcome

    @cached_property
    def answer(self) -> Answer:
        """What it comes to."""
        return answer(self.found, self.outcome)

    @cached_property
    def new(self) -> Mapping[str, Any]:
        """Its programmes that the base has not, or has otherwise, as they were resolved."""
        return new_programmes(self.found, self.outcome)

    @property
    def runs_many(self) -> bool:
        """Whether it runs more programmes than a page has room to tell one by one."""
        return len(self.new) > MOST_ALONE

    @property
    def years(self) -> int:
        """Projected years in which something differs."""
        return self.found.last - self.found.first + 1

    def in_all(self, amount: float) -> float:
        """What a count or sum of the schools that were simulated comes to in all schools."""
        return amount / self.found.base.scale

    def told(self, programme: str) -> dict[str, float]:
        """Means of what is told of all who get and give a programme, by measure."""
        return records_of(self.found, self.outcome.policy.name, programme)

    def every(self, programme: str) -> Iterator[Mapping[str, Any]]:
        """Records of all who get and give a programme, not broken down."""
        for table in self.found.reach:
            for one in table.records:
                if one["scenario"] == self.outcome.policy.name and one["where"] == {"programme": programme}:
                    yield one

    def one(self, name: str) -> Difference | None:
        """The difference of a figure over all years, or in the only one; None if it is not compared."""
        at = self._cell(name)
        return None if at is None else difference(self.found, self.outcome, at)

    def _cell(self, name: str) -> int | None:
        cells = [i for i in range(len(self.found.cells)) if self.found.line_of(i).name == name]
        return next((i for i in cells if self.found.cells[i].year is None), cells[0] if cells else None)

    @cached_property
    def value(self) -> Value | None:
        """Its value for money; None where its account was not kept."""
        known = self.outcome.policy.name in self.found.accounts
        return value_of(self.found, self.outcome) if known else None

    @property
    def head_kept(self) -> Bought | None:
        """What a head kept costs, as value for money has it; None where that is not known, or may not be told."""
        shown = self._cell(COST) is not None and self._cell(HEADS) is not None
        known = shown and self.value is not None and KEPT in self.value.account.gains
        return self.value.of(KEPT) if known and self.value is not None else None
