"""Making one figure or table of a report again, from the runs or by running everything that it rests on once more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from analysis.charts.drawing.source import Others
from analysis.errors import UserError
from analysis.output.html.exhibits import Exhibit, data_table
from analysis.output.html.report import FOLDER, TABLES, Report, gather
from analysis.output.study import named, read_again
from analysis.runs import manifest
from analysis.runs import plan as run
from analysis.runs.moves import MEASURES as MOVED
from analysis.store import Store, files
from analysis.studies.run import run_missing
from scenarios import InputError

MOST_TOLD = 5
COUNTED = ("sha256", "format", "complete", "expected", "done", "failed", "stamp")
"""What a store adds to its manifest itself."""


@dataclass(frozen=True)
class Outcome:
    """How it went."""

    exhibit: Exhibit
    equal: bool
    how: str
    """What was done, in words."""
    differs: list[str]
    """What differs, in words."""


def reproduce(
    store: Store, name: str, *, quick: bool = False, schools: Path | None = None, workers: int | None = None
) -> Outcome:
    """Make the figure or table ``name`` again and hold its data table against the one that there is.

    With ``quick``, from the stored runs, and held against what the last report showed. Otherwise all that it rests on is
    run again in a temporary folder, and held against the stored runs. Raise :exc:`UserError` for a name that the report
    does not have, if no report was made, and if what was run cannot be read again.
    """
    path = store.folder / FOLDER / TABLES
    last = files.unsealed(path) if path.is_file() else None
    others = Others() if last is None else Others(**last["inputs"])
    exhibit = find(gather(store, others, verify=False), name)
    if quick or (exhibit.is_figure and not exhibit.from_runs):
        wrong = differences(_kept(store, last, exhibit), data_table(exhibit.data).decode())
        how = "computed again from the stored runs, and held against the report"
        if not quick:
            how = "drawn again from what the command that it rests on found"
        return Outcome(exhibit, not wrong, how, wrong)
    if not exhibit.from_runs:
        wrong = [
            f"scenario {s['name']} reads otherwise now than when it was run, or its files are gone"
            for s in store.manifest["scenarios"]
            if read_again(s) is None
        ]
        return Outcome(exhibit, not wrong, "scenarios read again, nothing had to be run", wrong)
    with _run_again(store, schools, workers) as fresh:
        there = find(gather(fresh, others, verify=False), exhibit.id)
        old, new = store.records(), fresh.records()
        other = [key for key in old if old[key]["digest"] != new[key]["digest"]]
    wrong = differences(data_table(exhibit.data).decode(), data_table(there.data).decode())
    if wrong and other:
        wrong.insert(0, f"{len(other):,} of {len(old):,} runs have another digest")
    how = f"{len(old):,} runs made again from the manifest; {len(old) - len(other):,} have the same digest"
    return Outcome(exhibit, not wrong, how, wrong + _versions(store) if wrong else [])


def find(report: Report, name: str) -> Exhibit:
    """The figure or table of that number, however it is written. Raise :exc:`UserError` if there is none."""
    wanted = name.strip().upper().replace("_", "-").replace(" ", "-")
    there = {exhibit.id: exhibit for exhibit in report.exhibits}
    if wanted not in there:
        raise UserError(name, "the report has no such figure or table", f"It has {', '.join(there)}.")
    return there[wanted]


def _kept(store: Store, last: dict[str, Any] | None, exhibit: Exhibit) -> str:
    """The data table of an exhibit in the last report. Raise :exc:`UserError` if it is not there."""
    if last is None:
        advice = f"Make one first: headway report {store.folder}"
        raise UserError(str(store.folder), "no report was made of it yet", advice)
    if exhibit.id not in last["exhibits"]:
        raise UserError(exhibit.id, "it is not in the last report", f"Make it anew: headway report {store.folder}")
    return str(last["exhibits"][exhibit.id]["data"])


@contextmanager
def _run_again(store: Store, schools: Path | None, workers: int | None) -> Iterator[Store]:
    """A temporary store with every run that ``store`` has, made anew."""
    plans = [_plan(store, described, schools) for described in store.manifest["scenarios"]]
    place = {p.name: i for i, p in enumerate(plans)}
    tasks = {(place[r["scenario"]], r["replicate"]): key for key, r in store.records().items()}
    manifest = {key: value for key, value in store.manifest.items() if key not in COUNTED}
    with TemporaryDirectory() as folder:
        fresh = Store.create(Path(folder) / "again", manifest, store.expected)
        with fresh.writing():
            run_missing(fresh, plans, tasks, workers, beside=_compared(store))
        yield fresh


def _compared(store: Store) -> bool:
    """Whether what policies move was counted as the runs went on: pairs alone know it."""
    with store.connect() as db:
        rows = db.execute("SELECT count(*) FROM results WHERE measure = ?", [MOVED[0]]).fetchone()
    return bool(rows and rows[0])


def _plan(store: Store, described: dict[str, Any], schools: Path | None) -> run.Plan:
    name, given = described["name"], described.get("given") or {}
    where = f"{store.folder}, scenario {name}"
    if given.get("schools") and schools is None:
        raise UserError(name, "it was run on a register of its own", "Give the same register with --schools FILE.")
    asked = {key: described[key] for key in ("replicates", "seed", "years", "scale")}
    options = run.Options(**asked, schools=schools if given.get("schools") else None, fixed="doubt" not in described)
    with named(described) as (scenario, context):
        try:
            plan = run.plan(scenario, replace(options, context=context))
        except InputError as error:
            advice = "Its files are not kept in the manifest. Run reproduce where they are."
            raise UserError(where, "it cannot be read again", advice) from error
    plan = replace(plan, name=name)
    if plan.resolved != described["resolved"]:
        advice = f"Use the version that made it: {store.manifest.get('model_version', 'unknown')}."
        raise UserError(where, "it reads otherwise now than when it was run", advice)
    if run.register_digest(plan.setup.register_at_start) != described["register_digest"]:
        problem = "its register of schools is not the one that it was run with"
        raise UserError(where, problem, "Give the same register with --schools FILE.")
    return plan


def differences(old: str, new: str) -> list[str]:
    """What differs between two data tables, in words; empty if they are equal to the byte."""
    if old == new:
        return []
    before, after = old.splitlines(), new.splitlines()
    told = []
    if len(before) != len(after):
        told.append(f"{len(before):,} rows before and {len(after):,} now")
    rows = [i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b]
    if rows:
        told.append(f"{len(rows):,} of {len(before):,} rows differ")
        told += [f"row {i + 1}: {_row(before[i], after[i])}" for i in rows[:MOST_TOLD]]
    return told


def _row(old: str, new: str) -> str:
    before, after = json.loads(old), json.loads(new)
    keys = [k for k in dict.fromkeys([*before, *after]) if before.get(k) != after.get(k)]
    return "; ".join(f"{k} was {before.get(k)!r} and is {after.get(k)!r}" for k in keys[:MOST_TOLD])


def _versions(store: Store) -> list[str]:
    """What else is different, which may be why."""
    now, then = manifest.versions(), store.manifest.get("versions", {})
    changed = [f"{n} was {then.get(n)} and is {v}" for n, v in now.items() if then.get(n) != v]
    if store.manifest.get("model_version") != manifest.model_version():
        changed.append(f"the model was {store.manifest.get('model_version')} and is {manifest.model_version()}")
    return [f"other versions: {'; '.join(changed)}"] if changed else []
