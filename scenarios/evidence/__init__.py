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
    programme: str = ""
    """The programme or study that the row is about; empty for rows about the workforce."""
    outcome: str = ""
    """What kind of outcome was measured, such as ``retention_in_state_sector``."""
    comparison_group: str = ""
    """With whom participants were compared; ``none`` where with nobody."""
    n: str = ""
    """How many were counted, as published, such as ``>500``."""
    lag_years: str = ""
    """Years from the programme to the measurement, as published."""

    @property
    def number(self) -> float:
        """The value as a number; raise :exc:`ValueError` if it is not one.

        0 where :attr:`no_effect_found`, which is no measured zero; the sign of a claimed effect where :attr:`is_claim`.
        """
        return float(self.value)

    @property
    def no_effect_found(self) -> bool:
        """Whether the row says that a study found no effect, without a size."""
        return self.unit == "not_significant"

    @property
    def is_claim(self) -> bool:
        """Whether the row says only in which direction an outcome is claimed to be moved: +1, -1 or 0."""
        return self.unit == "sign" and bool(self.outcome)


@dataclass(frozen=True)
class Citation:
    """A publication that a file cites by itself, beside the rows here."""

    title: str
    year: int
    """Calendar year in which it was published."""
    address: str = ""
    """Where it can be read, such as a web address."""
    says: str = ""
    """What it found, in plain English."""

    def resolved(self) -> dict[str, str | int]:
        """Plain values, for results and digests."""
        return {"title": self.title, "year": self.year, "address": self.address, "says": self.says}


_SHARED = ("id", "role", "phase", "group", "year", "value", "unit", "lower", "upper", "source_title", "source_url")
_OF_STUDIES = ("programme", "outcome", "comparison_group", "n", "lag_years")


@cache
def evidence() -> dict[str, Row]:
    """Every row of every table in this folder, by id; raise :exc:`ValueError` if an id occurs twice."""
    rows: dict[str, Row] = {}
    for path in sorted(_FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for record in csv.DictReader(handle):
                row = Row(
                    **{name: record.get(name) or "" for name in (*_SHARED, *_OF_STUDIES)},
                    quantity=record.get("quantity") or record.get("measure") or "",
                    verified=record["verified"] == "yes",
                    table=path.stem,
                )
                if row.id in rows:
                    raise ValueError(f"evidence id {row.id} is in {rows[row.id].table} and again in {row.table}")
                rows[row.id] = row
    return rows
