"""Text from files that nothing runs: no formula in a spreadsheet, no character that hides or reorders what is read."""

from __future__ import annotations

import re
import unicodedata

from analysis.output.export import FORMULA

LONGEST = 32_767
"""Characters that a cell holds."""
_LINK = re.compile(r"(?:ftp|https?|file)://|mailto:|internal:|external:", re.IGNORECASE)
_REORDER = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object) -> str:
    r"""``text`` on one line, without control characters and marks that turn the direction of reading.

    ``"a\tb\n"`` → ``"a b"``.
    """
    kept = (
        " " if c.isspace() else c
        for c in str(text)
        if c.isspace() or (unicodedata.category(c) not in ("Cc", "Cs", "Cn") and c not in _REORDER)
    )  # fmt: skip
    return " ".join("".join(kept).split())[:LONGEST]


def inert(text: object) -> str:
    """:func:`clean`, with an apostrophe before what a spreadsheet would take for a formula: ``=1+1`` → ``'=1+1``."""
    first = str(text)
    cleaned = clean(first)
    marked = re.match(FORMULA, cleaned) or re.match(FORMULA, first)
    return f"'{cleaned}"[:LONGEST] if marked else cleaned


def label(text: object) -> str:
    """:func:`inert`, also for what a library would turn into a link by itself: names of a chart's series."""
    found = inert(text)
    return f"'{found}" if _LINK.match(found) else found
