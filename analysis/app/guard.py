"""Who may talk to the page, and how: exact hosts and origins, bounded bodies, strict headers, a token off loopback."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 1_000_000 + 200_000
"""Bytes of a request: a scenario of 1 MB, and the rest of the form."""
MOST_TAKEN = 4_000_000
"""Bytes up to which a body that is refused is taken in and thrown away first: hanging up on a sender can lose the answer."""
MOST_DIGITS = 20
"""Digits of a number that is read; Python refuses to read thousands."""
COOKIE = "headway_session"
MOST_GUESSES = 10
"""Wrong tokens in :data:`GUESSES_FOR` seconds after which nobody is let in until they are over."""
GUESSES_FOR = 60.0
LEAST_TOKEN = 22
"""Characters of a token of 128 bits, at 6 bits each."""
MOST_SESSIONS = 50

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers would send forms with the origin "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def weak_token(token: str) -> str | None:
    """What is wrong with a token, if anything: it must be as long as 128 bits are, and not be made of a few characters."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", token):
        return "it may have letters, digits, - and _ only"
    if len(token) < LEAST_TOKEN or len(set(token)) < 10:
        return f"it needs {LEAST_TOKEN} characters or more, drawn at random"
    return None


@dataclass
class Rules:
    """What is allowed."""

    hosts: frozenset[str]
    """Every allowed Host header, with its port."""
    token: str | None = None
    sessions: dict[str, float] = field(default_factory=dict)
    guesses: list[float] = field(default_factory=list)

    def enter(self, given: str) -> str | None:
        """A new session for the right token, else None."""
        now = monotonic()
        self.guesses = [at for at in self.guesses if now - at < GUESSES_FOR]
        if self.token is None or self.locked:
            return None
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            self.guesses.append(now)
            return None
        while len(self.sessions) >= MOST_SESSIONS:
            self.sessions.pop(next(iter(self.sessions)))
        session = secrets.token_urlsafe(24)
        self.sessions[session] = now
        return session

    @property
    def locked(self) -> bool:
        """Whether there were too many wrong tokens of late."""
        return len([at for at in self.guesses if monotonic() - at < GUESSES_FOR]) >= MOST_GUESSES

    def knows(self, scope: Scope) -> bool:
        """Whether the request belongs to a session, where one is needed."""
        if self.token is None:
            return True
        given = _cookie(scope, COOKIE)
        # All of them are compared, so that time tells nothing.
        same = [hmac.compare_digest(given, known.encode()) for known in self.sessions]
        return any(same)


class Guard:
    """Stands before the whole application."""

    def __init__(self, app: App, rules: Rules) -> None:
        self.app, self.rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed; answer 400, 401, 403, 405 or 413 to the rest."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        body = _Body(scope, receive)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                if body.is_left:  # or else the server would take in what comes for as long as it comes
                    message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
                own = {name for name, _ in message.setdefault("headers", [])}
                message["headers"] = [
                    *message["headers"],
                    *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in own),
                ]
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await body.thrown_away()
            status, text = refused
            await PlainTextResponse(f"{text}\n", status)(scope, receive, answer)
            return
        await self.app(scope, body.receive, answer)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words for a request that is not allowed."""
        if not self._is_here(scope):
            return 400, "This address is not served here."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This is not possible here."
        if not _is_own(scope):
            return 403, "Only this page itself may ask for that."
        if (wrong := _wrong_length(scope)) is not None:
            return wrong
        if not self.rules.knows(scope) and scope["path"] not in ("/enter", "/static/app.css"):
            return 401, "Open /enter and give the token that headway app printed."
        return None

    def _is_here(self, scope: Scope) -> bool:
        """Whether a request names this page, exactly and once, and a path on it."""
        hosts = _headers(scope, b"host")
        forwarded = any(name == b"forwarded" or name.startswith(b"x-forwarded") for name, _ in scope["headers"])
        target = scope.get("raw_path") or scope["path"].encode()
        # Starlette below 1.0 would look for a file of a name that no file can have.
        path = target.startswith(b"/") and scope["path"].startswith("/") and "\0" not in scope["path"]
        return len(hosts) == 1 and hosts[0].decode("latin-1") in self.rules.hosts and not forwarded and path


def _wrong_length(scope: Scope) -> tuple[int, str] | None:
    """Status and words for a body that says twice how long it is, or that it is too long."""
    lengths = _headers(scope, b"content-length")
    if len(lengths) > 1 or (lengths and _headers(scope, b"transfer-encoding")):
        return 400, "A body has one length."
    if any(not one.isdigit() or len(one) > MOST_DIGITS or int(one) > MOST_BODY for one in lengths):
        return 413, "This is larger than a scenario may be (1 MB)."
    return None


def _is_own(scope: Scope) -> bool:
    """Whether a change comes from a page of this very origin, and nothing from another site but a link to a page."""
    own = b"http://" + _headers(scope, b"host")[0]
    origins, changes = _headers(scope, b"origin"), scope["method"] == "POST"
    if origins not in ([], [own]) or (changes and origins != [own]):
        return False
    foreign = any(site not in (b"same-origin", b"none") for site in _headers(scope, b"sec-fetch-site"))
    return not foreign or (not changes and _headers(scope, b"sec-fetch-mode") == [b"navigate"])


def _headers(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _cookie(scope: Scope, name: str) -> bytes:
    """The value of one cookie, empty if it is not there; others that share the host may be as strange as they like."""
    for value in _headers(scope, b"cookie"):
        for one in value.split(b";"):
            key, _, found = one.partition(b"=")
            if key.strip() == name.encode():
                return found.strip()
    return b""


class _Body:
    """The body of a request: stops as soon as more has come than may, whatever the headers promised."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive, self._size = receive, 0
        self._lengths = _headers(scope, b"content-length")
        self._is_open = bool(_headers(scope, b"transfer-encoding"))
        self.is_left = self._is_open or any(one != b"0" for one in self._lengths)
        """Whether there is more of it, as far as is known."""

    async def thrown_away(self) -> None:
        """Take the body in and keep nothing of it, if it says how long it is and that is not much."""
        known = [int(one) for one in self._lengths if one.isdigit() and len(one) <= MOST_DIGITS]
        if self._is_open or not known or len(known) < len(self._lengths) or max(known) > MOST_TAKEN:
            return
        while self.is_left:
            await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self.is_left = self.is_left and bool(message.get("more_body"))
        return message

    async def receive(self) -> Message:
        """The next part. Raise 413 for one too many."""
        message = await self._next()
        if self._size > MOST_BODY:
            self.is_left = True
            raise HTTPException(413)
        return message
