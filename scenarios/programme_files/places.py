"""``places:`` – how many may start in a year, from when, until when, within which budget, and who comes first."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

from scenarios.problems import echo
from scenarios.programme_files.conditions import References, columns_of_numbers, is_own, read_conditions
from scenarios.programme_files.figures import Due
from scenarios.programme_files.known import PlacesSettings, QuotaSettings
from scenarios.strict import Mapping, Node, did_you_mean, fields, number, school_year
from scenarios.strict.nodes import Place
from scenarios.strict.values import scalar
from simulation.programmes.programme import Priority, Unit
from simulation.vocabulary import school_year as written

PLACES: dict[str, Due] = {
    "number": ("places", 0.0, 1e6),
    "per_schools": ("schools", 1.0, 1e6),
    "share": ("share", 0.0, 1.0),
    "budget": ("GBP", 0.0, 1e10),
}
"""Numbers under ``places``."""
MEANINGS = {
    "number": "starts a year in a system of per_schools schools",
    "per_schools": "schools of the system that has so many places",
    "share": "of those who may join, start in a year",
    "budget": "a year for grants, in a system of per_schools schools",
}
"""What each of them means."""
YEARS = {"from": "first", "until": "last"}
"""School years under ``places``, and the fields that hold them."""
ORDER = {"first": "ahead", "priority": "priority", "quotas": "quotas"}
"""Who gets places where more apply than there are, and the fields that hold it."""
KEYS = (*PLACES, *YEARS, *ORDER)
FIELDS = {**{key: key for key in PLACES}, **YEARS, **ORDER}
"""The field that holds each key."""


def read_places(node: Node, unit: Unit, references: References) -> PlacesSettings | None:
    """``places:`` of a programme file, not yet checked as a whole; None, with problems noted, if anything is wrong."""
    parts = fields(node, "places", optional=KEYS)
    read = {key: read_place(part, key, unit, references) for key, part in parts.items()}
    if WRONG in read.values() or not hasattr(node, "values"):
        return None
    return replace(PlacesSettings(), **{FIELDS[key]: value for key, value in read.items()})


class _Wrong(Enum):
    WRONG = "wrong"


WRONG = _Wrong.WRONG
"""What stands for a value that is no use; nothing, of a priority, is one."""


def read_place(node: Node, key: str, unit: Unit, references: References) -> Any:
    """One value under ``places``, of a programme that such units join; :data:`WRONG`, with problems noted, if it is wrong."""
    if key == "priority":
        return read_priority(node, unit, "places.priority")
    found: Any
    if key == "first":
        found = read_conditions(node, "places.first", unit, references)
    elif key == "quotas":
        found = _read_quotas(node, unit, references)
    elif key in YEARS:
        found = school_year(node, key)
    else:
        found = number(node, *PLACES[key], f"places.{key}")
    return WRONG if found is None else found


def read_priority(node: Node, unit: Unit, what: str) -> Priority | _Wrong | None:
    """``COLUMN`` or ``{most: COLUMN}``, ``{least: COLUMN}``, or ``none``; :data:`WRONG`, with problems noted, if it is wrong."""
    most = True
    if isinstance(node, Mapping):
        parts = fields(node, what, optional=("most", "least"))
        if len(parts) != 1:
            if parts or not node.values:
                hint = "such as {least: school.leadership}"
                node.place.wrong("E0506", f"{what} goes by the most or the least of one column", hint)
            return WRONG
        ((end, node),) = parts.items()
        most = end == "most"
    found = scalar(node, what)
    if found is None:
        return WRONG
    if found.text == "none" and most:
        return None
    if found.text not in columns_of_numbers(unit) and (unit is Unit.CLUSTER or not is_own(found.text)):
        hint = did_you_mean(found.text, columns_of_numbers(unit)) or f"allowed: {', '.join(columns_of_numbers(unit))}"
        found.place.wrong("E0502", f"{what} cannot go by {echo(found.text)}", hint)
        return WRONG
    return Priority(found.text, most, found.place.source.where(found.place.line, found.place.column))


def _read_quotas(node: Node, unit: Unit, references: References) -> tuple[QuotaSettings, ...] | None:
    if not isinstance(node, Mapping):
        fields(node, "places.quotas")
        return None
    read = [_read_quota(name, part, unit, references) for name, part in node.values.items()]
    found = tuple(quota for quota in read if quota is not None)
    if len(found) < len(read):
        return None
    whole = sum(quota.share for quota in found)
    if whole > 1 + 1e-9:
        node.place.wrong("E0506", f"places.quotas come to {100 * whole:.6g}% of all places", "they may come to 100%")
        return None
    return found


def _read_quota(name: str, node: Node, unit: Unit, references: References) -> QuotaSettings | None:
    what = f"places.quotas.{echo(name)}"
    parts = fields(node, what, ("share", "who"))
    share = number(parts["share"], "share", 0.0, 1.0, f"{what}.share") if "share" in parts else None
    who = read_conditions(parts["who"], f"{what}.who", unit, references) if "who" in parts else None
    return None if share is None or who is None else QuotaSettings(name, share, who)


def check_places(places: PlacesSettings, grant: float, place: Place) -> bool:
    """Whether the values fit together; problems are noted at ``place``."""
    wrong = []
    if places.number is not None and places.share is not None:
        wrong.append(("places has a number and a share", "say how many may start in one of the two ways"))
    if places.number is None and places.share is None:
        wrong.append(("places needs a number or a share", "such as {number: 640, per_schools: 21987} or {share: 0.2}"))
    if places.number is not None and places.per_schools is None:
        wrong.append(("a number of places needs per_schools", "the schools of the system that has so many places"))
    if places.first is not None and places.last is not None and places.last < places.first:
        message = f"places end in {written(places.last)}, before they start in {written(places.first)}"
        wrong.append((message, "until is the last school year in which anybody starts"))
    if places.budget is not None and grant <= 0:
        wrong.append(("a budget pays grants, and costs.grant is 0", "give costs.grant, or take the budget out"))
    if places.budget is not None and places.per_schools is None and places.number is None:
        wrong.append(("a budget needs per_schools", "the schools of the system that has this budget"))
    for message, hint in wrong:
        place.wrong("E0506", message, hint)
    return not wrong
