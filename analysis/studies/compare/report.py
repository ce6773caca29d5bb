"""A comparison for reading: a table for each policy, what it means in words, and records for programs."""

from __future__ import annotations

import math
from typing import Any

from analysis.figures.lines import Line, Over
from analysis.figures.rounding import NONE, SHARE_UNITS, between, scale_of, shown, step
from analysis.figures.tables import Table, columns
from analysis.figures.wording import UNKNOWN, Verdict, direction, verdict, words
from analysis.figures.words import count, pairs_of_runs
from analysis.studies.compare.summing import Cell, Comparison, Outcome, Reached
from simulation.vocabulary import school_year, school_years

SHORT = {Verdict.CANNOT_TELL: "cannot tell", Verdict.SAME: "the same"}
"""Verdicts as the table has them, where space is short."""
MOST_TOLD = 4
"""Differences that the closing words spell out."""


def records(found: Comparison) -> list[dict[str, Any]]:
    """One record per policy and figure, with nothing rounded: the table and all that it is made of; None for NaN."""
    return [_record(found, outcome, i) for outcome in found.outcomes for i in range(len(found.cells))]


def _record(found: Comparison, outcome: Outcome, i: int) -> dict[str, Any]:
    line, s = found.line_of(i), outcome.statistics
    mean, half, adjusted = float(s.difference[i]), float(outcome.half[i]), float(outcome.adjusted_half[i])
    numbers = {
        "base_mean": float(s.base[i]), "policy_mean": float(s.policy[i]), "difference": mean,
        "standard_error": float(s.error[i]), "low": mean - half, "high": mean + half,
        "adjusted_low": mean - adjusted, "adjusted_high": mean + adjusted,
        "unpaired_standard_error": float(s.unpaired_error[i]), "variance_ratio": float(s.variance_ratio[i]),
    }  # fmt: skip
    return {
        "base": found.base.name, "policy": outcome.policy.name, "line": line.name, "label": line.label,
        "measure": line.measure, "where": dict(line.where), "unit": line.unit, "years": when(found, found.cells[i]),
        **{name: None if math.isnan(value) else value for name, value in numbers.items()},
        "level": found.level, "pairs": int(s.pairs[i]), "failed_runs": len(found.failures),
        "pairing_helped": not bool(s.pairing_failed[i]), "identical_runs": outcome.identical,
        "words": words(verdict_of(outcome, i), line),
        **({"last_years": {name: school_year(year) for name, year in found.ends.items()}} if found.ends else {}),
    }  # fmt: skip


def verdict_of(outcome: Outcome, i: int) -> Verdict:
    """What can be said of a figure, as all intervals of the comparison hold together."""
    s = outcome.statistics
    return verdict(float(s.difference[i]), float(outcome.adjusted_half[i]), bool(s.same[i]))


def when(found: Comparison, cell: Cell) -> str:
    """The years of a figure: ``2030/31``, ``2026/27 to 2030/31, on average``."""
    if cell.year is not None:
        return school_year(cell.year)
    return f"{period(found)}, {found.lines[cell.line].over.value}"


def one_policy(found: Comparison, outcome: Outcome) -> Table:
    """The table of one policy, rounded to what is known: a row for each figure in the last year and over all years."""
    figure = f"Years to {school_year(found.last)}" if every_year(found) else f"In {school_year(found.last)}"
    if not every_year(found) and found.first < found.last:
        figure += f",\n{period(found)}"
    headings = {
        "figure": figure, "base": "Base", "policy": "Policy", "difference": "Difference",
        "interval": f"{100 * found.level:g}%\ninterval", "words": "Can be\nsaid", "ratio": "Pairing\nsaves",
    }  # fmt: skip
    if len({int(n) for o in found.outcomes for n in o.statistics.pairs}) > 1:
        headings["pairs"] = "Pairs"
    return Table(
        f"{outcome.policy.title}, compared with {found.base.title}",
        columns(headings, set(headings) - {"figure", "words"}),
        [_row(found, outcome, i) for i in range(len(found.cells))],
        [_record(found, outcome, i) for i in range(len(found.cells))],
    )


