"""j: reading what was run: a report of many runs with and without its extract, and an answer on the page."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from benchmarks.asked import Asked
from benchmarks.children import HEADWAY, ROOT, finish
from benchmarks.table import Aim, Line

TITLE = "A report of 4 scenarios, and an answer on the page"
SCENARIOS, YEARS = 4, 10
PATIENCE = 600
"""Seconds that the page may take to answer."""


def measure(asked: Asked) -> Iterator[Line]:
    """The report of a study that is made up, then the page, asked twice by a process that knows only its addresses."""
    size = asked.sizes
    with tempfile.TemporaryDirectory() as folder:
        yield _report(Path(folder) / "study", size.report_replicates)
        yield from _page(Path(folder), pairs=max(4, size.report_replicates // 4))


def _report(folder: Path, replicates: int) -> Line:
    """Without an extract, and with the one that the first report leaves behind."""
    from tests.analysis.output.html.stores import write

    names = {f"scenario-{i}": f"Scenario {i}" for i in range(SCENARIOS)}
    store = write(folder, names, replicates, years=YEARS)
    shutil.rmtree(store.folder / "extract", ignore_errors=True)
    without, with_it = (finish([*HEADWAY, "report", str(store.folder)]) for _ in range(2))
    rows = sum(record["rows"] for record in store.records().values())
    figures = {
        "s": with_it.clock,
        "s without": without.clock,
        "processor": with_it.processor,
        "without": without.processor,
    }
    what = f"a report of {SCENARIOS} × {replicates} runs: without its extract ÷ with it"
    return Line(what, without.clock / with_it.clock, figures, Aim(most=10, of="s"), f"{rows:,} rows")


def _page(folder: Path, pairs: int) -> Iterator[Line]:
    """A question about 87 schools, and the same with another number of places."""
    command = [*HEADWAY, "app", "--port", "0", "--results", str(folder)]
    with Popen(command, cwd=ROOT, stderr=PIPE, text=True) as server:
        assert server.stderr is not None
        try:
            found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
            assert found is not None, "the page does not say where it is"
            for what, places in {"a new question": 2000, "a changed lever": 4000}.items():
                first, whole = _answer(found[0], pairs, places)
                figures = {"s to first numbers": first, f"s to {pairs} pairs": whole}
                yield Line(
                    f"the page, {what}: all ÷ first numbers",
                    whole / first,
                    figures,
                    Aim(most=3, of="s to first numbers"),
                )
        finally:
            server.terminate()


def _answer(address: str, pairs: int, places: int) -> tuple[float, float]:
    """Seconds to the first numbers and to all, as the page says when it is done. Raise :exc:`RuntimeError` if it never is."""
    programme = "excellence-in-leadership"
    fields = {"context": "eastern-region-2010", "years": YEARS, "scale": 100, "seed": 7, "pairs": pairs}
    fields |= {"p.0.title": "Mentors", "p.0.has": programme, f"p.0.{programme}:places.number": places}
    asked = Request(f"{address}/jobs", urlencode(fields).encode(), {"Origin": address})
    with urlopen(asked) as answer:
        job = answer.url
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with urlopen(job) as answer:
            text = answer.read().decode()
        if 'data-over="yes"' in text:
            done = re.search(r"pairs of runs in (\d+\.\d) seconds; first numbers after (\d+\.\d)", text)
            if done is None:
                break
            return float(done[2]), float(done[1])
        time.sleep(0.2)
    raise RuntimeError(f"the page did not answer {job}")
