"""What a scenario says about programmes: which run, what a government chooses about them, and what is uncertain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from scenarios.dated import is_year_by_year, read_dated, stepped
from scenarios.overrides import read_change, read_way
from scenarios.parameter_files import Provenance, apart_from_backing, as_text
from scenarios.problems import echo
from scenarios.programme_files.again import read_again
from scenarios.programme_files.choices import OTHER_LEVERS
from scenarios.programme_files.conditions import References, change_conditions
from scenarios.programme_files.effects import size_due
from scenarios.programme_files.figures import COSTS, FIGURES, HELPERS, Due, Slot, read_value
from scenarios.programme_files.helping import PRIORITIES
from scenarios.programme_files.known import Change, Figure, KnownProgramme
from scenarios.programme_files.places import FIELDS, PLACES, WRONG, YEARS, check_places, read_place
from scenarios.programme_files.places import KEYS as PLACES_KEYS
from scenarios.programme_files.styles import OF_STYLE
from scenarios.programme_files.supply import check_supply
from scenarios.strict import Mapping, Node, Scalar, boolean, did_you_mean, fields, number
from scenarios.strict.fields import listed, wrong_kind
from scenarios.strict.values import scalar
from simulation.programmes.channels import CHANNELS
from simulation.programmes.programme import HALF_DOSE
from simulation.structure import Structure

PREFIX = "programmes."
"""Start of paths under ``uncertainties`` that lead into programmes."""
OF_MEASURES = "measures."
"""The same, into measures."""
LEVERS = (
    *(f"places.{key}" for key in PLACES_KEYS),
    *(f"costs.{name}" for name in COSTS),
    "delivery.hours",
    *(f"delivery.helpers.{name}" for name in (*HELPERS, "training", "who", "within", *PRIORITIES)),
    "style",
    "without",
)
"""What a government can choose about a programme."""
UNCERTAIN_TOO = ("delivery.helpers.willing",)
"""Levers that may be left uncertain instead: a government can recruit helpers, and cannot know how many it will find."""
ABSENT: dict[str, tuple[float, float, float, tuple[str, ...], str]] = {
    "delivery.quality": (1.0, 0.0, 1.0, (), ""),
    "delivery.half_dose": (
        HALF_DOSE, 0.1, 4.0, ("pd_rcts", "cti_minutes_t", "cti_minutes_c"),
        "trials of development differ by how many mechanisms they use and not by their hours; none compared hours",
    ),
    "delivery.helpers.better": (0.0, -2.0, 2.0, (), "what is seen of helpers is what they are"),
}  # fmt: skip
"""Figures that a file may leave out and that may be set all the same: value, range, sources and note of what then holds."""
_GROUPS = ("places", "costs", "delivery", "delivery.helpers")
"""Keys under which levers may also stand as a mapping."""
CHOICES = (*LEVERS, *_GROUPS, "who", "again", "withdrawn")
"""Paths at which a scenario, or a point of a sweep, may say what a government chooses."""


@dataclass(frozen=True)
class ProgrammeSettings:
    """What one scenario file says about one programme."""

    name: str
    key: Scalar
    off: bool = False
    """The programme does not run, though it does in the scenario that this one extends."""
    file: Scalar | None = None
    """A file of the user's own that describes it; None for a programme of the library."""
    programme: Scalar | None = None
    """The name in the library of which it is a block; None for its own."""
    withdrawn: bool | None = None
    levers: tuple[tuple[str, Node], ...] = ()
    """Paths in the programme, with what is written for them."""
    again: Node | None = None
    """When somebody may join again."""
    who: Node | None = None
    """Conditions that join those of the programme, or replace them by column."""
    is_measure: bool = False
    """It stands under ``measures:``."""
    measure: Node | None = None
    """A measure that is described in the scenario itself."""


@dataclass(frozen=True)
class UncertainFigure:
    """A figure of a programme that a scenario sets under ``uncertainties``."""

    programme: str
    path: str
    key: Scalar
    node: Node


def read_programmes(node: Node) -> tuple[ProgrammeSettings, ...]:
    """``programmes:`` of a scenario; problems are noted in its source."""
    if not isinstance(node, Mapping):
        wrong_kind(
            node, "programmes must be a mapping of keys to values", "write a name, a colon and what is set: npq: {}"
        )
        return ()
    return tuple(read_settings(name, node.keys[name], value) for name, value in node.values.items())


def read_measures(node: Node) -> tuple[ProgrammeSettings, ...]:
    """``measures:`` of a scenario; problems are noted in its source."""
    if not isinstance(node, Mapping):
        wrong_kind(node, "measures must be a mapping of keys to values", "write a name, a colon and what is set: {}")
        return ()
    return tuple(_read_measure(name, node.keys[name], value) for name, value in node.values.items())