def _row(found: Comparison, outcome: Outcome, i: int) -> dict[str, str]:
    cell, s = found.cells[i], outcome.statistics
    line, new = found.lines[cell.line], i == 0 or found.cells[i - 1].line != cell.line
    years = line.over.value if cell.year is None else school_year(cell.year)
    full = f"{line.label}, {years}"
    said = verdict_of(outcome, i)
    return {
        "figure": f"  {years}" if not new else full if every_year(found) else line.label,
        "full": "" if new else full,
        "base": _mean(s.base[i], s.base_error[i], line),
        "policy": _mean(s.policy[i], s.policy_error[i], line),
        "difference": difference_of(outcome, i, line),
        "interval": interval_of(outcome, i, line),
        "words": SHORT.get(said) or words(said, line),
        "ratio": _ratio(outcome, i),
        "pairs": f"{s.pairs[i]:,}",
    }


def side_by_side(found: Comparison, title: str, note: str = "") -> Table:
    """All policies beside each other, over all years: the difference of each with its interval, and what can be said."""
    chosen = [i for i, cell in enumerate(found.cells) if cell.year is None or found.first == found.last]
    policies = {f"difference{n}": outcome for n, outcome in enumerate(found.outcomes)}
    rows = []
    for i in chosen:
        each = {key: _row(found, outcome, i) for key, outcome in policies.items()}
        first = next(iter(each.values()))
        row = {"figure": found.line_of(i).label, "base": first["base"]}
        rows.append(row | {key: _beside(of) for key, of in each.items()})
    headings = {"figure": "Figure", "base": "Base", **{key: o.policy.title for key, o in policies.items()}}
    made = [_record(found, outcome, i) for outcome in found.outcomes for i in chosen]
    note = f"{period(found)}. Differences from the base, with the {100 * found.level:g}% interval of each alone. {note}"
    return Table(title, columns(headings, set(headings) - {"figure"}), rows, made, note.strip())


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


def headings(found: Comparison) -> dict[str, str]:
    """An old name, until output takes :func:`one_policy`."""
    return {c.key: c.heading for c in one_policy(found, found.outcomes[0]).columns}


def table(found: Comparison, outcome: Outcome) -> list[dict[str, str]]:
    """An old name, until output takes :func:`one_policy`."""
    return [dict(row) for row in one_policy(found, outcome).rows]


def _mean(value: float, error: float, line: Line) -> str:
    return shown(float(value), step(float(error), line.unit, abs(float(value))), line.unit)


def _step(outcome: Outcome, i: int, line: Line) -> float:
    s = outcome.statistics
    largest = abs(float(s.difference[i])) + (0.0 if math.isnan(outcome.half[i]) else float(outcome.half[i]))
    return step(float(s.error[i]), line.unit, largest)


def difference_of(outcome: Outcome, i: int, line: Line) -> str:
    """A difference rounded to what is known, with its sign: ``−0.3 pts``."""
    s = outcome.statistics
    points = " pts" if line.unit in SHARE_UNITS and not math.isnan(s.difference[i]) else ""
    return shown(float(s.difference[i]), _step(outcome, i, line), line.unit, sign=True) + points


def interval_of(outcome: Outcome, i: int, line: Line, adjusted: bool = False) -> str:
    """Its interval, alone or ``adjusted`` to hold with all others: ``−12 to +3``; – where there is none."""
    mean = float(outcome.statistics.difference[i])
    half = float((outcome.adjusted_half if adjusted else outcome.half)[i])
    if math.isnan(half):
        return NONE
    return between(mean - half, mean + half, _step(outcome, i, line), line.unit)


def _ratio(outcome: Outcome, i: int) -> str:
    s = outcome.statistics
    ratio = float(s.variance_ratio[i])
    if bool(s.same[i]) or math.isnan(ratio):
        return "all" if s.pairs[i] > 1 and s.error[i] == 0 else NONE
    if ratio < 1:
        return f"none (×{ratio:.1f})"
    return f"×{ratio:,.0f}" if ratio >= 10 else f"×{ratio:.1f}"


