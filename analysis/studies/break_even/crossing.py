"""Where a curve through points is at or above a level."""

from __future__ import annotations

from collections.abc import Sequence


def stretches(along: Sequence[float], high: Sequence[float], level: float = 0.0) -> list[tuple[float, float]]:
    """The stretches of ``along``, which rises, where straight lines through the points are at or above ``level``, in order."""
    found: list[tuple[float, float]] = []
    start = along[0] if high[0] >= level else None
    for (a, y), (b, z) in zip(zip(along, high, strict=True), list(zip(along, high, strict=True))[1:], strict=False):
        if (y >= level) == (z >= level):
            continue
        at = a + (b - a) * (level - y) / (z - y)
        if start is None:
            start = at
        else:
            found.append((start, at))
            start = None
    return found if start is None else [*found, (start, along[-1])]
