"""The evidence: published numbers, one a row, each with where it was read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One published number, or one derived from published numbers."""

    id: str
    quantity: str
    """What was counted or measured."""
    role: str
    phase: str
    group: str
    year: str
    value: str
    """As published, in ``unit``; use :attr:`number` to compute with it."""
    unit: str
    lower: str
    upper: str
    source_title: str
    source_url: str
    verified: bool
    """Read in a source. False for arithmetic on verified rows, and for recollections, which no target rests on."""
    table: str
    """The file of evidence that holds the row."""
    details: tuple[tuple[str, str], ...] = ()
    """Further columns that this table has, such as the comparison group of a study."""

    @property
    def number(self) -> float:
        """The value as a number; raise :exc:`ValueError` if it is not one."""
        return float(self.value)


_SHARED = (
    "id", "quantity", "role", "phase", "group", "year", "value", "unit", "lower", "upper", "source_title", "source_url",
)  # fmt: skip


@cache
def evidence() -> dict[str, Row]:
    """Every row of every table in this folder, by id; raise :exc:`ValueError` if an id occurs twice."""
    rows: dict[str, Row] = {}
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for record in csv.DictReader(handle):
                row = Row(
                    **{name: record.get(name) or "" for name in _SHARED},
                    verified=record["verified"] == "yes",
                    table=path.stem,
                    details=tuple((k, v) for k, v in record.items() if k not in _SHARED and k != "verified" and v),
                )
                if row.id in rows:
                    raise ValueError(f"evidence id {row.id} is in {rows[row.id].table} and again in {row.table}")
                rows[row.id] = row
    return rows
