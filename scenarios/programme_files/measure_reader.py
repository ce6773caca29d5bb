"""Reading a measure: what holds for everybody who meets its conditions, without anybody joining it."""

from __future__ import annotations

from typing import Any

from scenarios.cites import read_cites
from scenarios.grammar import MOST_SUMMARY, MOST_TITLE
from scenarios.programme_files.conditions import References, read_conditions
from scenarios.programme_files.effects import Setting, read_effects
from scenarios.programme_files.figures import COSTS, read_figures
from scenarios.programme_files.known import EffectSettings, Figure, KnownProgramme, PlacesSettings
from scenarios.programme_files.reader import MOST_EVIDENCE, UNITS, read_assumes, read_text
from scenarios.strict import Mapping, Node, choice, fields, school_year
from simulation.programmes.programme import Unit
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import school_year as written

NEEDED = ("title", "summary", "of", "who")
OPTIONAL = ("from", "until", "effects", "side_effects", "costs", "assumes", "evidence", "cites")
KEYS = (*NEEDED, *OPTIONAL)
"""Keys of a measure, in the order in which they read best."""
OF_DELIVERY = ("half_life", "of_gap", "award")
"""Keys of a programme's effect that rest on its delivery having ended, or on somebody who delivers it."""


def is_measure(node: Node) -> bool:
    """Whether a node describes a measure: it says of what it is, where a programme says who joins."""
    return isinstance(node, Mapping) and "of" in node.values and "joins" not in node.values


def read_measure(node: Node, name: str, programmes: set[str], structure: Structure = ENGLAND) -> KnownProgramme | None:
    """The measure that a file, or a mapping in a scenario, describes; None, with problems noted, if anything is wrong.

    It is kept as a programme that everybody is on who meets its conditions. ``programmes`` are the names that conditions on
    programmes may use; ``structure`` is that of the context that it is in.
    """
    parts = fields(node, "a measure", NEEDED, OPTIONAL)
    if "cites" in parts:
        read_cites(parts["cites"])
    of = choice(parts["of"], UNITS, "of") if "of" in parts else None
    found: dict[str, Any] = {
        "title": read_text(parts, "title", MOST_TITLE),
        "summary": read_text(parts, "summary", MOST_SUMMARY),
        "assumes": read_assumes(parts["assumes"]) if "assumes" in parts else (),
        "evidence": read_text(parts, "evidence", MOST_EVIDENCE) if "evidence" in parts else "",
        "places": _read_years(parts),
    }
    figures: dict[str, Figure] = {}
    if "costs" in parts:
        costs = read_figures(fields(parts["costs"], "costs", optional=COSTS), "costs", COSTS)
        found["costs"], figures = costs, dict(costs or {})
    if of is not None:
        unit = Unit[of.upper()]
        found["who"] = (
            read_conditions(parts["who"], "who", unit, References(programmes, name, structure))
            if "who" in parts
            else None
        )
        found["effects"] = _read_effects(
            parts, Setting(unit, helpers=False, cascade=False, structure=structure), figures
        )
    if of is None or None in found.values() or "who" not in found:
        return None
    if not figures:
        node.place.wrong(
            "E0303", "the measure changes nothing and costs nothing", "name its effects, its costs or both"
        )
        return None
    found.pop("costs", None)
    source = node.place.source
    cites = {cited: citation for cited, (citation, _) in source.cites.items()}
    return KnownProgramme(
        name=name, unit=unit, years=1, figures=figures, helpers=None, cascade=None, moves=(), leaves_alone=(),
        file=source.file, cites=cites, everybody=True, **found,
    )  # fmt: skip


def _read_years(parts: dict[str, Node]) -> PlacesSettings | None:
    """The school years in which it holds: without a first from the year after the base year on, without a last for good."""
    years = {key: school_year(parts[key], key) for key in ("from", "until") if key in parts}
    if None in years.values():
        return None
    first, last = years.get("from"), years.get("until")
    if first is not None and last is not None and last < first:
        message = f"the measure ends in {written(last)}, before it begins in {written(first)}"
        parts["until"].place.wrong("E0506", message, "until is the last school year in which it holds")
        return None
    return PlacesSettings(share=1.0, first=first, last=last)


def _read_effects(parts: dict[str, Node], setting: Setting, figures: dict[str, Figure]) -> Any:
    """The effects and side effects, which last as long as somebody has the measure."""
    good = True
    found: list[EffectSettings] = []
    for key in ("effects", "side_effects"):
        if key not in parts:
            continue
        for effect in getattr(parts[key], "values", {}).values():
            for name in OF_DELIVERY:
                if name in getattr(effect, "values", {}):
                    message = f"{name} does nothing in a measure, which acts for as long as somebody meets who"
                    effect.keys[name].place.wrong(
                        "E0507", message, "take it out; from and until say when the measure holds"
                    )
                    good = False
        read = read_effects(parts[key], key == "side_effects", setting, figures)
        good &= read is not None
        found += read or ()
    return tuple(found) if good else None
