"""Who may talk to the page, and how much they may send."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analysis.app.guard import MOST_BODY, Rules, weak_token
from analysis.app.server import _listen, _token, hosts
from analysis.errors import UserError

if TYPE_CHECKING:
    from asking import Site

HOST, OWN = "127.0.0.1:8765", "http://127.0.0.1:8765"
FOREIGN_HOSTS = [
    "evil.example", "evil.example:8765", "localhost", "localhost.:8765", "localhost:80", "localhost:08765", "LOCALHOST:8765",
    "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8765:8765", "127.0.0.1.:8765", "127.1:8765", "0.0.0.0:8765", "[::1]:8765",
    "2130706433:8765", "0x7f.0.0.1:8765", "127.0.0.1:8765.evil.example", "evil@127.0.0.1:8765", "127.0.0.1:8765/evil",
    " 127.0.0.1:8765", "127.0.0.1:8765 ", "localhost:8765.", "xn--localhost:8765", "", "127.0.0.1:8765,evil.example",
]  # fmt: skip
FOREIGN_ORIGINS = [
    "null", "http://evil.example", "http://localhost.evil.com:8765", "http://127.0.0.1:8765.evil.example", "https://127.0.0.1:8765",
    "http://127.0.0.1", "http://127.0.0.1:80", "http://127.0.0.1:87650", "http://localhost:8765", "HTTP://127.0.0.1:8765",
    "http://127.0.0.1:8765/", "http://evil@127.0.0.1:8765", "file://", "", "http://127.0.0.1:8765 http://evil.example",
]  # fmt: skip
TRAVERSALS = [
    *(f"/static/{'../' * n}{end}" for n in (1, 3, 8) for end in ("etc/passwd", "server.py", "templates/page.html")),
    "/static/..%2f..%2fserver.py", "/static/%2e%2e/server.py", "/static/....//server.py", "/static/..\\server.py",
    "/static//etc/passwd", "/static/app.css/../../server.py", "/static/\x00", "/static/app.css\x00.html",
    "/static/C:\\Windows\\win.ini", "/static/file:///etc/passwd", "/jobs/../../etc/passwd", "/jobs/..", "/jobs/%2e%2e%2f",
    "/jobs/x/files/../../../etc/passwd.yaml", "/jobs/x/files/..%2f..%2fetc%2fpasswd.yaml", "/jobs/x/files/.yaml",
    "/jobs/x/files//etc/passwd.yaml", "/jobs/x/report", "/jobs/x/report/../../..", "/../etc/passwd", "//etc/passwd",
    "/?context=../../etc", "/?context=/etc/passwd", "/?programme=../library/england", "/?programme=/etc/passwd",
    "/?programme=..%2f..%2fetc%2fpasswd", "/?programme=a.yaml", "/?programme=" + "a" * 70, "/?programme=npq%00",
    "/?programme=NPQ", "/?programme=-npq", "/?programme=npq/", "/?programme=.npq", "/?programme=npq%0a",
]  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_host_that_is_not_exactly_the_pages_is_refused(site: "Site", host: str) -> None:
    """Against rebinding of names: near misses, other ports and other spellings are all foreign."""
    assert site.ask("GET", "/", [("host", host)]).status == 400


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("host", HOST), ("host", "evil.example")],
        [("host", HOST), ("host", HOST)],
        [("host", HOST), ("x-forwarded-host", "evil.example")],
        [("host", HOST), ("forwarded", "host=evil.example")],
    ],
)
def test_no_host_two_hosts_and_forwarded_hosts_are_refused(site: "Site", headers: list[tuple[str, str]]) -> None:
    """The host is stated once, by the header that browsers set, or not at all."""
    assert site.ask("GET", "/", headers).status == 400


def test_an_absolute_address_as_target_is_refused(site: "Site") -> None:
    """A request as for a proxy is not one for this page."""
    assert site.ask("GET", "http://evil.example/", target=b"http://evil.example/").status == 400


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_change_from_another_origin_is_refused_and_changes_nothing(idle: "Site", origin: str) -> None:
    """A foreign page can send a form; it starts no job."""
    from asking import question

    answer = idle.post("/jobs", question(), [("host", HOST), ("origin", origin)])
    assert answer.status == 403
    assert not idle.jobs._jobs


def test_a_change_needs_one_origin_of_its_own_and_no_foreign_site(idle: "Site") -> None:
    """None, two, or a foreign fetch site beside the right one are refused; the right one alone is served."""
    from asking import question

    for headers in ([], [("origin", OWN), ("origin", OWN)], [("origin", OWN), ("sec-fetch-site", "cross-site")]):
        assert idle.post("/jobs", question(), [("host", HOST), *headers]).status == 403
    assert idle.post("/jobs", question(), [("host", HOST), ("origin", OWN)]).status == 303


def test_other_pages_cannot_read_results_but_a_link_from_elsewhere_opens_the_page(site: "Site") -> None:
    """Embedding is refused, following a link is not."""
    foreign = [("host", HOST), ("sec-fetch-site", "cross-site")]
    assert site.ask("GET", "/static/app.css", [*foreign, ("sec-fetch-mode", "no-cors")]).status == 403
    assert site.ask("GET", "/", [*foreign, ("sec-fetch-mode", "navigate")]).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"])
def test_other_methods_are_refused(site: "Site", method: str) -> None:
    """The page knows GET and POST, and answers 405 to the rest."""
    assert site.ask(method, "/", [("host", HOST), ("origin", OWN)]).status == 405


def test_a_body_without_end_is_cut_off_as_it_comes(site: "Site") -> None:
    """No more is read of 128 MB than the limit and a chunk."""
    kind = ("content-type", "multipart/form-data; boundary=x")
    start = b'--x\r\ncontent-disposition: form-data; name="p.0.file"; filename="a.yaml"\r\n\r\n'
    chunks = [start, *[b"a" * 64_000 for _ in range(2000)]]
    answer = site.ask(
        "POST", "/form", [("host", HOST), ("origin", OWN), kind, ("transfer-encoding", "chunked")], chunks
    )
    assert answer.status == 413
    assert site.read <= MOST_BODY + 64_000


@pytest.mark.parametrize(("length", "read"), [(1_300_000, 1_300_000), (10_000_000, 0)])
def test_a_file_somewhat_too_large_is_taken_in_first_so_that_its_sender_reads_why(
    site: "Site", length: int, read: int
) -> None:
    """Hanging up on somebody who is still sending can lose the answer on its way; what is huge is not waited for."""
    headers = [("host", HOST), ("origin", OWN), ("content-length", str(length))]
    answer = site.ask("POST", "/form", headers, [b"1" * 100_000] * (length // 100_000))
    assert (answer.status, "1 MB" in answer.text, site.read) == (413, True, read)
    assert (answer.headers.get("connection") == "close") is (read == 0)


def test_lengths_that_lie_or_are_too_large_are_refused(site: "Site") -> None:
    """A length that is no number, huge, or shorter than what follows does not make the page read on."""
    for length in ("10000000000", "-1", "1e3", "0x10", "9" * 5000, "\u00b2"):
        headers = [("host", HOST), ("origin", OWN), ("content-length", length)]
        assert site.ask("POST", "/form", headers, [b"x"]).status == 413
    both = [("host", HOST), ("origin", OWN), ("content-length", "5"), ("transfer-encoding", "chunked")]
    assert site.ask("POST", "/form", both, [b"seed="]).status == 400
    assert site.ask("POST", "/form", [*both[:3], ("content-length", "6")], [b"seed="]).status == 400
    lies = [
        ("host", HOST),
        ("origin", OWN),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-length", "5"),
    ]
    assert site.ask("POST", "/form", lies, [b"seed=" + b"1" * 100_000] * 20).status in (400, 413)
    assert site.read <= MOST_BODY + 100_005


@pytest.mark.parametrize(
    "charset", ["raw_unicode_escape", "undefined", "punycode", "utf-16", "utf-7", "rot13", "\u00ff"]
)
@pytest.mark.parametrize("path", ["/form", "/jobs", "/enter"])
def test_a_form_in_a_charset_of_the_senders_choice_is_refused(tmp_path: Path, charset: str, path: str) -> None:
    """Codecs that could make surrogates or run rules of their own are answered with 400, at every form."""
    from asking import Site

    site = Site(tmp_path, token="Zk3v9QxT2mB7pLr8WnYc5D" if path == "/enter" else None)
    body = b"".join(
        b'--x\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field
        for field in ((b"context", b"england"), (b"p.0.title", b"\\ud800"), (b"token", b"\\ud800"))
    )
    try:
        for kind in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
            headers = [("host", HOST), ("origin", OWN), ("content-type", f"{kind}; charset={charset}")]
            assert site.ask("POST", path, headers, [body + b"--x--\r\n"]).status == 400
    finally:
        site.jobs.close()


_opened: list[str] = []
_listening = [False]


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _listening[0] and event == "open" and isinstance(arguments[0], str | bytes):
        _opened.append(str(arguments[0]))


sys.addaudithook(_hear)


def test_no_address_opens_a_file_outside_the_project(site: "Site") -> None:
    """Forty and more ways up and out of the folder end in 400 or 404, and no file is even opened."""
    import analysis

    allowed = (str(Path(analysis.__file__).parents[1]), sys.prefix, sys.base_prefix)
    site.ask("GET", "/")  # what is imported on first use is imported
    _opened.clear()
    _listening[0] = True
    try:
        answers = {path: site.ask("GET", path) for path in TRAVERSALS}
    finally:
        _listening[0] = False
    assert len(TRAVERSALS) >= 40
    assert [one for one in _opened if not one.startswith(allowed)] == []
    for path, answer in answers.items():
        assert answer.status in (400, 404), path
        assert "root:" not in answer.text
        assert "Traceback" not in answer.text
        assert "def serve" not in answer.text


def test_no_scenario_of_somebodys_own_opens_a_file_outside_the_project(site: "Site", tmp_path: Path) -> None:
    """Paths in any field that names something are refused before any file is opened."""
    from asking import question

    import analysis

    (tmp_path / "secret.yaml").write_text("title: secret\n")
    head = "title: x\nsummary: x\nextends: "
    wheres = ["/etc/passwd", "../" * 9 + "etc/passwd", f"{tmp_path}/secret.yaml", "../secret.yaml", "~root/x.yaml", "file:///etc/passwd",
              "/dev/stdin", "/proc/self/environ", "$HOME/x.yaml", "..\\\\secret.yaml"]  # fmt: skip
    texts = [head + json.dumps(where) + "\n" for where in wheres]
    texts += [head + f"eastern-region\nprogrammes:\n  a: {{file: {json.dumps(where)}}}\n" for where in wheres]
    texts += [head + f"eastern-region\ncontext: {json.dumps(where)}\n" for where in wheres]
    first = question()[:5]
    posts = [[*first, ("p.0.title", "x"), ("p.0.written", text), ("p.0.written_name", "mine")] for text in texts]
    posts += [[*first, ("p.0.title", "x"), ("p.0.has", where)] for where in wheres]
    posts += [[*question(), ("p.0.written", head + "england\n"), ("p.0.written_name", where)] for where in wheres]
    posts += [[*question(), ("replaces", where), ("seed2", where), ("context", where)] for where in wheres]
    allowed = (str(Path(analysis.__file__).parents[1]), sys.prefix, sys.base_prefix, str(site.jobs._root))
    site.post("/jobs", [*first, ("p.0.title", "x"), ("p.0.written", head + "nowhere\n"), ("p.0.written_name", "mine")])
    _opened.clear()
    _listening[0] = True
    try:
        answers = [site.post("/jobs", fields) for fields in posts]
    finally:
        _listening[0] = False
    assert len(answers) >= 40
    # "mine" is the job's own folder, opened from the one it lies in to be taken away again.
    assert [one for one in _opened if not one.startswith(allowed) and one != "mine"] == []
    assert any(str(site.jobs._root) in one for one in _opened)
    for fields, answer in zip(posts, answers, strict=True):
        assert answer.status in (400, 422), fields
        assert "root:" not in answer.text
        assert "secret\n" not in answer.text


def test_a_websocket_is_not_answered(site: "Site") -> None:
    """Not even by a refusal that would say that something is there."""
    import asyncio

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket",
        "path": "/",
        "raw_path": b"/",
        "headers": [(b"host", HOST.encode()), (b"origin", OWN.encode())],
    }
    asyncio.run(site.app(scope, receive, send))
    assert sent == []


def test_every_answer_has_a_strict_policy_and_no_page_has_code_in_it(site: "Site") -> None:
    """Nothing inline, nothing from elsewhere, and nothing that the policy would have to allow."""
    import re

    for path in ("/", "/enter", "/jobs/none", "/static/app.css"):
        answer = site.ask("GET", path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        if "<html" in answer.text:
            assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=|javascript:|https?://", answer.text)


def test_a_token_is_needed_where_there_is_one_and_guessing_locks(tmp_path: Path) -> None:
    """Entering gives a strict cookie without the token; after ten guesses even the right token must wait."""
    from asking import Site

    token = "Zk3v9QxT2mB7pLr8WnYc5D"
    site = Site(tmp_path, token=token)
    try:
        assert site.ask("GET", "/").status == 401
        assert site.ask("GET", f"/?token={token}").status == 401
        right = site.post("/enter", [("token", token)])
        cookie = right.headers["set-cookie"]
        assert right.status == 303
        assert "SameSite=strict" in cookie
        assert "HttpOnly" in cookie
        assert token not in cookie
        entered = [("host", HOST), ("cookie", cookie.split(";")[0])]
        assert site.ask("GET", "/", entered).status == 200
        assert site.ask("GET", "/", [("host", HOST), ("cookie", "headway_session=guess")]).status == 401
        session = cookie.split(";")[0]
        for strange in ("a,b=c", 'x="', "p{}=1", "=", "\xe4=\xff", "other", 'q="unclosed; r=1', "headway_session_=2"):
            beside = [("host", HOST), ("cookie", f"{strange}; {session}")]
            assert site.ask("GET", "/", beside).status == 200, strange
            assert site.ask("GET", "/", [*beside[:1], ("cookie", strange), ("cookie", session)]).status == 200, strange
        assert [site.post("/enter", [("token", f"guess{n}")]).status for n in range(12)] == [403] * 10 + [429] * 2
        assert site.post("/enter", [("token", token)]).status == 429
        assert site.ask("GET", "/", entered).status == 200
    finally:
        site.jobs.close()


def test_tokens_must_be_long_and_not_of_a_few_characters() -> None:
    """Short, repetitive and broken tokens are weak; a random one is not."""
    assert weak_token("short")
    assert weak_token("a" * 30)
    assert weak_token("Zk3v9QxT2mB7pLr8WnYc 5")
    assert weak_token("Zk3v9QxT2mB7pLr8WnYc5D") is None


def test_an_address_that_others_reach_needs_a_token_and_is_one_address() -> None:
    """A token can be made; listening at every address is refused; own names are those of the address."""
    assert _token("127.0.0.1", None) is None
    with pytest.raises(UserError, match="token is needed"):
        _token("192.0.2.1", None)
    made = _token("192.0.2.1", "new")
    assert made is not None
    assert weak_token(made) is None
    for address in ("0.0.0.0", "::", "::ffff:0.0.0.0", "0:0:0:0:0:0:0:0", "::ffff:0:0"):
        with pytest.raises(UserError, match="every address at once"):
            _listen(address, 0)
    assert hosts("127.0.0.1", 8765) == {HOST, "localhost:8765"}
    assert hosts("192.0.2.1", 8765) == {"192.0.2.1:8765"}


def test_sessions_are_bounded() -> None:
    """Entering again and again keeps fifty at most."""
    rules = Rules(frozenset(), "Zk3v9QxT2mB7pLr8WnYc5D")
    for _ in range(80):
        rules.enter("Zk3v9QxT2mB7pLr8WnYc5D")
    assert len(rules.sessions) == 50
