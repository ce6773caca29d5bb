"""The page's own folder for what it writes while it runs, and what pages that were killed have left of theirs."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import UserError
from analysis.store.lock import NAME, locked

PREFIX = "headway-app-"
OLD = 60.0
"""Seconds for which a folder without a lock is taken for one that is just being made."""


@contextlib.contextmanager
def folder_of_own() -> Iterator[Path]:
    """An empty folder that nobody else can read, gone afterwards; those of pages that were killed are taken away first."""
    above = Path(tempfile.gettempdir())
    take_away(above)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with locked(folder):
            inside = folder / "jobs"
            inside.mkdir(mode=0o700)
            yield inside
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take_away(above: Path) -> None:
    """Delete the folders in ``above`` that pages of this user have left there without being able to tidy up."""
    for folder in sorted(above.glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError, UserError):
            if not _is_ours(folder):
                continue
            with locked(folder):
                shutil.rmtree(folder / "jobs", ignore_errors=True)
            (folder / NAME).unlink(missing_ok=True)
            folder.rmdir()


def _is_ours(folder: Path) -> bool:
    """Whether this is a folder, no link to one, of this very user, and not just made."""
    found = folder.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return folder.is_dir() and not folder.is_symlink() and mine and time.time() - found.st_mtime > OLD
