"""Reads the columns of our own table strictly: every cell that is not what its column needs is noted by line."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from scenarios.register.cells import DECIMAL_COMMA, DFE_SYMBOLS, NEARLY_NOUGHT, shares, symbol
from scenarios.register.complete import numbered
from scenarios.register.csv_text import CsvText, Problems, nearest, quoted

IDS = {"urn": (1 << 24) - 1, "local_authority": (1 << 15) - 1}
"""Columns that hold ids, and the largest number that the model takes for one; longer or other ids are numbered."""
_ID = re.compile(r"(?![0-9.]+[eE]\+?[0-9]+$)[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")
WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")
_NUMBER = re.compile(r"([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)")


def are_ids(cells: list[str], most: int) -> bool:
    """Whether a column holds ids or codes that are no numbers up to ``most``: by its bulk, so that a slip is one."""
    numbers = sum(bool(WHOLE.fullmatch(cell)) and 1 <= int(cell) <= most for cell in cells)
    ids = sum(bool(_ID.fullmatch(cell)) and symbol(cell) is None for cell in cells)
    return ids == len(cells) and 2 * numbers < len(cells)


def number_ids(name: str, cells: dict[str, list[str]]) -> str:
    """Put numbers in place of the ids in a column, keep the ids in one beside it, and give the note that says so."""
    given = cells[name]
    numbers, _ = numbered(given, 0)
    beside = "id_given" if name == "urn" else "local_authority_name"
    cells.setdefault(beside, given)
    cells[name] = [str(numbers[text]) for text in given]
    return f"Column {name} has no whole numbers up to {IDS[name]:,}: they are numbered from 1 in order, see column {beside}."


def numbers(
    name: str,
    cells: dict[str, list[str]],
    text: CsvText,
    problems: Problems,
    low: int,
    high: int,
    *,
    whole: bool = True,
) -> np.ndarray:
    """A column of numbers from ``low`` to ``high``; what is not one is noted, and stands as ``low``."""
    pattern, convert = (WHOLE, int) if whole else (_NUMBER, float)
    values: list[float] = []
    for cell, line in zip(cells[name], text.lines, strict=True):
        value = convert(cell) if pattern.fullmatch(cell) else None
        if value is None or not low <= value <= high:
            message, hint = _what_is_wrong(name, cell, value, low, high, whole)
            problems.add("E0205", line, message, hint)
            value = low
        values.append(value)
    return np.array(values, np.int64 if whole else np.float64)


def _what_is_wrong(
    name: str, cell: str, value: float | None, low: int, high: int, whole: bool
) -> tuple[str, str | None]:
    """The message for a cell that is no number in range, and what to do about it."""
    expected = f"a {'whole ' if whole else ''}number from {low:,} to {high:,}"
    message = f"column {name}: expected {expected}, got {quoted(cell)}"
    hint = None
    if not cell:
        message = f"column {name} is empty, expected {expected}"
    elif sign := symbol(cell):
        do = "write 0" if sign in NEARLY_NOUGHT and low == 0 else "give a number, or leave the row out"
        hint = f"'{cell}' means '{DFE_SYMBOLS[sign]}' in official tables: {do}."
    elif value is None and cell.endswith("%"):
        hint = f"Leave out the % sign: {cell[:-1].strip()}"
    elif value is None and DECIMAL_COMMA.fullmatch(cell):
        hint = f"Write a point: {cell.replace(',', '.')}" if not whole else None
    elif value is None and re.fullmatch(r"[0-9]{1,3}([, ][0-9]{3})+", cell):
        sign = "comma" if "," in cell else "space"
        hint = f"Leave out the {sign}: {re.sub('[, ]', '', cell)}"
    elif whole and re.fullmatch(r"0[0-9]+", cell) and low <= int(cell) <= high:
        hint = f"Leave out the noughts in front: {cell.lstrip('0') or '0'}"
    elif whole and re.fullmatch(r"[0-9.]+[eE]\+?[0-9]+|[0-9]+\.0+", cell):
        hint = "A spreadsheet has reformatted the number: format the column as a whole number and save it again."
    return message, hint


def words(
    name: str, cells: dict[str, list[str]], text: CsvText, problems: Problems, labels: tuple[str, ...]
) -> np.ndarray:
    """A column of the ``labels`` as codes, in capitals or not; each other word is noted once, and stands as 0."""
    codes = {label: code for code, label in enumerate(labels)}
    result = np.zeros(len(text), np.int64)
    wrong: dict[str, list[int]] = {}
    for i, cell in enumerate(cells[name]):
        if cell.casefold() in codes:
            result[i] = codes[cell.casefold()]
        else:
            wrong.setdefault(cell, []).append(text.lines[i])
    for cell, lines in wrong.items():
        near = nearest(cell, codes)
        hint = f"Did you mean {near}?" if near else None
        rows = f" in {len(lines):,} rows" if len(lines) > 1 else ""
        problems.add("E0205", lines[0], f"column {name}: expected {any_of(codes)}, got {quoted(cell)}{rows}", hint)
    return result


def any_of(words: Iterable[str]) -> str:
    """``words`` as a list in a sentence: a, b or c."""
    *most, last = words
    return f"{', '.join(most)} or {last}"


def refuse_duplicates(urn: np.ndarray, given: list[str], text: CsvText, problems: Problems) -> None:
    """Note each URN that an earlier row has, as it is ``given``; cells that are no URN were noted before."""
    first: dict[int, int] = {}
    wrong = {problem.line for problem in problems.found}
    for value, cell, line in zip(urn.tolist(), given, text.lines, strict=True):
        if value in first and line not in wrong and first[value] not in wrong:
            problems.add("E0206", line, f"column urn: {cell} is already on line {first[value]}")
        first.setdefault(value, line)


def refuse_shares(percent: np.ndarray, text: CsvText, problems: Problems) -> None:
    """Note a column of shares from 0 to 1 where percentages are due, and which of its values are none."""
    if (strays := shares(percent.tolist())) is None:
        return
    small = int(((percent > 0) & (percent <= 1)).sum())
    said = (
        f"column fsm_percent: {small:,} of {len(percent):,} values are above 0 and at most 1, so these look like shares"
    )
    but = "; ".join(f"{percent[i]:g} on line {text.lines[i]}" for i in strays[:5])
    problems.add(
        "E0206",
        text.lines[int(np.argmax(percent % 1 > 0))],
        f"{said}, not percentages{f', but {but}' if but else ''}",
        "Write percentages: 16.2 stands for 16.2%, and so does 0.162 times 100.",
    )


def one_each(
    name: str, keys: list[str], values: Iterable[object], text: CsvText, problems: Problems, what: str
) -> dict[str, object]:
    """The one value of each key; a row with another value than the first row of its key is noted."""
    first: dict[str, tuple[object, int]] = {}
    for key, value, line in zip(keys, values, text.lines, strict=True):
        known, on_line = first.setdefault(key, (value, line))
        if value != known:
            message = f"column {name}: {quoted(key)} has {what} {quoted(str(value))}"
            problems.add("E0206", line, f"{message}, but {quoted(str(known))} on line {on_line}")
    return {key: value for key, (value, _) in first.items()}