def _read_measure(name: str, key: Scalar, node: Node) -> ProgrammeSettings:
    """A measure that a scenario describes, or takes from a file, or what it changes about one."""
    if not isinstance(node, Mapping):
        return replace(read_settings(name, key, node), is_measure=True)
    if "of" in node.values or "title" in node.values:
        return ProgrammeSettings(name, key, is_measure=True, measure=node)
    known = ("file", *YEARS, "who", "costs", *(f"costs.{cost}" for cost in COSTS))
    parts = fields(node, name, optional=known, elsewhere=_misplaced(name, node))
    paths = {f"places.{path}" if path in YEARS else path: value for path, value in parts.items()}
    keys = {path: node.keys[path.removeprefix("places.")] for path in paths}
    return replace(read_settings(name, key, Mapping(node.place, keys, paths)), is_measure=True)


def read_settings(name: str, key: Scalar, node: Node) -> ProgrammeSettings:
    """What a scenario says about the programme ``name``; problems are noted in its source."""
    if name.endswith((".yaml", ".yml")):
        stem = name.rsplit(".", maxsplit=1)[0]
        key.place.wrong("E0123", f"a programme has a name here, got the file {name}", f"{stem}: {{file: {name}}}")
        return ProgrammeSettings(name, key, off=True)
    if isinstance(node, Scalar):
        if node.text != "off" or node.quoted:
            given = f"“{echo(node.text)}”" if not node.empty else "nothing"
            hint = f"{name}: {{}} runs it as its file says; {name}: off takes it out"
            node.place.wrong("E0301", f"{name} needs a mapping of levers, or off; got {given}", hint)
        return ProgrammeSettings(name, key, off=True)
    parts = fields(node, name, optional=("programme", "file", *CHOICES), elsewhere=_misplaced(name, node))
    withdrawn = boolean(parts["withdrawn"], "withdrawn") if "withdrawn" in parts else None
    file, programme = (scalar(parts[part], part) if part in parts else None for part in ("file", "programme"))
    if file is not None and programme is not None:
        hint = "programme: names one of the library, and file: one of yours"
        programme.place.wrong("E0507", f"{name} has both a file and a programme", hint)
        file = None
    levers = {}
    for path, value in _flat(parts):
        if path in levers:
            value.place.wrong("E0414", f"{path} is set twice", "once as a path and once within a mapping")
        levers[path] = value
    again, who = parts.get("again"), parts.get("who")
    return ProgrammeSettings(name, key, False, file, programme, withdrawn, tuple(levers.items()), again, who)


def _misplaced(name: str, node: Node) -> dict[str, str]:
    """Hints for figures that are uncertain and stand among levers."""
    paths = getattr(node, "values", {})
    return {
        path: f"nobody can choose it: write {PREFIX}{name}.{path} under uncertainties:"
        for path in paths
        if path not in LEVERS and (path in FIGURES or path.split(".")[0] in ("effects", "side_effects", "take_up"))
    }


def _flat(parts: dict[str, Node]) -> Iterable[tuple[str, Node]]:
    """Levers by their whole paths, whether written as paths or within mappings."""
    for path, node in parts.items():
        if path in LEVERS:
            yield path, node
        elif path == "places" and isinstance(node, Mapping) and is_year_by_year(node):
            yield "places.from", next(iter(node.keys.values()))  # there are none before
            yield "places.number", node
        elif path in _GROUPS:
            below = [other.removeprefix(f"{path}.") for other in (*LEVERS, *_GROUPS) if other.startswith(f"{path}.")]
            elsewhere = {
                name: f"nobody can choose it: {path}.{name} belongs under uncertainties:"
                for name in getattr(node, "values", {})
                if f"{path}.{name}" in FIGURES
            }
            inner = fields(node, path, optional=below, elsewhere=elsewhere)
            yield from _flat({f"{path}.{name}": value for name, value in inner.items()})


def in_programme(path: str) -> str:
    """A path into a programme or a measure, which is told as one into a programme; any other path as it is."""
    return PREFIX + path.removeprefix(OF_MEASURES) if path.startswith(OF_MEASURES) else path


def split_uncertainties(node: Node) -> tuple[Node, tuple[UncertainFigure, ...]]:
    """What is uncertain about parameters, and what about programmes."""
    if not isinstance(node, Mapping):
        return node, ()
    found = []
    for path in [path for path in node.values if in_programme(path).startswith(PREFIX)]:
        name, _, inner = in_programme(path).removeprefix(PREFIX).partition(".")
        found.append(UncertainFigure(name, inner, node.keys[path], node.values[path]))
    own = {path: value for path, value in node.values.items() if not in_programme(path).startswith(PREFIX)}
    return Mapping(node.place, node.keys, own), tuple(found)


