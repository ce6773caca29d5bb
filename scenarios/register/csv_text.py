"""Reads a CSV file strictly: one header, one kind of separator, as many cells in each row as in the header.

Codes: E0201 the file cannot be opened, E0202 its text cannot be read, E0203 no rows, E0204 its columns,
E0205 a row or a cell, E0206 rows that contradict each other.
"""

from __future__ import annotations

import csv
import difflib
import io
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import InputError, Problem

MAX_BYTES = 200_000_000
"""The largest file read: forty times the DfE's largest, and small enough not to exhaust a laptop."""
MAX_PROBLEMS = 20
"""Problems shown for one file; the rest are counted."""
SLIP = 0.8
"""How alike two names of columns are when one is taken for a slip in the other: ``pupil`` and ``pupils`` are,
``CLOSEDATE`` and ``ICLOSE`` are not, and a hint to rename would do harm."""
OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What a column that Headway does not know must be called: conditions name it as ``school.<name>``."""
UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters, soft hyphens, spaces of no width and marks that turn the direction of text: never part of a name."""


class Problems:
    """Collects what is wrong with one file, so that it is all told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, code: str, line: int | None, message: str, hint: str | None = None) -> None:
        """Note one problem at ``line`` (None for the whole file)."""
        self.found.append(Problem(self.file, line, None, code, message, hint=hint))

    def check(self) -> None:
        """Raise :exc:`InputError` if anything was found: the first :data:`MAX_PROBLEMS` in order of line."""
        if not self.found:
            return
        found = sorted(self.found, key=lambda problem: problem.line or 0)
        if len(found) > MAX_PROBLEMS:
            rest = f"{len(found) - MAX_PROBLEMS} more problems are not shown"
            found = [*found[:MAX_PROBLEMS], Problem(self.file, None, None, found[-1].code, rest)]
        raise InputError(found)

    def stop(self, code: str, line: int | None, message: str, hint: str | None = None) -> InputError:
        """Note a problem beyond which reading makes no sense, and give the error to raise."""
        self.add(code, line, message, hint)
        return InputError(self.found)


@dataclass(frozen=True)
class CsvText:
    """The cells of a CSV file by column, and the line on which each row starts."""

    columns: dict[str, list[str]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.lines)


def quoted(value: str) -> str:
    """``value`` as echoed in a message: quoted, control characters escaped, at most 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else text[:76] + "...'"


def nearest(word: str, among: Iterable[str], alike: float = 0.6) -> str | None:
    """The word of ``among`` that ``word`` most looks like, regardless of case; None if none is ``alike`` (0 to 1)."""
    by_fold = {other.casefold(): other for other in among}
    close = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=alike)
    return by_fold[close[0]] if close else None


def own_name(header: str) -> str:
    """What a column called ``header`` elsewhere is called as a column of one's own: ``OfstedRating (name)`` loses capitals and signs."""
    name = re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")[:40]
    return name if OWN_NAME.fullmatch(name) else f"column_{name}"[:40].rstrip("_")


