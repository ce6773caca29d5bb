"""``effects:`` and ``side_effects:`` – what a programme changes, through which channel, on whom, and for how long."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from scenarios.problems import echo
from scenarios.programme_files.conditions import in_order, read_word
from scenarios.programme_files.figures import BACKING, Due, Slot, figure_of
from scenarios.programme_files.known import EffectSettings, Figure, Reported
from scenarios.strict import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    boolean,
    choice,
    did_you_mean,
    fields,
    items,
    number,
    text,
    whole,
)
from simulation.declaring import UNITS
from simulation.programmes.channels import CHANNELS, COMPONENTS, SKILLS, Channel, On
from simulation.programmes.programme import Unit
from simulation.structure import Structure

ON = tuple(on.name.lower() for on in On)
NEEDED = ("channel", "size", "unit", *BACKING, "on")
OPTIONAL = (
    "note",
    "begins",
    "half_life",
    "roles",
    "skills",
    "component",
    "leader_support",
    "of_gap",
    "award",
    "half_dose",
    "reported",
    "out_of_order",
)
MOST_YEARS, MOST_REASON = 20, 300
MOST_KEPT = {"matched": 0.5, "self_report": 1 / 3, "before_after": 1 / 3}
"""By how an effect was found, the most that may be kept of what was reported: matched comparisons overstate what pupils gain
by half and more, and people overstate what they have learnt threefold (``nisl_qed_maths`` beside ``nisl_rct_maths``,
``hilsr_self_report`` beside ``hilsr_teacher_report``)."""
ROUNDING = 0.05
"""How far, as a share of it, a size may be rounded from what is kept of the figure reported."""

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_BOUNDS = {"ratio": (-1.0, 10.0), "share": (-1.0, 1.0), "hours a week": (-60.0, 60.0)}
"""Sizes possible where the unit alone would not let an effect take away, or would let it add without measure."""


@dataclass(frozen=True)
class Setting:
    """What the rest of the file says that effects depend on."""

    unit: Unit
    helpers: bool
    cascade: bool
    structure: Structure
    """Of the context that it runs in."""


def size_due(channel: Channel, of_gap: bool = False) -> Due:
    """Unit of an effect on a channel, with the sizes that are possible at all."""
    low, high = (0.0, 1.0) if of_gap else _BOUNDS.get(channel.unit) or UNITS[channel.unit]
    return channel.unit, low, high


def read_effects(
    node: Node, side: bool, setting: Setting, figures: dict[str, Figure]
) -> tuple[EffectSettings, ...] | None:
    """The effects; their sizes go into ``figures``. None, with problems noted, if anything is wrong."""
    what = "side_effects" if side else "effects"
    if not isinstance(node, Mapping):
        fields(node, what)
        return None
    found: list[EffectSettings | None] = []
    for name, value in node.values.items():
        if not _NAME.match(name):
            node.keys[name].place.wrong("E0115", f"an effect needs a name of small letters, digits and _, got {name}")
        found.append(_read_effect(name, value, side, setting, figures))
    good = tuple(effect for effect in found if effect is not None)
    return good if len(good) == len(found) else None


def _read_effect(
    name: str, node: Node, side: bool, setting: Setting, figures: dict[str, Figure]
) -> EffectSettings | None:
    path = f"{'side_effects' if side else 'effects'}.{name}"
    parts = fields(node, path, NEEDED, OPTIONAL)
    channel = _read_channel(parts["channel"]) if "channel" in parts else None
    on = choice(parts["on"], ON, "on") if "on" in parts else None
    if channel is None or on is None:
        return None
    falls = On[on.upper()]
    fits = _check_unit(parts, channel, path)
    fits &= _check_bearer(parts["on"], channel, falls, setting)
    fits &= _check_keys(parts, channel, falls)
    of_gap = boolean(parts["of_gap"], "of_gap") if "of_gap" in parts else False
    fits &= of_gap is not None and (not of_gap or _check_gap(parts["of_gap"], channel, falls, setting))
    figure = figure_of(parts, Slot(path, size_due(channel, bool(of_gap))), "size", node)
    shape = _read_shape(parts, setting.structure)
    if "reported" in parts and figure is not None and shape is not None:
        reported = _read_reported(parts["reported"], path, figure.value, size_due(channel, bool(of_gap)))
        shape = None if reported is None else {**shape, "reported": reported}
    if not fits or figure is None or shape is None:
        return None
    figures[path] = figure
    return EffectSettings(name, channel.name, falls, side, of_gap=bool(of_gap), **shape)


def _read_channel(node: Node) -> Channel | None:
    name = choice(node, CHANNELS, "channel") if not isinstance(node, Scalar) or node.empty else node.text
    if name is None:
        return None
    if name not in CHANNELS:
        hint = did_you_mean(name, CHANNELS) or f"allowed: {', '.join(CHANNELS)}"
        node.place.wrong("E0504", f"there is no channel {echo(name)}", hint)
        return None
    return CHANNELS[name]


def _check_unit(parts: dict[str, Node], channel: Channel, path: str) -> bool:
    unit = choice(parts["unit"], UNITS, "unit") if "unit" in parts else None
    if unit is not None and unit != channel.unit:
        message = f"the unit of {path} is {channel.unit}, that of the channel {channel.name}; got {unit}"
        parts["unit"].place.wrong("E0408", message, f"the channel means: {channel.meaning}")
        return False
    return unit is not None


def _check_bearer(node: Node, channel: Channel, on: On, setting: Setting) -> bool:
    """Whether the channel can act there, and whether the programme has anybody there."""
    word = on.name.lower()
    able = [other.name.lower() for other in channel.bearers if _is_there(other, setting)]
    allowed = f"here it can fall on {' or '.join(able)}" if able else "no effect on this channel is possible here"
    if not check_there(node, on, setting, "E0504", allowed):
        return False
    if on not in channel.bearers:
        node.place.wrong("E0504", f"{channel.name} cannot fall on {word}", allowed)
        return False
    return True


def check_there(node: Node, on: On, setting: Setting, code: str, allowed: str) -> bool:
    """Whether the programme has anybody there; a problem is noted at ``node`` if not, with what is ``allowed``."""
    word = on.name.lower()
    if not _is_there(on, setting):
        if on is On.HELPER:
            message = "nobody helps in this programme: it has no delivery.helpers"
        elif on is On.PEERS and setting.unit is Unit.PERSON:
            message = "nobody is led by participants: the programme has no delivery.cascade"
        else:
            joins = setting.unit.name.lower()
            message = f"on: {word} needs people who join, and here each {joins} joins"
            allowed = f"did you mean {'school' if setting.unit is Unit.SCHOOL else 'cluster'}? {allowed}"
        node.place.wrong(code, message, allowed)
        return False
    return True


def _is_there(on: On, setting: Setting) -> bool:
    if on is On.HELPER:
        return setting.helpers
    if on is On.PEERS:
        return setting.cascade and setting.unit is Unit.PERSON
    return setting.unit is Unit.PERSON or on not in (On.PARTICIPANT, On.TEAM)


def _check_keys(parts: dict[str, Node], channel: Channel, on: On) -> bool:
    """Whether each further key means something for the channel and for those on whom it falls."""
    groups = on in (On.TEAM, On.SCHOOL, On.CLUSTER, On.PASSED_OVER) and channel.of_people
    means = {
        "skills": (channel.name == "capability", "only capability raises skills"),
        "component": (channel.name == "cluster_strength", "only cluster_strength has components"),
        "roles": (groups, "roles pick people among a team, a school or a cluster, or those passed over"),
        "leader_support": (
            on is not On.HELPER and channel.name != "cluster_strength",
            "effects on helpers and on the strength of clusters do not depend on a leader's support",
        ),
        "begins": (on is not On.HELPER, "an effect on helpers lasts as long as they help"),
        "award": (on is not On.HELPER, "helpers complete nothing"),
        "half_dose": (on is not On.HELPER, "an effect on helpers goes by how many they help"),
        "half_life": (
            on is not On.HELPER or getattr(parts.get("half_life"), "text", "") == "delivery",
            "an effect on helpers lasts as long as they help",
        ),
    }
    good = True
    for key, (holds, why) in means.items():
        if key in parts and not holds:
            parts[key].place.wrong("E0507", f"{key} means nothing here: {why}", f"take {key} out")
            good = False
    for key, allowed in (("skills", SKILLS), ("component", COMPONENTS)):
        if means[key][0] and key not in parts:
            hint = f"such as {key}: {'[people, management]' if key == 'skills' else 'coordinator'}"
            message = f"{channel.name} needs {key}: {', '.join(allowed)}"
            parts["channel"].place.wrong("E0507", message, hint)
            good = False
    return good


def _check_gap(node: Node, channel: Channel, on: On, setting: Setting) -> bool:
    if channel.name == "culture" and on is On.SCHOOL and setting.unit is not Unit.CLUSTER and setting.helpers:
        return True
    message = "of_gap needs an effect on the culture of a school that has helpers, whose school's culture is the aim"
    node.place.wrong("E0507", message, "take of_gap out, or give delivery helpers and set channel: culture, on: school")
    return False


def _read_shape(parts: dict[str, Node], structure: Structure) -> dict[str, Any] | None:
    """When the effect begins, how it fades and whom or what it picks out; None if anything is wrong."""
    shape: dict[str, Any] = {}
    if "begins" in parts:
        shape["begins"] = whole(parts["begins"], 0, MOST_YEARS, "begins")
    if "half_life" in parts:
        shape["half_life"] = _read_half_life(parts["half_life"])
    if "roles" in parts:
        shape["roles"] = _roles(parts["roles"], structure)
    if "skills" in parts:
        shape["skills"] = _codes(parts["skills"], SKILLS, "skills")
    if "component" in parts:
        word = choice(parts["component"], COMPONENTS, "component")
        shape["component"] = None if word is None else COMPONENTS.index(word)
    if "leader_support" in parts:
        shape["leader_support"] = number(parts["leader_support"], "number", 0.0, 10.0, "leader_support")
    if "award" in parts:
        shape["award"] = boolean(parts["award"], "award")
    if "half_dose" in parts:
        shape["half_dose"] = number(parts["half_dose"], "ratio", 0.0, 100.0, "half_dose")
    if "out_of_order" in parts:
        shape["out_of_order"] = text(parts["out_of_order"], MOST_REASON, "out_of_order")
    return None if None in shape.values() else shape


def _read_reported(node: Node, path: str, size: float, due: Due) -> Reported | None:
    """``{value, by, kept}``: what was reported of an effect; None, with problems noted, if it does not give the size."""
    parts = fields(node, f"{path}.reported", ("value", "by", "kept"))
    value = number(parts["value"], due[0], -math.inf, math.inf, "value") if "value" in parts else None
    by = choice(parts["by"], MOST_KEPT, "by") if "by" in parts else None
    kept = number(parts["kept"], "share", 0.0, 1.0, "kept") if "kept" in parts else None
    if value is None or by is None or kept is None:
        return None
    if kept > MOST_KEPT[by] + ROUNDING / 10:
        message = f"{path} keeps {kept:.0%} of a figure found by {by}"
        parts["kept"].place.wrong("E0409", message, f"at most {MOST_KEPT[by]:.0%} of such a figure may be kept")
        return None
    if abs(size - kept * value) > ROUNDING * abs(kept * value):
        message = f"{path} is {size:g}, and {kept:.0%} of the {value:g} reported is {kept * value:.3g}"
        parts["value"].place.wrong("E0409", message, "size is what is kept of what was reported, but for rounding")
        return None
    return Reported(value, by, kept)


def _read_half_life(node: Node) -> float | None:
    if isinstance(node, Scalar) and node.text in {"lasts", "delivery"} and not node.quoted:
        return math.inf if node.text == "lasts" else 0.0
    if isinstance(node, Scalar) and node.text[:1].isalpha():
        hint = (
            did_you_mean(node.text, ("lasts", "delivery")) or "delivery: it ends with delivery; lasts: it never fades"
        )
        message = f"half_life must be a number of years, lasts or delivery; got {echo(node.text)}"
        node.place.wrong("E0406", message, hint)
        return None
    return number(node, "years", 0.1, 60.0, "half_life")


def _roles(node: Node, structure: Structure) -> tuple[str, ...] | None:
    members = items(node, "roles") if not isinstance(node, Scalar) else (node,)
    found = [read_word(member, "role", structure, "roles") for member in members]
    if isinstance(node, Sequence) and not found:
        node.place.wrong("E0507", "roles lists nothing", f"allowed: {', '.join(structure.ladder.names)}")
    named = {word for word in found if word is not None}
    return in_order(named, "role", structure) if named and None not in found else None


def _codes(node: Node, words: tuple[str, ...], what: str) -> tuple[int, ...] | None:
    members = items(node, what) if not isinstance(node, Scalar) else (node,)
    found = [choice(member, words, what) for member in members]
    if isinstance(node, Sequence) and not found:
        node.place.wrong("E0507", f"{what} lists nothing", f"allowed: {', '.join(words)}")
    codes = sorted({words.index(word) for word in found if word is not None})
    return tuple(codes) if codes and None not in found else None
