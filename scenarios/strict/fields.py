"""Taking a mapping or a list apart, with every unknown and missing key noted."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping

from scenarios.problems import echo
from scenarios.strict.nodes import Mapping, Node, Scalar, Sequence, kind
from scenarios.strict.suggest import did_you_mean

_MOST_LISTED = 12


def fields(
    node: Node,
    what: str,
    required: Iterable[str] = (),
    optional: Iterable[str] = (),
    elsewhere: AnyMapping[str, str] | None = None,
) -> dict[str, Node]:
    """The known keys of a mapping with their values; problems are noted for anything else.

    ``what`` names the mapping in messages. ``elsewhere`` maps keys that belong to another place to a hint that says where.
    """
    if not isinstance(node, Mapping):
        wrong_kind(node, f"{what} must be a mapping of keys to values")
        return {}
    required = tuple(required)
    known = (*required, *optional)
    for name, key in node.keys.items():
        if name not in known:
            hint = (elsewhere or {}).get(name) or did_you_mean(name, known) or f"allowed: {listed(known)}"
            key.place.wrong("E0302", f"{what} has no key {echo(name)}", hint)
    missing = [name for name in required if name not in node.values]
    if missing:
        node.place.wrong("E0303", f"{what} lacks {listed(missing)}")
    return {name: value for name, value in node.values.items() if name in known}


def items(node: Node, what: str) -> tuple[Node, ...]:
    """The members of a list; a problem is noted for anything else."""
    if isinstance(node, Sequence):
        return node.items
    wrong_kind(node, f"{what} must be a list", "write it as [first, second]")
    return ()


def wrong_kind(node: Node, message: str, hint: str | None = None) -> None:
    """Note that a node is a mapping, list or value where another of the three is due."""
    if isinstance(node, Scalar) and node.empty:
        node.place.wrong("E0304", f"{message}; nothing is given", hint)
        return
    if isinstance(node, Scalar) and ":" in node.text and hint is None:
        hint = "a key needs a space after its colon"
    given = f"“{echo(node.text)}”" if isinstance(node, Scalar) else kind(node)
    node.place.wrong("E0301", f"{message}, got {given}", hint)


def listed(words: Iterable[str]) -> str:
    """Words in a row, the first dozen of them."""
    found = list(words)
    shown = ", ".join(echo(word) for word in found[:_MOST_LISTED])
    more = len(found) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
