"""From a folder of results to files: the sheets, written as xlsx and ODS, then checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.errors import UserError
from analysis.output.sheet.assumed import assumed
from analysis.output.sheet.checks import check
from analysis.output.sheet.front import contents, cover, notes
from analysis.output.sheet.held import validation
from analysis.output.sheet.results import results
from analysis.output.sheet.sheet import Sheet
from analysis.output.sheet.study import Study
from analysis.store import Store, files

KINDS = (".xlsx", ".ods")


def sheets(study: Study) -> list[Sheet]:
    """All sheets of a workbook, in order."""
    held = validation(study)
    rest = [notes(study), *results(study), *assumed(study), *([held] if held else [])]
    return [cover(study), contents(rest), *rest]


def targets(store: Store, out: Path | None) -> list[Path]:
    """Files to write: ``out``, or a workbook of each kind in the current folder, named after the results.

    Raise :exc:`UserError` for a place that cannot be written or a kind that is not known.
    """
    if out is None:
        name = store.folder.resolve().name
        return [Path(f"{name}{kind}") for kind in KINDS]
    if out.suffix.lower() not in KINDS:
        raise UserError(str(out), "a workbook is .xlsx or .ods", f"Write {out.with_suffix('.xlsx').name}, or leave --out away for both.")  # fmt: skip
    return [ready(out)]


def ready(out: Path) -> Path:
    """``out`` if a file can be written there. Raise :exc:`UserError`."""
    if not out.parent.is_dir():
        raise UserError(str(out), f"there is no folder {out.parent}", "Make it first, or name another.")
    if out.is_dir():
        raise UserError(str(out), "this is a folder", f"Name a file in it, such as {out / 'results'}{out.suffix}.")
    return out


def write(made: Sequence[Sheet], target: Path, title: str) -> list[str]:
    """Write sheets to ``target``, open what was written, and return what is wrong with it: nothing, if all is well."""
    from analysis.output.sheet import ods, xlsx

    data = (xlsx if target.suffix.lower() == ".xlsx" else ods).workbook(made, title)
    aside = files.temporary(target)
    with files.storing(target, len(data), aside):
        aside.write_bytes(data)
        files.publish(aside, target)
    return check(target)
