"""Value of information for reading: a table, a sentence, and records for programs."""

from __future__ import annotations

from typing import Any

from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, listed, pairs_of_runs
from analysis.studies.information.study import Information, Known
from analysis.studies.value.outcomes import words
from analysis.studies.value.report import likely, pounds, prices
from analysis.studies.value.value import value_of

MOST, NAMED = 10, 3
"""Things that the table lists, and that the sentence names."""
TELLING = 1.645
"""Standard errors above none from which a worth is named: one in twenty that are worth nothing would be."""
CLEAR = "Nothing that is drawn would change the decision"


def told(found: Information) -> list[Known]:
    """What is worth knowing beyond its error, most first."""
    return [one for one in found.each if one.worth.value > TELLING * one.worth.error and one.worth.value > 0]


def sentence(found: Information) -> str:
    """What would be decided today, what knowing all would be worth, and what is worth knowing first, in words."""
    aim, net, whole = found.goal, found.net.mean, found.groups[0].worth
    way, taken = ("more", "taken") if net > 0 else ("less", "left")
    said = (
        f"At {pounds(aim.pay)} per {words(aim.outcome).one}, what {found.policy} gains is worth {pounds(abs(net))} {way} than it costs, "
        f"on average, so that it would be {taken}; that it is worth its cost has a chance of {likely(found.chance)}"
    )
    if whole.value == 0:
        return f"{said}. {CLEAR}."
    said = f"{said}. To know all that is drawn before deciding would be worth {pounds(whole.value)} at most"
    some = told(found)[:NAMED]
    if not some:
        return f"{said}; these runs cannot say what of it is worth most."
    return f"{said}; to know {listed([f'{one.words} alone, {pounds(one.worth.value)}' for one in some])}."


def table(found: Information) -> Table:
    """What knowing each thing is worth, groups first, then what is worth most."""
    rows = [
        {"what": capital(one.words), "worth": pounds(one.worth.value), "error": pounds(one.worth.error), "grade": one.grade}
        for one in (*found.groups, *found.each[:MOST])
    ]  # fmt: skip
    headings = {"what": "What would be known", "worth": "Worth\nat most", "error": "Standard\nerror", "grade": "Grade"}
    comparison = found.comparison
    value = value_of(comparison, comparison.outcomes[0])
    up = "" if comparison.base.scale == 1 else " Amounts are taken up to all of its schools."
    note = (
        f"How much better, on average, whoever knew it first would decide than whoever goes by the mean: the most that finding it out can be "
        f"worth. Worths overlap and must not be added. Present values, {prices(value)}. Compared with {found.base}. "
        f"{capital(comparison.base.system)}.{up} {capital(pairs_of_runs(comparison.done))}, seed {comparison.base.seed}."
    )
    return Table(
        f"What it is worth to know before deciding on {found.policy}, at {pounds(found.goal.pay)} per {words(found.goal.outcome).one}",
        columns(headings, ("worth", "error")),
        rows,
        records(found),
        note,
    )


def records(found: Information) -> list[dict[str, Any]]:
    """A record for each group and each thing that is drawn, in GBP, with nothing rounded; then one with what was found."""
    of = {
        "policy": found.comparison.outcomes[0].policy.name,
        "base": found.comparison.base.name,
        "goal": found.goal.text,
    }
    each = [
        {**of, "known": one.name, "meaning": one.words, "grade": one.grade, "worth": one.worth.value, "error": one.worth.error}
        for one in (*found.groups, *found.each)
    ]  # fmt: skip
    whole = {
        **of, "net_benefit": found.net.record(), "chance": found.chance, "sentence": sentence(found),
        "pairs": found.comparison.done, "failed_runs": len(found.comparison.failures),
    }  # fmt: skip
    return [*each, whole]
