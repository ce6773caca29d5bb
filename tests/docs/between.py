"""What a command writes into a page that people write: between two marks."""

from __future__ import annotations

from pathlib import Path


def put(page: Path, start: str, end: str, said: str) -> None:
    """Put ``said`` between the marks, in place of what is there. Raise :exc:`ValueError` for a page without them."""
    before, first, rest = page.read_text(encoding="utf-8").partition(start)
    _, second, after = rest.partition(end)
    if not (first and second):
        raise ValueError(f"{page} has no {start} with {end} behind it")
    page.write_text(f"{before}{start}\n\n{said}\n\n{end}{after}", encoding="utf-8")


def between(page: Path, start: str, end: str) -> str:
    """What is between the marks; empty without them."""
    return page.read_text(encoding="utf-8").partition(start)[2].partition(end)[0]
