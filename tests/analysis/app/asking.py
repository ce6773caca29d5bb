"""Asking the page without a browser, a socket or another process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from analysis.app import worker
from analysis.app.guard import Guard, Rules
from analysis.app.jobs import Job, Jobs
from analysis.app.pages import application
from analysis.runs.crew import Here
from analysis.runs.work import Outcome, Work
from tests.servers import PATIENCE

HOST = "127.0.0.1:8765"
OWN = f"http://{HOST}"


class Held(Here):
    """Takes work in and does none of it until it is stopped."""

    def share_out(self, work: Work) -> Generator[Outcome, None, None]:
        """As :meth:`Here.share_out`."""
        while not work.stopped():
            time.sleep(0.05)
        yield from ()


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


class Site:
    """The whole application behind its guard."""

    def __init__(self, results: Path, hold: bool = False, token: str | None = None) -> None:
        worker._kept.clear()
        self.jobs = Jobs(Held() if hold else Here(), results)
        self.rules = Rules(frozenset({HOST, "localhost:8765"}), token)
        self.app = Guard(application(self.jobs, self.rules), self.rules)

    def ask(
        self,
        method: str,
        path: str,
        headers: list[tuple[str, str]] | None = None,
        chunks: list[bytes] | None = None,
        target: bytes | None = None,
        gone: bool = False,
    ) -> Answer:
        """One request with exactly these headers; the body comes in ``chunks``. Whoever asks stays, or is ``gone`` after it."""
        given = [("host", HOST)] if headers is None else headers
        where, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": where,
            "raw_path": target or where.encode(),
            "query_string": query.encode(),
            "headers": [(k.encode("latin-1"), v.encode("latin-1")) for k, v in given],
            "scheme": "http",
            "root_path": "",
            "http_version": "1.1",
            "server": ("127.0.0.1", 8765),
            "client": ("127.0.0.1", 1),
        }
        parts = list(chunks or [b""])
        self.read = 0
        sent: list[Any] = []

        async def receive() -> Any:
            if not parts and gone:
                await asyncio.sleep(0.05)
                return {"type": "http.disconnect"}
            if not parts:
                await asyncio.sleep(3600)
            part = parts.pop(0)
            self.read += len(part)
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        async def run() -> None:
            try:
                await self.app(scope, receive, send)
            except Exception:  # the server's log has it; what the client sees is in ``sent``
                if not sent:
                    raise

        asyncio.run(run())
        body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        found = {k.decode(): v.decode("latin-1") for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], found, body.decode())

    def post(self, path: str, fields: list[tuple[str, str]], headers: list[tuple[str, str]] | None = None) -> Answer:
        """A form as the page's own sends it."""
        given = [("host", HOST), ("origin", OWN)] if headers is None else headers
        kind = ("content-type", "application/x-www-form-urlencoded")
        return self.ask("POST", path, [*given, kind], [urlencode(fields).encode()])


def question(
    title: str = "More mentors", places: str = "6000", pairs: str = "3", years: str = "2"
) -> list[tuple[str, str]]:
    """The fields of a small question about the eastern region."""
    name = "excellence-in-leadership"
    return [
        ("context", "eastern-region-2010"),
        ("years", years),
        ("scale", "100"),
        ("seed", "7"),
        ("pairs", pairs),
        ("p.0.title", title),
        ("p.0.has", name),
        (f"p.0.{name}:places.number", places),
        (f"p.0.{name}:take_up.aware", "90"),
    ]


def ended(job: Job) -> Job:
    """The job once it is over."""
    end = time.monotonic() + PATIENCE
    while not job.over and time.monotonic() < end:
        time.sleep(0.05)
    assert job.over
    return job
