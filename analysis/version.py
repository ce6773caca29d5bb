"""The version of Headway, whether it is installed or runs from a clone."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def headway_version() -> str:
    """The version that the installation, or else ``pyproject.toml`` beside the code, states."""
    try:
        return version("headway")
    except PackageNotFoundError:
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]


@cache
def model_version() -> str:
    """The version, and a digest of the source of the model: equal only for models that compute the same way."""
    import hashlib

    digest = hashlib.sha256()
    folder = Path(__file__).resolve().parent.parent / "simulation"
    for path in sorted(folder.rglob("*.py"), key=lambda p: p.relative_to(folder).parts):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{headway_version()}+{digest.hexdigest()[:16]}"
