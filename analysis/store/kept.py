"""What is kept of some work that ends before its end: said by the error or the interruption that ends it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import UserError
from analysis.store.store import Store


@contextlib.contextmanager
def telling_what_is_kept(folder: Path | None) -> Iterator[None]:
    """Let what ends the work meanwhile say how many runs are kept in ``folder``; None where nothing is to be kept."""
    try:
        yield
    except BaseException as error:
        if folder is not None and not isinstance(error, UserError):
            with contextlib.suppress(UserError, OSError):  # no folder of results, or none that can be read
                Store.open(folder).note_what_is_kept(error)
        raise
