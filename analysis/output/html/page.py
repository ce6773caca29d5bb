"""The report as one HTML file: no script, no request, and a policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.output.html.content import Inputs, Report, command, gather
from analysis.output.html.exhibits import Exhibit, data_table

if TYPE_CHECKING:
    from jinja2 import Environment

    from analysis.store import Store

FOLDER, PAGE, TABLES = "report", "report.html", "tables.json"
"""Where reports go in a folder of results; ``tables.json`` keeps what their figures and tables show."""
MOST_ROWS = 400
"""Rows of the numbers behind a figure that stand in the page; all of them are in ``tables.json``."""


def write(store: Store, out: Path | None = None, inputs: Inputs | None = None) -> tuple[Path, Report]:
    """Write the report of a folder and keep what its figures and tables show; return its path and what it says.

    Raise :exc:`UserError` for a folder that cannot be reported on or written to.
    """
    from analysis.store import files

    inputs = inputs or Inputs()
    report = gather(store, inputs)
    kept = store.folder / FOLDER
    shown = {e.id: records(e) for e in report.exhibits}
    path = out or kept / PAGE
    page = render(report).encode()
    try:
        kept.mkdir(exist_ok=True)
        files.put(kept / TABLES, files.sealed({"exhibits": shown, "inputs": vars(inputs)}))
        path.parent.mkdir(parents=True, exist_ok=True)
        files.put(path, page)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    return path, report


def read_records(path: Path | None) -> list[dict[str, Any]]:
    """A JSON list of records. Raise :exc:`UserError` for anything else."""
    if path is None:
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(str(path), f"it cannot be read as JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise UserError(str(path), "it is no JSON list of records", "Write it with --json or --out FILE.json.")
    return found


def records(exhibit: Exhibit) -> dict[str, Any]:
    """An exhibit as ``tables.json`` keeps it: its title and, as text, its data table."""
    return {"title": exhibit.title, "data": data_table(exhibit.data).decode()}


def render(report: Report) -> str:
    """The page."""
    from markupsafe import Markup

    style = (Path(__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        templates()
        .get_template("report.html")
        .render(r=report, style=Markup(style), policy=policy, command=command(report), folder="OUT")
    )


def templates(*packages: str) -> Environment:
    """The templates of the report, and of ``packages`` that build on its parts; all text that they are given is escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in ("analysis.output.html", *packages)]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["numbers"] = numbers
    # Pictures come from analysis.output.html.drawn.inline, which keeps known elements only; all else is escaped.
    made.filters["picture"] = Markup
    return made


def numbers(exhibit: Exhibit) -> dict[str, Any]:
    """The numbers behind a figure as a table to read: headings, rows, and how many rows are left out."""
    headings = list(dict.fromkeys(key for record in exhibit.data for key in record))
    rows = [[_cell(record.get(key)) for key in headings] for record in exhibit.data[:MOST_ROWS]]
    return {"headings": headings, "rows": rows, "left_out": max(0, len(exhibit.data) - MOST_ROWS)}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
