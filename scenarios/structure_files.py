"""How a context says its ladder, phases and groups, and what it keeps of the values of the context that it extends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.parameter_files import Known
from scenarios.problems import echo
from scenarios.strict import Node, Scalar, choice, did_you_mean, fields, items, number, text
from scenarios.strict.fields import listed
from scenarios.strict.nodes import Place
from scenarios.strict.values import scalar
from simulation.parameters import declared
from simulation.structure import ENGLAND, SLACK, Ladder, Rung, Structure, Tier

KEYS = {"ladder": "role", "phases": "phase", "ethnic_groups": "ethnic_group"}
"""Keys of a context file, and the axes of tables that they name."""
ONE = {"ladder": "a rung", "phases": "a phase", "ethnic_groups": "a group"}
MOST = {"ladder": 12, "phases": 8, "ethnic_groups": 24}
RESERVED = {"all", "none", "times", "add", "change", "to", "from", "until", "steps", "range"}
"""Words that mean something else where labels stand."""
ALWAYS = {"classroom_teacher": Tier.CLASSROOM, "head": Tier.HEAD, "trust_leader": Tier.TRUST}
"""Names of rungs of which there is one at most. They are called this in every context, so that figures and programmes mean
them everywhere; ``words`` say what readers call them."""
POSTS = ("establishment.posts_at_no_size", "establishment.posts_per_100_pupils", "establishment.most_posts")
"""Posts in the senior team: two rungs cannot both have those of one."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_MOST_WORDS = 60


@dataclass(frozen=True)
class Entry:
    """A rung, a phase or a group, as a context file says it."""

    name: str
    place: Place
    like: str | None = None
    """Label of the context extended whose values it takes."""
    tier: Tier | None = None
    share: float | None = None
    words: str | None = None
    """What readers see: rungs in the plural, ``heads``; phases and groups as they stand in a sentence."""


Entries = tuple[Entry, ...]


def read_entries(node: Node, key: str) -> Entries | None:
    """The rungs, phases or groups that a context lists; None, with problems noted in its source, if anything is wrong."""
    members = items(node, key)
    found = [_read_entry(member, key) for member in members]
    entries = tuple(entry for entry in found if entry is not None)
    if not members and hasattr(node, "items"):
        node.place.wrong("E0415", f"{key} lists nothing", f"name {ONE[key]} at least")
    if not entries or len(entries) < len(found):
        return None
    names = [entry.name for entry in entries]
    for n, entry in enumerate(entries):
        if entry.name in names[:n]:
            entry.place.wrong("E0415", f"{key} has {echo(entry.name)} twice", "each has a name of its own")
            return None
    if len(entries) > MOST[key]:
        node.place.wrong("E0415", f"{key} can list {MOST[key]} at most, got {len(entries)}")
        return None
    return entries


def _read_entry(node: Node, key: str) -> Entry | None:
    if isinstance(node, Scalar):
        found = scalar(node, ONE[key])
        return None if found is None or not _is_name(found.text, found.place, key) else Entry(found.text, node.place)
    optional = ("like", "words", *(("is", "share") if key == "ladder" else ()))
    parts = fields(node, ONE[key], ("name",), optional)
    name = text(parts["name"], 40, "name") if "name" in parts else None
    if name is None or not _is_name(name, parts["name"].place, key):
        return None
    told: dict[str, object] = {}
    if "like" in parts:
        told["like"] = text(parts["like"], 40, "like")
    if "words" in parts:
        told["words"] = text(parts["words"], _MOST_WORDS, "words")
    if "is" in parts:
        tier = choice(parts["is"], [tier.value for tier in Tier], "is")
        told["tier"] = None if tier is None else Tier(tier)
    if "share" in parts:
        told["share"] = number(parts["share"], "share", 0.0, 1.0, f"share of {name}")
    return None if None in told.values() else Entry(name, node.place, **told)  # type: ignore[arg-type]


