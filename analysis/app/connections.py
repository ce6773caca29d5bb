"""Connections whose request never comes whole: a deadline for it, and a bound on how many there may be.

Whoever opens a hundred connections and sends half a header, or half a body, on each would otherwise take every place that the
server has, and need neither token nor traffic for it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_UNFINISHED = 40
"""Connections that may be without a whole request at a time: less than half of all that the server has places for."""
WHOLE_WITHIN = 30.0
"""Seconds in which a request must have come whole: a scenario of 1 MB comes in a tenth of it over a slow line."""

_unfinished: dict[Patient, None] = {}
"""Those that wait for their request, or for the rest of it, in the order in which they began to."""


class Patient(H11Protocol):
    """HTTP as uvicorn reads it, that waits for a request with patience, and without end for none."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in what has come; the waiting ends with the end of the request."""
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._waited()

    def on_response_complete(self) -> None:
        """Wait for the next request on the same connection."""
        super().on_response_complete()
        if not self.transport.is_closing() and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nothing more to wait for."""
        self._waited()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waited()
        self._deadline = self.loop.call_later(WHOLE_WITHIN, self._give_up)
        _unfinished[self] = None
        if len(_unfinished) > MOST_UNFINISHED:
            _most_greedy()._give_up()

    def _waited(self) -> None:
        _unfinished.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._waited()
        self.transport.close()


def _most_greedy() -> Patient:
    """The connection that has waited longest, of the address that has most of them: a flood drives out itself first."""
    addresses: Counter[Any] = Counter(_address(one) for one in _unfinished)
    most = max(addresses.values())
    return next(one for one in _unfinished if addresses[_address(one)] == most)


def _address(connection: Patient) -> Any:
    return connection.client and connection.client[0]
