"""Requests of every shape: the page answers all of them, never with an error of its own, and tells nothing of this machine.

``HEADWAY_FUZZ=10000`` asks so many requests in place of a few hundred.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from asking import Site

HOST, OWN = "127.0.0.1:8765", "http://127.0.0.1:8765"
EXAMPLES = int(os.environ.get("HEADWAY_FUZZ", "300"))
LEAKS = re.compile(
    r"Traceback|site-packages|File \"|\.py\b|/tmp/|/usr/|/etc/|/home/|/root/|[A-Z][a-z]+(Error|Exception)|0x[0-9a-f]{8,}"
)
"""What an answer may not have in it, unless it was in the request."""

ODD = st.sampled_from(
    ["", "0", "-1", "1e9", "9" * 5000, "١", "²", "nan", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "\x00", "\ud7ff", "￿", "\u202e",
     "<script>alert(1)</script>", "{{7*191}}", "=1+1", "%", "%zz", "a" * 300, "CON", "\r\nx-injected: 1", "england", "npq", "all",
     "cluster-1", "cluster-", "cluster-x", "cluster-9999999999999999999", "region-0", "region-1e9", "heads", "true", "[]", "null"]
)  # fmt: skip
WORDS = st.one_of(ODD, st.text(max_size=20))
KEYS = st.sampled_from(
    ["context", "years", "scale", "seed", "pairs", "p.0.title", "p.0.has", "p.0.add", "p.1.title", "p.3.title", "p.0.written",
     "p.0.written_name", "p.0.file", "p.1.file", "p.0.npq:places.number", "p.0.excellence-in-leadership:take_up.aware", "action", "replaces",
     "token", "again", "p.9.title", "p.0.:", "p.0.npq:places.from"]
)  # fmt: skip
ACTIONS = st.sampled_from(
    ["add-policy", "add-0", "remove-0-npq", "remove-policy-0", "remove-policy-3", "context", "use", "add-3"]
)
GOOD = [
    ("context", "eastern-region-2010"),
    ("years", "2"),
    ("scale", "100"),
    ("seed", "7"),
    ("pairs", "2"),
    ("p.0.title", "More"),
    ("p.0.has", "npq"),
]
TYPES = st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary=",
     "multipart/form-data; boundary=x; charset=utf-7", "multipart/form-data; boundary=x; charset=undefined",
     "multipart/form-data; boundary=x; charset=raw_unicode_escape", "multipart/form-data; boundary=x; charset=idna",
     "multipart/form-data; boundary=x; charset=rot13", "multipart/form-data; boundary=x; charset=\u00ff",
     "application/json", "text/plain", "", "multipart/form-data; boundary=" + "y" * 300, "application/x-www-form-urlencoded; charset=utf-16"]
)  # fmt: skip
HEADERS = st.lists(
    st.sampled_from(
        [("range", "bytes=0-"), ("range", "bytes=9-1"), ("range", "x"), ("range", "bytes=" + "0-1," * 500), ("range", "bytes=-" + "9" * 5000),
         ("if-modified-since", "x"), ("if-modified-since", "Thu, 99 Foo 0000 99:99:99 GMT"), ("if-none-match", "*"), ("if-range", "x"),
         ("x-part", "yes"), ("accept-encoding", "gzip;q=x"), ("cookie", "headway_session=" + "a" * 4000), ("cookie", "a=b; \u00ff"),
         ("content-length", "9" * 5000), ("content-length", "\u00b2"), ("content-length", "-0"), ("transfer-encoding", "chunked"),
         ("sec-fetch-site", "cross-site"), ("origin", "null"), ("origin", "http://evil.example"), ("host", "evil.example"),
         ("x-forwarded-for", "1.1.1.1"), ("upgrade", "websocket"), ("connection", "upgrade"), ("expect", "100-continue"),
         ("x-http-method-override", "DELETE"), ("last-event-id", "\x00")]
    ),
    max_size=3,
)  # fmt: skip
KEPT: dict[str, Any] = {}
"""The page that is asked, and what jobs there are; Hypothesis asks it again and again."""


@pytest.fixture(scope="module")
def asked() -> Iterator[Site]:
    """A page with a job that is done, one that never ends, and a few to come."""
    from asking import Held, Site, ended, question

    from analysis.app.saving import Saved

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Saved, "start", lambda saved, *_how: setattr(saved, "state", "failed"))
        patch.setattr("analysis.app.jobs.MOST_REMEMBERED", 100_000)  # the job that is done stays known
        site = Site(Path("results"))  # the folder is told, as it was given; nothing is written
        done = ended(site.jobs.start(form(question(pairs="2"))))
        assert done.state == "done"
        for number in (0, 1):  # the crew that is held makes no more of them
            site.jobs.recording(done, number)
        site.jobs.crew = Held()
        KEPT.update(site=site, done=done.id, held=site.jobs.start(form(question(pairs="2"))).id)
        yield site
        site.jobs.close()


def form(fields: list[tuple[str, str]]) -> Any:
    """A form as the page reads it."""
    from analysis.app.form import read_form

    return read_form(fields)


@st.composite
def paths(draw: Any) -> str:
    """An address: mostly one that there is, with something of the user's in it."""
    job = draw(st.sampled_from(["done", "held", "none"]))
    job = KEPT.get(job, "none") if draw(st.integers(0, 9)) else quote(draw(WORDS))
    word = quote(draw(WORDS), safe=draw(st.sampled_from(["", "/%"])))
    # Recordings are made of the job that is done alone: the pool of the other does nothing.
    watched = KEPT.get("done", "none")
    return draw(st.sampled_from(
        ["/", "/form", "/jobs", f"/jobs/{job}", f"/jobs/{job}/events", f"/jobs/{job}/stop", f"/jobs/{job}/files/{word}.yaml",
         f"/jobs/{watched}/pipeline", f"/jobs/{job}/save", f"/jobs/{job}/saved", f"/jobs/{job}/report", "/enter", "/static/app.css",
         f"/static/{word}", f"/{word}", f"/jobs/{job}/{word}", "/jobs/", "/static", "/static/", f"//{word}"]
    ))  # fmt: skip


