"""What results may be used for, and how to read them, in the words of ``limits.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIMITS: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "limits.toml").read_text(encoding="utf-8"))
"""Sentences, and lists of them, by name."""
