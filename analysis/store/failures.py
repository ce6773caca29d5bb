"""Runs that failed, kept as data: what happened, where, and how to repeat it."""

from __future__ import annotations

import re
import traceback
from dataclasses import asdict
from pathlib import Path

from analysis.store import files
from analysis.store.record import Failure, Place, Told

ROOT = Path(__file__).resolve().parents[2]
MOST_TEXT = 20_000
"""Characters of a message or traceback that are kept."""


def tell(error: BaseException) -> Told:
    """An exception in words, without the machine's paths."""
    text = "".join(traceback.format_exception(error))
    return Told(type(error).__name__, without_paths(str(error))[:MOST_TEXT], without_paths(text)[-MOST_TEXT:])


def keep(folder: Path, key: str, place: Place, stage: str, told: Told, command: str) -> Failure:
    """Write the record of a failure in place of an earlier one of the same run."""
    path = folder / "failures" / f"{key}.json"
    tries = files.unsealed(path)["tries"] if path.exists() else 0
    scenario, point, replicate = place
    failure = Failure(scenario, replicate, point, stage, told.type, told.message, told.traceback, tries + 1, command)
    files.put(path, files.sealed({"key": key, **asdict(failure)}, indent=2))
    return failure


def load(folder: Path) -> dict[str, Failure]:
    """Every failure that is on record, by key. Raise :exc:`DamagedError`."""
    found = {}
    for path in sorted((folder / "failures").glob("*.json")):
        content = files.unsealed(path)
        key = content.pop("key")
        found[key] = Failure(**content)
    return found


def forget(folder: Path, key: str) -> None:
    """Delete the record of a failure: the run is done after all."""
    (folder / "failures" / f"{key}.json").unlink(missing_ok=True)


def without_paths(text: str) -> str:
    """``text`` without what is particular to a machine: where the project, its libraries and homes are."""
    text = text.replace(f"{ROOT}/", "").replace(str(ROOT), ".")
    text = re.sub(r"""[^\s"']*[/\\](?:site|dist)-packages[/\\]""", "", text)
    text = re.sub(r"""[^\s"']*[/\\]lib[/\\]python3[.\d]*[/\\]""", "", text)
    text = re.sub(r"""File "(?:[A-Za-z]:)?[/\\][^"]*[/\\]([^"/\\]+)\"""", r'File "\1"', text)
    return text.replace(str(Path.home()), "~") if str(Path.home()) != "/" else text
