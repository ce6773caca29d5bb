"""What lies where in a folder of results, told by its name: whatever else lies there is somebody else's, and is left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.store import files
from analysis.store.record import Place

FORMAT = 4
"""Raised when the layout of the folder changes."""
MANIFEST, EXPECTED, LOCK = "manifest.json", "expected.json", "lock"
FOLDERS = ("runs", "batches", "tables/results", "tables/runs", "failures")
ASIDE = "damaged"
"""Where a repair puts what is damaged."""
OURS = {MANIFEST, EXPECTED, LOCK, ASIDE, "charts", "report", "extract", *(name.split("/")[0] for name in FOLDERS)}
OF_SYSTEMS = {".DS_Store", ".directory", ".localized", "Thumbs.db", "desktop.ini", "lost+found"}
"""What systems put into any folder: one that holds nothing else is empty."""

_RUN, _BATCH, _FAILURE = (
    re.compile(f"{name}$") for name in (r"[0-9a-f]{64}\.run", r"batch-[0-9a-f]{16}\.json", r"[0-9a-f]{64}\.json")
)


def runs(folder: Path) -> list[Path]:
    """The files of runs that have not been folded into a batch, by name."""
    return _named(folder / "runs", _RUN)


def batches(folder: Path) -> list[Path]:
    """The indices of batches, by name."""
    return _named(folder / "batches", _BATCH)


def failures(folder: Path) -> list[Path]:
    """The records of runs that have failed, by name."""
    return _named(folder / "failures", _FAILURE)


def _named(folder: Path, name: re.Pattern[str]) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if name.match(path.name))
    except FileNotFoundError:  # a copy may have dropped a folder that was empty
        return []
    except NotADirectoryError:
        raise files.DamagedError(folder, "this is a file, and a folder is due here") from None
    except OSError as error:
        raise files.cannot_read(folder, error) from error


def make_folders(folder: Path) -> None:
    """Make the folders of a store that are not there. Raise :exc:`UserError` if that cannot be done."""
    for name in FOLDERS:
        files.folder(folder / name)


def check_folder(folder: Path) -> None:
    """Raise :exc:`UserError` unless results may go into ``folder``: it is absent, empty, or holds results already."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir():
        raise UserError(str(folder), "this is a file, and results go into a folder", "Name a new folder.")
    try:
        names = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise files.cannot_read(folder, error) from error
    foreign = sorted(name for name in names - OURS - OF_SYSTEMS if not name.endswith(".tmp"))
    if foreign and not {MANIFEST, EXPECTED} & names:
        raise UserError(
            str(folder), f"the folder is not empty and holds what is not results of headway, such as {foreign[0]}",
            "Name a new folder, or empty this one.",
        )  # fmt: skip


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the manifest says. Raise :exc:`UserError` for a format that this version does not read, or no results."""
    path = folder / MANIFEST
    if not path.exists():
        if (folder / EXPECTED).exists() or batches(folder) or runs(folder):
            raise files.DamagedError(path, files.MISSING)
        raise UserError(
            str(folder), "no results of headway here", "Name a folder that headway run or sweep has written."
        )
    manifest = files.unsealed(path, "format", "digest")
    if manifest["format"] != FORMAT:
        raise UserError(
            str(folder), f"its format is {manifest['format']}, and this version reads {FORMAT}",
            "Read it with the version that the manifest names.",
        )  # fmt: skip
    return manifest


def expected_in(folder: Path, study: str) -> dict[str, Place]:
    """The runs that the folder is to have. Raise :exc:`DamagedError` if it does not say so, or says so of another ``study``."""
    path = folder / EXPECTED
    content = files.unsealed(path, "runs")
    if content.get("study", study) != study:
        there = {key for index in batches(folder) for key in (r["key"] for r in files.unsealed(index, "runs")["runs"])}
        there |= {run.stem for run in runs(folder)}
        wrong = folder / MANIFEST if there & content["runs"].keys() else path
        raise files.DamagedError(wrong, "it belongs to another study than what lies here")
    return {key: (place[0], place[1], place[2]) for key, place in content["runs"].items()}


def expecting(study: str, places: Mapping[str, Place]) -> bytes:
    """The file that :func:`expected_in` reads."""
    return files.sealed({"study": study, "runs": {key: list(place) for key, place in places.items()}})


def is_taken(folder: Path, study: str) -> bool:
    """Whether the folder is of another ``study`` and holds runs of it; one without runs can be used again.

    Raise :exc:`DamagedError` for the manifest of another study beside what is expected of this one.
    """
    path = folder / MANIFEST
    if not path.exists():
        return False
    there = files.unsealed(path, "format", "digest")
    if is_of(there, study) or not (runs(folder) or batches(folder)):
        return False
    if (folder / EXPECTED).exists() and files.unsealed(folder / EXPECTED, "runs").get("study") == study:
        raise files.DamagedError(path, "it belongs to another study than what lies here")
    return True


def is_of(manifest: Mapping[str, Any], study: str) -> bool:
    """Whether a manifest is of a study, and in this format."""
    return (manifest["format"], manifest["digest"]) == (FORMAT, study)
