"""Sites to ask, and the page in Chromium, cut off from the internet."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import Site

from tests.analysis.output.html.browser import CHROMIUM
from tests.servers import PATIENCE, served

ROOT = Path(__file__).parents[3]
CUT_OFF = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
WAIT = 1000 * PATIENCE
"""Milliseconds."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "results")
    yield made
    made.jobs.close()


@pytest.fixture
def idle(tmp_path: Path) -> Iterator[Site]:
    """A site whose runs never end by themselves."""
    made = Site(tmp_path / "results", hold=True)
    yield made
    made.jobs.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page is that ``headway app`` has started."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    folder = tmp_path_factory.mktemp("app")
    command = [sys.executable, "-m", "analysis.cli", "app", "--port", "0", "--results", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with served(command, r"http://127\.0\.0\.1:\d+", cwd=ROOT, env=environment) as server:
        yield server.wait()[0]


@pytest.fixture(scope="module")  # no longer: where it is, nothing else can have an event loop
def browser(address: str) -> Iterator[Any]:
    """Chromium, once the page is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CUT_OFF)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page about the eastern region, with a small question: nothing may be asked for elsewhere, nothing complained of."""
    context = browser.new_context(accept_downloads=True, bypass_csp=False)
    opened = context.new_page()
    context.set_default_timeout(WAIT)
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
    context.close()


@pytest.fixture
def any_page(browser: Any) -> Iterator[Any]:
    """A page that may be looked into by scripts of others."""
    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    context.set_default_timeout(WAIT)
    yield opened
    context.close()