def refuse_programmes_among_levers(node: Node) -> Node:
    """The levers without paths into programmes, which stand under ``programmes:``; a problem is noted for each."""
    others, wrong = split_uncertainties(node)
    for figure in wrong:
        if figure.path in LEVERS:
            hint = f"write {figure.path} under programmes:, {figure.programme}:"
        else:
            hint = "nobody can choose it: write it under uncertainties:"
        figure.key.place.wrong("E0505", f"levers has parameters; {figure.key.text} is no parameter", hint)
    return others


def apply_settings(
    programme: KnownProgramme, settings: ProgrammeSettings, programmes: Collection[str], structure: Structure
) -> KnownProgramme:
    """The programme with a scenario's levers; problems are noted in the scenario's file.

    ``programmes`` are the names that conditions on earlier programmes may use, ``structure`` is the context's.
    """
    before, references = programme, References(programmes, programme.name, structure)
    file = settings.key.place.source.file
    if settings.who is not None:
        who = change_conditions(programme.who, settings.who, programme.unit, references)
        if who is not None:
            programme = programme.with_change(Change("who", as_text(settings.who), "lever", file), who=who)
    if settings.again is not None:
        again = read_again(settings.again, programme.unit)
        if again is not None:
            change = Change("again", as_text(settings.again), "lever", file)
            programme = programme.with_change(change, again=again[0])
    for path, node in settings.levers:
        place = path.removeprefix("places.")
        if path in OTHER_LEVERS:
            found = OTHER_LEVERS[path](programme, node, references)
            if found is not None:
                change = Change(path, as_text(node), "lever", file)
                programme = programme.with_change(change, **found)
        elif place == path:
            programme = _with_figure(programme, path, node, "lever")
        elif place in PLACES:
            programme = _with_number(programme, path, place, node)
        else:
            programme = _with_place(programme, path, place, node, references)
    if settings.withdrawn is not None:
        change = Change("withdrawn", str(settings.withdrawn).lower(), "lever", file)
        programme = programme.with_change(change, withdrawn=settings.withdrawn)
    if programme is not before and check_places(programme.places, programme.value("costs.grant"), settings.key.place):
        check_supply(programme, settings.key.place, structure)
    return programme


def apply_uncertainty(programme: KnownProgramme, figure: UncertainFigure) -> KnownProgramme:
    """The programme with an uncertain figure set; problems are noted in the scenario's file."""
    if figure.path in UNCERTAIN_TOO and _set_here(programme, figure.path, figure.node):
        message = f"{figure.path} of {programme.name} is under programmes and under uncertainties"
        figure.key.place.wrong("E0414", message, "choose it, or leave it uncertain")
        return programme
    if figure.path in CHOICES and figure.path not in UNCERTAIN_TOO:
        hint = f"write {figure.path} under programmes:, {figure.programme}:"
        figure.key.place.wrong("E0505", f"{figure.path} is a lever: a government can choose it", hint)
        return programme
    return _with_figure(programme, figure.path, figure.node, "uncertainty", figure.key)


def _with_place(programme: KnownProgramme, path: str, key: str, node: Node, references: References) -> KnownProgramme:
    found = read_place(node, key, programme.unit, references)
    if found is WRONG:
        return programme
    change = Change(path, as_text(node), "lever", node.place.source.file)
    return programme.with_change(change, places=replace(programme.places, **{FIELDS[key]: found}))


def _with_number(programme: KnownProgramme, path: str, key: str, node: Node) -> KnownProgramme:
    change = Change(path, as_text(node), "lever", node.place.source.file)
    new: dict[str, Any]
    _, low, high = PLACES[key]
    old: float | None = getattr(programme.places, key)
    # What is not there can be given, and not changed; before its date there is none, or no limit.
    dated = read_dated(node, path, partial(_read_number if old is None else _read_new, slot=Slot(path, PLACES[key])))
    if dated is None:
        return programme
    before = {"number": 0.0, "share": 0.0}.get(key, high) if old is None else old
    value, steps = stepped(dated, before, programme.earlier.get(path, ()))
    wrong = [one for one in (value, *(one for _, one in steps)) if not low <= one <= high]
    if wrong:
        node.place.wrong("E0409", f"{path} becomes {wrong[0]:.6g}, outside {low:g} to {high:g}")
        return programme
    new = {key: value}
    other = {"number": "share", "share": "number"}.get(key)
    if other and not _set_here(programme, f"places.{other}", node):
        new[other] = None
    kept = {name: steps for name, steps in programme.earlier.items() if name.removeprefix("places.") not in new}
    kept |= {path: steps} if steps else {}
    return programme.with_change(change, places=replace(programme.places, **new), earlier=kept)


