"""The report as one HTML file: no script, no request, and a policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.output import limits
from analysis.output.html.exhibits import data_table
from analysis.output.html.report import Inputs, Report, gather
from analysis.store import files

if TYPE_CHECKING:
    from jinja2 import Environment

    from analysis.store import Store

FOLDER, PAGE, TABLES = "report", "report.html", "tables.json"
"""Where reports go in a folder of results; ``tables.json`` keeps what their figures and tables show."""
TEMPLATES = Path(__file__).parent / "templates"


def write(store: Store, out: Path | None = None, inputs: Inputs | None = None) -> tuple[Path, Report]:
    """Write the report of a folder and keep what its figures and tables show; return its path and what it says.

    Raise :exc:`UserError` for a folder that cannot be reported on or written to.
    """
    inputs = inputs or Inputs()
    report = gather(store, inputs)
    kept = store.folder / FOLDER
    shown = {e.id: {"title": e.title, "data": data_table(e.data).decode()} for e in report.exhibits}
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


def render(report: Report) -> str:
    """The page."""
    from markupsafe import Markup

    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    template = templates().get_template("report.html")
    return template.render(r=report, limits=limits, style=Markup(style), policy=policy)


def templates() -> Environment:
    """The templates of the report and of what a notebook shows; all text that they are given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    # Pictures come from exhibits.inline, which keeps known elements only; all else is escaped.
    made.filters["picture"] = Markup
    return made
