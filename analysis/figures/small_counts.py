"""Where small counts of people must not be published: which scenarios ask for that, and what to say where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def threshold(manifest: Mapping[str, Any]) -> int | None:
    """Counts of people below this must not be published: the strictest that any scenario asks for. None if none does."""
    asked = [(s.get("resolved") or {}).get("suppress_below") for s in manifest.get("scenarios", [])]
    return max((number for number in asked if number is not None), default=None)


def warning(manifest: Mapping[str, Any]) -> str:
    """What to say of something that shows small counts although a scenario asks that they are not published, or nothing."""
    below = threshold(manifest)
    if below is None:
        return ""
    return (
        f"Not for publication: a scenario asks that counts of people below {below:,} are kept back, and here they are not. "
        "headway workbook and headway deck keep them back."
    )
