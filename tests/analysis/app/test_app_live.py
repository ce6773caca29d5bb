"""The page as ``headway app`` starts it, asked over a socket: where it listens, floods, endless bodies, and its token."""

import http.client
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers import PATIENCE, Server, served

ROOT = Path(__file__).parents[3]
TOKEN = "Zk3v9QxT2mB7pLr8WnYc5D"
MOST_GROWTH = 50_000
"""Kilobytes that a flood may add to the process's memory."""
FORM = {"content-type": "application/x-www-form-urlencoded"}

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="memory and sockets are read from /proc"
)


@dataclass
class Running:
    """A page that runs, with a session for it."""

    port: int
    server: Server
    session: dict[str, str] = field(default_factory=dict)

    @property
    def own(self) -> dict[str, str]:
        """Headers of a change that the page itself asks for."""
        return {"origin": f"http://127.0.0.1:{self.port}", **self.session}

    def ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body or None, self.session if headers is None else headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()}
        finally:
            connection.close()

    def memory(self) -> int:
        """Kilobytes of memory at its height so far."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])  # type: ignore[index]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("live")
    command = [sys.executable, "-m", "analysis.cli", "app", "--port", "0", "--workers", "1", "--results", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEADWAY_APP_TOKEN": TOKEN}
    with served(command, r"http://127\.0\.0\.1:(\d+)/", cwd=ROOT, env=environment) as server:
        made = Running(int(server.wait()[1]), server)
        status, _, headers = made.ask("POST", "/enter", urlencode({"token": TOKEN}), {**FORM, **made.own})
        assert status == 303
        made.session["cookie"] = headers["set-cookie"].split(";")[0]
        yield made


def test_it_listens_at_this_machines_own_address_alone(page: Running) -> None:
    """As the system sees it, and another loopback address is refused."""
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = [row.split() for row in Path(table).read_text().splitlines()[1:]] if Path(table).is_file() else []
        listening += [
            row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == page.port
        ]
    assert listening == ["0100007F"]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", page.port), timeout=PATIENCE)


def sent_without_end(page: Running, head: str, most: int) -> tuple[bytes, int]:
    """Send chunks until the page hangs up, or ``most`` bytes; what it answered, and how much it let itself be sent."""
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    size, answer = 0, b""
    with socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE) as open_:
        open_.sendall(head.encode())
        with suppress(ConnectionError):  # it has hung up; a page that merely takes no more is waited for, and fails
            while size < most:
                open_.sendall(chunk)
                size += len(chunk)
        with suppress(ConnectionError):
            while part := open_.recv(65536):
                answer += part
    return answer, size


@pytest.mark.parametrize("path", ["/form", "/jobs", "/jobs/none/stop", "/enter", "/static/app.css"])
def test_a_body_without_end_takes_no_memory_and_the_page_hangs_up(page: Running, path: str) -> None:
    """Chunked or with a length that lies, at every path; the server's memory stays and it still answers."""
    page.ask("POST", "/form", "", {**FORM, **page.own})  # what is imported at the first request is not the flood's
    before = page.memory()
    head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{page.port}\r\n"
    head += "".join(f"{key}: {value}\r\n" for key, value in {**FORM, **page.own}.items())
    # Sixty-four megabytes stand for ten gigabytes: it must have hung up long before.
    answer, size = sent_without_end(page, f"{head}transfer-encoding: chunked\r\n\r\n", 64_000_000)
    assert size < 16_000_000
    assert answer == b"" or re.match(rb"HTTP/1\.1 4\d\d ", answer)
    assert page.memory() - before < MOST_GROWTH
    for length in (10_000_000_000, 5):
        lying, size = sent_without_end(page, f"{head}content-length: {length}\r\n\r\n", 16_000_000)
        assert size < 16_000_000
        assert lying == b"" or re.match(rb"HTTP/1\.1 [234]\d\d ", lying)
        assert length == 5 or lying == b"" or lying.startswith(b"HTTP/1.1 413")
    assert page.memory() - before < MOST_GROWTH
    assert page.ask("GET", "/")[0] == 200


