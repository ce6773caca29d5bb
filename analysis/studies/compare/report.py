"""A comparison for reading: a table for each policy, what it means in words, and records for programs."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures.doubt import differ_by, hinge, which
from analysis.figures.lines import Line, Over
from analysis.figures.rounding import NONE, SHARE_UNITS, scale_of, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.words import count, pairs_of_runs
from analysis.studies.compare.difference import UNKNOWN, Difference, Verdict, difference, differences
from analysis.studies.compare.doubted import FEWEST_PAIRS, PARTS
from analysis.studies.compare.summing import Comparison, Outcome, Reached
from simulation.vocabulary import school_year, school_years

SHORT = {Verdict.CANNOT_TELL: "cannot tell", Verdict.SAME: "the same"}
"""Verdicts as the table has them, where space is short."""
MOST_HINGES = 2
"""Figures of which the closing words say what they hinge on."""
MOSTLY = 0.5
"""Share of the spread between draws from which "mostly" is said."""
MOST_TOLD = 4
"""Differences that the closing words spell out."""


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
        "low": d.mean - d.half, "high": d.mean + d.half,
        "adjusted_low": d.mean - d.adjusted, "adjusted_high": d.mean + d.adjusted,
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
        **({"last_years": {name: school_year(year) for name, year in found.ends.items()}} if found.ends else {}),
    }  # fmt: skip


def when(found: Comparison, d: Difference) -> str:
    """The years of a figure: ``2030/31``, ``2026/27 to 2030/31, on average``."""
    return f"{period(found)}, {d.line.over.value}" if d.year is None else school_year(d.year)


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
        "interval": d.interval() if d.is_drawn or not found.is_drawn else NONE,
        "error": NONE if math.isnan(d.half) else shown(d.half, d.place, line.unit),
        "words": SHORT.get(d.verdict) or d.words,
        "ratio": _ratio(d),
        "pairs": f"{d.pairs:,}",
    }


def side_by_side(found: Comparison, title: str, note: str = "") -> Table:
    """All policies beside each other, over all years: the difference of each with its interval, and what can be said."""
    places = [i for i, cell in enumerate(found.cells) if cell.year is None or found.first == found.last]
    each = [[difference(found, outcome, i) for i in places] for outcome in found.outcomes]
    rows = []
    for of in zip(*each, strict=True):
        told = [_row(found, d) for d in of]
        row = {"figure": of[0].line.label, "base": told[0]["base"]}
        rows.append(row | {f"difference{n}": _beside(one) for n, one in enumerate(told)})
    titles = {f"difference{n}": o.policy.title for n, o in enumerate(found.outcomes)}
    headings = {"figure": "Figure", "base": "Base", **titles}
    made = [_record(found, o, i) for o in found.outcomes for i in places]
    how = "what the evidence allows" if found.is_drawn else f"the {100 * found.level:g}% interval of each alone"
    note = f"{period(found)}. Differences from the base, with {how}. {note}"
    return Table(title, columns(headings, set(headings) - {"figure"}), rows, made, note.strip())


def over_all(found: Comparison, outcome: Outcome) -> list[tuple[Difference, dict[str, str]]]:
    """Each difference over all years (of the one year, if there is no other), with base and difference as text."""
    told = [d for d in differences(found, outcome) if d.year is None or found.first == found.last]
    return [(d, {"base": (row := _row(found, d))["base"], "difference": _beside(row)}) for d in told]


def _beside(row: dict[str, str]) -> str:
    if row["words"] == SHORT[Verdict.SAME]:
        return "the same in every pair"
    if row["interval"] == NONE:
        return row["difference"]
    return f"{row['difference']} ({row['interval']}),\n{row['words']}"


def period(found: Comparison) -> str:
    """The years that the comparison is about: ``2026/27 to 2030/31``."""
    return school_years(found.first, found.last)


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
    return (
        f"{pairs_of_runs(found.replicates)}, seed {found.base.seed}. No digit is shown that chance could change. Shares "
        f"differ in percentage points (pts). {_of_intervals(found)} What can be said of means holds for "
        f"{holds} at once, at {100 * found.level:g}%. Pairing saves: so many times the runs would be needed with "
        f"independent seeds.{_ends(found)}{' ' if found.left_out else ''}{found.left_out}"
    )


def _of_intervals(found: Comparison) -> str:
    if not found.is_drawn:
        return "Each interval is for its figure alone."
    return (
        "Evidence allows: from the 5th to the 95th percentile over draws of what is not known, chance in it, for one future; – for "
        f"fewer than {FEWEST_PAIRS} pairs. Mean ±: half the {100 * found.level:g}% interval of the mean, which more pairs make narrower."
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
    said = [which(found.doubts)]
    said += [_failures(found)] if found.failures else []
    said += [_precision(found.precision, found.replicates)] if found.precision is not None else []
    return [*said, *(message(found, outcome) for outcome in found.outcomes)]


def hinges(found: Comparison, outcome: Outcome) -> list[str]:
    """What the answers hinge on, a sentence for each line of which that can be told, in their order, costs last.

    ``Heads who leave, 2026/27 to 2040/41, in total: between 0 and 190 fewer, depending mostly on how far mentoring keeps people``.
    """
    found_of = []
    places = [i for i, cell in enumerate(found.cells) if cell.year is None or found.first == found.last]
    for i in places:
        d, on = difference(found, outcome, i), outcome.doubt.hinges(i)
        if not on or not d.is_drawn:
            continue
        words = " and ".join(hinge(one.drawn) for one in on)
        how = "mostly" if sum(one.share for one in on) >= MOSTLY else "most of all"
        text = f"{d.line.label}, {when(found, d)}: between {_apart(d)}, depending {how} on {words}"
        found_of.append((d.line.unit == "GBP", i, text))
    return [text for *_, text in sorted(found_of)]


def _apart(d: Difference, between: str = "and") -> str:
    """The ends of what the evidence allows, with their direction: ``0 and 190 fewer``, ``20 fewer and 10 more``."""
    points = " points" if d.line.unit in SHARE_UNITS else ""

    def one(value: float) -> tuple[str, str]:
        verdict = Verdict.MORE if value > 0 else Verdict.LESS
        return shown(abs(value), d.place, d.line.unit).removesuffix("%") + points, d.towards(verdict)

    (first, way), (second, other) = (one(value) for value in (d.low, d.high))
    if way == other:
        near, far = sorted((d.low, d.high), key=abs)
        return f"{one(near)[0]} {between} {one(far)[0]} {way}"
    return f"{first} {way} {between} {second} {other}"


def message(found: Comparison, outcome: Outcome) -> str:
    """What the pairs of one policy say, in a paragraph."""
    names = f"{outcome.policy.title}, compared with {found.base.title}"
    if outcome.identical:
        return f"{names}: no difference: the runs are identical."
    verdicts = [d.verdict for d in differences(found, outcome)]
    all_of, known = len(verdicts), sum(v.is_told for v in verdicts)
    parts = []
    if unclear := verdicts.count(Verdict.CANNOT_TELL):
        which = "all" if unclear == all_of else f"{unclear} of"
        parts.append(f"for {which} {all_of} figures {UNKNOWN}, which does not mean that there is none")
    if same := verdicts.count(Verdict.SAME):
        parts.append(f"{same} {'is' if same == 1 else 'are'} {Verdict.SAME.value}")
    if known:
        parts.append(f"{known} {'differs' if known == 1 else 'differ'} by more than chance explains")
    text = f"{names}: {'; '.join(parts)}."
    if known:
        text += f" {'; '.join(told(found, outcome)[:MOST_TOLD])}."
    if on := hinges(found, outcome)[:MOST_HINGES]:
        text += f" What it hinges on: {'; '.join(on)}."
    if failed := int(outcome.statistics.pairing_failed.sum()):
        text += (
            f" Pairing did not help for {failed} of them; the wider interval, of pairs, is given there, as the narrower "
            "one would be wrong for runs that share their draws."
        )
    return text


def spelt(found: Comparison, d: Difference) -> str:
    """One difference with its adjusted interval first: ``Heads who leave, people, 2027/28: 3 to 9 fewer (about 6)``."""
    line, ends = d.line, sorted((abs(d.mean - d.adjusted), abs(d.mean + d.adjusted)))
    low, high, about = (shown(v, d.place, line.unit).removesuffix("%") for v in (*ends, abs(d.mean)))
    unit = " points" if line.unit in SHARE_UNITS else ""
    span = f"{about}{unit}" if low == high else f"{low} to {high}{unit}"
    if not any(digit in low for digit in "123456789"):
        span = f"up to {high}{unit}"  # the interval leaves out 0, but by less than can be shown
    when = period(found) if d.year is None else school_year(d.year)
    if d.is_drawn:
        return (
            f"{line.label}, {when}: about {about}{unit} {d.direction} on average; the evidence allows {_apart(d, 'to')}"
        )
    how = " on average" if d.year is None and line.over is Over.MEAN else ""
    best = "" if low == high else f" (about {about})"
    return f"{line.label}, {when}: {span} {d.direction}{how}{best}"


def told(found: Comparison, outcome: Outcome) -> list[str]:
    """Every difference that can be told, in words: over all years where there is such a figure, else in its year."""
    return [text for _, text in told_of(found, outcome)]


def told_of(found: Comparison, outcome: Outcome) -> list[tuple[Line, str]]:
    """The same, each with its line."""
    said = [d for d in differences(found, outcome) if d.verdict.is_told]
    over_years = {d.line for d in said if d.year is None}
    return [(d.line, spelt(found, d)) for d in said if d.year is None or d.line not in over_years]


def told_lines(found: Comparison, outcome: Outcome) -> list[Line]:
    """The lines of which a difference can be told in some year."""
    return list(dict.fromkeys(d.line for d in differences(found, outcome) if d.verdict.is_told))


def untold(found: Comparison, outcome: Outcome) -> list[str]:
    """Labels of the lines of which no difference can be told in any year."""
    unclear = (d.line for d in differences(found, outcome) if d.verdict is Verdict.CANNOT_TELL)
    some = told_lines(found, outcome)
    return [line.label for line in dict.fromkeys(unclear) if line not in some]


def _failures(found: Comparison) -> str:
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
