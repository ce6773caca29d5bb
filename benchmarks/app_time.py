"""How long the page takes to answer, seen from a real browser that is cut off from the internet.

python -m benchmarks.app_time [--pairs 50] [--pictures FOLDER]

Asks for `excellence-in-leadership` against nothing new in the eastern region: once with the form as it opens, then again
with a changed lever. A time runs from the key or the click to the figures on the screen. Needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEVER = '[id="p0-excellence-in-leadership-places.number"]'
CUT_OFF = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


def main() -> None:
    """Start the page, ask twice, and print how long each answer took."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", default="50")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        begun = perf_counter()
        command = [sys.executable, "-m", "analysis.cli", "app", "--port", "0", "--results", folder]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
        try:
            assert process.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
            assert found is not None
            page = playwright.chromium.launch(executable_path=asked.chromium, args=CUT_OFF).new_page()
            page.set_default_timeout(300_000)
            page.goto(f"{found[0]}/?context=eastern-region-2010")
            print(f"the page stands after {perf_counter() - begun:.1f} s")
            page.fill("#pairs", asked.pairs)
            before = _used(process.pid)
            begun = perf_counter()
            page.click("#run")
            page.wait_for_url("**/jobs/*")
            _answer(page, "a new question", begun)
            print(f"  processor {_used(process.pid) - before:.1f} s")
            before = _used(process.pid)
            begun = perf_counter()
            page.fill(LEVER, "4000")
            page.press(LEVER, "Tab")
            page.wait_for_selector("#job[data-over=no]")
            _answer(page, "a changed lever", begun)
            print(f"  processor {_used(process.pid) - before:.1f} s")
            if asked.pictures:
                page.screenshot(path=asked.pictures / "app.png", full_page=True)
        finally:
            process.terminate()
            process.wait(20)


def _answer(page: Page, what: str, begun: float) -> None:
    page.wait_for_selector("#live table")
    print(f"{what}: first numbers after {perf_counter() - begun:.1f} s")
    page.wait_for_selector("#job[data-over=yes]")
    print(f"{what}: all pairs after {perf_counter() - begun:.1f} s")


def _used(parent: int) -> float:
    """Processor seconds of a process and its children."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == parent or int(stat.parent.name) == parent:
            total += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return total


if __name__ == "__main__":
    main()
