"""The answer on one page: what was tried, who gets it and gives it, what changes, at what cost, what it would take, how sure.

One table, a row for each question and a column for each policy: terminal, report, notebook, workbook and deck show the
same. Its sentences follow from the comparison and from what is told of who gets and gives programmes, and from nothing else.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from analysis.figures.doubt import differ_by
from analysis.figures.rounding import NONE, money, percent, plain, two_figures
from analysis.figures.tables import Column, Table, columns
from analysis.figures.words import (
    WORDS,
    capital,
    count,
    listed,
    lower,
    pairs_of_runs,
    sample,
)
from analysis.studies.compare.answer import (
    MOST_HINGES,
    MOST_TOLD,
    Answer,
    hinges,
    named,
    small,
    spelt,
    unclear,
)
from analysis.studies.compare.difference import TOO_SMALL, Difference
from analysis.studies.compare.policy import COST, Policy, gets, gives, tried
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.compare.why import why
from analysis.studies.value.report import each as cost_of_each
from analysis.studies.value.report import pounds, prices

MOST_COSTS = 2
"""Costs that are told beside those of programmes."""
MOST_BESIDE: Mapping[str, int] = {"changes": 2, "costs": 2}
"""Sentences of an answer that stand beside those of other policies; one of any other."""
ENOUGH = 30
"""Pairs of runs below which an answer is for orientation."""


# --- the answers, in order ---------------------------------------------------------------------------------------------


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


ANSWERS: Mapping[str, Callable[[Policy], Iterator[str]]] = {
    "tried": tried, "gets": gets, "gives": gives, "changes": _changes, "why": _why, "costs": _costs, "each": _each,
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