@pytest.mark.parametrize(
    "half", ["GET / HTTP/1.1\r\nhost: ", "POST /form HTTP/1.1\r\n{own}content-length: 1000\r\n\r\nseed="]
)
def test_half_sent_requests_shut_nobody_out(page: Running, half: str) -> None:
    """A hundred and twenty halves of a header, or of a body: the page still answers its owner, who needs no patience for it."""
    own = "".join(
        f"{key}: {value}\r\n" for key, value in {"host": f"127.0.0.1:{page.port}", **FORM, **page.own}.items()
    )
    with ExitStack() as opened:
        for _ in range(120):
            one = opened.enter_context(socket.create_connection(("127.0.0.1", page.port), timeout=PATIENCE))
            one.sendall(half.replace("{own}", own).encode())
        assert [page.ask("GET", "/")[0] for _ in range(5)] == [200] * 5
    assert page.ask("GET", "/")[0] == 200


def test_a_body_that_is_too_large_is_told_so_in_words(page: Running) -> None:
    """A little above the limit, the sender gets the answer rather than a broken connection."""
    status, text, _ = page.ask("POST", "/form", "seed=" + "1" * 1_300_000, {**FORM, **page.own})
    assert status == 413
    assert "1 MB" in text


def test_a_thousand_posts_are_told_to_wait_and_the_page_lives(page: Running) -> None:
    """Four wait, the others are told so, and memory does not grow with them."""
    fields = urlencode(
        [
            ("context", "eastern-region-2010"),
            ("years", "30"),
            ("scale", "100"),
            ("seed", "7"),
            ("pairs", "300"),
            ("p.0.title", "x"),
            ("p.0.has", "npq"),
        ]
    )
    jobs = []

    def post(_number: int) -> int:
        status, _, headers = page.ask("POST", "/jobs", fields, {**FORM, **page.own, "x-part": "yes"})
        jobs.append(headers.get("x-where", ""))
        return status

    before = page.memory()
    try:
        with ThreadPoolExecutor(8) as threads:
            statuses = Counter(threads.map(post, range(1000)))
        assert set(statuses) == {200, 429}
        assert statuses[200] == 4
        assert page.ask("GET", "/")[0] == 200
        assert page.memory() - before < 4 * MOST_GROWTH
    finally:
        for job in filter(None, jobs):
            assert page.ask("POST", f"{job}/stop", "", page.own)[0] == 303


def test_the_token_is_told_once_and_guessing_locks(page: Running) -> None:
    """It stands once in the log and in no answer or header; guesses end in 429, and the log holds no session."""
    for path in (f"/?token={TOKEN}", f"/enter?token={TOKEN}", f"/jobs/{TOKEN}", f"/static/{TOKEN}"):
        for headers in ({}, {"referer": f"http://127.0.0.1:{page.port}/?token={TOKEN}"}):
            status, text, answered = page.ask("GET", path, "", headers)
            assert status in (200, 401)
            assert TOKEN not in text
            assert not any(TOKEN in value for value in answered.values())
            assert answered["referrer-policy"] == "same-origin"
    assert page.ask("GET", "/", "", {"cookie": f"headway_session={TOKEN}"})[0] == 401
    guesses = [
        page.ask("POST", "/enter", urlencode({"token": f"{TOKEN[:-1]}{n}"}), {**FORM, **page.own})[0] for n in range(12)
    ]
    assert (set(guesses[:9]), guesses[10:]) == ({403}, [429, 429])  # an odd form to /enter, above, was a guess as well
    assert page.ask("POST", "/enter", urlencode({"token": TOKEN}), {**FORM, **page.own})[0] == 429
    assert page.ask("GET", "/")[0] == 200
    told = page.server.said
    assert told.count(TOKEN) == 1
    assert TOKEN[:-1] not in told.replace(TOKEN, "")
    assert page.session["cookie"].partition("=")[2] not in told
    assert "Traceback" not in told
