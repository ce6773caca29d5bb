"""Value for money for reading: two tables, a sentence, and records for programs."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures.estimates import Estimate
from analysis.figures.rounding import NONE, decimals, money, percent, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import capital, lower, pairs_of_runs
from analysis.studies.value.outcomes import STAFFING, payer, words
from analysis.studies.value.value import Bought, Value
from simulation.vocabulary import school_year, school_years

CASH = ("fee", "release")
"""Items of cost that schools pay in cash."""
BEYOND = 1e9
"""GBP for each beyond which nothing is told apart."""
SURE, UNSURE = 0.995, 0.005
POINTS = 40
"""Steps of the acceptability curve."""


def pounds(amount: float) -> str:
    """GBP to two digits, ``£83,000``, ``£1.2m``; in words what no amount is enough for."""
    return money(amount) if abs(amount) <= BEYOND * 1000 else "more than any amount"


def likely(chance: float) -> str:
    """A chance in words that keep off certainty: ``72%``, ``less than 1%``."""
    if chance >= SURE:
        return "more than 99%"
    return "less than 1%" if chance <= UNSURE else percent(round(chance, 2))


def counted(found: Estimate) -> str:
    """An amount of an outcome, to the digit that chance leaves: ``310 ± 40``."""
    if math.isnan(found.half):
        return f"{found.mean:,.3g}" if abs(found.mean) < 1000 else f"{float(f'{found.mean:.2g}'):,.0f}"
    half = found.half or abs(found.mean)
    places = decimals(half) if half < 10 else 0
    unit = 10.0 ** max(0, math.floor(math.log10(half))) if half >= 1 else 10.0**-places
    mean = round(found.mean / unit) * unit + 0.0
    minus = "−" if mean < 0 else ""
    return f"{minus}{abs(mean):,.{places}f}" + (
        f" ± {math.ceil(found.half / unit) * unit:,.{places}f}" if found.half else ""
    )


def _money(found: Estimate) -> dict[str, str]:
    place = step(found.half / 2 if found.half > 0 else abs(found.mean) / 100, "GBP", abs(found.mean))
    half = NONE if math.isnan(found.half) else shown(found.half, place, "GBP")
    return {"amount": shown(found.mean, place, "GBP"), "half": half}


def scope(value: Value) -> str:
    """What the figures are of: prices, present values, years, schools."""
    years = value.account.years
    rate = "as the Green Book has it, 3.5% a year" if value.rate is None else f"{percent(value.rate)} a year"
    up = "" if value.base.scale == 1 else " Amounts are taken up to all of its schools."
    return (
        f"{school_years(years[0], years[-1])}, in {prices(value)}, discounted {rate}, costs and gains alike, "
        f"from {school_year(years[0])} on. {capital(value.base.system)}.{up} {capital(pairs_of_runs(len(value.account.pairs)))}, "
        f"seed {value.base.seed}."
    )


def prices(value: Value) -> str:
    """What year's prices amounts are in: ``prices of 2025/26``."""
    return f"prices of {school_year(value.account.years[0] - 1)}"


def costs(value: Value) -> Table:
    """Who pays."""
    rows: list[dict[str, Any]] = [
        {"figure": payer(item), **_money(found)} for item, found in value.payers.items() if found.mean or found.half > 0
    ]
    rows.append({"figure": "All of it", **_money(value.total)})
    told = not math.isnan(value.staffing.half) and abs(value.staffing.mean) > value.staffing.half
    rows.append({
        "figure": "Beside it: what schools spend more on staffing" + ("" if told else " (cannot be told from none)"),
        **_money(value.staffing),
    })  # fmt: skip
    headings = {"figure": "Who pays", "amount": "Present\nvalue", "half": "Mean\n±"}
    return Table(
        f"What it costs, and who pays: {value.policy.title}, compared with {value.base.title}",
        columns(headings, ("amount", "half")), rows, cost_records(value), note=scope(value),
    )  # fmt: skip


def gains(value: Value) -> Table:
    """What each outcome costs."""
    rows = [_gain(one) for one in value.bought]
    saves = any(one.saves for one in value.bought)
    headings = {
        "figure": "Outcome", "gained": "Gained\n(present value)", "likely": "Chance of\nany loss" if saves else "Chance of\nany gain",
        "each": "Saved for\neach lost" if saves else "Cost of\neach", "range": "Nine in ten",
    }  # fmt: skip
    note = (
        "Cost of each: what the programmes cost, whoever pays, over what is gained; – where a gain is not 95% sure. Nine in ten: over draws "
        "of what is not known, and what the runs leave open. Head-years and teacher-years: each leaving that is avoided counts in every year from "
        "then on. Vacancy-terms: terms without a holder. Outcomes overlap, and their costs must not be added."
    )
    return Table(
        "What it buys", columns(headings, ("gained", "likely", "each", "range")), rows, gain_records(value), note=note
    )


