"""Pages of reference written from the code: ``python -m scenarios.reference`` renews them."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

from scenarios.parameter_files import GRADES, Provenance, groups
from scenarios.problems import CODES
from scenarios.reference_programmes import PROGRAMMES_PAGE, programmes_page
from scenarios.resolve import load
from scenarios.strict.fields import listed
from simulation.declaring import UNITS, Declaration, axes_of
from simulation.parameters import Parameters
from simulation.structure import ENGLAND

PARAMETERS_PAGE = Path("docs/reference/parameters.md")
CODES_PAGE = Path("docs/reference/error-codes.md")
"""Where the pages stand, from the root of the project."""

_PARAMETERS_HEAD = """\
# Parameters

Everything that the model can be told, by group. Name a parameter by its path under `levers` or `uncertainties` of a
[scenario](../guides/scenarios.md). This page is written from the declarations in `simulation/parameters.py` and the
files in `scenarios/contexts/england/parameters/` by `python -m scenarios.reference`.

The value is England's; of a table, the file has it. No cell may leave the range. Sources are ids of rows in
`scenarios/evidence/`.
"""

_CODES_HEAD = """\
# Error codes

A message about a file has its place, a code, what was given and what is allowed. Nothing half-written is left behind.
This page is written from `scenarios/problems.py` by `python -m scenarios.reference`.
"""

_FAMILIES = {
    "E01": "Reading files",
    "E02": "Tables of schools",
    "E03": "Keys",
    "E04": "Values",
    "E05": "Programmes",
    "E06": "Designs of sweeps",
    "W07": "Warnings",
}


def parameters_page() -> str:
    """The page of parameters as Markdown."""
    england = load("england").provenance
    lines = [_PARAMETERS_HEAD, "## Grades of evidence", "", "| grade | evidence |", "|---|---|"]
    lines += [f"| {grade} | {meaning} |" for grade, meaning in GRADES.items()]
    lines += ["", "## Units", "", "| unit | possible at all |", "|---|---|"]
    lines += [f"| {unit} | {_plain(low)} to {_plain(high)} |" for unit, (low, high) in UNITS.items()]
    lines += ["", "## Axes of tables", "", "| axis | labels |", "|---|---|"]
    lines += [
        f"| `{axis}` | {', '.join(f'`{word}`' for word in labels)} |" for axis, labels in axes_of(ENGLAND).items()
    ]
    lines += [
        "",
        f"Of {listed([f'`{axis}`' for axis in ENGLAND.axes])} a context can have labels of its own: these are England's.",
    ]
    for group, declarations in groups().items():
        lines += ["", f"## `{group}`", "", _about(group)]
        for declaration in declarations.values():
            lines += ["", *_entry(declaration, england[declaration.path])]
    return "\n".join(lines) + "\n"


def _about(group: str) -> str:
    """What the class that declares the group says about it."""
    return str(get_type_hints(Parameters)[group].__doc__)


def _entry(declaration: Declaration, england: Provenance) -> list[str]:
    by = f", by {' and '.join(f'`{axis}`' for axis in declaration.axes)}" if declaration.axes else ""
    sums = f" Sums to one over `{declaration.sums_to_one_over}`." if declaration.sums_to_one_over else ""
    low, high = england.range
    return [
        f"### `{declaration.path}`",
        "",
        f"{declaration.meaning[0].upper()}{declaration.meaning[1:]}{by}.{sums}",
        "",
        f"- Unit: {declaration.unit}",
        f"- Value: {'table' if declaration.axes else england.value}",
        f"- Range: {_plain(low)} to {_plain(high)}",
        f"- Grade: {england.grade}{f' ({england.note})' if england.note else ''}",
        f"- Sources: {', '.join(f'`{source}`' for source in england.sources) or 'none'}",
    ]


def _plain(number: float) -> str:
    return f"{number:,.10g}"


def codes_page() -> str:
    """The page of error codes as Markdown."""
    lines = [_CODES_HEAD]
    for prefix, title in _FAMILIES.items():
        lines += [f"## {title}", "", "| code | what it means and what to do |", "|---|---|"]
        lines += [f"| {code} | {meaning} |" for code, meaning in CODES.items() if code.startswith(prefix)]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PARAMETERS_PAGE.write_text(parameters_page(), encoding="utf-8")
    CODES_PAGE.write_text(codes_page(), encoding="utf-8")
    PROGRAMMES_PAGE.write_text(programmes_page(), encoding="utf-8")
