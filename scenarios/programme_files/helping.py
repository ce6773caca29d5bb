"""What a file, or a scenario, says of who helps whom, beside who may help and how many."""

from __future__ import annotations

from typing import Any

from scenarios.programme_files.places import WRONG, read_priority
from scenarios.strict import Node
from simulation.programmes.programme import Unit

PRIORITIES = ("first", "serve")
"""Who of the willing helps before others, and whom the first of them help: each goes by a column of numbers."""


def unit_of(key: str, joins: Unit) -> Unit:
    """Of what the column of a priority is: ``first`` is of helpers, who are people, ``serve`` of those who join."""
    return Unit.PERSON if key == "first" else joins


def read_priorities(parts: dict[str, Node], joins: Unit) -> dict[str, Any] | None:
    """The priorities among ``parts`` of ``delivery.helpers``; None, with problems noted, if any is wrong."""
    found = {
        key: read_priority(parts[key], unit_of(key, joins), f"delivery.helpers.{key}")
        for key in PRIORITIES
        if key in parts
    }
    return None if WRONG in found.values() else found
