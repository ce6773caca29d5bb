"""``study:`` and ``calibrations:`` of a programme file."""

from __future__ import annotations

from typing import Any

from scenarios.cites import read_sources
from scenarios.problems import echo
from scenarios.programme_files.figures import Due, Slot, read_figure
from scenarios.programme_files.study import MEASURES, VISIBLE, Calibration, Finding, Study, Tolerance
from scenarios.strict import Mapping, Node, choice, did_you_mean, fields, items, number, school_year, text, whole
from scenarios.strict.fields import listed
from simulation.parameters import declared
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.programme import Unit

ROUNDING = 0.0151
"""What three figures rounded to whole per cent can be apart."""
MOST_COHORTS, MOST_YEARS_AFTER = 30, 20
STUDY_NEEDED = ("title", "cohorts", "matched_on", "findings")
STUDY_OPTIONAL = ("from", "grade", "lost_time", "lower_wellbeing", "rated_impact")
PUBLISHED = ("participants", "comparison", "difference")
GRADE: Due = ("standard deviations", 0.1, 2.0)
_HALF: dict[str, Due] = {
    "lost_time": ("hours a week", 0.01, 60.0),
    "lower_wellbeing": ("standard deviations", 0.001, 5.0),
    "rated_impact": ("standard deviations", 0.0001, 5.0),
}
_SPREAD: Due = ("number", 0.0, 5.0)
_ASKED = {"says_lost_time": "lost_time", "says_lower_wellbeing": "lower_wellbeing", "rates_impact": "rated_impact"}
"""What each question to participants needs the study to say of how they answer."""
_UNITS = {"attainment": ("number", -10.0, 10.0), "rates_impact": ("number", 0.0, 10.0)}
"""Of measures whose published figures are no shares."""


def read_study(node: Node, unit: Unit) -> Study | None:
    """How the programme was evaluated; None, with problems noted, if anything is wrong."""
    parts = fields(node, "study", STUDY_NEEDED, STUDY_OPTIONAL)
    found: dict[str, Any] = {}
    if "title" in parts:
        found["title"] = text(parts["title"], 200, "title")
    if "from" in parts:
        found["first"] = school_year(parts["from"], "from")
    if "cohorts" in parts:
        found["cohorts"] = whole(parts["cohorts"], 1, MOST_COHORTS, "cohorts")
    if "matched_on" in parts:
        found["matched_on"] = _read_columns(parts["matched_on"], unit)
    if "grade" in parts:
        grade = read_figure(parts["grade"], Slot("study.grade", GRADE))
        found["grade"] = None if grade is None else grade.value
    for name, due in _HALF.items():
        if name in parts:
            found[name] = _read_tolerance(parts[name], name, due)
    if "findings" in parts:
        found["findings"] = _read_findings(parts["findings"], unit)
    if None in found.values() or any(name not in parts for name in STUDY_NEEDED):
        return None
    for finding in found["findings"]:
        asked = _ASKED.get(finding.measure)
        if asked is not None and asked not in found:
            node.place.wrong("E0303", f"study lacks {asked}, which {finding.measure} needs")
            return None
    return Study(**found)


def _read_columns(node: Node, unit: Unit) -> tuple[str, ...] | None:
    allowed = [name for name in VISIBLE if COLUMNS[name].of >= unit]
    members = items(node, "matched_on")
    found: list[str] = []
    for member in members:
        name = text(member, 100, "a column")
        if name is None:
            return None
        if name not in allowed:
            hidden = name in COLUMNS and COLUMNS[name].of >= unit
            message = (
                f"evaluators cannot see {echo(name)}" if hidden else f"there is no column {echo(name)} to match on"
            )
            member.place.wrong("E0511", message, did_you_mean(name, allowed) or f"allowed: {listed(allowed)}")
            return None
        if name in found:
            member.place.wrong("E0511", f"{name} is here twice", "each column stands once")
            return None
        found.append(name)
    return tuple(found) if members else None


def _read_tolerance(node: Node, name: str, due: Due) -> Tolerance | None:
    parts = fields(node, f"study.{name}", ("half", "spread"))
    half = read_figure(parts["half"], Slot(f"study.{name}.half", due)) if "half" in parts else None
    spread = read_figure(parts["spread"], Slot(f"study.{name}.spread", _SPREAD)) if "spread" in parts else None
    return None if half is None or spread is None else Tolerance(half.value, spread.value)


