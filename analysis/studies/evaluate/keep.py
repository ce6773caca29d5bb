"""Everything that an evaluation found, as plain values and in a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.studies.evaluate.evaluate import PARTS, Evaluation, Line

ENDINGS = (".json", ".csv")


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
        out.write_text(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
        return
    rows = [_flat(evaluation, finding) for evaluation in told for finding in evaluation["findings"]]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


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
        "findings": [_line_record(line) for line in evaluation.lines],
        "differences": {
            name: {place: found.record() for place, found in places.items()}
            for name, places in evaluation.moved.items()
        },
        "costs": {name: found.record() for name, found in evaluation.costs.items()},
        "cost_per_leaver_fewer": evaluation.per_retained.record(),
    }


def _line_record(line: Line) -> dict[str, Any]:
    f = line.finding
    return {
        "finding": f.name, "measure": f.measure, "unit": line.unit, "years_after": f.years_after,
        "definition": f.definition, "sources": list(f.sources),
        "published": {"participants": f.participants, "comparison": f.comparison, "difference": f.difference},
        "within": f.within, "inside": line.inside, "counted": line.counted,
        **{name: getattr(line, name).record() for name in PARTS},
    }  # fmt: skip
