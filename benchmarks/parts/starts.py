"""g: how long somebody waits for the first words: --help, check, and a first answer, with nothing compiled yet and the second time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.asked import Asked
from benchmarks.children import HEADWAY, Ended, finish
from benchmarks.table import Aim, Line

TITLE = "Starts: --help, check, a first answer, cold ÷ warm"
SCENARIO = """title: Mentors for new leaders
summary: Assumes that 4,000 new leaders a year can have a mentor.
extends: england
programmes:
  excellence-in-leadership:
    places: {number: 4000}
"""


def measure(asked: Asked) -> Iterator[Line]:
    """Words first, then the answer where nothing has been compiled, and again."""
    turns, scale = asked.sizes.turns, asked.sizes.first_scale
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "scenario.yaml"
        scenario.write_text(SCENARIO, encoding="utf-8")
        for what, command in {"--help": ["--help"], "check, a file": ["check", str(scenario)]}.items():
            ended = [finish([*HEADWAY, *command]) for _ in range(turns)]
            yield Line(f"headway {what}", None, _seconds(ended))
        kept = {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")}

        def answer() -> Ended:
            """The answer of a process that finds no more compiled than earlier ones have left in the folder."""
            out = Path(tempfile.mkdtemp(dir=folder)) / "run"
            command = ["run", "england", "--scale", str(scale), "--replicates", "1", "--out", str(out)]
            return finish([*HEADWAY, *command], environment=kept)

        cold = answer()
        warm = [answer() for _ in range(turns)]
    compiling = cold.processor - median(e.processor for e in warm)
    ratio = cold.clock / median(e.clock for e in warm)
    figures = {"s": cold.clock, "processor": cold.processor, "compiling": compiling}
    yield Line(f"first answer, {100 * scale:g}% of england: cold ÷ warm", ratio, figures, Aim(most=10, of="compiling"))
    yield Line("the same in a second process", None, _seconds(warm), Aim(most=3, of="processor"))


def _seconds(ended: list[Ended]) -> dict[str, float]:
    return {"s": median(e.clock for e in ended), "processor": median(e.processor for e in ended)}
