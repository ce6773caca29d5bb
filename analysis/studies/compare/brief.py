"""The answer on one page: what was tried, who gets it and gives it, what changes, at what cost, what it would take, how sure.

One table, a row for each question and a column for each policy: terminal, report, notebook, workbook and deck show the
same. Its sentences follow from the comparison and from what is told of who gets and gives programmes, and from nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis.figures.doubt import differ_by
from analysis.figures.rounding import NONE, money, percent, plain, two_figures
from analysis.figures.tables import Column, Table, columns
from analysis.figures.words import (
    WORDS,
    capital,
    count,
    first_sentence,
    listed,
    lower,
    pairs_of_runs,
    plural,
    role_words,
    sample,
)
from analysis.studies.compare.answer import (
    MOST_HINGES,
    MOST_TOLD,
    Answer,
    answer,
    hinges,
    named,
    period,
    small,
    spelt,
    unclear,
)
from analysis.studies.compare.difference import TOO_SMALL, Difference, difference
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.compare.why import new_programmes, records_of, why
from analysis.studies.value.report import each as cost_of_each
from analysis.studies.value.report import pounds, prices
from analysis.studies.value.value import Bought, Value, value_of

MOST_COSTS = 2
"""Costs that are told beside those of programmes."""
MOST_BESIDE: Mapping[str, int] = {"changes": 2, "costs": 2}
"""Sentences of an answer that stand beside those of other policies; one of any other."""
MOST_ROLES = 3
"""Roles that are named of those who get a programme."""
ENOUGH = 30
"""Pairs of runs below which an answer is for orientation."""
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


# --- the answers, in order ---------------------------------------------------------------------------------------------


def _tried(policy: Policy) -> Iterator[str]:
    gone = [
        known["title"]
        for name, known in policy.found.base.programmes.items()
        if name not in policy.outcome.policy.programmes
    ]
    for known in policy.new.values():
        yield f"{known['title']}{_places(known)}. {first_sentence(known.get('summary', ''))}".strip()
    if gone:
        yield f"Without {listed(gone)}."
    if not policy.new and not gone:
        yield "No other programmes than in the base: other figures are set."
    yield f"{capital(policy.found.base.system)}, {period(policy.found)}."


def _places(known: Mapping[str, Any]) -> str:
    places, of = known["places"], {"person": "place", "school": "school", "cluster": "cluster"}[known["joins"]]
    begins = f" from {places['from']}" if places.get("from") else ""
    if known.get("everybody"):
        return f": for all whom its conditions name{begins}"
    if places.get("number") is not None:
        per = f" for every {places['per_schools']:,.0f} schools" if places.get("per_schools") else ""
        return f": {count(places['number'], of)} a year{per}{begins}"
    if places.get("share") is not None:
        return f": places for {percent(places['share'])} of those who may join, a year{begins}"
    return begins


def _gets(policy: Policy) -> Iterator[str]:
    for name, known in policy.new.items():
        told = policy.told(name)
        if known.get("everybody"):
            many = told.get("programme_participants")
            if many is not None:
                yield f"About {_number(policy.in_all(many))} have it in a year{_whom(policy, name, 'programme_participants')}."
            continue
        starts = told.get("programme_starts")
        if starts is None:
            continue
        who = {"person": "people", "school": "schools", "cluster": "clusters"}[known["joins"]]
        lead = f"{known['title']}: about" if len(policy.new) > 1 else "About"
        done = next((one for one in policy.every(name) if one["measure"] == "programme_completed"), {}).get("share")
        finish = (
            f"; {percent(round(done, 2))} of those whose time on it is over completed it"
            if done and 0 < done <= 1
            else ""
        )
        yield (
            f"{lead} {_number(policy.in_all(starts) / policy.years)} {who} start in a year{_of_staff(policy, known, starts)}"
            f"{_whom(policy, name, 'programme_starts')}{finish}."
        )


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


def _gives(policy: Policy) -> Iterator[str]:
    for name, known in policy.new.items():
        told, kind = policy.told(name), (known["helpers"] or {}).get("kind")
        lead = f"{known['title']}: " if len(policy.new) > 1 else ""
        if kind is None:
            yield capital(f"{lead}nobody has to help.")
            continue
        needed = told.get("programme_helpers_needed")
        if not needed:
            continue
        short = (told.get("programme_helpers_short") or 0.0) / needed
        missing = f"; {percent(round(short, 2))} of them are missing" if short >= 0.005 else ", and there are enough"
        schools, hours = told.get("programme_schools_that_help"), told.get("programme_hours_of_help")
        lend = (
            f". About {_number(policy.in_all(schools))} schools do without their time, {two_figures(hours)} hours a year each"
            if schools and hours
            else ""
        )
        yield f"{capital(f'{lead}about')} {_number(policy.in_all(needed))} {plural(kind)} are needed in a year{missing}{lend}."


def _changes(policy: Policy) -> Iterator[str]:
    found, of = policy.found, policy.answer
    if policy.outcome.identical:
        yield "The runs are identical to those of the base."
        return
    for d in of.outcomes[:MOST_TOLD]:
        yield f"{spelt(found, d)}."
    if len(of.outcomes) > MOST_TOLD:
        yield f"{capital(count(len(of.outcomes) - MOST_TOLD, 'more figure'))} that would be noticed."
    if not of.outcomes:
        yield f"{nothing(of)}."
    for part in (small(of), unclear(of)):
        if part:
            yield f"{part}."
    if of.same:
        yield f"The same in every pair: {named(of.same)}."


def nothing(of: Answer) -> str:
    """What is said where no outcome matters."""
    if of.unclear:
        return "Nothing that would be noticed can be told"
    return f"Nothing that would be noticed: every difference that can be told is {TOO_SMALL}"


def _why(policy: Policy) -> Iterator[str]:
    yield from (reason.text for reason in why(policy.found, policy.outcome, policy.answer))


PAYERS = ("grant", "fee", "release", "helper_time")


def cost(policy: Policy) -> float:
    """What its programmes cost more than the base's, in all schools and all years together, in GBP; NaN if not compared."""
    d = policy.one(COST)
    return math.nan if d is None else policy.in_all(d.mean)