def note(found: Comparison) -> str:
    """How to read the tables."""
    figures = sum(int((o.statistics.error > 0).sum()) for o in found.outcomes)
    holds = f"all {figures:,} figures" if figures > 1 else "the figure"
    return (
        f"{pairs_of_runs(found.replicates)}, seed {found.base.seed}. No digit is shown that chance could change. Shares "
        f"differ in percentage points (pts). Each interval is for its figure alone; what can be said holds for "
        f"{holds} at once, at {100 * found.level:g}%. Pairing saves: so many times the runs would be needed with "
        f"independent seeds.{_ends(found)}"
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
    doubt = (
        "Chance is the only doubt that these intervals hold. Doubt about the parameters and about the model itself comes on "
        "top, so what happens may lie outside them."
    )
    said = [doubt]
    said += [_failures(found)] if found.failures else []
    said += [_precision(found.precision, found.replicates)] if found.precision is not None else []
    return [*said, *(message(found, outcome) for outcome in found.outcomes)]


def message(found: Comparison, outcome: Outcome) -> str:
    """What the pairs of one policy say, in a paragraph."""
    names = f"{outcome.policy.title}, compared with {found.base.title}"
    if outcome.identical:
        return f"{names}: no difference: the runs are identical."
    verdicts = [verdict_of(outcome, i) for i in range(len(found.cells))]
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
    if failed := int(outcome.statistics.pairing_failed.sum()):
        text += (
            f" Pairing did not help for {failed} of them; the wider interval, of pairs, is given there, as the narrower "
            "one would be wrong for runs that share their draws."
        )
    return text


def spelt(found: Comparison, outcome: Outcome, i: int) -> str:
    """One difference with its adjusted interval first: ``Heads who leave, people, 2027/28: 3 to 9 fewer (about 6)``."""
    line, year, s = found.line_of(i), found.cells[i].year, outcome.statistics
    mean, half, place = float(s.difference[i]), float(outcome.adjusted_half[i]), _step(outcome, i, line)
    ends = sorted((abs(mean - half), abs(mean + half)))
    low, high, about = (shown(v, place, line.unit).removesuffix("%") for v in (*ends, abs(mean)))
    unit = " points" if line.unit in SHARE_UNITS else ""
    span = f"{about}{unit}" if low == high else f"{low} to {high}{unit}"
    if not any(digit in low for digit in "123456789"):
        span = f"up to {high}{unit}"  # the interval leaves out 0, but by less than can be shown
    when = period(found) if year is None else school_year(year)
    how = " on average" if year is None and line.over is Over.MEAN else ""
    best = "" if low == high else f" (about {about})"
    return f"{line.label}, {when}: {span} {direction(verdict_of(outcome, i), line)}{how}{best}"


def told(found: Comparison, outcome: Outcome) -> list[str]:
    """Every difference that can be told, in words: over all years where there is such a figure, else in its year."""
    return [text for _, text in told_of(found, outcome)]


def told_of(found: Comparison, outcome: Outcome) -> list[tuple[Line, str]]:
    """The same, each with its line."""
    said = _told(found, outcome)
    over_years = {found.line_of(i) for i in said if found.cells[i].year is None}
    kept = [i for i in said if found.cells[i].year is None or found.line_of(i) not in over_years]
    return [(found.line_of(i), spelt(found, outcome, i)) for i in kept]


def told_lines(found: Comparison, outcome: Outcome) -> list[Line]:
    """The lines of which a difference can be told in some year."""
    return list(dict.fromkeys(map(found.line_of, _told(found, outcome))))


def _told(found: Comparison, outcome: Outcome) -> list[int]:
    return [i for i in range(len(found.cells)) if verdict_of(outcome, i).is_told]


def untold(found: Comparison, outcome: Outcome) -> list[str]:
    """Labels of the lines of which no difference can be told in any year."""
    unclear = (i for i in range(len(found.cells)) if verdict_of(outcome, i) is Verdict.CANNOT_TELL)
    some = told_lines(found, outcome)
    return [line.label for line in dict.fromkeys(map(found.line_of, unclear)) if line not in some]


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
