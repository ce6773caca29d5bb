"""``again:`` – when somebody who has been on a programme may join it again."""

from __future__ import annotations

from typing import Final

from scenarios.strict import Mapping, Node, boolean, choice, fields, items, whole
from scenarios.strict.nodes import Sequence
from simulation.programmes.programme import Again, New, Unit

ONCE: Final = "once"
"""What stands for a programme that nobody joins twice."""
KEYS = ("after", "on", "adds_up")
NEW = {f"new_{new.name.lower()}": new for new in New}
"""What may have to be new, by the word for it."""
MOST_YEARS = 60


def read_again(node: Node, unit: Unit) -> tuple[Again | None] | None:
    """The rule, None for once, as the only member; None alone, with problems noted, if anything is wrong."""
    if not isinstance(node, Mapping):
        return None if choice(node, (ONCE,), "again") is None else (None,)
    parts = fields(node, "again", optional=KEYS)
    after = whole(parts["after"], 0, MOST_YEARS, "again.after") if "after" in parts else 0
    adds_up = boolean(parts["adds_up"], "again.adds_up") if "adds_up" in parts else False
    on = _read_on(parts["on"], unit) if "on" in parts else ()
    if after is None or adds_up is None or on is None or len(parts) < len(node.values):
        return None
    if not parts:
        node.place.wrong("E0303", "again says nothing", "such as {after: 0}, {on: [new_role, new_school]}, or once")
        return None
    return (Again(after, on, adds_up),)


def _read_on(node: Node, unit: Unit) -> tuple[New, ...] | None:
    members = items(node, "again.on") if isinstance(node, Sequence) else (node,)
    words = [choice(member, NEW, "again.on") for member in members]
    found = sorted({NEW[word] for word in words if word is not None})
    if unit is not Unit.PERSON:
        node.place.wrong("E0507", f"a {unit.name.lower()} has no new role and no new school", "take again.on out")
        return None
    if not words:
        node.place.wrong("E0303", "again.on lists nothing", f"name one of {', '.join(NEW)}, or take it out")
        return None
    if None in words:
        return None
    if len(found) < len(words):
        node.place.wrong("E0503", "again.on lists a value twice", "each stands once")
        return None
    return tuple(found)
