"""Make the pictures of README and the page of charts anew: ``python -m tests.docs.pictures [FOLDER]``; it needs Chromium.

They show one study: three policies in a sample of England, as :data:`STUDY` has it, run anew or taken from a folder of
its results. The picture of the page is made by hand from ``headway app``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from analysis.api import figures
from analysis.output.html.report import gather, render
from analysis.runs.plan import Options
from analysis.store import Store
from analysis.studies.compare.study import carry_out
from analysis.studies.compare.summing import Asked
from tests.analysis.output.html.browser import CHROMIUM

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
STUDY = ["england", "excellence-in-leadership", "npq-restored", "teaching-leaders"]
OPTIONS = Options(10, years=10, scale=0.01)
SIZE = (1280, 1560)
"""Pixels of the picture of the answer: the head of the report."""


def study(folder: Path) -> Store:
    """Run the study into ``folder``."""
    found = carry_out(STUDY, OPTIONS, Asked(out=folder)).folder
    assert found is not None
    return Store.open(found)


def draw_charts(store: Store, folder: Path) -> list[str]:
    """Write every chart that the study has enough for, and return their names."""
    drawn = figures(store)
    for name, figure in drawn.items():
        (folder / f"{name}.svg").write_text(figure.svg, encoding="utf-8")
    return list(drawn)


def photograph(store: Store, target: Path) -> None:
    """The head of the report as a picture. Raise :exc:`RuntimeError` without Chromium."""
    if CHROMIUM is None:
        raise RuntimeError("there is no Chromium here to make the picture with")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(render(gather(store, verify=False)), encoding="utf-8")
        subprocess.run(
            [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                f"--window-size={SIZE[0]},{SIZE[1]}", f"--screenshot={target}", page.as_uri(),
            ],
            check=True, capture_output=True,
        )  # fmt: skip


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(sys.argv[1])) if len(sys.argv) > 1 else study(Path(folder) / "study")
        print(f"Charts: {', '.join(draw_charts(store, IMAGES / 'charts'))}")
        photograph(store, IMAGES / "answer.png")
        print(f"Answer: {IMAGES / 'answer.png'}")


if __name__ == "__main__":
    main()
