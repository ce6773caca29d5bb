"""A policy of a comparison, and the answers that are about its programmes: what was tried, who gets it and who gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.figures.rounding import percent, two_figures
from analysis.figures.words import capital, count, first_sentence, listed, plural, role_words
from analysis.studies.compare.answer import Answer, answer, period
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


JOINS = {"person": ("person", "people"), "school": ("school", "schools"), "cluster": ("cluster", "clusters")}
"""Who joins a programme: one, and many."""
MOST_ROLES = 3
"""Roles that are named of those who get a programme."""


def tried(policy: Policy) -> Iterator[str]:
    """What was tried: programmes with their places, and the schools and years."""
    gone = [
        known["title"]
        for name, known in policy.found.base.programmes.items()
        if name not in policy.outcome.policy.programmes
    ]
    for known in policy.new.values() if not policy.runs_many else ():
        yield f"{known['title']}{_places(policy, known)}. {first_sentence(known.get('summary', ''))}".strip()
    if policy.runs_many:
        yield f"{count(len(policy.new), 'programme')} at once: {listed(known['title'] for known in policy.new.values())}."
    if gone:
        yield f"Without {listed(gone)}."
    if not policy.new and not gone:
        yield "No other programmes than in the base: other figures are set."
    yield f"{capital(policy.found.base.system)}, {period(policy.found)}."


def _places(policy: Policy, known: Mapping[str, Any]) -> str:
    places, of = known["places"], "place" if known["joins"] == "person" else str(known["joins"])
    begins = f" from {places['from']}" if places.get("from") else ""
    if known.get("everybody"):
        return f": for all whom its conditions name{begins}"
    if places.get("number") is not None:
        per, schools = "", policy.in_all(policy.found.base.schools)
        if places.get("per_schools"):
            per = f" for every {places['per_schools']:,.0f} schools"
            if schools and schools < places["per_schools"] / 2:
                here = places["number"] * schools / places["per_schools"]
                per += f", which is {f'about {number_of(here)}' if here >= FEWEST else 'hardly any'} here"
        return f": {count(places['number'], of)} a year{per}{begins}"
    if places.get("share") is not None:
        return f": places for {percent(places['share'])} of those who may join, a year{begins}"
    return begins


def gets(policy: Policy) -> Iterator[str]:
    """Who starts on its programmes in a year, or has its measures."""
    together: list[str] = []
    for name, known in policy.new.items():
        told = policy.told(name)
        if known.get("everybody"):
            many = told.get("programme_participants")
            if many is not None:
                yield f"About {number_of(policy.in_all(many))} have it in a year{_whom(policy, name, 'programme_participants')}."
            continue
        starts = told.get("programme_starts")
        if starts is None:
            continue
        if not starts:
            yield f"Nobody starts on {known['title']}."
            continue
        number = number_of(policy.in_all(starts) / policy.years)
        whom = JOINS[known["joins"]][number != "1"]
        if policy.runs_many:
            together.append(f"{number} {whom} on {known['title']}")
            continue
        lead = f"{known['title']}: about" if len(policy.new) > 1 else "About"
        done = next((one for one in policy.every(name) if one["measure"] == "programme_completed"), {}).get("share")
        finish = (
            f"; {percent(round(done, 2))} of those whose time on it is over completed it"
            if done and 0 < done <= 1
            else ""
        )
        yield (
            f"{lead} {number} {whom} {'starts' if number == '1' else 'start'} in a year{_of_staff(policy, known, starts)}"
            f"{_whom(policy, name, 'programme_starts')}{finish}."
        )
    if together:
        yield f"Starts in a year, about: {listed(together)}."


def _of_staff(policy: Policy, known: Mapping[str, Any], starts: float) -> str:
    staff = policy.one("teachers")
    if known["joins"] != "person" or staff is None or not staff.base > 0:
        return ""
    return f", {percent(round(starts / policy.years / staff.base, 3))} of all teachers and leaders"


def _whom(policy: Policy, programme: str, measure: str) -> str:
    """Of which roles they are, most first: ``: 45% heads, 31% deputy heads``."""
    of = {
        one["where"]["role"]: one["mean"]
        for table in policy.found.reach
        for one in table.records
        if one["scenario"] == policy.outcome.policy.name and one["measure"] == f"{measure}_by_role"
        and set(one["where"]) == {"programme", "role"} and one["where"]["programme"] == programme and one["mean"]
    }  # fmt: skip
    whole = sum(of.values())
    first = sorted(of.items(), key=lambda item: -item[1])[:MOST_ROLES]
    return f": {listed(f'{percent(round(n / whole, 2))} {role_words(role)}' for role, n in first)}" if first else ""


def gives(policy: Policy) -> Iterator[str]:
    """Who has to help, and how many of them are missing."""
    together: list[str] = []
    for name, known in policy.new.items():
        told, kind = policy.told(name), (known["helpers"] or {}).get("kind")
        lead = f"{known['title']}: " if len(policy.new) > 1 else ""
        if kind is None:
            if not policy.runs_many:
                yield capital(f"{lead}nobody has to help.")
            continue
        needed = told.get("programme_helpers_needed")
        if not needed:
            continue
        short = (told.get("programme_helpers_short") or 0.0) / needed
        many = f"{number_of(policy.in_all(needed))} {plural(kind)}"
        if policy.runs_many:
            together.append(
                f"{many} for {known['title']}" + (f" ({percent(round(short, 2))} missing)" if short >= 0.005 else "")
            )
            continue
        missing = f"; {percent(round(short, 2))} of them are missing" if short >= 0.005 else ", and there are enough"
        schools, hours = told.get("programme_schools_that_help"), told.get("programme_hours_of_help")
        lend = (
            f". About {number_of(policy.in_all(schools))} schools do without their time, {two_figures(hours)} hours a year each"
            if schools and hours
            else ""
        )
        yield f"{capital(f'{lead}about')} {many} are needed in a year{missing}{lend}."
    if policy.runs_many:
        yield (
            f"About {listed(together)} are needed in a year; the others need nobody."
            if together
            else "Nobody has to help."
        )


FEWEST = 0.05
"""So many or more are some."""


def number_of(value: float) -> str:
    """So many, to two figures; ``none`` where that rounds to nothing."""
    return two_figures(value).removesuffix(".0") if value >= FEWEST else "none"
