"""What is in force in which school year."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def in_force(year: int, earlier: tuple[tuple[int, T], ...], latest: T) -> T:
    """What holds in a school year (by the calendar year in which it starts).

    Each of ``earlier`` holds up to and including a school year, and they stand in order of time; after them, ``latest``.
    """
    return next((before for last, before in earlier if year <= last), latest)