def _read_number(node: Node, slot: Slot) -> Callable[[float], float] | None:
    """A new value, perhaps as ``{to: VALUE}``."""
    if isinstance(node, Mapping) and list(node.values) == ["to"]:
        node = node.values["to"]
    value = read_value(node, slot)
    return None if value is None else lambda _old: value


def _set_here(programme: KnownProgramme, path: str, node: Node) -> bool:
    """Whether the same file has set ``path`` too."""
    return any(change.path == path and change.file == node.place.source.file for change in programme.changes)


def _with_figure(
    programme: KnownProgramme, path: str, node: Node, set_by: str, key: Scalar | None = None
) -> KnownProgramme:
    figure = programme.figures.get(path) or _absent(programme, path)
    place = (key or node).place
    if figure is None:
        near = did_you_mean(path, programme.figures) or f"it has {listed(sorted(programme.figures))}"
        place.wrong("E0505", f"{programme.name} has no figure {echo(path) or 'of that path'}", near)
        return programme
    slot, what = Slot(path, due_of(programme, path)), f"{path} of {programme.name}"
    apart = apart_from_backing(node, what)
    dated = None if apart is None else read_dated(apart[0], what, partial(_read_new, slot=slot))
    if apart is None or dated is None:
        return programme
    node, backing = apart
    value, steps = stepped(dated, figure.value, programme.earlier.get(path, ()))
    source = figure.provenance
    numbers = (value, *(before for _, before in steps))
    if not all(_possible(one, slot, programme.name, source, node) for one in numbers):
        return programme
    provenance = source.set_anew(node, as_text(node), set_by, backing)
    cites = {
        **programme.cites,
        **{name: node.place.source.cites[name][0] for name in provenance.sources if name in node.place.source.cites},
    }
    figures = {**programme.figures, path: Figure(value, provenance)}
    earlier = {name: before for name, before in programme.earlier.items() if name != path}
    earlier |= {path: steps} if steps else {}
    change = Change(path, as_text(node), set_by, node.place.source.file)
    return programme.with_change(change, figures=figures, earlier=earlier, cites=cites)


def _possible(value: float, slot: Slot, programme: str, source: Provenance, node: Node) -> bool:
    """Whether a figure may be ``value``; a problem is noted if not."""
    low, high = source.range
    if not low <= value <= high:
        where = f"the range is given in {source.file} near line {source.line}" if source.line else None
        message = f"{slot.path} of {programme} becomes {value:.6g}, outside its range {low:g} to {high:g}"
        node.place.wrong("E0409", message, where)
        return False
    if slot.is_whole and value != int(value):
        node.place.wrong("E0403", f"{slot.path} of {programme} becomes {value:.6g}, which is no whole number")
        return False
    return True


def due_of(programme: KnownProgramme, path: str) -> Due:
    """Unit of a figure, with what is possible at all."""
    if path in FIGURES:
        return FIGURES[path]
    if path.startswith("styles."):
        return OF_STYLE
    effect = next(effect for effect in programme.effects if effect.path == path)
    return size_due(CHANNELS[effect.channel], effect.of_gap)


def _absent(programme: KnownProgramme, path: str) -> Figure | None:
    """A figure that the file leaves out, with what then holds: costs of 0, full quality of delivery, the usual half dose.

    Hours that a file does not plan cannot be set: there is nothing by which to say what they would do.
    """
    if path not in FIGURES or (path not in ABSENT and not path.startswith("costs.")):
        return None
    if path.startswith("delivery.helpers.") and programme.helpers is None:
        return None
    unit, low, high = FIGURES[path]
    value, low, high, sources, note = ABSENT.get(path, (0.0, low, high, (), ""))
    return Figure(value, Provenance(f"{value:g}", unit, (low, high), sources, "J", note, programme.file, 0))


def _read_new(node: Node, slot: Slot) -> Callable[[float], float] | None:
    """From the old value to the new one, as a scenario writes it: a value, or a way to change one."""
    if not isinstance(node, Mapping):
        return _read_number(node, slot)
    what = f"the change of {slot.path}"
    chosen = read_way(node, what)
    if chosen is None:
        return None
    way, operand = chosen
    unit, low, high = slot.due
    if way == "to":
        return _read_number(node, slot)
    if way == "change":
        by = read_change(operand, what)
    elif way == "times":
        by = number(operand, "ratio", 0.0, 1000.0, f"times in {what}")
    else:
        by = number(operand, unit, low - high, high - low, f"add in {what}")
    if by is None:
        return None
    return (lambda old: old + by) if way == "add" else (lambda old: old * by)
