"""Putting aside what is damaged in a folder of results, so that the command that made them makes it anew."""

from __future__ import annotations

from pathlib import Path

from analysis.errors import UserError
from analysis.store import files
from analysis.store.layout import ASIDE, LOCK
from analysis.store.lock import locked
from analysis.store.store import Store

MOST_ROUNDS = 10_000
"""Files that one repair puts aside at most: each may hide the next."""


def repair(folder: Path) -> tuple[list[Path], list[UserError]]:
    """Do what messages about damage advise: put the files that they name aside, in the folder ``damaged``.

    Returns what was put aside, by where it was, and what is wrong even so. Raise :exc:`UserError` for a folder that holds
    no results or in which somebody else is writing.
    """
    if (folder / LOCK).is_dir():
        return _merged([_put_aside(folder, folder / LOCK)], repair(folder))
    _wrong(folder)  # a folder without results is left as it is, without a lock
    moved: list[Path] = []
    with locked(folder):
        for _ in range(MOST_ROUNDS):
            wrong = _wrong(folder)
            named = [path for error in wrong if isinstance(error, files.DamagedError) for path in error.remove]
            there = [path for path in dict.fromkeys(named) if path.exists() and path.is_relative_to(folder)]
            if not there:
                break
            moved += [_put_aside(folder, path) for path in there]
    return moved, [error for error in wrong if not _is_missing(error)]


def _merged(first: list[Path], rest: tuple[list[Path], list[UserError]]) -> tuple[list[Path], list[UserError]]:
    return first + rest[0], rest[1]


def _wrong(folder: Path) -> list[UserError]:
    """What is wrong with a folder, as far as can be seen. Raise :exc:`UserError` if it holds no results."""
    try:
        return Store.open(folder).verify()
    except files.DamagedError as error:
        return [error]


def _is_missing(error: UserError) -> bool:
    """Whether an error is about a file that is made anew by the command that made the results."""
    return isinstance(error, files.DamagedError) and not any(path.exists() for path in error.remove)


def _put_aside(folder: Path, path: Path) -> Path:
    """Move a file or a folder; returns where it was."""
    aside = files.folder(folder / ASIDE)
    number = 0
    while (target := aside / f"{path.name}{f'.{number}' if number else ''}").exists():
        number += 1
    try:
        path.rename(target)
    except OSError as error:
        raise files.cannot_write(path, error) from error
    return path
