"""The version of Headway, whether it is installed or runs from a clone."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def headway_version() -> str:
    """The version that the installation, or else ``pyproject.toml`` beside the code, states."""
    try:
        return version("headway")
    except PackageNotFoundError:
        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
