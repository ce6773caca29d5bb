"""Reads numbers as official tables write them: with symbols in place of what is missing, signs, and marks beside them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from scenarios.register.csv_text import Problems, quoted

MISSING = {
    "z": "not applicable",
    "x": "not available",
    "c": "suppressed",
    "u": "low reliability",
    ":": "not available",
    "na": "not available",
    "n/a": "not available",
    "supp": "suppressed",
    "ne": "no entries",
    "np": "not published",
    "new": "new school",
    "dns": "did not submit",
    "lowcov": "low coverage",
    "re": "redacted",
    "redacted": "redacted",
    "suppressed": "suppressed",
    "*": "suppressed",
    "#": "suppressed",
    "~": "suppressed",
    "-": "not available",
    "--": "not available",
    "---": "not available",
    "\u2013": "not available",
    "\u2014": "not available",
    ".": "not available",
    "..": "not available",
    "...": "not available",
    "\u2020": "not applicable",
    "\u2021": "low reliability",
    "#n/a": "not available",
    "null": "not available",
    "none": "not available",
    "nan": "not available",
    "missing": "not available",
    "unknown": "not available",
    "not available": "not available",
    "not applicable": "not applicable",
    "not recorded": "not recorded",
    "not published": "not published",
}
"""Symbols that stand for a number that is not given, in lower case, and what they say.

Source: the abbreviations of the DfE's performance tables; the Government Analysis Function's symbols in tables
(https://analysisfunction.civilservice.gov.uk/policy-store/symbols-in-tables-definitions-and-help/); those of
Scotland's, Wales's and the United States' tables of schools.
"""
NEARLY_NOUGHT = {"low": "rounds to nought", "k": "rounds to nought"}
"""Symbols that stand for a number that rounds to nought, in lower case, and what they say: a small number, not a gap."""
DFE_SYMBOLS = MISSING | NEARLY_NOUGHT
MOST_PUPILS = 100_000
"""Pupils that a school can have at most: ten times England's largest; more is a slip, or a sum over schools."""
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]+)?|\.[0-9]+|[0-9]{1,3}([, ])[0-9]{3}(\2[0-9]{3}){0,2}(\.[0-9]+)?")
"""A number as such; thousands may be parted by commas or by spaces."""
DECIMAL_COMMA = re.compile(r"[0-9]{1,12},[0-9]{1,2}")
"""A number as much of Europe writes it; three digits after a comma are thousands."""
_MARK = re.compile(r"\s*[\[(][a-z]{1,4}[\])]$", re.IGNORECASE)
"""A mark after a number, such as the ``[r]`` of one that was revised: it says how the number came about."""


def symbol(cell: str) -> str | None:
    """The symbol that ``cell`` is, in lower case and out of its brackets; None if it is none."""
    text = cell.casefold().strip()
    inner = text[1:-1].strip() if text[:1] + text[-1:] in ("[]", "()") else text
    return inner if inner in DFE_SYMBOLS else None


class Numbers:
    """Reads columns of one file: notes what is no number, and counts the symbols."""

    def __init__(self, problems: Problems, also_missing: Sequence[str] = ()) -> None:
        self.problems = problems
        self.also_missing = frozenset(also_missing)
        self.symbols: Counter[tuple[str, str]] = Counter()
        """How often each symbol stood in each column."""
        self.multiplied: list[str] = []
        """Columns of shares that were made percentages."""

    def read(self, cell: str, column: str, line: int) -> float | None:
        """The number in ``cell``, 0 or more; None where none is given. What is neither is noted at ``line``."""
        if not cell or cell in self.also_missing:
            return None
        if found := symbol(cell):
            self.symbols[column, found] += 1
            return 0.0 if found in NEARLY_NOUGHT else None
        text = _MARK.sub("", cell).removesuffix("%").strip()
        if _NUMBER.fullmatch(text):
            return float(re.sub("[, ]", "", text))
        if DECIMAL_COMMA.fullmatch(text):
            return float(text.replace(",", "."))
        self.problems.add("E0205", line, f"column {column}: expected a number, got {quoted(cell)}")
        return None

    def percentages(self, cells: Sequence[str], column: str, lines: Sequence[int]) -> list[float | None]:
        """A column of percentages, 0 to 100; shares of 1 are made percentages if the column as a whole holds them."""
        values = [self.read(cell, column, line) for cell, line in zip(cells, lines, strict=True)]
        if not any(cell.endswith("%") for cell in cells) and (strays := shares(values)) is not None:
            for i in strays:
                few = f"most values of the column are shares of 1, and this one is {cells[i]}"
                self.problems.add(
                    "E0206", lines[i], f"column {column}: {few}", "Write all as percentages, or all as shares."
                )
            self.multiplied.append(column)
            return [None if value is None else 100 * value for value in values]
        for value, line in zip(values, lines, strict=True):
            if value is not None and value > 100:
                self.problems.add("E0205", line, f"column {column}: expected a percentage from 0 to 100, got {value:g}")
        return values

    def notes(self) -> list[str]:
        """A sentence for each column in which symbols stood for numbers."""
        shares = [f"Column {name} holds shares of 1: they are read as percentages." for name in self.multiplied]
        by_column: dict[str, list[str]] = {}
        for (column, sign), count in sorted(self.symbols.items()):
            read = ", read as 0" if sign in NEARLY_NOUGHT else ""
            by_column.setdefault(column, []).append(f"{sign.upper()} ({DFE_SYMBOLS[sign]}{read}) {count:,}")
        return shares + [
            f"Symbols in place of numbers in column {name}: {'; '.join(said)}." for name, said in by_column.items()
        ]


def shares(values: Sequence[float | None]) -> list[int] | None:
    """Where a column of shares of 1 has values above 1, by row; None if the column holds percentages.

    It holds shares if most values that are not 0 are at most 1, and some of those are fractions: one slip among them,
    or a few schools below 1%, do not turn a column into the other thing.
    """
    given = [value for value in values if value]
    small = [value for value in given if value <= 1]
    if 2 * len(small) <= len(given) or not any(value < 1 for value in small):
        return None
    return [i for i, value in enumerate(values) if value is not None and value > 1]
