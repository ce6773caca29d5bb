"""An evaluation for reading, published beside simulated and the gap taken apart; and everything it found, for keeping."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.explain.words import cited
from analysis.figures.doubt import which_in_a_line
from analysis.figures.estimates import LEVEL, Estimate
from analysis.figures.rounding import NONE, SHARE_UNITS, large, spelt
from analysis.figures.tables import Table, headed
from analysis.figures.words import finding_words, pairs_of_runs
from analysis.store import files
from analysis.studies.evaluate.evaluate import FITTED, FREE, PARTS, TOO_FEW, Evaluation, Line
from analysis.studies.evaluate.pairs import PLACES, TOTALS, Case
from scenarios.cites import backing
from scenarios.evidence import Citation
from scenarios.programme_files.study import Finding
from simulation.vocabulary import school_year, school_years

NOT_TOLD = "not told from chance"
ENDINGS = (".json", ".csv")
"""Of the files that an evaluation is kept in."""


def _published(line: Line) -> str:
    f, share = line.finding, line.unit in SHARE_UNITS

    def plain(value: float, signed: bool = False) -> str:
        number = (
            f"{100 * value:+.0f}"
            if share and signed
            else f"{100 * value:.0f}%"
            if share
            else f"{value:+.3f}"
            if signed
            else f"{value:g}"
        )
        return "0" if value == 0 else number

    parts = [plain(v) for v in (f.participants, f.comparison) if v is not None]
    text = " v ".join(parts)
    if f.difference is None:
        return text or NONE
    return f"{text} ({plain(f.difference, True)})" if text else plain(f.difference, True)


def _simulated(line: Line) -> str:
    if math.isnan(line.comparison.mean):
        return spelt(line.participants, line.unit)
    less_sure = max(line.participants.half, line.comparison.half)  # both to the digit that is uncertain in either
    both = (spelt(Estimate(e.mean, less_sure), line.unit, interval=False) for e in (line.participants, line.comparison))
    return " v ".join(both)


def rows(evaluation: Evaluation) -> list[dict[str, str]]:
    """A row for each finding."""
    parts = {"Gap": "gap", "True effect": "effect", "Selection": "selection"}
    return [
        {
            "Finding": finding_words(line.finding.name),
            "Published": _published(line),
            "Simulated": _simulated(line),
            **{heading: spelt(getattr(line, part), line.unit, signed=True) for heading, part in parts.items()},
            "Standing": line.standing,
            "Verdict": line.verdict.upper() if line.inside is False else line.verdict or NONE,
        }
        for line in evaluation.lines
    ]


def note(evaluation: Evaluation) -> str:
    """Who was compared with whom, and how sure the figures are."""
    study, case = evaluation.case.study, evaluation.case
    last = study.first + study.cohorts - 1
    cohorts = school_years(study.first, last)
    told = [line for line in evaluation.lines if line.verdict]
    met = counts(told) + too_few(told)
    where = dict.fromkeys(place for line in told for place in published_in(case, line.finding))
    met += f"Published in {'; '.join(where)}. " if where else ""
    words = [case.summary, met] if case.summary else [met]
    lookalikes = ", ".join(c.removeprefix("school.").replace("_", " ") for c in study.matched_on)
    pairs = pairs_of_runs(evaluation.replicates)
    words.append(
        f"Starters of {cohorts}, {evaluation.participants.mean:,.0f} a pair of runs, completers or not, against others "
        f"who could have joined and did not, alike in {lookalikes}; {evaluation.unmatched.mean:,.0f} found nobody alike. "
        f"True effect: the same participants in the same run without the programme. {pairs}; ± is the "
        f"{LEVEL:.0%} interval. {which_in_a_line([] if case.doubt is None else [case.doubt.told()])} Shares in per cent, "
        "differences in points."
    )
    return " ".join(word.strip() for word in words if word.strip())


def counts(told: Sequence[Line]) -> str:
    """How many of the published figures that were fitted, and of those left free, are met; empty if there are none."""
    said = []
    for standing in (FITTED, FREE):
        lines = [line for line in told if line.standing == standing]
        if lines:
            said.append(f"{sum(bool(line.inside) for line in lines)} of {len(lines)} {standing}")
    return f"Met, with the whole interval within tolerance: {' and '.join(said)} figures. " if said else ""


def too_few(told: Sequence[Line]) -> str:
    """A sentence that names the findings of which the pairs of runs are too few to tell; empty if there are none."""
    short = [finding_words(line.finding.name) for line in told if line.verdict == TOO_FEW]
    if not short:
        return ""
    return (
        f"The pairs are too few for {len(short)} of the {len(told)}, as the interval lies partly within and partly beyond "
        f"the tolerance ({'; '.join(short)}). Ask for more --replicates or a larger --scale. "
    )


def published_in(case: Case, finding: Finding) -> list[str]:
    """The publications in which a finding was read, each once."""
    found = (backing(source, case.cites) for source in finding.sources)
    return list(dict.fromkeys(cited(b) if isinstance(b, Citation) else b.source_title for b in found))


def moved_rows(evaluation: Evaluation) -> list[dict[str, str]]:
    """Where the difference that the programme makes arises."""
    return [
        {
            "Difference made": TOTALS[name],
            **{place.capitalize(): large(places[place]) for place in PLACES},
            "In all": large(places["total"]),
        }
        for name, places in evaluation.moved.items()
    ]


def policy_rows(evaluations: Sequence[Evaluation]) -> list[dict[str, str]]:
    """What the programme is projected to achieve under each calibration, and how far these differ."""
    return [
        {
            "Calibration": e.case.calibration or "as in its file",
            "Leavers fewer among participants": large(-e.moved["leavers"]["direct"]),
            "Leavers fewer in all": large(-e.moved["leavers"]["total"]),
            "Promotions more": large(e.moved["promotions"]["total"]),
            "Teachers more": large(e.moved["teachers"]["total"]),
            "Cost, GBP million": f"{e.costs['total'].mean / 1e6:,.1f}",
            "GBP per leaver fewer": large(e.per_retained, False) if math.isfinite(e.per_retained.mean) else NOT_TOLD,
        }
        for e in evaluations
    ]


def tables(found: Sequence[Evaluation]) -> list[Table]:
    """The evaluations one after the other, and then how far their projections of the policy differ."""
    shown = []
    for e in found:
        title = f"{e.case.study.title}: {e.case.calibration.replace('-', ' ')}"
        shown.append(_table(title, rows(e), note(e)))
        title = f"Where it arises, {school_year(e.case.study.first)} to {school_year(e.case.setup.last_year)}"
        shown.append(_table(title, moved_rows(e)))
    title = "What the policy would do, by calibration" if len(found) > 1 else "What the policy would do"
    return [*shown, _table(title, policy_rows(found), policy_note(found))]


def _table(title: str, rows: Sequence[dict[str, str]], note: str = "") -> Table:
    """Rows whose first cell says what they are about; but for the last two of a finding, all others are numbers."""
    return headed(
        title, rows, {heading for row in rows[:1] for heading in list(row)[1:]} - {"Standing", "Verdict"}, note
    )


def policy_note(found: Sequence[Evaluation]) -> str:
    """Which system and years the projections are of, and how far they differ."""
    setup, study = found[0].case.setup, found[0].case.study
    schools = f"{len(setup.register):,} schools, {school_years(study.first, setup.last_year)}"
    text = f"Policy less base, of {schools}: people and GBP in all."
    if len(found) > 1:
        fewer = sorted((e.moved["leavers"]["direct"] for e in found), key=lambda total: total.mean)
        most, least = fewer[0], fewer[-1]
        # As if they were independent; they share their draws, so the interval is if anything too wide.
        apart = Estimate(least.mean - most.mean, math.hypot(least.half, most.half))
        text += (
            " Each explains the same published findings in its own way, and the number of participants kept differs by "
            f"{large(apart, False)} between them: which is true cannot be told from those findings, nor from more runs."
        )
    return text


def check_ending(out: Path | None) -> None:
    """Raise :exc:`UserError` for a file of another kind, or in a folder that is not there, before anything is run."""
    if out is not None and out.suffix not in ENDINGS:
        raise UserError(f"--out {out}", "the kind of file is told by its ending", "Write FILE.json or FILE.csv.")
    if out is not None and not out.absolute().parent.is_dir():
        raise UserError(f"--out {out}", "there is no such folder", "Make it first, or name another.")


def keep(found: Sequence[Evaluation], out: Path) -> None:
    """Write everything to ``out``: as JSON, or the findings as a table, a row each."""
    told = records(found)
    if out.suffix == ".json":
        files.put(out, (json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode())
        return
    rows = [_flat(evaluation, finding) for evaluation in told for finding in evaluation["findings"]]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    files.put(out, text.getvalue().encode())


def _flat(evaluation: dict[str, Any], finding: dict[str, Any]) -> dict[str, Any]:
    """A finding as one row, with the calibration it belongs to."""
    row = {name: evaluation[name] for name in ("programme", "calibration", "replicates")}
    for name, value in finding.items():
        if isinstance(value, dict):
            row |= {f"{name}_{inner}": v for inner, v in value.items()}
        else:
            row[name] = " ".join(value) if isinstance(value, list) else value
    return row


def records(found: Sequence[Evaluation]) -> list[dict[str, Any]]:
    """A record for each evaluation."""
    return [_record(evaluation) for evaluation in found]


def _record(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "programme": evaluation.case.programme,
        "calibration": evaluation.case.calibration,
        "study": evaluation.case.study.title,
        "replicates": evaluation.replicates,
        "matched_on": list(evaluation.case.study.matched_on),
        "participants": evaluation.participants.record(),
        "unmatched": evaluation.unmatched.record(),
        "comparators": evaluation.comparators.record(),
        "findings": [_line_record(evaluation.case, line) for line in evaluation.lines],
        "differences": {
            name: {place: found.record() for place, found in places.items()}
            for name, places in evaluation.moved.items()
        },
        "costs": {name: found.record() for name, found in evaluation.costs.items()},
        "cost_per_leaver_fewer": evaluation.per_retained.record(),
    }


def _line_record(case: Case, line: Line) -> dict[str, Any]:
    f = line.finding
    return {
        "finding": f.name, "measure": f.measure, "unit": line.unit, "years_after": f.years_after,
        "definition": f.definition, "sources": list(f.sources), "published_in": published_in(case, f),
        "published": {"participants": f.participants, "comparison": f.comparison, "difference": f.difference},
        "within": f.within, "standing": line.standing, "inside": line.inside, "verdict": line.verdict or None,
        "counted": line.counted,
        **{name: getattr(line, name).record() for name in PARTS},
    }  # fmt: skip