@st.composite
def requests(draw: Any) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Method, address with its query, headers and body."""
    method = draw(st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "PUT"]))
    path = draw(paths())
    query = draw(
        st.lists(
            st.tuples(st.sampled_from(["context", "programme", "scenario", "place", "group", "token", "x"]), WORDS),
            max_size=3,
        )
    )
    raw = draw(st.sampled_from(["", "", "?%", "?scenario=%ff%fe", "?a&&=;"]))
    path += f"?{urlencode(query, errors='replace')}" if query else raw
    headers = [("host", HOST)]
    body = b""
    if method == "POST":
        kind = draw(
            st.one_of(st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]), TYPES)
        )
        headers += [("origin", OWN), ("content-type", kind)]
        fields = list(GOOD) if draw(st.booleans()) else []
        fields += draw(st.lists(st.tuples(KEYS, WORDS), max_size=4))
        fields += [("action", draw(ACTIONS))] if draw(st.booleans()) else []
        body = multipart(fields, draw(WORDS)) if "multipart" in kind else urlencode(fields, errors="replace").encode()
        body = draw(st.one_of(st.just(body), st.just(body), st.binary(max_size=60), st.just(body[:-9])))
    return method, path, headers + draw(HEADERS), body


def multipart(fields: list[tuple[str, str]], filename: str) -> bytes:
    """Fields as a form with files sends them, with boundary ``x``."""
    found = b""
    for key, value in fields:
        name = f'; filename="{filename}"' if key.endswith(".file") else ""
        found += f'--x\r\ncontent-disposition: form-data; name="{key}"{name}\r\n\r\n{value}\r\n'.encode(
            errors="replace"
        )
    return found + b"--x--\r\n"


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
@given(sent=requests())
def test_no_request_makes_an_error_of_ours_or_tells_of_this_machine(
    asked: Site, sent: tuple[str, str, list[tuple[str, str]], bytes]
) -> None:
    """Whatever is sent: no 5xx, always the policy, no path or trace that was not in the request."""
    method, path, headers, body = sent
    answer = asked.ask(method, path, headers, [body], gone=True)
    assert answer.status < 500
    assert "content-security-policy" in answer.headers
    assert "x-injected" not in answer.headers
    told = LEAKS.search(re.sub(r"results/app-[a-z0-9_-]+", "", answer.text))
    assert told is None or told[0] in f"{path}{body.decode(errors='replace')}", told
    assert "1337" not in answer.text
    if answer.status == 429:
        for job in list(asked.jobs._jobs.values()):
            asked.jobs.stop(job.id)


def test_what_the_fuzz_looks_for_is_found_when_it_is_there() -> None:
    """The pattern for traces, paths and errors matches an example of each."""
    for text in ('Traceback (most recent call last):\n  File "/x/y.py"', "/tmp/headway-app-x", "ValueError: x"):
        assert LEAKS.search(text)
