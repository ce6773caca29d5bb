"""Headed text for a terminal: paragraphs and lists, wrapped."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WIDTH = 100
"""Longer lines are hard to read, however wide the terminal is."""


@dataclass(frozen=True)
class Item:
    """A point of a list, with further lines below it."""

    text: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: paragraphs (text) and points (:class:`Item`)."""

    heading: str
    body: tuple[str | Item, ...]


def page_width() -> int:
    """Characters in a line of the terminal, 80 where there is none; at most :data:`MOST_WIDTH`."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, MOST_WIDTH))


def page(title: str, sections: Iterable[Section], width: int) -> str:
    """The title and all sections that have a body, wrapped to ``width`` characters."""
    lines = [*textwrap.wrap(title, width), "=" * min(len(title), width)]
    for section in sections:
        if section.body:
            lines += ["", section.heading] if section.heading else [""]
            for block in section.body:
                lines += _block(block, width)
    return "\n".join(lines)


def _block(block: str | Item, width: int) -> list[str]:
    if isinstance(block, str):
        return _wrap(block, width, "  ", "  ")
    lines = _wrap(block.text, width, "  - ", "    ")
    for line in block.below:
        lines += _wrap(line, width, "      ", "        ")
    return lines


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=True, break_on_hyphens=False
    )