def _is_name(name: str, place: Place, key: str) -> bool:
    if _NAME.match(name) and name not in RESERVED:
        return True
    what = f"{echo(name)} means something else in tables" if name in RESERVED else f"got {echo(name)}"
    place.wrong("E0415", f"{ONE[key]} is named in small letters, digits and _; {what}", "such as team_leader")
    return False


def structure_of(said: Mapping[str, Entries], node: Node, parent: Structure | None) -> Structure | None:
    """The structure of a context, which has what it says and else what the context has that it extends.

    None, with problems noted in the context's source, if it cannot be one.
    """
    if parent is None and set(said) != set(KEYS):
        return None  # what lacks is told as a key that lacks
    good = True
    for key, entries in said.items():
        known = () if parent is None else parent.axes[KEYS[key]]
        for entry in entries:
            if entry.like is not None and entry.like not in known:
                hint = did_you_mean(entry.like, known) or (f"there are {listed(known)}" if known else "it extends none")
                entry.place.wrong("E0415", f"{entry.name} is like {echo(entry.like)}, which is not there", hint)
                good = False
    if not good:
        return None
    names = {key: tuple(entry.name for entry in entries) for key, entries in said.items()}
    ladder = _ladder(said["ladder"], node, parent) if "ladder" in said else (parent or ENGLAND).ladder
    if ladder is None:
        return None
    above = parent or ENGLAND
    return Structure(ladder, names.get("phases", above.phases), names.get("ethnic_groups", above.ethnic_groups))


def _ladder(entries: Entries, node: Node, parent: Structure | None) -> Ladder | None:
    before = {} if parent is None else {rung.name: rung for rung in parent.ladder.rungs}
    rungs: list[Rung] = []
    for entry in entries:
        old = before.get(entry.name) or before.get(entry.like or "")
        tier = entry.tier or ALWAYS.get(entry.name) or (old.tier if old else None)
        if tier is None:
            hint = did_you_mean(entry.name, before) or f"such as {{name: {entry.name}, is: middle}}"
            allowed = ", ".join(Tier)
            entry.place.wrong("E0415", f"the rung {entry.name} needs to say what it is: {allowed}", hint)
            continue
        due = ALWAYS.get(entry.name) or Tier.MIDDLE
        if (tier in ALWAYS.values() or entry.name in ALWAYS) and tier is not due:
            named = next((name for name, its in ALWAYS.items() if its is tier), None)
            message = f"{entry.name} is {due}, not {tier}" if named is None else f"what is {tier} is named {named}"
            entry.place.wrong("E0415", message, "words: say what readers see, such as {name: head, words: principals}")
            continue
        if entry.share is not None and tier is not Tier.MIDDLE:
            entry.place.wrong("E0415", f"{entry.name} is {tier}: a share is of middle leaders' posts", "take it out")
        rungs.append(Rung(entry.name, tier, 1.0 if entry.share is None else entry.share))
    if len(rungs) < len(entries):
        return None
    middle = [entry for entry, rung in zip(entries, rungs, strict=True) if rung.tier is Tier.MIDDLE]
    same = parent is not None and [e.name for e in middle] == [parent.ladder.names[r] for r in parent.ladder.middle]
    if same and all(entry.share is None for entry in middle):
        rungs = [before[rung.name] if rung.tier is Tier.MIDDLE else rung for rung in rungs]
    elif len(middle) > 1 and not _shares(middle):
        return None
    try:
        return Ladder(tuple(rungs))
    except ValueError as error:
        place = next((entry.place for entry in entries), node.place)
        place.wrong("E0415", str(error), f"what a rung is: {', '.join(Tier)}")
        return None


def _shares(middle: Iterable[Entry]) -> bool:
    """Whether each rung that leads teams has a share of middle leaders' posts, and all add up to one; noted if not."""
    middle = tuple(middle)
    lacking = [entry for entry in middle if entry.share is None]
    if lacking:
        names = " and ".join(entry.name for entry in middle)
        message = f"{names} share the posts of middle leaders: say what share {lacking[0].name} has"
        lacking[0].place.wrong("E0415", message, f"such as {{name: {lacking[0].name}, share: 50%}}")
        return False
    total = sum(entry.share or 0.0 for entry in middle)
    if abs(total - 1) > SLACK:
        middle[0].place.wrong("E0415", f"shares of middle leaders' posts must sum to 1, but sum to {total:.6g}")
    return abs(total - 1) <= SLACK