def _gain(one: Bought) -> dict[str, str]:
    row = {"figure": words(one.outcome).many, "gained": counted(one.gained)}
    if one.is_none:
        return {**row, "likely": NONE, "each": NONE, "range": "the same in every pair"}
    low, high = one.range
    each = pounds(one.each) if one.is_told else NONE
    upper = "no amount" if not math.isfinite(high) or high > BEYOND else pounds(high)
    lower = "no amount" if not math.isfinite(low) or low > BEYOND else pounds(low)
    span = lower if lower == upper else f"{lower} to {upper}"
    return {**row, "likely": likely(one.likely), "each": each, "range": span}


def sentence(value: Value, outcome: str = "head_years_kept") -> str:
    """What the policy costs, who pays, and what one of an outcome costs, in words."""
    years = value.account.years
    total, government = value.total.mean, value.payers["grant"].mean
    who = f"{value.policy.title}, compared with {value.base.title}"
    if total == 0:
        return f"{who}: it costs nothing that is counted."
    cash = sum(value.payers[item].mean for item in CASH)
    time = value.payers["helper_time"].mean
    parts = [
        f"{who} {name} {pounds(abs(amount))}"
        for name, who, amount in (("pays", "government", government), ("pay", "schools", cash))
        if amount
    ]
    parts += [f"schools give time worth {pounds(abs(time))}"] if time else []
    verb = "costs" if total > 0 else "saves"
    saved = "" if total > 0 else " less"
    said = (
        f"{who}: it {verb} {pounds(abs(total))} over {school_years(years[0], years[-1])}"
        f" (present value, {prices(value)}): {', '.join(parts)}{saved}"
    )
    if outcome not in value.account.gains:
        return f"{said}."
    return f"{said}. {capital(each(value.of(outcome)))}."


def each(one: Bought) -> str:
    """What one of an outcome costs, in a sentence's words without its end."""
    said = words(one.outcome)
    if one.is_none:
        return f"{lower(said.many)}: the same in every pair of runs"
    low, high = one.range
    if not one.is_told:
        lost = "lost" if one.saves else "gained"
        return f"what it costs per {said.one} cannot be told: the chance that any are {lost} at all is {likely(one.likely)}"
    upper = "no amount that one could name" if not math.isfinite(high) or high > BEYOND else pounds(high)
    how = "about {} is saved for each {} less" if one.saves else "that is about {} per {}"
    return f"{how.format(pounds(one.each), said.one)}, and nine in ten of what may be lie between {pounds(low)} and {upper}"


def cost_records(value: Value) -> list[dict[str, Any]]:
    """What is paid, by whom, with nothing rounded."""
    every = {**value.payers, "all": value.total, STAFFING: value.staffing}
    by_year = {**value.account.costs, "all": value.account.programme}
    sums = {name: a.sum(axis=1).mean() / value.base.scale for name, a in by_year.items()}
    return [
        {**_of(value), "item": name, "unit": "GBP", **found.record(), "undiscounted": float(sums[name])}
        for name, found in every.items()
    ]


def gain_records(value: Value) -> list[dict[str, Any]]:
    """What is bought, with the acceptability curve, with nothing rounded; None for what there is not."""
    found = []
    for one in value.bought:
        low, high = one.range
        numbers = {"cost_of_each": one.each if one.is_told else math.inf, "cost_low": low, "cost_high": high}
        found.append({
            **_of(value), "outcome": one.outcome, "words": words(one.outcome).many, "counted": words(one.outcome).counted,
            **one.gained.record(), "undiscounted": one.undiscounted, "chance_of_gain": float((one.gain > 0).mean()),
            **{name: amount if math.isfinite(amount) else None for name, amount in numbers.items()},
            "acceptability": [{"pay": pay, "chance": one.chance(pay)} for pay in curve(one)],
        })  # fmt: skip
    return found


def curve(one: Bought) -> list[float]:
    """Amounts for each at which the acceptability curve is shown: from 0 to beyond its middle."""
    middle, high = one.reaches(0.5), one.reaches(0.9)
    known = [amount for amount in (2.5 * middle, 1.2 * high) if math.isfinite(amount) and amount > 0]
    top = max(known) if known else 2 * abs(one.cost.mean()) / max(float(abs(one.gain).max()), 1e-9)
    top = min(top, BEYOND)
    rounded = float(f"{top:.1g}") or 1.0
    return [rounded * i / POINTS for i in range(POINTS + 1)]


def _of(value: Value) -> dict[str, Any]:
    years = value.account.years
    return {
        "base": value.base.name, "policy": value.policy.name, "years": school_years(years[0], years[-1]),
        "prices": school_year(years[0] - 1), "discount_rate": value.rate if value.rate is not None else "Green Book, 3.5%",
        "pairs": len(value.account.pairs),
    }  # fmt: skip
