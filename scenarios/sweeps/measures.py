"""What a design keeps of each run: whole measures, or single lines of them."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from scenarios.problems import echo
from scenarios.strict import Mapping, Node, Scalar, choice, did_you_mean, items, kind
from scenarios.strict.fields import listed
from scenarios.strict.values import scalar
from simulation.structure import Structure


@dataclass(frozen=True)
class Kept:
    """A measure that is kept."""

    measure: str
    where: AnyMapping[str, str] | None = None
    """Its one line with these words in the dimensions named and "all" in the others; None: every line of it."""

    @property
    def text(self) -> str:
        """``posts_vacant`` for a whole measure, ``posts_vacant[role=head]`` for a line of it."""
        if self.where is None:
            return self.measure
        return f"{self.measure}[{','.join(f'{name}={word}' for name, word in sorted(self.where.items()))}]"


def read_measures(node: Node, structure: Structure) -> tuple[Kept, ...]:
    """``measures:`` of a design, by the labels of a context; problems are noted in its source."""
    found: list[Kept] = []
    members = items(node, "measures")
    if not members and not isinstance(node, Scalar):
        node.place.wrong("E0605", "measures lists nothing to keep", "take it out to keep the headline measures")
    for item in members:
        kept = _read_one(item, structure)
        if kept is None:
            continue
        if any(other.text == kept.text for other in found):
            item.place.wrong("E0603", f"{kept.text} is here twice", "take one of them out")
        found.append(kept)
    return tuple(found)


def _read_one(node: Node, structure: Structure) -> Kept | None:
    if isinstance(node, Mapping):
        if len(node.values) != 1:
            node.place.wrong("E0301", "a line of a measure is written {posts_vacant: {role: head}}")
            return None
        ((name, line),) = node.values.items()
        return _read_line(name, node.keys[name], line, structure)
    found = scalar(node, "a measure")
    return Kept(found.text) if found is not None and _is_known(found.text, found) else None


def _is_known(name: str, where: Scalar) -> bool:
    from simulation.census.measure import measures

    if name in measures():
        return True
    hint = did_you_mean(name, measures()) or "headway measures lists them"
    where.place.wrong("E0605", f"there is no measure {echo(name) or 'without a name'}", hint)
    return False


def _read_line(name: str, key: Scalar, node: Node, structure: Structure) -> Kept | None:
    from simulation.census.dimensions import DIMENSIONS
    from simulation.census.measure import measures

    if not _is_known(name, key):
        return None
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"the line of {name} is a mapping by dimension, got {kind(node)}", "{} is its total")
        return None
    measure, known_labels = measures()[name], DIMENSIONS | structure.axes
    known = (*measure.places, *measure.axes)
    where = {}
    for dimension, value in node.values.items():
        if dimension not in known:
            hint = did_you_mean(dimension, known) or (f"it has {listed(known)}" if known else "it has none: write {}")
            node.keys[dimension].place.wrong("E0605", f"{name} is not broken down by {echo(dimension)}", hint)
            return None
        labels = known_labels[
            dimension
        ]  # none where scenarios differ in them: those are known only once a run is set up
        word = choice(value, labels, dimension) if labels else getattr(scalar(value, dimension), "text", None)
        if word is None:
            return None
        where[dimension] = word
    needed = [axis for axis in measure.axes if axis not in (*measure.totals, *where)]
    if needed:
        message = f"{name} is given only by {listed(needed)}, so a line of it names {listed(needed)}"
        node.place.wrong("E0605", message, f"such as {needed[0]}: {(*known_labels[needed[0]], 'its label')[0]}")
        return None
    return Kept(name, where)