def carried(
    known: Mapping[str, Known], old: Structure, new: Structure, said: Mapping[str, Entries]
) -> dict[str, Known]:
    """What a context has of the values of the one that it extends, along its own labels; cells that lack are NaN.

    A label has the values of the same label there, or of the one that it is ``like``. Posts of the senior team are
    those of one rung: if two would have them, both lack them but the one of the same name.
    """
    if new == old:
        return dict(known)
    sources: dict[str, list[int]] = {}
    for key, axis in KEYS.items():
        like = {entry.name: entry.like for entry in said.get(key, ()) if entry.like}
        from_old = old.axes[axis]
        names = [like.get(name, name) for name in new.axes[axis]]
        sources[axis] = [from_old.index(name) if name in from_old else -1 for name in names]
    found = {}
    for path, declaration in declared(new).items():
        if path not in known:
            continue
        values = known[path].values
        for place, axis in enumerate(declaration.axes):
            if axis in sources:
                source = (
                    _one_each(sources[axis], new.ladder, old.ladder)
                    if path in POSTS and axis == "role"
                    else sources[axis]
                )
                values = _taken(values, place, source)
        if declaration.sums_to_one_over in sources and len(values):
            values = _whole(values, declaration.axes.index(declaration.sums_to_one_over or ""))
        found[path] = replace(known[path], declaration=declaration, values=values)
    return found


def _taken(values: np.ndarray, place: int, source: list[int]) -> np.ndarray:
    taken = np.take(values, np.maximum(source, 0), axis=place)
    return np.where(np.expand_dims(np.array(source) < 0, [k for k in range(values.ndim) if k != place]), np.nan, taken)


def _one_each(source: list[int], ladder: Ladder, old: Ladder) -> list[int]:
    """Sources of posts in the senior team: a rung of old gives them to one, by name before likeness."""
    found = list(source)
    for code in (*ladder.seniors, ladder.head):
        rivals = [c for c in (*ladder.seniors, ladder.head) if source[c] == source[code] and source[c] >= 0]
        named = [c for c in rivals if ladder.names[c] == old.names[source[c]]]
        if len(rivals) > 1 and code not in named:
            found[code] = -1
    return found


def _whole(values: np.ndarray, place: int) -> np.ndarray:
    """Shares that still make a whole; those of one label are all of it, and of others that do not, none is known."""
    if values.shape[place] == 1:
        return np.ones_like(values)
    total = values.sum(axis=place, keepdims=True)
    return np.where(np.abs(total - 1) < 1e-6, values, np.nan)


def lacking(known: Mapping[str, Known]) -> list[str]:
    """Which values a context still has to give, in words: ``leave.step_down for lead_teacher``."""
    found = []
    for path, parameter in known.items():
        lacks = np.isnan(parameter.values)
        if not lacks.any():
            continue
        labels = []
        for place, (axis, names) in enumerate(
            zip(parameter.declaration.axes, parameter.declaration.labels, strict=True)
        ):
            some = lacks.any(axis=tuple(k for k in range(lacks.ndim) if k != place))
            if axis in KEYS.values() and not some.all():
                labels.append(listed([name for name, one in zip(names, some, strict=True) if one]))
        found.append(f"{path} for {', '.join(labels)}" if labels else path)
    return found


def words_after(before: Mapping[str, Mapping[str, str]], said: Mapping[str, Entries]) -> dict[str, dict[str, str]]:
    """What readers see for labels, by axis and label, after a context file has said its own."""
    found = {axis: dict(words) for axis, words in before.items()}
    for key, entries in said.items():
        found.setdefault(KEYS[key], {}).update({entry.name: entry.words for entry in entries if entry.words})
    return {axis: words for axis, words in found.items() if words}
