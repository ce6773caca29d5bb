"""Writes the newest figures of the history into the page ``docs/background/scale.md``; ``python -m benchmarks.page`` by hand."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import history
from benchmarks.children import ROOT
from benchmarks.history import HISTORY
from benchmarks.scale import at_scale
from benchmarks.table import markdown

PAGE = ROOT / "docs" / "background" / "scale.md"
SHOWN = {
    "year": {
        "a": ("a year of England", "peak memory"),
        "b": ("",),
        "c": ("a year ÷ floor", "one pass"),
        "d": ("a replicate",),
    },
    "sizes": {"e": ("",)},
    "cluster": {"f": ("store and engine",), "i": ("",)},
}
"""For each block of the page, the parts whose lines it shows, and how those lines begin."""


def written(text: str, file: Path = HISTORY) -> str:
    """The page's text with its blocks as the history has them now."""
    latest = history.latest(file)
    blocks = {name: _lines(latest, shown) for name, shown in SHOWN.items()}
    blocks["scale"] = markdown(line.record() for line in at_scale(latest))
    blocks["when"] = "\n".join(f"- {measured}; {measured.machine}" for measured in latest)
    blocks["tried"] = "\n".join(f"- {entry['tried']}: {entry['found']}." for entry in history.tried(file))
    for name, block in blocks.items():
        begin, end = f"<!-- measured: {name} -->\n", "\n<!-- end -->"
        text = re.sub(
            rf"(?<={begin}).*?(?={end})", lambda _, block=block: f"\n{block}\n", text, count=1, flags=re.DOTALL
        )
    return text


def _lines(latest: list[history.Measured], shown: dict[str, tuple[str, ...]]) -> str:
    return markdown(
        line for measured in latest if measured.part in shown for line in measured.lines
        if line["what"].startswith(shown[measured.part])
    )  # fmt: skip


def renew() -> None:
    """Write the page anew."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    renew()
