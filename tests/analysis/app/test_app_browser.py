"""The page in a real browser, cut off from the internet: choose, run, change a lever, save, and by keyboard."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
CHROMIUM = Path("/usr/bin/chromium")
CUT_OFF = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
LEVER = '[id="p0-excellence-in-leadership-places.number"]'
WAIT = 240_000
"""Milliseconds; a busy machine compiles slowly."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("starlette", reason="the extra app is not installed")
    pytest.importorskip("multipart", reason="the extra app is not installed")
    pytest.importorskip("playwright", reason="playwright is not installed")
    if not CHROMIUM.is_file():
        pytest.skip("there is no Chromium")
    folder = tmp_path_factory.mktemp("app")
    command = [sys.executable, "-m", "analysis.cli", "app", "--port", "0", "--results", str(folder)]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stderr.readline())
    assert found is not None
    yield found[0]
    process.terminate()
    process.wait(20)
    process.stderr.close()


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CUT_OFF)
        context = browser.new_context(accept_downloads=True, bypass_csp=False)
        opened = context.new_page()
        opened.set_default_timeout(WAIT)
        asked: list[str] = []
        complaints: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on(
            "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
        )
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("dialog", lambda dialog: complaints.append("a script ran: " + dialog.message))
        opened.goto(f"{address}/?context=eastern-region-2010")
        opened.fill("#years", "3")
        opened.fill("#pairs", "4")
        yield opened
        assert [url for url in asked if not url.startswith(address)] == []
        assert complaints == []
        browser.close()


def over(page: Any) -> str:
    page.wait_for_selector("#job[data-over=yes]")
    return str(page.inner_text("#live"))


def asked_again(page: Any, before: str) -> str:
    """What is found once there is another job than ``before``, however soon it is over."""
    page.wait_for_selector(f'#job[data-over=yes]:not([data-stream="{before}"])')
    return str(page.inner_text("#live"))


def test_a_changed_lever_changes_the_figures_and_the_saved_scenario_has_it(page: Any, tmp_path: Path) -> None:
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


def test_it_works_by_keyboard_alone_and_shows_where_it_is(page: Any) -> None:
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
    page.fill("#p0-title", "<img src=x onerror=alert(1)><script>alert(2)</script>")
    page.click("#run")
    assert "<img src=x" in over(page)
    page.click("text=Watch the pipeline")
    page.wait_for_selector("table.pipeline")


def test_it_fits_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.click("#run")
    over(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 375


def test_no_violation_of_accessibility_is_found(page: Any, address: str) -> None:
    places = [os.environ.get("HEADWAY_AXE", ""), str(ROOT / "node_modules" / "axe-core" / "axe.min.js")]
    axe = next((Path(place) for place in places if place and Path(place).is_file()), None)
    if axe is None:
        pytest.skip("axe-core is not there: npm install axe-core, or HEADWAY_AXE with the path of axe.min.js")
    page.click("#run")
    over(page)
    job = page.url
    checked = page.context.browser.new_context(bypass_csp=True).new_page()
    for url in (
        f"{address}/?programme=npq&programme=schools-partnership",
        job,
        f"{job}/pipeline",
        f"{address}/jobs/none",
    ):
        checked.goto(url)
        checked.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
        checked.evaluate(axe.read_text(encoding="utf-8"))
        found = checked.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found["violations"]] == [], url
