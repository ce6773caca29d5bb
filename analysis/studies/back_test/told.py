"""A back-test for reading: the score by series, what is missed and why, and how large an error is."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.figures.rounding import NONE, SHARE_UNITS, number
from analysis.figures.tables import Table, columns
from analysis.studies.back_test.study import FORETOLD, GIVEN, IN_SAMPLE, PERIODS, SHOCK
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.studies.back_test.study import BackTest, Held

HEADINGS = {
    "series": "No.",
    "title": "Series",
    "in_sample": "Inside,\nin sample",
    "foretold": "Inside,\nforetold",
    "shock": "Inside,\nshock",
    "error": "Mean error,\nforetold",
    "bias": "Above or\nbelow",
    "in_errors": "Standard\nerrors",
}


def table(found: BackTest) -> Table:
    """The score by series, for reading, and what is missed and why."""
    rows = [_row(one) for one in found.tested if one.figures]
    return Table("", columns(HEADINGS, set(HEADINGS) - {"title"}), rows, records(found), verdict(found))


def records(found: BackTest) -> list[dict[str, Any]]:
    """A record for each series: its figures, and its score by period; each says of which run it is."""
    of = {
        name: getattr(found, name)
        for name in ("title", "base_year", "last_year", "fit_until", "replicates", "scale", "fitted", "drawn")
    }
    made = []
    for one in found.tested:
        scores = {period: one.score(period) for period in PERIODS}
        made.append(
            {
                **asdict(one),
                "scores": {p: asdict(s) for p, s in scores.items() if s},
                "shocks": list(found.shocks),
                "run": of,
            }
        )
    return made


def _row(one: Held) -> dict[str, str]:
    given = one.score(GIVEN)
    told = given or one.score(FORETOLD)
    row = {"series": str(one.series), "title": one.title + (" (given)" if given else "")}
    for period in (IN_SAMPLE, FORETOLD, SHOCK):
        score = one.score(period)
        row[period] = NONE if score is None else f"{score.inside} of {score.figures}"
    return row | {
        "error": NONE if told is None else amount(told.error, one.unit),
        "bias": NONE if told is None else amount(told.bias, one.unit, sign=True),
        "in_errors": NONE if told is None else f"{told.in_errors:.1f}",
    }


def amount(value: float, unit: str, sign: bool = False) -> str:
    """An error for reading, in points of percentages for shares: ``1.2 points``; one with a ``sign``: ``−1.2 points``."""
    size = f"{100 * abs(value):.1f} points" if unit in SHARE_UNITS else f"{number(abs(value), unit)} {unit}"
    return ("" if not sign or size.startswith(("0 ", "0.0 ")) else "+" if value > 0 else "−") + size


def verdict(found: BackTest) -> str:
    """How many figures are inside, by period, and which series are missed, with the reason as far as it is known."""
    runs = "one run" if found.replicates == 1 else f"{found.replicates:,} runs"
    runs += (
        ", on a draw of the parameters" if found.replicates == 1 else ", each on a draw of the parameters"
    ) * found.drawn
    parts = []
    for period, words in ((IN_SAMPLE, "up to"), (FORETOLD, "after")):
        some = [f for one in found.tested for f in one.figures if f.period == period and f.miss is not None]
        if some:
            parts.append(f"{words} {school_year(found.fit_until)}, {sum(f.inside for f in some)} of {len(some)}")
    some = [f for one in found.tested for f in one.figures if f.period == SHOCK and f.miss is not None]
    if some:
        parts.append(f"in years of the declared shock, {sum(f.inside for f in some)} of {len(some)}")
    lines = [f"Figures inside their 95% interval: {'; '.join(parts)} ({runs}; what was fed to the run is not counted)."]
    held = [(f.period, f.predicted) for one in found.tested for f in one.figures if f.predicted is not None]
    told = [
        f"{words} {sum(ok for at, ok in held if at == period)} of {sum(at == period for at, _ in held)}"
        for period, words in ((IN_SAMPLE, "fitted years"), (FORETOLD, "foretold"), (SHOCK, "of the shock"))
        if any(at == period for at, _ in held)
    ]
    if told:
        alone = sum(bool(f.by_runs_alone) for one in found.tested for f in one.figures if f.period == FORETOLD)
        lines.append(
            f"Within what nine in ten predictions are, by how runs differ, the figures' own error and, after the years of the fit, what the runs "
            f"miss those years by: {', '.join(told)} ({alone} of those foretold without it)."
        )
    missed = [one for one in found.tested if one.missed]
    lines += [
        f"Missed after {school_year(found.fit_until)}: {m.title}: {m.reason or 'why is not known'}." for m in missed
    ]
    return "\n".join(lines)
