"""What a scenario chooses about a programme that is no number: who helps whom, in which style, and which effects are left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from scenarios.programme_files.conditions import References, change_conditions
from scenarios.programme_files.helping import PRIORITIES, read_priorities
from scenarios.programme_files.known import HelpersSettings, KnownProgramme
from scenarios.strict import Node, Scalar, choice, items
from simulation.programmes.programme import Area, Unit


def _helpers(programme: KnownProgramme, node: Node) -> HelpersSettings | None:
    if programme.helpers is None:
        node.place.wrong("E0505", f"nobody helps in {programme.name}: it has no delivery.helpers")
    return programme.helpers


def _helpers_who(programme: KnownProgramme, node: Node, references: References) -> dict[str, Any] | None:
    helpers = _helpers(programme, node)
    if helpers is None:
        return None
    who = change_conditions(helpers.who, node, Unit.PERSON, references)
    return None if who is None else {"helpers": replace(helpers, who=who)}


def _helpers_within(programme: KnownProgramme, node: Node, _: References) -> dict[str, Any] | None:
    helpers = _helpers(programme, node)
    if helpers is None:
        return None
    word = choice(node, [area.name.lower() for area in Area], "delivery.helpers.within")
    return None if word is None else {"helpers": replace(helpers, within=Area[word.upper()])}


def _helpers_matched(programme: KnownProgramme, node: Node, _: References, *, key: str) -> dict[str, Any] | None:
    helpers = _helpers(programme, node)
    if helpers is None:
        return None
    rule = read_priorities({key: node}, programme.unit)
    return None if rule is None else {"helpers": replace(helpers, **rule)}


def _style(programme: KnownProgramme, node: Node, _: References) -> dict[str, Any] | None:
    if not programme.styles:
        node.place.wrong("E0505", f"{programme.name} has no styles")
        return None
    word = choice(node, programme.styles, "style")
    return None if word is None else {"style": word}


def _without(programme: KnownProgramme, node: Node, _: References) -> dict[str, Any] | None:
    members = items(node, "without") if not isinstance(node, Scalar) else (node,)
    found = [choice(member, [effect.name for effect in programme.effects], "without") for member in members]
    return None if None in found else {"without": tuple(sorted({name for name in found if name is not None}))}


OTHER_LEVERS: dict[str, Callable[[KnownProgramme, Node, References], dict[str, Any] | None]] = {
    "delivery.helpers.who": _helpers_who,
    "delivery.helpers.within": _helpers_within,
    **{f"delivery.helpers.{key}": partial(_helpers_matched, key=key) for key in PRIORITIES},
    "style": _style,
    "without": _without,
}
"""Levers that are no numbers: what each sets of a programme; None, with problems noted, if it is wrong."""