def read_csv_text(
    path: Path,
    needed: Sequence[str],
    optional: Sequence[str] | None = None,
    *,
    problems: Problems | None = None,
) -> CsvText:
    """Read the columns ``needed``, and those of ``optional`` that are there.

    With ``optional`` None, columns that are not asked for are passed over; otherwise they are read too, unless their
    name looks like a slip in one of ``optional`` or is none that a condition could use.
    Raise :exc:`InputError` if the file cannot be opened or read, has no rows, or its columns or rows are not in order.
    """
    problems = problems or Problems(str(path))
    text = _text(path, problems)
    if not text.strip():
        raise problems.stop("E0203", None, "the file is empty", f"It needs a header: {','.join(needed)}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error as error:
        hint = "Is a quotation mark missing, or is there text after a closing one?"
        raise problems.stop("E0202", start, f"the row that starts here is not proper CSV: {error}", hint) from None
    header = [name.strip() for name in rows[0]]
    _check_header(header, lines[0], needed, optional, problems)
    if len(rows) == 1:
        raise problems.stop("E0203", lines[0], "the file has a header and no rows")
    _check_widths(rows, lines, len(header), problems)
    problems.check()
    wanted = set(header) if optional is not None else set(needed)
    cells = list(zip(*rows[1:], strict=True))
    return CsvText({name: list(cells[i]) for i, name in enumerate(header) if name in wanted}, lines[1:])


def read_bytes(path: Path, problems: Problems) -> bytes:
    """What a regular file of bearable size holds; raise :exc:`InputError` if it cannot be read."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise problems.stop("E0201", None, "this is a folder, a CSV file is needed")
        if not stat.S_ISREG(status.st_mode):
            raise problems.stop("E0201", None, "this is a pipe or a device, a regular file is needed")
        if status.st_size > MAX_BYTES:
            size = f"the file has {status.st_size / 1e6:,.0f} MB, the most that is read is {MAX_BYTES / 1e6:,.0f} MB"
            raise problems.stop("E0201", None, size, "Is this a register of schools?")
        return path.read_bytes()
    except FileNotFoundError:
        folder = path.parent if path.parent.is_dir() else None
        near = nearest(path.name, sorted(os.listdir(folder))) if folder else None
        hint = f"Did you mean {near}?" if near else None
        raise problems.stop("E0201", None, "there is no such file", hint) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise problems.stop("E0201", None, f"the file cannot be read: {reason}") from None


def refuse_binary(raw: bytes, problems: Problems) -> None:
    """Raise :exc:`InputError` if ``raw`` is no table: other kinds of file are told by how they begin, the rest by NUL."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise problems.stop("E0202", 1, "there is a NUL byte: this is a workbook or an archive", AS_CSV)
    for begins, what in OTHERS:
        if begins.match(raw):
            raise problems.stop(
                "E0202",
                1,
                f"this is {what}, not a table",
                "Name the CSV file itself; a link may lead to a page about it.",
            )
    if (nul := raw.find(b"\0")) >= 0:
        raise problems.stop("E0202", raw.count(b"\n", 0, nul) + 1, "there is a NUL byte: this is not a text file")


OTHERS = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|head|body)", re.IGNORECASE), "a web page, or XML"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*\")"), "JSON"),
    (re.compile(rb"%PDF"), "a PDF document"),
)
"""How files begin that are saved in place of a table, and what they are."""
AS_CSV = "Save a workbook as 'CSV UTF-8 (comma delimited)'; take the CSV files out of an archive."
_AS_UTF8 = "Save it as UTF-8: in Excel, 'CSV UTF-8 (comma delimited)'."


def _text(path: Path, problems: Problems) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark."""
    raw = read_bytes(path, problems)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise problems.stop("E0202", 1, "the file is in UTF-16, UTF-8 is needed", _AS_UTF8)
    refuse_binary(raw, problems)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise problems.stop("E0202", line, wrong, _AS_UTF8) from None
    for unseen in UNSEEN.finditer(text):
        start, end = text.rfind("\n", 0, unseen.start()) + 1, text.find("\n", unseen.end())
        row = " ".join(UNSEEN.sub("", text[start : end if end >= 0 else None]).split())
        where = f"there is an invisible character, {unseen.group()!a}, in the row {quoted(row)}"
        hint = "Take it out, or let headway schools import do so."
        problems.add("E0202", text.count("\n", 0, start) + 1, where, hint)
        if len(problems.found) > MAX_PROBLEMS:
            break
    problems.check()
    return text


def _check_header(
    header: list[str], line: int, needed: Sequence[str], optional: Sequence[str] | None, problems: Problems
) -> None:
    """Note missing, unknown and duplicate columns; stop at once if the separator is not a comma."""
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) < len(needed) and separator in "".join(header):
            wrong = f"the columns are separated by {name}, commas are needed"
            raise problems.stop("E0204", line, wrong, "Save the file again as comma-separated values.")
    known = [*needed, *(optional or ())]
    unknown = [name for name in dict.fromkeys(header) if name not in known]
    for name in dict.fromkeys(header):
        if header.count(name) > 1 and (name in known or optional is not None):
            problems.add("E0204", line, f"column {quoted(name)} is there {header.count(name)} times")
    for name in needed:
        if name not in header:
            near = nearest(name, unknown, SLIP)
            hint = f"Rename column {quoted(near)} to {name}." if near else f"The columns are: {', '.join(header)[:200]}"
            problems.add("E0204", line, f"column {name} is missing", hint)
    if optional is not None:
        for name in unknown:
            if near := nearest(name, [other for other in known if other not in header], SLIP):
                problems.add("E0204", line, f"column {quoted(name)} is not known", f"Did you mean {near}?")
            elif not OWN_NAME.fullmatch(name):
                own = f"A column of your own is called by small letters, digits and underscores: {own_name(name)}"
                hint = f"{own}. Other headers of a table of schools are read by headway schools import."
                problems.add("E0204", line, f"column {quoted(name)} is not known", hint)
    problems.check()


def _check_widths(rows: list[list[str]], lines: list[int], width: int, problems: Problems) -> None:
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            problems.add(
                "E0205",
                line,
                f"the row has {len(row)} cells, the header has {width}",
                "A text with a comma in it must stand in quotation marks." if len(row) > width else None,
            )
