"""What is wrong with a user's file, in one shape that every reader fills and every command prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file, said so that its author can put it right."""

    file: str
    """The file as the user named it."""
    line: int | None
    """Line, from 1; None when the whole file is meant."""
    column: int | None
    """Character in the line, from 1; None when the whole line is meant."""
    code: str
    """Code of the rule that was broken, such as ``E0205``; tables of schools use E02xx."""
    message: str
    """What was given and what is allowed."""
    source_line: str | None = None
    """The line itself, where showing it helps."""
    hint: str | None = None
    """What to do about it."""

    def render(self) -> str:
        """The problem as printed: place, code and message, then the line and the hint where there are any."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        text = f"{place}: error {self.code}: {self.message}"
        if self.source_line is not None:
            text += f"\n   {self.line} | {self.source_line}"
            if self.column is not None:
                text += f"\n   {' ' * len(str(self.line))} | {' ' * (self.column - 1)}^"
        if self.hint:
            text += f"\n   {self.hint}"
        return text


class InputError(Exception):
    """A file cannot be used; carries every :class:`Problem` that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.render())

    def render(self) -> str:
        """All problems, one after the other."""
        return "\n".join(problem.render() for problem in self.problems)
