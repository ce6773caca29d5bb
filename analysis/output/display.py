"""Results as a notebook shows them: HTML from the words, the rounding and the table that commands and reports have.

Nothing is loaded and no script runs. Colours are the notebook's own, so that light and dark themes both read well, and
where a forge strips the style what is left is a plain table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from analysis.explain.text import Section
from analysis.figures.numbers import SHARE_UNITS
from analysis.output.html.exhibits import Column, Exhibit, Numbering
from analysis.output.html.page import TEMPLATES, templates
from analysis.output.html.report import one_policy
from analysis.store import Store
from analysis.studies.compare.report import closing, note
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.evaluate.card import tables
from analysis.studies.evaluate.evaluate import Evaluation
from analysis.studies.validate import HEADINGS, Card, readable, verdict
from simulation.vocabulary import school_years

ALARMS = ("PARTIAL", "Partial", "Precision asked for")
"""How paragraphs begin that nobody may overlook."""


def comparison(found: Comparison) -> str:
    """A table for each policy as ``headway compare`` has it, then how to read it and what it says."""
    return _html(*(_policy(found, outcome) for outcome in found.outcomes), note(found), *closing(found))


def _policy(found: Comparison, outcome: Outcome) -> Exhibit:
    exhibit = one_policy(found, outcome, Numbering())
    units = [_unit(found.lines[cell.line].unit) for cell in found.cells]
    return replace(
        exhibit, id="", columns=(exhibit.columns[0], Column("unit", "Unit"), *exhibit.columns[1:]),
        rows=[{**row, "unit": unit} for row, unit in zip(exhibit.rows, units, strict=True)],
    )  # fmt: skip


def _unit(unit: str) -> str:
    return "%" if unit in SHARE_UNITS else "£" if unit == "GBP" else unit


def store(found: Store) -> str:
    """The scenarios of a folder, and how many of their runs are there."""
    manifest, done = found.manifest, list(found.records().values())
    failed, expected = list(found.failed().values()), list(found.expected.values())
    rows = []
    for scenario in manifest["scenarios"]:
        name, first = scenario["name"], scenario.get("base_year")
        rows.append({
            "title": scenario["title"], "name": name,
            "years": "" if first is None else school_years(first, first + scenario["years"]),
            "schools": f"{scenario['schools']:,}" if "schools" in scenario else "",
            "done": f"{sum(r['scenario'] == name for r in done):,} of {sum(place[0] == name for place in expected):,}",
            "failed": f"{sum(f.scenario == name for f in failed):,}",
        })  # fmt: skip
    columns = {"title": "Scenario", "name": "Name", "years": "School years", "schools": "Schools", "done": "Runs done",
               "failed": "Runs failed"}  # fmt: skip
    points = len({point for _, point, _ in expected if point is not None})
    told = [f"A design with {points:,} points."] if points else []
    if manifest["stamp"]:
        told.append(f"{manifest['stamp'].capitalize()}. Run the same command again to finish it.")
    else:
        told.append("Complete: every run is there.")
    return _html(_table(f"Results in {found.folder}", columns, rows, {"schools", "done", "failed"}), *told)


def validation(lines: Sequence[Card], replicates: int) -> str:
    """The validation card and its verdict."""
    # The target heads its row; its number is for referring to it.
    columns = {key: HEADINGS[key] for key in ("target", *(key for key in HEADINGS if key != "target"))}
    numeric = {"published", "tolerance", "simulated", "interval", "off"}
    title = "Published and simulated figures of the base year"
    return _html(_table(title, columns, [readable(line) for line in lines], numeric), verdict(lines, replicates))


def evaluations(found: Sequence[Evaluation]) -> str:
    """The tables of ``headway evaluate``: findings taken apart, where the difference arises, what a policy would do."""
    return _html(
        *(
            Exhibit("", t.title, (), t.note, tuple(Column(c.key, c.heading, c.numeric) for c in t.columns), t.rows)
            for t in tables(found)
        )
    )


def explanation(title: str, sections: Sequence[Section]) -> str:
    """A programme or a scenario in plain English."""
    return _html(*sections, title=title)


def _table(
    title: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], numeric: set[str], note: str = ""
) -> Exhibit:
    made = tuple(Column(key, heading, key in numeric) for key, heading in columns.items())
    return Exhibit("", title, (), note, made, rows)


def _html(*parts: Exhibit | Section | str, title: str = "") -> str:
    shown = [
        {"kind": "table", "table": part} if isinstance(part, Exhibit)
        else {"kind": "alarm" if part.startswith(ALARMS) else "text", "text": part} if isinstance(part, str)
        else {"kind": "section", "section": part}
        for part in parts
    ]  # fmt: skip
    style = Markup((TEMPLATES / "shown.css").read_text(encoding="utf-8"))
    return templates().get_template("shown.html").render(parts=shown, title=title, style=style)
