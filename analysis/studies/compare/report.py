"""A comparison for reading: a table for each policy, what it means in words, and records for programs."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures import worth
from analysis.figures.doubt import differ_by, hinge, which
from analysis.figures.estimates import FEWEST_FOR_INTERVAL
from analysis.figures.lines import Line
from analysis.figures.rounding import NONE, scale_of, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import WORDS, capital, count, pairs_of_runs
from analysis.studies.compare.answer import period, when
from analysis.studies.compare.brief import answers, pairing
from analysis.studies.compare.difference import SHORT, Difference, Verdict, difference, differences
from analysis.studies.compare.doubted import PARTS
from analysis.studies.compare.summing import Comparison, Outcome, Reached
from simulation.vocabulary import school_year


def records(found: Comparison) -> list[dict[str, Any]]:
    """One record per policy and figure, with nothing rounded: the table and all that it is made of; None for NaN."""
    return [one for outcome in found.outcomes for one in _records(found, outcome)]


def _records(found: Comparison, outcome: Outcome) -> list[dict[str, Any]]:
    return [_record(found, outcome, i) for i in range(len(found.cells))]


def _doubt(outcome: Outcome, i: int) -> dict[str, Any]:
    """What the evidence allows, the parts of the doubt with their errors, and what the figure hinges on."""
    low, high = outcome.doubt.range(i)
    parts, hinges = outcome.doubt.parts(i), outcome.doubt.hinges(i)
    shares = {} if parts is None else dict(zip(PARTS, zip(parts.shares, parts.errors, strict=True), strict=True))
    return {
        "evidence_low": None if math.isnan(low) else low, "evidence_high": None if math.isnan(high) else high,
        "parts": {name: {"share": share, "error": error} for name, (share, error) in shares.items()},
        "hinges": [{"on": hinge(one.drawn), "share": one.share, "error": one.error} for one in hinges],
    }  # fmt: skip


def _record(found: Comparison, outcome: Outcome, i: int) -> dict[str, Any]:
    d = difference(found, outcome, i)
    numbers = {
        "base_mean": d.base, "policy_mean": d.policy, "difference": d.mean, "standard_error": d.error,
        "low": d.mean_span[0], "high": d.mean_span[1], "worth_telling": d.worth,
        "unpaired_standard_error": d.unpaired_error, "variance_ratio": d.variance_ratio,
    }  # fmt: skip
    return {
        "base": found.base.name, "policy": outcome.policy.name, "line": d.line.name, "label": d.line.label,
        "measure": d.line.measure, "where": dict(d.line.where), "unit": d.line.unit, "years": when(found, d),
        **{name: None if math.isnan(value) else value for name, value in numbers.items()},
        **(_doubt(outcome, i) if found.is_drawn else {}),
        "doubt": differ_by(found.doubts),
        "level": found.level, "pairs": d.pairs, "failed_runs": len(found.failures),
        "pairing_helped": not d.variance_ratio < 1, "identical_runs": outcome.identical, "words": d.words,
        "can_be_told": d.verdict.is_told, "large_enough_to_notice": d.matters, "too_small_to_notice": d.too_small,
        **({"last_years": {name: school_year(year) for name, year in found.ends.items()}} if found.ends else {}),
    }  # fmt: skip


def one_policy(found: Comparison, outcome: Outcome) -> Table:
    """The table of one policy, rounded to what is known: a row for each figure in the last year and over all years."""
    figure = f"Years to {school_year(found.last)}" if every_year(found) else f"In {school_year(found.last)}"
    if not every_year(found) and found.first < found.last:
        figure += f",\n{period(found)}"
    headings = {
        "figure": figure, "base": "Base", "policy": "Policy", "difference": "Difference",
        "interval": "Evidence\nallows" if found.is_drawn else f"{100 * found.level:g}%\ninterval",
        **({"error": "Mean\n±"} if found.is_drawn else {}), "words": "Can be\nsaid", "ratio": "Pairing\nsaves",
    }  # fmt: skip
    if len({int(n) for o in found.outcomes for n in o.statistics.pairs}) > 1:
        headings["pairs"] = "Pairs"
    all_of = differences(found, outcome)
    return Table(
        f"{outcome.policy.title}, compared with {found.base.title}",
        columns(headings, set(headings) - {"figure", "words"}),
        [_row(found, d, i == 0 or all_of[i - 1].line != d.line) for i, d in enumerate(all_of)],
        _records(found, outcome),
    )


def _row(found: Comparison, d: Difference, new: bool = True) -> dict[str, str]:
    line, years = d.line, d.line.over.value if d.year is None else school_year(d.year)
    full = f"{line.label}, {years}"
    return {
        "figure": f"  {years}" if not new else full if every_year(found) else line.label,
        "full": "" if new else full,
        "base": _mean(d.base, d.base_error, line),
        "policy": _mean(d.policy, d.policy_error, line),
        "difference": d.spelt,
        "interval": d.interval() if d.is_drawn or d.same or not found.is_drawn else NONE,
        "error": NONE if math.isnan(d.adjusted) else shown(d.adjusted, d.place, line.unit),
        "words": d.short,
        "ratio": _ratio(d),
        "pairs": f"{d.pairs:,}",
    }


def side_by_side(found: Comparison, title: str, note: str = "") -> Table:
    """All policies beside each other, over all years: the difference of each with its interval, and what can be said."""
    each = [[difference(found, outcome, i) for i in found.over_all] for outcome in found.outcomes]
    rows = []
    for of in zip(*each, strict=True):
        told = [_row(found, d) for d in of]
        row = {"figure": of[0].line.label, "base": told[0]["base"]}
        rows.append(row | {f"difference{n}": _beside(one) for n, one in enumerate(told)})
    titles = {f"difference{n}": o.policy.title for n, o in enumerate(found.outcomes)}
    headings = {"figure": "Figure", "base": "Base", **titles}
    made = [_record(found, o, i) for o in found.outcomes for i in found.over_all]
    how = "what the evidence allows" if found.is_drawn else f"{100 * found.level:g}% intervals that hold all at once"
    note = f"{period(found)}. Differences from the base, with {how}. {note}"
    return Table(title, columns(headings, set(headings) - {"figure"}), rows, made, note.strip())


def over_all(found: Comparison, outcome: Outcome) -> list[tuple[Difference, dict[str, str]]]:
    """Each difference over all years (of the one year, if there is no other), with base and difference as text."""
    told = [difference(found, outcome, i) for i in found.over_all]
    return [(d, {"base": (row := _row(found, d))["base"], "difference": _beside(row)}) for d in told]


def _beside(row: dict[str, str]) -> str:
    if row["words"] == SHORT[Verdict.SAME]:
        return "the same in every pair"
    if row["interval"] == NONE:
        return row["difference"]
    return f"{row['difference']} ({row['interval']}),\n{row['words']}"


def every_year(found: Comparison) -> bool:
    """Whether the table has other years than the last."""
    return any(cell.year not in (None, found.last) for cell in found.cells)


def _mean(value: float, error: float, line: Line) -> str:
    return shown(value, step(error, line.unit, abs(value)), line.unit)


def _ratio(d: Difference) -> str:
    ratio = d.variance_ratio
    if d.same or math.isnan(ratio):
        return "all" if d.pairs > 1 and d.error == 0 else NONE
    if ratio < 1:
        return f"none (×{ratio:.1f})"
    return f"×{ratio:,.0f}" if ratio >= 10 else f"×{ratio:.1f}"


def note(found: Comparison) -> str:
    """How to read the tables."""
    figures = sum(int((o.statistics.error > 0).sum()) for o in found.outcomes)
    holds = f"all {figures:,} figures" if figures > 1 else "the figure"
    scope, own = capital(found.base.system), worth.set_here(found.lines)
    scaled = "" if found.base.scale == 1 else " Counts and costs of the tables are those of the sample."
    return (
        f"{pairs_of_runs(found.done)}, seed {found.base.seed}. No digit is shown that chance could "
        f"change. Shares differ in percentage points (pts). {_of_intervals(found)} Intervals of means, and what can be said, hold for "
        f"{holds} at once, at {100 * found.level:g}%. Pairing saves: so many times the runs would be needed with "
        f"independent seeds. {scope}.{scaled}{_ends(found)}{' ' if found.left_out else ''}{found.left_out}{' ' if own else ''}{own}"
    )


def _of_intervals(found: Comparison) -> str:
    if not found.is_drawn:
        return f"There are no intervals from fewer than {FEWEST_FOR_INTERVAL} pairs."
    return (
        "Evidence allows: from the 5th to the 95th percentile over draws of what is not known, chance in it, for one future; – where "
        f"nothing is drawn, and for fewer than {FEWEST_FOR_INTERVAL} pairs, or draws that they bring. Mean ±: half the {100 * found.level:g}% interval of the mean, which more pairs make narrower."
    )


def _ends(found: Comparison) -> str:
    """Up to which year scenarios of different length are compared."""
    if not found.ends:
        return ""
    titles = {side.name: side.title for side in (found.base, *(o.policy for o in found.outcomes))}
    each = "; ".join(f"{titles[name]} to {school_year(year)}" for name, year in found.ends.items())
    return f" Compared up to {school_year(found.last)}, the last school year that all scenarios have ({each})."


def closing(found: Comparison) -> list[str]:
    """What the comparison says in plain English, how sure it is first. A paragraph each."""
    return [*caveats(found), *(message(found, outcome) for outcome in found.outcomes)]


def caveats(found: Comparison) -> list[str]:
    """Which doubts are in, which runs are missing, and how precise it is: what goes with the answer on one page."""
    said = [which(found.doubts)]
    said += [failures(found)] if found.failures else []
    return said + ([_precision(found.precision, found.replicates)] if found.precision is not None else [])


def message(found: Comparison, outcome: Outcome) -> str:
    """What the pairs of one policy say, in a paragraph: what changes, those first that matter most, then why and on what."""
    of = answers(found, outcome)
    said = f"{outcome.policy.title}, compared with {found.base.title}: {' '.join(of['changes'])}"
    more = (f"{WORDS['brief'][name]}: {' '.join(of[name])}" for name in ("costs", "why", "hinges") if name in of)
    return " ".join([said, *more, pairing(outcome)]).strip()


def failures(found: Comparison) -> str:
    """Which runs did not come to their end, in a sentence."""
    name, number, failure = found.failures[0]
    return (
        f"PARTIAL: {count(len(found.failures), 'run')} did not come to an end, and their pairs are left out. "
        f"The first: {name}, replicate {number}: {failure.type}: {failure.message}"
    )


def _precision(reached: Reached, pairs: int) -> str:
    target = reached.target
    factor, sign = scale_of(target.line.unit)
    got = f"±{reached.half_width * factor:.2g}{' points' if sign else ''}"
    asked = f"Precision asked for: {target.text}."
    if reached.reached:
        return f"{asked} Reached, with {got} after {pairs:,} pairs."
    might = ""
    if math.isfinite(reached.half_width):
        need = math.ceil(pairs * (reached.half_width / target.half_width) ** 2 * 1.1)
        might = f"; about {max(need, pairs + 1):,} might do (--most)"
    return f"{asked} NOT reached after {pairs:,} pairs, which give {got}{might}."