def _read_findings(node: Node, unit: Unit) -> tuple[Finding, ...] | None:
    if not isinstance(node, Mapping) or not node.values:
        node.place.wrong("E0301", "findings must be a mapping from names to what was found")
        return None
    found = [_read_finding(name, value, unit) for name, value in node.values.items()]
    good = tuple(finding for finding in found if finding is not None)
    return good if len(good) == len(found) else None


def _read_finding(name: str, node: Node, unit: Unit) -> Finding | None:
    what = f"study.findings.{name}"
    parts = fields(node, what, ("measure", "years_after", "definition"), (*PUBLISHED, "within", "sources"))
    allowed = [measure for measure, of in MEASURES.items() if of >= unit]
    measure = choice(parts["measure"], allowed, "measure") if "measure" in parts else None
    years = whole(parts["years_after"], 0, MOST_YEARS_AFTER, "years_after") if "years_after" in parts else None
    definition = text(parts["definition"], 500, "definition") if "definition" in parts else None
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    due = _UNITS.get(measure or "", ("share", -1.0, 1.0))
    figures = {key: number(parts[key], *due, f"{key} of {what}") for key in (*PUBLISHED, "within") if key in parts}
    if measure is None or years is None or definition is None or None in figures.values():
        return None
    if any(key in figures for key in PUBLISHED) != ("within" in figures):
        node.place.wrong("E0511", f"{what} needs published figures and within, or neither", "such as within: 1%")
        return None
    if "within" in figures and not sources:
        node.place.wrong(
            "E0413",
            f"{what} gives published figures without a source",
            "name rows of evidence, or what the file itself cites: under cites:",
        )
        return None
    if all(key in figures for key in PUBLISHED):
        apart = figures["participants"] - figures["comparison"]  # type: ignore[operator]
        if abs(apart - figures["difference"]) > ROUNDING * (1 if measure not in _UNITS else 10):  # type: ignore[operator]
            message = f"{what} has a difference of {figures['difference']:g}, and its two figures differ by {apart:g}"
            parts["difference"].place.wrong(
                "E0511", message, "a difference is that of participants over the comparison"
            )
            return None
    return Finding(name, measure, years, **figures, sources=sources, definition=definition)


def read_calibrations(
    node: Node, figures: set[str], study: Study | None, unread: bool
) -> tuple[Calibration, ...] | None:
    """Readings of the findings of ``study`` to be tried; None, with problems noted, if anything is wrong.

    ``figures`` are the paths of the programme's own figures; ``unread`` says that there is a study and it is wrong. What is written for each path, and the scenario in which a
    reading is to be tried, are read when it is applied.
    """
    if not isinstance(node, Mapping) or not node.values:
        node.place.wrong("E0301", "calibrations must be a mapping from names to what they change")
        return None
    published = (
        [f.name for f in study.findings if f.within is not None] if study is not None else None if unread else []
    )
    found = [_read_calibration(name, value, figures, published) for name, value in node.values.items()]
    good = tuple(calibration for calibration in found if calibration is not None)
    return good if len(good) == len(found) else None


def _read_calibration(name: str, node: Node, figures: set[str], published: list[str] | None) -> Calibration | None:
    parts = fields(node, f"calibrations.{name}", ("summary", "changes"), ("fitted_to", "in"))
    fitted = _read_fitted(parts["fitted_to"], published) if "fitted_to" in parts else ()
    scenario = text(parts["in"], 100, "in") if "in" in parts else ""
    summary = text(parts["summary"], 500, "summary") if "summary" in parts else None
    changes = parts.get("changes")
    if changes is None or summary is None:
        return None
    if not isinstance(changes, Mapping):
        changes.place.wrong("E0301", "changes must be a mapping from paths to values")
        return None
    known = {*figures, *declared()}
    good = True
    for path, key in changes.keys.items():
        if path not in known:
            hint = (
                did_you_mean(path, known) or "a figure of this programme, or a parameter such as leave.per_aspiration"
            )
            key.place.wrong("E0505", f"there is no figure or parameter {echo(path)}", hint)
            good = False
    return (
        Calibration(name, summary, changes, fitted, scenario)
        if good and fitted is not None and scenario is not None
        else None
    )


def _read_fitted(node: Node, published: list[str] | None) -> tuple[str, ...] | None:
    """The names given; where ``published`` is None nobody knows which there are, and why has been said."""
    found = []
    for member in items(node, "fitted_to"):
        what = "a finding that is published"
        name = text(member, 100, what) if published is None else choice(member, published, what)
        if name is None:
            return None
        found.append(name)
    return tuple(found)
