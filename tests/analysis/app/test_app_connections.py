"""Connections without a whole request: which of them is given up, and when."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from analysis.app import connections
from analysis.app.connections import MOST_UNFINISHED, Patient

WHOLE = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class Wire(asyncio.Transport):
    """A connection to an address that can be closed, and no more."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 1), "sockname": ("127.0.0.1", 2)})
        self.closed = False

    def close(self) -> None:
        """As :meth:`asyncio.Transport.close`."""
        self.closed = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """As :meth:`asyncio.WriteTransport.write`."""

    def is_closing(self) -> bool:
        """As :meth:`asyncio.Transport.is_closing`."""
        return self.closed


async def _app(_scope: Any, receive: Any, _send: Any) -> None:
    await receive()


def _opened(address: str) -> Patient:
    config = Config(_app, http=Patient, ws="none", lifespan="off", log_config=None)
    config.load()
    made = Patient(config, ServerState(), {}, asyncio.get_running_loop())
    made.connection_made(Wire(address))
    return made


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    yield
    connections._unfinished.clear()


def test_a_flood_drives_out_itself_and_nobody_else() -> None:
    """Beyond the bound, the oldest of the address that has most goes; the one other guest stays, first come as he is."""

    async def come() -> tuple[Patient, list[Patient]]:
        return _opened("192.0.2.9"), [_opened("192.0.2.1") for _ in range(MOST_UNFINISHED + 5)]

    guest, flood = asyncio.run(come())
    assert [one.transport.is_closing() for one in flood] == [True] * 6 + [False] * (MOST_UNFINISHED - 1)
    assert not guest.transport.is_closing()


@pytest.mark.parametrize(
    ("sent", "waits"),
    [
        (WHOLE, False),
        (WHOLE[:-1], True),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nab", True),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc", False),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", True),
        (b"nonsense\r\n\r\n", False),
    ],
)
def test_it_waits_for_the_end_of_a_request(sent: bytes, waits: bool) -> None:
    """For a header or a body that is cut short, and not for what is whole or refused; however it is cut into pieces."""

    async def waiting(pieces: list[bytes]) -> bool:
        one = _opened("192.0.2.1")
        for piece in pieces:
            one.data_received(piece)
        return one in connections._unfinished

    for pieces in ([sent], [sent[:5], sent[5:]]):
        assert asyncio.run(waiting(pieces)) is waits


def test_a_request_that_does_not_end_in_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else needs to happen for it."""
    monkeypatch.setattr(connections, "WHOLE_WITHIN", 0.0)

    async def late() -> Patient:
        one = _opened("192.0.2.1")
        while one in connections._unfinished:
            await asyncio.sleep(0)
        return one

    assert asyncio.run(late()).transport.is_closing()
