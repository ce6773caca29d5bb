"""The keys of scenario and context files."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.cites import read_cites
from scenarios.overrides import Override, read_overrides
from scenarios.programme_files.settings import (
    ProgrammeSettings,
    UncertainFigure,
    read_measures,
    read_programmes,
    refuse_programmes_among_levers,
    split_uncertainties,
)
from scenarios.register_settings import RegisterSettings, read_register
from scenarios.strict import Node, Scalar, fields, number, school_year, text, whole
from scenarios.strict.values import scalar
from scenarios.structure_files import KEYS as STRUCTURE_KEYS
from scenarios.structure_files import Entries, read_entries, structure_of
from scenarios.worth import Worth, read_worth
from simulation.parameters import declared
from simulation.structure import Structure

LONGEST_HORIZON = 60
LONGEST_WARM_UP = 60
MOST_SUPPRESSED = 1000
MOST_TITLE, MOST_SUMMARY = 120, 2000

SCENARIO_KEYS = (
    "extends",
    "context",
    "years",
    "scale",
    "suppress_below",
    "worth",
    "changes",
    "programmes",
    "measures",
    "levers",
    "uncertainties",
    "cites",
)
CONTEXT_KEYS = ("extends", "base_year", "warm_up_years", *STRUCTURE_KEYS, "register")


@dataclass(frozen=True)
class ScenarioFile:
    """What one scenario file says; None for what it leaves to the file that it extends."""

    node: Node
    title: str
    summary: str
    extends: Scalar | None
    context: Scalar | None
    years: int | None
    scale: float | None
    suppress_below: int | None
    worth: tuple[Worth, ...]
    """The smallest differences worth telling, of the figures that it names."""
    system: Node | None
    """What changes in the system of schools: events, or a file that lists them."""
    programmes: tuple[ProgrammeSettings, ...]
    uncertain_figures: tuple[UncertainFigure, ...]
    """Of programmes."""
    changes: tuple[tuple[str, Node], ...]
    """What is under ``levers`` and ``uncertainties`` about parameters, with ``lever`` or ``uncertainty`` before it."""

    def overrides(self, structure: Structure) -> tuple[Override, ...]:
        """The parameters that it changes, by the labels of its context; problems are noted in its source."""
        found: list[Override] = []
        for set_by, node in self.changes:
            for override in read_overrides(node, set_by, structure):
                if any(other.part == override.part for other in found):
                    override.node.place.wrong("E0414", f"{override.part} is under levers and under uncertainties")
                found.append(override)
        return tuple(found)


@dataclass(frozen=True)
class ContextFile:
    """What one context file says; None for what it leaves to the context that it extends."""

    node: Node
    title: str
    summary: str
    extends: Scalar | None
    base_year: int | None
    warm_up_years: int | None
    structure: dict[str, Entries]
    """The ladder, phases and groups that it lists, by their keys."""
    register: Node | None

    def structure_on(self, parent: Structure | None) -> Structure | None:
        """Its structure, where the context that it extends has that of ``parent``; None, with problems noted, if it has none."""
        return structure_of(self.structure, self.node, parent)

    def register_in(self, structure: Structure) -> RegisterSettings | None:
        """What it says of its register; problems are noted in its source."""
        return None if self.register is None else read_register(self.register, structure.phases)


def read_scenario(node: Node) -> ScenarioFile:
    """A scenario file; problems are noted in its source."""
    elsewhere = {path: f"{path} belongs under levers: or uncertainties:" for path in declared()}
    elsewhere |= {key: f"{key} belongs in a context" for key in CONTEXT_KEYS if key not in SCENARIO_KEYS}
    parts = fields(node, "a scenario", ("title", "summary"), SCENARIO_KEYS, elsewhere)
    if "cites" in parts:
        read_cites(parts["cites"])
    extends, context = (_reference(parts, key) for key in ("extends", "context"))
    if "extends" in parts and "context" in parts:
        parts["context"].place.wrong(
            "E0306", "a scenario that extends another has that one's context", "take context out"
        )
    elif "extends" not in parts and "context" not in parts and parts:
        node.place.wrong("E0303", "a scenario needs extends or context", "such as extends: england")
    if "context" in parts and "years" not in parts:
        node.place.wrong("E0303", "a scenario that extends no other needs years", "such as years: 15")
    uncertain: tuple[UncertainFigure, ...] = ()
    if "levers" in parts:
        parts["levers"] = refuse_programmes_among_levers(parts["levers"])
    if "uncertainties" in parts:
        parts["uncertainties"], uncertain = split_uncertainties(parts["uncertainties"])
    changes = (("levers", "lever"), ("uncertainties", "uncertainty"))
    return ScenarioFile(
        node,
        *_titles(parts),
        extends,
        context,
        whole(parts["years"], 1, LONGEST_HORIZON, "years") if "years" in parts else None,
        number(parts["scale"], "share", 1e-4, 1.0, "scale") if "scale" in parts else None,
        whole(parts["suppress_below"], 2, MOST_SUPPRESSED, "suppress_below") if "suppress_below" in parts else None,
        read_worth(parts["worth"]) if "worth" in parts else (),
        parts.get("changes"),
        _read_programmes(parts),
        uncertain,
        tuple((set_by, parts[key]) for key, set_by in changes if key in parts),
    )


def _read_programmes(parts: dict[str, Node]) -> tuple[ProgrammeSettings, ...]:
    """Programmes and measures, which have names of their own."""
    programmes = read_programmes(parts["programmes"]) if "programmes" in parts else ()
    measures = read_measures(parts["measures"]) if "measures" in parts else ()
    for twice in (one for one in measures if one.name in {other.name for other in programmes}):
        twice.key.place.wrong("E0414", f"{twice.name} is under programmes and under measures", "give one another name")
    return (*programmes, *measures)


def read_context(node: Node) -> ContextFile:
    """A context file; problems are noted in its source."""
    own = CONTEXT_KEYS[1:]
    extended = "extends" in getattr(node, "values", {})
    elsewhere = {key: f"{key} belongs in a scenario" for key in SCENARIO_KEYS if key not in CONTEXT_KEYS}
    elsewhere |= {path: f"{path} belongs in the folder parameters, in {path.split('.')[0]}.yaml" for path in declared()}
    required = ("title", "summary", *(() if extended else own))
    parts = fields(node, "a context", required, ("extends", *own), elsewhere)
    return ContextFile(
        node,
        *_titles(parts),
        _reference(parts, "extends"),
        school_year(parts["base_year"], "base_year") if "base_year" in parts else None,
        whole(parts["warm_up_years"], 0, LONGEST_WARM_UP, "warm_up_years") if "warm_up_years" in parts else None,
        {key: found for key in STRUCTURE_KEYS if key in parts and (found := read_entries(parts[key], key))},
        parts.get("register"),
    )


def _titles(parts: dict[str, Node]) -> tuple[str, str]:
    title = text(parts["title"], MOST_TITLE, "title") if "title" in parts else None
    summary = text(parts["summary"], MOST_SUMMARY, "summary") if "summary" in parts else None
    return title or "", summary or ""


def _reference(parts: dict[str, Node], key: str) -> Scalar | None:
    return scalar(parts[key], key) if key in parts else None
