"""Tables of comparisons: one policy in full, or several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.output.html.exhibits import Column, Exhibit, Numbering
from analysis.studies.compare.report import every_year, headings, records, table
from simulation.vocabulary import school_year, school_years

if TYPE_CHECKING:
    from analysis.figures.lines import Line
    from analysis.studies.compare.summing import Comparison, Outcome

NUMERIC = {"base", "policy", "difference", "interval", "ratio", "pairs"}


def one_policy(found: Comparison, outcome: Outcome, numbering: Numbering) -> Exhibit:
    """The table of one policy, as ``headway compare`` shows it."""
    columns = [Column(key, " ".join(text.split()), key in NUMERIC) for key, text in headings(found).items()]
    rows = table(found, outcome)
    first = columns[0]
    columns[0] = Column(first.key, "Figure", False)
    for row, cell in zip(rows, found.cells, strict=True):
        later = row["figure"].startswith("  ")
        row["sub"] = "yes" if later else ""
        row["figure"] = row["figure"].strip()
        row["full"] = f"{found.lines[cell.line].label}, {row['figure']}" if later else ""
    data = [r for r in records(found) if r["policy"] == outcome.policy.name]
    note = f"The first row of a figure is {school_year(found.last)}"
    note += "." if found.first >= found.last else f"; the row below it is {_period(found)} together."
    if every_year(found):
        note = f"The last row of a figure is {_period(found)} together." if found.first < found.last else ""
    return numbering.table(f"{outcome.policy.title}, compared with {found.base.title}", columns, rows, data, note)


def side_by_side(found: Comparison, title: str, numbering: Numbering, note: str = "") -> Exhibit:
    """All policies beside each other: for each the difference with its interval, and what can be said."""
    chosen = [i for i, cell in enumerate(found.cells) if cell.year is None or found.first == found.last]
    columns = [Column("figure", "Figure"), Column("base", "Base", True)]
    rows: list[dict[str, str]] = [{} for _ in chosen]
    for n, outcome in enumerate(found.outcomes):
        columns += [Column(f"difference{n}", outcome.policy.title, True)]
        shown = table(found, outcome)
        for row, i in zip(rows, chosen, strict=True):
            row["figure"], row["base"] = found.lines[found.cells[i].line].label, shown[i]["base"]
            row[f"difference{n}"] = _cell(shown[i])
    names = {r["line"] for i, r in enumerate(records(found)[: len(found.cells)]) if i in set(chosen)}
    data: list[dict[str, Any]] = [
        r for k, r in enumerate(records(found)) if r["line"] in names and k % len(found.cells) in set(chosen)
    ]
    level = f"{100 * found.level:g}%"
    note = f"{_period(found)}. Differences from the base, with the {level} interval of each alone. {note}".strip()
    return numbering.table(title, columns, rows, data, note)


def _cell(row: dict[str, str]) -> str:
    if row["words"] == "the same":
        return "the same in every pair"
    if row["interval"] == "–":
        return row["difference"]
    return f"{row['difference']} ({row['interval']}),\n{row['words']}"


def _period(found: Comparison) -> str:
    return school_years(found.first, found.last)


def part(found: Comparison, lines: Sequence[Line]) -> Comparison | None:
    """Those cells of a comparison that are of ``lines``, with the intervals that hold for all of its cells; None for none."""
    wanted = [i for i, cell in enumerate(found.cells) if found.lines[cell.line] in lines]
    return found.only(wanted) if wanted else None
