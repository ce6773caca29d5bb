"""Which word somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def distance(a: str, b: str, most: int = 2) -> int:
    """Damerau-Levenshtein distance (insert, delete, replace, swap neighbours); ``most + 1`` where it is greater."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def nearest(word: str, allowed: Iterable[str], count: int = 3) -> list[str]:
    """Up to ``count`` of the allowed words within distance 2 of ``word``, nearest first.

    Words that differ only in case, or in hyphens, spaces and underscores, count as nearest; a word shorter than four
    letters is matched only within distance 1.
    """
    plain = simple(word)
    most = 2 if len(plain) > 3 else 1
    scored = [(distance(plain, simple(candidate), most), candidate) for candidate in allowed]
    return [candidate for score, candidate in sorted(scored) if score <= most][:count]


def simple(word: str) -> str:
    """A word without what slips are most often made in: case, hyphens, spaces and underscores."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def did_you_mean(word: str, allowed: Iterable[str]) -> str | None:
    """A question that names the nearest allowed words, or None if none is near."""
    near = nearest(word, allowed)
    return f"did you mean {' or '.join(near)}?" if near else None
