"""Text from files that nothing runs: no formula in a spreadsheet, no character that hides or reorders what is read."""

from __future__ import annotations

import re
import unicodedata

FORMULA = "^[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]"
"""Text that a spreadsheet takes for a formula, also in the wide forms of East Asia; it gets an apostrophe in front."""
LONGEST = 32_767
"""Characters that a cell holds."""
_LINK = re.compile(r"(?:ftp|https?|file)://|mailto:|internal:|external:", re.IGNORECASE)
_REORDER = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: object) -> str:
    r"""``text`` on one line, without control characters and marks that turn the direction of reading.

    ``"a\tb\n"`` → ``"a b"``.
    """
    kept = "".join(" " if c.isspace() else "" if _hides(c) else c for c in str(text))
    return " ".join(kept.split())[:LONGEST]


def _hides(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Cn") or character in _REORDER


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
