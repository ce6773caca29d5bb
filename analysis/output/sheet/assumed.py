"""The sheets of what was assumed: settings, figures that differ from the base, programmes, and the evidence for them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from analysis.output.sheet.results import make
from analysis.output.sheet.sheet import UNAVAILABLE, Cell, Number, Sheet
from analysis.output.sheet.study import Study

LONGEST_VALUE = 200
GRADES = "Grades say what the evidence is; see Notes. J is a judgement, and its range is one too."
SET_BY = {
    "context": "the school system", "programme": "the programme's file", "lever": "this scenario: chosen",
    "uncertainty": "this scenario: assumed, though uncertain",
}  # fmt: skip


def assumed(study: Study) -> list[Sheet]:
    """What was assumed, and the published figures that it rests on."""
    rows, sources = _assumptions(study)
    headings: tuple[str, ...] = (
        "Scenario",
        "About",
        "Assumption",
        "Value",
        "Unit",
        "Least",
        "Most",
        "Set by",
        "Grade",
        "Sources",
        "Note",
    )
    about = (
        "How each scenario was run, every figure of its programmes, and every parameter that it changes. Least and most: "
        "what the evidence can bear. All other parameters are those of the school system; the results' manifest has them."
    )
    sheets = [make("Assumptions", "What was assumed", about, headings, rows, GRADES)]
    evidence = _evidence(sources)
    if evidence:
        about = (
            "The published figures that the assumptions name as sources; a value is given as published, in its unit."
        )
        headings = ("Source", "What was measured", "Programme or study", "Value", "Unit", "Low", "High", "Counted", "Compared with", "Year", "Published in", "Address", "Read in the source")  # fmt: skip
        sheets.append(make("Evidence", "Evidence behind the assumptions", about, headings, evidence))
    return sheets


def figures_of_programmes(study: Study) -> list[tuple[str, str, dict[str, Any]]]:
    """Title of the programme, path and figure, for every figure of every programme; each once, as the last scenario has it."""
    return [
        (programme["title"], path, figure)
        for programme in study.programmes.values()
        for path, figure in programme["figures"].items()
    ]


def _assumptions(study: Study) -> tuple[list[tuple[Cell, ...]], list[str]]:
    rows: list[tuple[Cell, ...]] = []
    sources: list[str] = []
    base = study.scenarios[0]["resolved"]["parameters"]
    for scenario in study.scenarios:
        resolved = scenario["resolved"]
        rows.extend((scenario["title"], "how it was run", *setting) for setting in _settings(scenario))
        for name, programme in resolved["programmes"].items():
            for path, figure in programme["figures"].items():
                rows.append((scenario["title"], programme["title"], path, *_figure(figure)))
                sources += figure["sources"]
            sources += [source for move in programme.get("moves", ()) for source in move["sources"]]
            places = programme["places"]
            rows.append(
                (scenario["title"], programme["title"], "places", *_plain(_places(places), f"programme {name}"))
            )
        for path, parameter in resolved["parameters"].items():
            if parameter["set_by"] != "context" or parameter["value"] != base[path]["value"]:
                rows.append((scenario["title"], "the school system", path, *_figure(parameter)))
                sources += parameter["sources"]
    return rows, list(dict.fromkeys(sources))


def _settings(scenario: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    resolved = scenario["resolved"]
    facts: list[tuple[str, Cell]] = [
        ("summary", resolved["summary"]), ("school system", resolved["context"]), ("base year", resolved["base_year"]),
        ("school years projected", _number(scenario["years"])), ("schools", _number(scenario["schools"])),
        ("share of schools that is simulated", Number(scenario["scale"], 1, "share")), ("runs", _number(scenario["replicates"])),
        ("seed of all random draws", str(scenario["seed"])), *(("register of schools", note) for note in scenario["register_notes"]),
    ]  # fmt: skip
    return [(name, *_plain(value, "the study")) for name, value in facts]


def _plain(value: Cell, set_by: str) -> tuple[Cell, ...]:
    return (value, "", "", "", set_by, "", "", "")


def _places(places: Mapping[str, Any]) -> str:
    if places["number"] is None:
        text = f"{100 * (places['share'] or 0):g}% of those who may join, each year"
    else:
        text = f"{places['number']:g} a year in a system of {places['per_schools']:,.0f} schools"
    limits = [f"{word} {places[word]}" for word in ("from", "until", "budget") if places.get(word) is not None]
    return ", ".join([text, *limits])


def _figure(figure: Mapping[str, Any]) -> tuple[Cell, ...]:
    low, high = figure["range"]
    value = figure["value"]
    shown = _number(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)
    return (
        shown, figure["unit"], _number(low), _number(high), SET_BY.get(figure["set_by"], figure["set_by"]), figure["grade"],
        ", ".join(figure["sources"]), figure["note"],
    )  # fmt: skip


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} … (in full in the manifest)"


def _number(value: Any) -> Cell:
    """A number as it was given, with as many decimals as it has."""
    if value is None or not math.isfinite(float(value)):
        return UNAVAILABLE
    written = f"{float(value):.10f}".rstrip("0")
    return Number(float(value), len(written.partition(".")[2]), "plain")


def _evidence(sources: Iterable[str]) -> list[tuple[Cell, ...]]:
    from scenarios.evidence import evidence

    rows = evidence()
    return [
        (
            row.id, row.quantity, row.programme, _published(row.value), row.unit, _published(row.lower),
            _published(row.upper), row.n, row.comparison_group, row.year, row.source_title, row.source_url,
            "yes" if row.verified else "no",
        )
        for row in (rows[source] for source in sources if source in rows)
    ]  # fmt: skip


def _published(text: str) -> Cell:
    try:
        return _number(float(text))
    except ValueError:
        return text or UNAVAILABLE
