"""Chromium, without a window and without the internet: what a page asks for, and what an automated check says about it."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import PATIENCE

AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))
NO_AXE = "axe-core is not here: npm install axe-core, or put the path of its axe.min.js into AXE_CORE"
"""Why a test that needs it is left out."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Served:
    """A folder served on loopback, with a list of what was asked for."""

    def __init__(self, folder: Path) -> None:
        asked: list[str] = []
        self.asked = asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                super().do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
        )
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Served:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def dom(address: str, profile: Path) -> str:
    """The page after all that it runs has run; no name but this machine's own is found."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}", "--virtual-time-budget=3000",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--dump-dom", address,
        ],
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    return done.stdout


@contextmanager
def watched(served: Served) -> Iterator[Callable[[str], tuple[list[str], list[str]]]]:
    """A function that opens a page of a site and tells what ran on it, and what was asked for, the page included."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )

        def look(name: str) -> tuple[list[str], list[str]]:
            page, happened, asked = opened.new_page(), [], []
            page.on("request", lambda request: asked.append(request.url.removeprefix(served.address)))
            page.on("dialog", lambda dialog: (happened.append(f"dialog: {dialog.message}"), dialog.dismiss()))
            page.on("pageerror", lambda error: happened.append(f"error: {error}"))
            page.goto(f"{served.address}/{name}")
            page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
            page.wait_for_timeout(50)
            if page.evaluate("() => document.title") == "ran":
                happened.append("a script ran")
            page.close()
            return happened, [one for one in asked if one != "/favicon.ico"]

        yield look
        opened.close()
