"""Figures: numbers with a range, sources and a grade of evidence; their units are fixed by where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.parameter_files import Provenance, as_text, read_backing, read_range
from scenarios.problems import echo
from scenarios.programme_files.known import Figure
from scenarios.strict import Node, Scalar, fields, number, whole

MOST_PEOPLE = 1000

Due = tuple[str, float, float]
"""Unit of a figure, and the least and most that are possible at all."""

_PROBABILITY: Due = ("probability", 0.0, 1.0)
_WEIGHT: Due = ("number", -100.0, 100.0)
_LOG_ODDS: Due = ("log-odds", -10.0, 10.0)
_HOURS: Due = ("hours a week", 0.0, 60.0)
_SHARE: Due = ("share", 0.0, 1.0)
_POUNDS: Due = ("GBP", 0.0, 1e6)

TAKE_UP: dict[str, Due] = {
    "aware": _PROBABILITY,
    "apply": _PROBABILITY,
    "apply_aspiration": _LOG_ODDS,
    "apply_capability": _LOG_ODDS,
    "select_aspiration": _WEIGHT,
    "select_capability": _WEIGHT,
    "complete": _PROBABILITY,
    "apply_fee": _LOG_ODDS,
    "complete_release": _LOG_ODDS,
}
DELIVERY: dict[str, Due] = {
    "hours": _HOURS,
    "quality": _SHARE,
    "endorses": _SHARE,
    "day": ("hours", 0.0, 24.0),
    "half_dose": ("ratio", 0.0, 100.0),
}
HELPERS: dict[str, Due] = {"willing": _PROBABILITY, "each": ("people", 1, MOST_PEOPLE), "hours": _HOURS}
OF_HELP: dict[str, Due] = {
    "training": ("hours a year", 0.0, 1000.0),
    "trained": _SHARE,
    "skill": _WEIGHT,
    "culture": _WEIGHT,
    "better": ("standard deviations", -3.0, 3.0),
}
"""What helpers' help is worth: figures that may be left out."""
CASCADE: dict[str, Due] = {"each": ("people", 0.01, 1e5)}
COSTS: dict[str, Due] = {"grant": _POUNDS, "fee": _POUNDS, "release_days": ("days", 0.0, 366.0)}

FIGURES: dict[str, Due] = {
    f"{group}.{name}": due
    for group, names in (
        ("take_up", TAKE_UP),
        ("delivery", DELIVERY),
        ("delivery.helpers", HELPERS | OF_HELP),
        ("delivery.cascade", CASCADE),
        ("costs", COSTS),
    )
    for name, due in names.items()
}
"""Every figure but the sizes of effects, by its path."""
MEANINGS: dict[str, str] = {
    "take_up.aware": "chance to hear of it in a year; 1 if left out",
    "take_up.apply": "chance that somebody of average aspiration and ability applies; 1 if left out",
    "take_up.apply_aspiration": "added to the log-odds of applying by a standard deviation of aspiration",
    "take_up.apply_capability": "the same, by a standard deviation of ability for the next post",
    "take_up.select_aspiration": "weight of a standard deviation of aspiration in selection; chance weighs 1",
    "take_up.select_capability": "the same, of ability for the next post",
    "take_up.complete": "chance to complete; 1 if left out. Who does not gets half",
    "take_up.apply_fee": "added to the log-odds of applying per GBP 1,000 of the fee above the planned one",
    "take_up.complete_release": "added to the log-odds of completing per day of release above the planned ones",
    "delivery.hours": "of a participant's own time during delivery; of heads, where schools or clusters join",
    "delivery.quality": "share of the effects that delivery achieves; 1 if left out",
    "delivery.endorses": "quality below which no other programme is delivered while this one runs",
    "delivery.day": "hours of delivery in a day of release; 0 if left out: the days only make room for it",
    "delivery.half_dose": "share of the planned hours that brings half of the most that hours can; 0: any will do; 0.5 if left out",
    "delivery.helpers.training": "a year, of each helper, in their own school's time; 0 if left out",
    "delivery.helpers.trained": "share of what their help achieves that hangs on the planned training",
    "delivery.helpers.skill": "what a standard deviation of skill for their own post adds to what their help achieves, as a share",
    "delivery.helpers.culture": "the same, of the culture of staff development at their own school",
    "delivery.helpers.better": "skill that they have as helpers beyond that for their own post; 0 if left out",
    "delivery.helpers.willing": "chance that somebody who may help is willing in a year",
    "delivery.helpers.each": "participants that one helper can help at a time; a whole number",
    "delivery.helpers.hours": "time of a helper with as many as they can help; their own school pays for it",
    "delivery.cascade.each": "people whom one participant can lead",
    "costs.grant": "paid by government",
    "costs.fee": "paid by the school; by each school, where a cluster joins",
    "costs.release_days": "days of supply cover that the school buys",
}
"""What each figure means."""
WHOLE_FIGURES = ("delivery.helpers.each",)
"""Figures that count whole people."""

BACKING = ("range", "sources", "grade")


@dataclass(frozen=True)
class Slot:
    """A figure that is due: its path, unit and bounds."""

    path: str
    due: Due

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers will do."""
        return self.path in WHOLE_FIGURES


def slot(path: str) -> Slot:
    """The figure at a path of :data:`FIGURES`."""
    return Slot(path, FIGURES[path])


def read_figures(parts: dict[str, Node], group: str, names: Iterable[str]) -> dict[str, Figure] | None:
    """The figures among ``parts`` by path; None, with problems noted, if any is wrong."""
    found = {f"{group}.{name}": read_figure(parts[name], slot(f"{group}.{name}")) for name in names if name in parts}
    good = {path: figure for path, figure in found.items() if figure is not None}
    return good if len(good) == len(found) else None


def read_figure(node: Node, due: Slot) -> Figure | None:
    """``{value, range, sources, grade, note?}``; None, with problems noted, if anything is wrong."""
    if isinstance(node, Scalar) and not node.empty:
        hint = "such as {value: " + node.text[:20] + ", range: [least, most], sources: [], grade: J}"
        node.place.wrong("E0301", f"{due.path} needs its range, sources and grade beside its value", hint)
        return None
    parts = fields(node, due.path, ("value", *BACKING), ("note",))
    return figure_of(parts, due, "value", node)


def figure_of(parts: dict[str, Node], due: Slot, key: str, node: Node) -> Figure | None:
    """The figure whose value stands under ``key`` among ``parts``, with its range, sources, grade and note."""
    unit, low, high = due.due
    value = read_value(parts[key], due) if key in parts else None
    bounds = read_range(parts["range"], unit, (low, high)) if "range" in parts else None
    backing = read_backing(parts)
    if value is None or bounds is None or backing is None:
        return None
    written = parts[key]
    if not bounds[0] <= value <= bounds[1]:
        shown = echo(as_text(written))
        written.place.wrong("E0409", f"{due.path} is {shown}, outside its range {bounds[0]:g} to {bounds[1]:g}")
        return None
    provenance = Provenance(
        as_text(written),
        unit,
        bounds,
        backing.sources,
        backing.grade,
        backing.note,
        node.place.source.file,
        written.place.line,
        set_by="programme",
    )
    return Figure(value, provenance)


def read_value(node: Node, due: Slot) -> float | None:
    """A number that is possible for the figure."""
    unit, low, high = due.due
    if due.is_whole:
        found = whole(node, int(low), int(high), due.path)
        return None if found is None else float(found)
    return number(node, unit, low, high, due.path)