def _costs(policy: Policy) -> Iterator[str]:
    whole = cost(policy)
    if whole and not math.isnan(whole):
        grossed = "" if policy.found.base.scale == 1 else f", grossed up from {sample(policy.found.base.scale)}"
        yield f"{money(whole / policy.years)} a year, {money(whole)} in all{_present(policy)}{grossed}{_payers(policy)}."
    more = [d for d in policy.answer.matter if d.line.unit == "GBP" and d.line.name != COST]
    yield from (f"{spelt(policy.found, d)}." for d in more[:MOST_COSTS])


def _present(policy: Policy) -> str:
    """What it is in present values, and in whose prices."""
    value = policy.value
    return "" if value is None else f" (present value {pounds(value.total.mean)}, {prices(value)})"


def _payers(policy: Policy) -> str:
    """Who pays what share, most first."""
    of: Counter[str] = Counter()
    names = {policy.outcome.policy.name: 1.0, policy.found.base.name: -1.0}
    for table in policy.found.reach:
        for one in table.records:
            item = one["where"].get("programme_cost")
            if item and one["scenario"] in names and one["where"]["programme"] in policy.new:
                if one["mean"] is None:
                    return ""
                of[item] += names[one["scenario"]] * one["mean"]
    whole = sum(of.values())
    if not whole > 0 or min(of.values()) < 0:
        return ""
    parts = [
        f"{WORDS['brief']['payers'][item]} {percent(round(of[item] / whole, 2))}"
        for item in PAYERS
        if of[item] >= 0.005 * whole
    ]
    return f": {listed(parts)}"


def _each(policy: Policy) -> Iterator[str]:
    found = policy.head_kept
    if found is None or policy.value is None or not policy.new:
        return
    alone = f", if all of the cost is set against that alone (present values, {prices(policy.value)})"
    yield f"{capital(cost_of_each(found))}{alone if found.is_told else ''}."


def _takes(policy: Policy) -> Iterator[str]:
    """How much larger or smaller an effect would still be noticed, of the figure nearest to it or farthest beyond it."""
    of = policy.answer
    if of.outcomes:
        d = of.outcomes[0]
        if d.size > 1.05:
            yield f"{_label(d)} would still be noticed with {percent(round(1 / d.size, 2))} of this effect."
        return
    known = [d for d in of.small if d.line.unit != "GBP" and d.verdict.is_told and d.size > 0]
    if known:
        d = max(known, key=lambda d: d.size)
        yield f"The nearest is {lower(d.line.label)}: the effect would have to be {_times(1 / d.size)} times as large to be noticed."


def _label(d: Difference) -> str:
    return f"The difference in {lower(d.line.label)}"


def _times(factor: float) -> str:
    return two_figures(factor) if factor < 1000 else "more than 1,000"


def _hinges(policy: Policy) -> Iterator[str]:
    if policy.outcome.identical:
        return
    found = [f"{text}." for text in hinges(policy.found, policy.outcome)[:MOST_HINGES]]
    yield from found or ["On no single figure that these runs could name."]


