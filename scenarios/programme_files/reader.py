"""Reading a programme file whole."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from scenarios.cites import read_cites
from scenarios.evidence import evidence
from scenarios.grammar import MOST_SUMMARY, MOST_TITLE
from scenarios.problems import echo
from scenarios.programme_files.again import read_again
from scenarios.programme_files.conditions import References, read_conditions
from scenarios.programme_files.effects import Setting, read_effects
from scenarios.programme_files.figures import CASCADE, COSTS, DELIVERY, HELPERS, OF_HELP, TAKE_UP, read_figures
from scenarios.programme_files.helping import PRIORITIES, read_priorities
from scenarios.programme_files.known import CascadeSettings, Figure, HelpersSettings, KnownProgramme
from scenarios.programme_files.outcomes import read_leaves_alone, read_moves
from scenarios.programme_files.places import check_places, read_places
from scenarios.programme_files.study_reader import read_calibrations, read_study
from scenarios.programme_files.styles import read_cost_only, read_styles
from scenarios.programme_files.supply import check_supply
from scenarios.strict import Mapping, Node, boolean, choice, did_you_mean, fields, items, text, whole
from simulation.programmes.programme import Area, Condition, Unit
from simulation.structure import ENGLAND, Structure

NEEDED = ("title", "summary", "joins", "who", "places", "delivery", "effects", "moves", "assumes", "evidence")
OPTIONAL = (
    "cites", "again", "take_up", "side_effects", "costs", "cost_only", "styles", "leaves_alone", "study", "calibrations",
)  # fmt: skip
KEYS = (
    "title",
    "summary",
    "joins",
    "who",
    "places",
    "again",
    "take_up",
    "delivery",
    "effects",
    "side_effects",
    "styles",
    "costs",
    "cost_only",
    "moves",
    "leaves_alone",
    "assumes",
    "evidence",
    "cites",
    "study",
    "calibrations",
)
"""Keys of a programme file, in the order in which they read best."""
UNITS = tuple(unit.name.lower() for unit in Unit)
AREAS = tuple(area.name.lower() for area in Area)
MOST_YEARS_OF_DELIVERY = 10
MOST_EVIDENCE, MOST_ASSUMPTION, MOST_KIND = 5000, 500, 40


def read_programme(
    node: Node, name: str, programmes: set[str], structure: Structure = ENGLAND
) -> KnownProgramme | None:
    """The programme that a file describes; None, with problems noted in its source, if anything is wrong.

    ``programmes`` are the names that conditions on earlier programmes may use, besides ``name`` itself; ``structure`` is that of the
    context that it runs in.
    """
    parts = fields(node, "a programme", NEEDED, OPTIONAL)
    if "cites" in parts:
        read_cites(parts["cites"])
    joins = choice(parts["joins"], UNITS, "joins") if "joins" in parts else None
    references = References(programmes | {name}, name, structure)
    figures: dict[str, Figure] = {}
    found: dict[str, Any] = {
        "title": read_text(parts, "title", MOST_TITLE),
        "summary": read_text(parts, "summary", MOST_SUMMARY),
        "evidence": read_text(parts, "evidence", MOST_EVIDENCE),
        "assumes": read_assumes(parts["assumes"]) if "assumes" in parts else None,
    }
    good = _take_up_and_costs(parts, figures)
    delivery = None
    if "delivery" in parts:
        joining = Unit.PERSON if joins is None else Unit[joins.upper()]
        delivery = _read_delivery(parts["delivery"], references, figures, joining)
    found["cited"] = _check_cited(parts["evidence"], found["evidence"]) if found["evidence"] else None
    if joins is not None:
        unit = Unit[joins.upper()]
        found["who"] = read_conditions(parts["who"], "who", unit, references) if "who" in parts else None
        found["places"] = read_places(parts["places"], unit, references) if "places" in parts else None
        if "again" in parts:
            again = read_again(parts["again"], unit)
            good &= again is not None
            found |= {"again": again[0]} if again and again[0] else {}
        given = getattr(parts.get("delivery"), "values", {})
        setting = Setting(unit, "helpers" in given, "cascade" in given, structure)
        found |= _read_outcomes(parts, setting)
        if "study" in parts:
            found["study"] = read_study(parts["study"], unit)
        found["effects"] = _read_both(parts, setting, figures)
        good &= _check_cascade(parts["delivery"], unit) if "delivery" in parts else False
    if "styles" in parts:
        found["styles"] = read_styles(parts["styles"], found.get("effects") or (), figures)
    if "cost_only" in parts:
        found["cost_only"] = read_cost_only(parts["cost_only"], figures)
    if "calibrations" in parts:
        study, unread = found.get("study"), found.get("study", True) is None
        found["calibrations"] = read_calibrations(parts["calibrations"], set(figures), study, unread)
    if (
        not good
        or joins is None
        or delivery is None
        or any(key not in parts for key in NEEDED)
        or None in found.values()
    ):
        return None
    found.pop("cited")
    source = node.place.source
    found["cites"] = {cited: citation for cited, (citation, _) in source.cites.items()}
    programme = KnownProgramme(name=name, unit=unit, figures=figures, file=source.file, **delivery, **found)
    good = check_places(programme.places, programme.value("costs.grant"), parts["places"].place)
    good &= _check_change(programme, parts["effects"])
    helpers = getattr(parts["delivery"], "values", {}).get("helpers", parts["delivery"])
    good = good and check_supply(programme, helpers.place, structure)
    return replace(programme, planned=programme.as_it_is()) if good else None


def read_text(parts: dict[str, Node], key: str, most: int) -> str | None:
    """The text under ``key``; None if there is none, or, with a problem noted, if it cannot be."""
    return text(parts[key], most, key) if key in parts else None


def read_assumes(node: Node) -> tuple[str, ...] | None:
    """``assumes:`` – a sentence for all that evidence does not say; None, with problems noted, if anything is wrong."""
    members = items(node, "assumes")
    if not members and hasattr(node, "items"):
        node.place.wrong("E0303", "assumes lacks a sentence", "say what is assumed where evidence is silent")
    found = [text(member, MOST_ASSUMPTION, "an assumption") for member in members]
    return None if not found or None in found else tuple(sentence for sentence in found if sentence is not None)


def _take_up_and_costs(parts: dict[str, Node], figures: dict[str, Figure]) -> bool:
    good = True
    for group, names in (("take_up", TAKE_UP), ("costs", COSTS)):
        if group in parts:
            read = read_figures(fields(parts[group], group, optional=names), group, names)
            figures |= read or {}
            good &= read is not None
    return good


def _read_delivery(node: Node, references: References, figures: dict[str, Figure], unit: Unit) -> dict[str, Any] | None:
    parts = fields(node, "delivery", ("years",), (*DELIVERY, "paid", "helpers", "cascade"))
    years = whole(parts["years"], 1, MOST_YEARS_OF_DELIVERY, "delivery.years") if "years" in parts else None
    own = read_figures(parts, "delivery", DELIVERY)
    found: dict[str, Any] = {"years": years, "helpers": None, "cascade": None}
    if "paid" in parts:
        found["paid"] = boolean(parts["paid"], "delivery.paid")
    good = years is not None and own is not None and found.get("paid", False) is not None
    figures |= own or {}
    for key, read in (("helpers", partial(_read_helpers, unit=unit)), ("cascade", _read_cascade)):
        if key in parts:
            found[key] = read(parts[key], references, figures)
            good &= found[key] is not None
    return found if good else None


def _read_helpers(node: Node, references: References, figures: dict[str, Figure], unit: Unit) -> HelpersSettings | None:
    parts = fields(node, "delivery.helpers", ("kind", "who", *HELPERS, "within"), (*OF_HELP, *PRIORITIES))
    kind = text(parts["kind"], MOST_KIND, "kind") if "kind" in parts else None
    group = _read_group(parts, "delivery.helpers", HELPERS, references, figures)
    of_help, matched = read_figures(parts, "delivery.helpers", OF_HELP), read_priorities(parts, unit)
    figures |= of_help or {}
    if kind is None or group is None or of_help is None or matched is None:
        return None
    return HelpersSettings(kind, *group, **matched)


def _read_cascade(node: Node, references: References, figures: dict[str, Figure]) -> CascadeSettings | None:
    parts = fields(node, "delivery.cascade", ("who", *CASCADE, "within"))
    group = _read_group(parts, "delivery.cascade", CASCADE, references, figures)
    return None if group is None else CascadeSettings(*group)


def _read_group(
    parts: dict[str, Node], what: str, names: Any, references: References, figures: dict[str, Figure]
) -> tuple[tuple[Condition, ...], Area] | None:
    """Conditions and area of people in delivery; their figures go into ``figures``."""
    who = read_conditions(parts["who"], f"{what}.who", Unit.PERSON, references) if "who" in parts else None
    within = choice(parts["within"], AREAS, "within") if "within" in parts else None
    read = read_figures(parts, what, names)
    figures |= read or {}
    if who is None or within is None or read is None or any(name not in parts for name in names):
        return None
    return who, Area[within.upper()]


def _read_outcomes(parts: dict[str, Node], setting: Setting) -> dict[str, Any]:
    moves = read_moves(parts["moves"], setting) if "moves" in parts else None
    alone = read_leaves_alone(parts["leaves_alone"], setting, moves or ()) if "leaves_alone" in parts else ()
    return {"moves": moves, "leaves_alone": alone}


def _read_both(parts: dict[str, Node], setting: Setting, figures: dict[str, Figure]) -> Any:
    read = [
        read_effects(parts[key], key == "side_effects", setting, figures)
        for key in ("effects", "side_effects")
        if key in parts
    ]
    return None if None in read else tuple(effect for effects in read for effect in effects or ())


def _check_cascade(node: Node, unit: Unit) -> bool:
    cascade = node.values.get("cascade") if isinstance(node, Mapping) else None
    if cascade is None or unit is Unit.PERSON:
        return True
    message = f"a cascade needs people who join to lead others, and here each {unit.name.lower()} joins"
    cascade.place.wrong("E0507", message, "take cascade out, or let people join")
    return False


def _check_change(programme: KnownProgramme, node: Node) -> bool:
    if programme.effects or "delivery.endorses" in programme.figures:
        return True
    node.place.wrong("E0303", "the programme changes nothing: effects is empty", "name what it changes")
    return False


_CITED = re.compile(r"\(([a-z0-9_,; ]+)\)")
_ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+\Z")


def _check_cited(node: Node, words: str) -> bool | None:
    """Whether every id in brackets is a row of evidence; None, with problems noted, if not."""
    known = {**evidence(), **node.place.source.cites}
    cited = [
        word
        for group in _CITED.findall(words)
        for word in re.split(r"[,; ]+", group)
        if _ID.match(word) or word in known
    ]
    node.place.source.cited.update(cited)
    wrong = [word for word in cited if word not in known]
    for word in dict.fromkeys(wrong):
        hint = did_you_mean(word, known) or "sources are ids in scenarios/evidence/*.csv"
        node.place.wrong("E0412", f"no row of evidence has the id {echo(word)}", hint)
    return None if wrong else True
