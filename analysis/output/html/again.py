"""Reading the scenarios of a manifest again: from the library, or from the files that the manifest keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.resolve import Scenario


@contextmanager
def named(described: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Scenario and context of one of the manifest's scenarios, as they can be named inside the ``with`` block."""
    given = described.get("given") or {}
    files: Mapping[str, str] = given.get("files") or {}
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = _inside(Path(folder), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = [given.get("scenario") or described["name"], given.get("context")]
        if not given:  # from a version that kept no more than the scenario as it was resolved
            found[1] = (described.get("resolved") or {}).get("context")
        scenario, context = (str(_inside(Path(folder), n)) if n is not None and n in files else n for n in found)
        yield str(scenario), context


def _inside(folder: Path, name: str) -> Path:
    """Where a file of the manifest goes in a folder: files that lay side by side still do, and none leads out of it."""
    parts = Path(os.path.normpath(name)).parts
    safe = [
        "up" if part == ".." else part.replace(":", "_") for part in parts if part not in (os.sep, Path(name).anchor)
    ]
    return folder.joinpath(*safe)


def scenario(described: Mapping[str, Any]) -> Scenario | None:
    """The scenario of the manifest as it was run; None if it cannot be read again or has changed since."""
    import scenarios

    with named(described) as (name, context):
        try:
            found = scenarios.load(name, context)
        except scenarios.InputError:
            return None
    found = replace(found, name=described["name"], scale=described["scale"], years=described["years"])
    return found if found.resolved() == described["resolved"] else None
