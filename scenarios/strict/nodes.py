"""A YAML file as a plain tree: text and places, no types. The schema says what each text means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.problems import InputError, Problem

if TYPE_CHECKING:
    from scenarios.evidence import Citation


@dataclass
class Source:
    """A file that is being read: its name as the user knows it, its lines, and what was found wrong so far."""

    file: str
    lines: list[str]
    origin: str | None = None
    """How this file came to be read, such as ``extends base.yaml:3``."""
    problems: list[Problem] = field(default_factory=list)
    at: tuple[str, ...] = ()
    """For each line, where a user gave it in Python: messages say that in place of file, line and column."""
    cites: dict[str, tuple[Citation, Place]] = field(default_factory=dict)
    """Publications that the file names by itself, with where it does."""
    cited: set[str] = field(default_factory=set)
    """Sources that values in the file rest on."""

    def problem(
        self,
        code: str,
        message: str,
        line: int | None = None,
        column: int | None = None,
        width: int = 1,
        hint: str | None = None,
    ) -> None:
        """Note a problem; lines and columns from 1."""
        if self.at:
            self.problems.append(
                Problem(self.at[(line or 1) - 1], None, None, code, message, hint=hint, origin=self.origin)
            )
            return
        text = self.lines[line - 1] if line is not None and line <= len(self.lines) else None
        self.problems.append(Problem(self.file, line, column, code, message, text, hint, width, self.origin))

    def where(self, line: int, column: int) -> tuple[str, int | None, int | None]:
        """How a problem that is only seen later can say the place: file, line and column, or where it was given in Python."""
        return (self.at[line - 1], None, None) if self.at else (self.file, line, column)

    def stop_if_wrong(self) -> None:
        """Raise :exc:`InputError` with all problems noted, if there are any."""
        if self.problems:
            raise InputError(in_reading_order(self.problems))


def in_reading_order(problems: list[Problem]) -> list[Problem]:
    """Problems by file (as first met), line and column."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    return sorted(problems, key=lambda p: (files.index(p.file), p.line or 0, p.column or 0))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands."""

    source: Source
    line: int
    column: int
    width: int = 1

    def wrong(self, code: str, message: str, hint: str | None = None) -> None:
        """Note that this node is wrong."""
        self.source.problem(code, message, self.line, self.column, self.width, hint)

    def __str__(self) -> str:
        return self.source.at[self.line - 1] if self.source.at else f"{self.source.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as text."""

    place: Place
    text: str
    quoted: bool

    @property
    def empty(self) -> bool:
        """Nothing was written, or one of YAML's words for nothing."""
        return not self.quoted and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order written."""

    place: Place
    keys: dict[str, Scalar]
    """The key as written, by its text."""
    values: dict[str, Node]


Node = Scalar | Sequence | Mapping


def kind(node: Node) -> str:
    """What a node is, in plain words."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if node.empty else "a single value"
