"""The page in Chromium, cut off from the internet: choose, run, change a lever, save, and by keyboard."""

import json
import math
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from browsing import over

ROOT = Path(__file__).parents[3]
LEVER = '[id="p0-excellence-in-leadership-places.number"]'


def asked_again(page: Any, before: str) -> str:
    """What is found once there is another job than ``before``, however soon it is over."""
    page.wait_for_selector(f'#job[data-over=yes]:not([data-stream="{before}"])')
    return str(page.inner_text("#live"))


def test_a_changed_lever_changes_the_figures_and_the_saved_scenario_has_it(page: Any, tmp_path: Path) -> None:
    """What is typed is asked anew by itself, and is what the downloaded file says."""
    page.click("#run")
    first, job = over(page), page.get_attribute("#job", "data-stream")
    assert "Costs of programmes" in first
    page.fill(LEVER, "12000")
    page.press(LEVER, "Tab")
    assert asked_again(page, job) != first
    with page.expect_download() as download:
        page.click("text=Save scenario")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == "excellence-in-leadership.yaml"
    assert "places.number: 12000" in saved.read_text(encoding="utf-8")


def amount(shown: str) -> tuple[float, float] | None:
    """A number on the page and half of its last digit: ``+£1.3m`` as 1,300,000 and 50,000; None for words."""
    found = re.fullmatch(r"([+−]?)£?([\d,]+(?:\.(\d+))?)(m|%| pts)?", shown)
    if found is None:
        return None
    sign, digits, decimals, unit = found.groups()
    factor = {"m": 1e6, "%": 0.01, " pts": 0.01}.get(unit, 1.0) * (-1 if sign == "−" else 1)
    # Whatever it is, it is rounded to the digit that chance leaves, so zeros at the end of a whole number may be rounded.
    whole = digits.replace(",", "")
    places = -len(decimals) if decimals else len(whole) - len(whole.rstrip("0"))
    return factor * float(whole), abs(factor) * 10**places / 2


def test_the_saved_scenario_gives_the_numbers_of_the_page_on_the_command_line(page: Any, tmp_path: Path) -> None:
    """Row by row, the table of the page is what the command beside it prints."""
    page.fill("#years", "2")
    page.click("#run")
    over(page)
    job = page.get_attribute("#job", "data-stream")
    page.fill(LEVER, "9000")
    page.press(LEVER, "Tab")
    asked_again(page, job)
    with page.expect_download() as download:
        page.click("text=Save scenario")
    download.value.save_as(tmp_path / download.value.suggested_filename)
    page.click("text=The same numbers on the command line")
    command = shlex.split(page.inner_text("#command code"))
    assert command[:2] == ["headway", "compare"]
    printed = subprocess.run(
        [sys.executable, "-m", "analysis.cli", *command[1:], "--json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout
    records = [one for one in json.loads(printed) if "policy" in one and one["policy"] != one["base"]]
    rows = page.locator("#table-1 tbody tr").evaluate_all(
        "all => all.map(row => [...row.cells].map(c => c.innerText.replaceAll('\u2060', '')))"
    )
    assert len(rows) == len(records) > 20
    changed = 0
    for (figure, base, policy, difference, interval, words, *_), record in zip(rows, records, strict=True):
        low, _, high = interval.partition(" to ")
        cells = {"base_mean": base, "policy_mean": policy, "difference": difference, "low": low, "high": high or low}
        for name, cell in cells.items():
            read = amount(cell if record["unit"] != "share" or cell.endswith(("%", " pts")) else f"{cell} pts")
            if read is None or record[name] is None:
                continue
            near = 1.001 * read[1]
            if read[0] == 0 and record["unit"] == "GBP":
                near = record["standard_error"]  # rounded to its first digit, which a bare zero does not show
            assert math.isclose(read[0], record[name], rel_tol=1e-9, abs_tol=near), (figure, name, cell)
            changed += name == "difference" and read[0] != 0
        assert words == {"no difference can be told": "cannot tell"}.get(record["words"], words)
    assert changed > 5


def test_it_works_by_keyboard_alone_and_shows_where_it_is(page: Any) -> None:
    """Run, go to a lever and its slider, and change it by a key; the focus has an outline."""
    page.focus("#seed")
    page.keyboard.press("Enter")
    over(page)
    job = page.get_attribute("#job", "data-stream")
    page.focus(LEVER)
    outline = page.locator(LEVER).evaluate("one => getComputedStyle(one).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("type") == "range"
    page.keyboard.press("ArrowRight")
    asked_again(page, job)
    assert page.input_value(LEVER) == "3001"


def test_markup_in_a_name_runs_nowhere(page: Any) -> None:
    """A policy's name is text in the result and in the pipeline."""
    page.fill("#p0-title", "<img src=x onerror=alert(1)><script>alert(2)</script>")
    page.click("#run")
    assert "<img src=x" in over(page)
    page.click("text=Watch the pipeline")
    page.wait_for_selector("table.pipeline")


def test_it_fits_a_phone(page: Any) -> None:
    """Results are no wider than a narrow screen."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.click("#run")
    over(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 375