def _sure(policy: Policy) -> Iterator[str]:
    found = policy.found
    few = "" if found.done >= ENOUGH else f": run {ENOUGH} or more before you rely on it"
    yield f"{capital(pairs_of_runs(found.done))}{few}. Ranges hold {differ_by(found.doubts)}, and not how wrong the model is."
    grades = Counter(
        one["grade"] for known in policy.new.values() for one in known["figures"].values() if one.get("grade")
    )
    if grades:
        firm = grades["A"] + grades["B"]
        yield f"{plain(grades['J'])} of {count(grades.total(), 'figure')} of its programmes rest on judgement, {plain(firm)} on trials or administrative data."
    if failed := pairing(policy.outcome):
        yield failed


def pairing(outcome: Outcome) -> str:
    """For how many figures pairing did not help, and what that means; nothing if it always did."""
    failed = int(outcome.statistics.pairing_failed.sum())
    if not failed:
        return ""
    return (
        f"Pairing did not help for {count(failed, 'figure')}; the wider interval, of pairs, is given there, as the narrower one "
        "would be wrong for runs that share their draws."
    )


def _number(value: float) -> str:
    return two_figures(value).removesuffix(".0") if value >= 0.05 else "none"


ANSWERS: Mapping[str, Callable[[Policy], Iterator[str]]] = {
    "tried": _tried, "gets": _gets, "gives": _gives, "changes": _changes, "why": _why, "costs": _costs, "each": _each,
    "takes": _takes, "hinges": _hinges, "sure": _sure,
}  # fmt: skip
"""In the order in which they are read; questions in words are those of ``words.toml``."""


def answers(found: Comparison, outcome: Outcome) -> dict[str, list[str]]:
    """The sentences that answer each question of a policy, by the question's name; those that have an answer."""
    policy = Policy(found, outcome)
    of = {name: list(said(policy)) for name, said in ANSWERS.items()}
    return {name: said for name, said in of.items() if said}


def headline(found: Comparison, outcome: Outcome) -> str:
    """A policy in a sentence: what changes most, or that nothing would be noticed, and what it costs in a year."""
    policy = Policy(found, outcome)
    of, whole = policy.answer, cost(policy)
    spent = f", for {money(whole / policy.years)} a year" if whole > 0 else ""
    if outcome.identical:
        return f"{outcome.policy.title} changes nothing: its runs are those of the base"
    if of.outcomes:
        return f"{outcome.policy.title}: {in_short(policy, of.outcomes[0])}{spent}"
    if of.small and not of.unclear:
        return f"{outcome.policy.title}: nothing that would be noticed{spent}"
    return f"{outcome.policy.title}: nothing that would be noticed can be told{spent}"


def in_short(policy: Policy, d: Difference) -> str:
    """A difference in a few words, without its years and its range: ``new heads kept 3 years: about 1.4 points higher``."""
    label, text = d.line.label, spelt(policy.found, d).partition("; the evidence allows")[0]
    return f"{lower(label)}: {text.removeprefix(label).partition(': ')[2]}"


def brief(found: Comparison, short: bool = False) -> Table:
    """The answers of all policies beside each other, a column each; a cell's lines are sentences.

    ``short`` leaves out what would not fit a page beside others: further reasons, and how long lists go on.
    """
    told = [answers(found, outcome) for outcome in found.outcomes]
    if short:
        told = [{name: said[: MOST_BESIDE.get(name, 1)] for name, said in of.items()} for of in told]
    questions = {name: WORDS["brief"][name] for name in ANSWERS if any(name in of for of in told)}
    rows = [
        {"question": asked, **{f"{n}": "\n".join(of.get(name, [NONE])) for n, of in enumerate(told)}}
        for name, asked in questions.items()
    ]
    titles = {f"{n}": outcome.policy.title for n, outcome in enumerate(found.outcomes)}
    records = [
        {"policy": outcome.policy.name, "question": questions[name], "answer": said}
        for outcome, of in zip(found.outcomes, told, strict=True)
        for name, said in of.items()
    ]
    return Table(
        f"The answer, compared with {found.base.title}",
        (Column("question", "Question", most=22), *columns(titles)),
        rows,
        records,
    )


def each(found: Comparison) -> list[Table]:
    """The same, a table for each policy under its headline, where there is no room for columns."""
    whole = brief(found)
    return [
        replace(
            whole.only(("question", f"{n}")),
            title=f"{headline(found, outcome)}.",
            rows=[r for r in whole.rows if r[f"{n}"] != NONE],
        )
        for n, outcome in enumerate(found.outcomes)
    ]
