"""What all tasks share, kept by every worker. A worker that takes a dead one's place is given it before any task."""

from __future__ import annotations

import uuid
from typing import Any

from distributed import Client, WorkerPlugin


class Shared(WorkerPlugin):
    """The value, under a name of its own."""

    def __init__(self, value: Any) -> None:
        """Wrap ``value``, which is sent to each worker once."""
        self.value = value
        self.name = f"headway-{uuid.uuid4().hex}"


def give(client: Client, value: Any) -> str:
    """Give ``value`` to all workers of a cluster, now and later; returns the name by which they know it."""
    shared = Shared(value)
    client.register_plugin(shared, name=shared.name)
    return shared.name


def take_back(client: Client, name: str) -> None:
    """Let workers forget it."""
    client.unregister_worker_plugin(name)
