"""``places:`` – how many may start in a year, from when, until when, and within which budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenarios.programme_files.figures import Due
from scenarios.programme_files.known import PlacesSettings
from scenarios.strict import Node, fields, number, school_year
from scenarios.strict.nodes import Place
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
KEYS = (*PLACES, *YEARS)


def read_places(node: Node) -> PlacesSettings | None:
    """``places:`` of a programme file, not yet checked as a whole; None, with problems noted, if anything is wrong."""
    parts = fields(node, "places", optional=KEYS)
    found: dict[str, Any] = {key: read_place(part, key) for key, part in parts.items()}
    if None in found.values() or not hasattr(node, "values"):
        return None
    return replace(PlacesSettings(), **{YEARS.get(key, key): value for key, value in found.items()})


def read_place(node: Node, key: str) -> float | int | None:
    """One value under ``places``."""
    return school_year(node, key) if key in YEARS else number(node, *PLACES[key], f"places.{key}")


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
