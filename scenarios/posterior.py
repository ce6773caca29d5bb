"""Draws of a context's parameters, as a calibration leaves them beside its file: what the published figures allow.

A table with a row a draw: the column ``draw`` numbers them, every other is a free parameter by its path, or one cell of a table as
``leave.retire_role_odds[head]``, in the parameter's unit. Parameters that have no column stand at their values.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scenarios.places import Found
from scenarios.register.csv_text import Problems, read_csv_text
from scenarios.strict import did_you_mean
from simulation.declaring import UNITS, Declaration
from simulation.parameters import declared
from simulation.structure import Structure

FILE = "posterior.csv"
"""In a context's folder. It is of that school system alone, so that no other has it by extending it."""
ABOUT = "posterior.toml"
"""Beside it: how the draws were made, by which version of the model, and how well they meet each figure."""
NUMBER = "draw"
_COLUMN = re.compile(r"(?P<path>[a-z_]+\.[a-z_0-9]+)(?:\[(?P<labels>[^\[\]]+)\])?\Z")
_SUM = 1e-6
"""How far shares of a draw may be from a sum of one."""


@dataclass(frozen=True)
class Number:
    """A free number of the calibration that has left the draws: one column, or a shift that several have in common."""

    name: str
    says: str
    """What it is, in words that go on after "how"; empty where nobody has said so."""
    columns: tuple[int, ...]
    """Places of its columns: any that varies tells the number, as all rise with it."""

    def of(self, rows: np.ndarray) -> np.ndarray:
        """The first of its columns that varies over the rows."""
        return next((rows[:, j] for j in self.columns if np.ptp(rows[:, j]) > 0), rows[:, self.columns[0]])


@dataclass(frozen=True)
class Posterior:
    """Draws of parameters."""

    columns: tuple[str, ...]
    """What is drawn, as the file names it."""
    rows: np.ndarray
    """A row a draw, a column for each of ``columns``."""
    cells: tuple[tuple[str, tuple[int, ...]], ...]
    """For each column the parameter, and where in its table the cell lies; ``()`` for one number."""
    digest: str
    """SHA-256 of the file."""
    numbers: tuple[Number, ...] = ()
    """The free numbers that the columns are of, each column in one of them; none where that is not told."""

    def __len__(self) -> int:
        return len(self.rows)

    def changes(self, draw: int, standing: Mapping[str, float | np.ndarray]) -> dict[str, np.ndarray]:
        """Parameters under draw number ``draw``, by path, in place of those ``standing``; rows are used again from the first."""
        found: dict[str, np.ndarray] = {}
        for (path, at), value in zip(self.cells, self.rows[draw % len(self)], strict=True):
            table = found.setdefault(path, np.array(standing[path], dtype=np.float64))
            table[at] = value
        return found


def posterior_beside(context: Found) -> Found | None:
    """The file of draws in a context's folder; None if it has none."""
    path = context.path.parent / FILE
    return replace(context, path=path, file=str(Path(context.file).parent / FILE)) if path.is_file() else None


def read_posterior(found: Found, structure: Structure, standing: Mapping[str, float | np.ndarray]) -> Posterior:
    """Read draws for a context of that structure, whose parameters are ``standing``.

    Raise :exc:`~scenarios.problems.InputError` with everything that is wrong.
    """
    problems = Problems(found.file)
    with found.path.open(encoding="utf-8-sig", newline="") as lines:
        header = [name.strip() for name in next(csv.reader(lines), [])]
    text = read_csv_text(found.path, [NUMBER, *(name for name in header if name != NUMBER)], problems=problems)
    names = [name for name in text.columns if name != NUMBER]
    known = declared(structure)
    cells = [cell(name, known, lambda code, message, hint=None: problems.add(code, 1, message, hint)) for name in names]
    problems.check()
    good = [cell for cell in cells if cell is not None]
    rows = np.empty((len(text), len(names)))
    for j, (name, (path, _)) in enumerate(zip(names, good, strict=True)):
        low, high = UNITS[known[path].unit]
        for i, (written, line) in enumerate(zip(text.columns[name], text.lines, strict=True)):
            rows[i, j] = _number(written)
            if not low <= rows[i, j] <= high:
                problems.add("E0205", line, f"{name} is {written!r}; a number from {low:g} to {high:g} is due")
    problems.check()
    digest = hashlib.sha256(found.path.read_bytes()).hexdigest()
    made = Posterior(tuple(names), rows, tuple(good), digest, numbers_of(found.path.parent / ABOUT, names))
    for i, line in enumerate(text.lines):
        for path, table in made.changes(i, standing).items():
            _check_sum(path, known[path], table, line, problems)
    problems.check()
    return made


def numbers_of(about: Path, columns: Sequence[str]) -> tuple[Number, ...]:
    """The free numbers that ``columns`` are of, as the file beside the draws says; what it does not name is a number by itself."""
    told = tomllib.loads(about.read_text(encoding="utf-8")).get("parameter", []) if about.is_file() else []
    place = {name: j for j, name in enumerate(columns)}
    found = [
        Number(one["name"], one["says"], tuple(place[cell] for cell in one["cells"]))
        for one in told
        if place.keys() >= set(one["cells"])
    ]
    named = {j for one in found for j in one.columns}
    return (*found, *(Number(name, "", (j,)) for name, j in place.items() if j not in named))


def cell(name: str, known: Mapping[str, Declaration], wrong: Callable[..., None]) -> tuple[str, tuple[int, ...]] | None:
    """The parameter that a name such as ``leave.retire_role_odds[head]`` has, and where in its table the cell lies.

    None, once ``wrong`` has been told code, message and hint, if there is no such cell or it cannot be drawn.
    """
    match = _COLUMN.fullmatch(name)
    declaration = known.get(match["path"]) if match else None
    if match is None or declaration is None:
        wrong("E0204", f"there is no parameter {name!r}", did_you_mean(name, known) or None)
        return None
    if declaration.everywhere and declaration.path.startswith("register."):
        wrong("E0204", f"{name} is a level of the system that a government sets, and is not drawn")
        return None
    labels = [label.strip() for label in (match["labels"] or "").split(",") if label.strip()]
    if len(labels) != len(declaration.axes):
        due = ",".join(declaration.axes)
        hint = f"write {declaration.path}[{due}]" if due else f"write {declaration.path}"
        wrong("E0204", f"{name} is not one number", hint)
        return None
    for label, allowed, axis in zip(labels, declaration.labels, declaration.axes, strict=True):
        if label not in allowed:
            wrong("E0204", f"{name}: there is no {axis} {label!r}", f"allowed: {', '.join(allowed)}")
            return None
    at = tuple(allowed.index(label) for label, allowed in zip(labels, declaration.labels, strict=True))
    return declaration.path, at


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _check_sum(path: str, declaration: Declaration, table: np.ndarray, line: int, problems: Problems) -> None:
    if declaration.sums_to_one_over is None:
        return
    axis = declaration.axes.index(declaration.sums_to_one_over)
    if np.abs(table.sum(axis=axis) - 1).max() > _SUM:
        problems.add("E0206", line, f"the shares of {path} do not add up to 1 in this draw")
