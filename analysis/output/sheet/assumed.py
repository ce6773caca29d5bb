"""The sheets of what was assumed: settings, figures that differ from the base, programmes, and the evidence for them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from analysis.explain.words import over_years
from analysis.output.sheet.sheet import UNAVAILABLE, Cell, Number, Sheet, make
from analysis.output.study import Study
from scenarios.evidence import Citation, Row, evidence

LONGEST_VALUE = 200
SET_BY = {
    "context": "the school system",
    "programme": "the programme's file",
    "lever": "this scenario: chosen",
    "uncertainty": "this scenario: assumed, though uncertain",
}


PUBLISHED = (
    "Source", "What was measured", "Programme or study", "Value", "Unit", "Low", "High", "Counted", "Compared with",
    "Year", "Published in", "Address", "Read in the source",
)  # fmt: skip
"""Headings of the sheet of evidence."""


def assumed(study: Study) -> list[Sheet]:
    """What was assumed, and the published figures that it rests on."""
    rows: list[dict[str, Cell]] = []
    behind: dict[tuple[str, Row | Citation], None] = {}
    base = study.scenarios[0]["resolved"]["parameters"]
    for scenario in study.scenarios:
        resolved = scenario["resolved"]
        known: dict[str, Row | Citation] = {
            **evidence(),
            **{name: Citation(**cited) for name, cited in resolved.get("cites", {}).items()},
        }
        sources: list[str] = []
        own: list[tuple[str, str, dict[str, Cell]]] = [
            ("how it was run", name, _plain(value, "the study")) for name, value in _settings(scenario)
        ]
        for name, programme in resolved["programmes"].items():
            own += [(programme["title"], path, _figure(figure)) for path, figure in programme["figures"].items()]
            own.append((programme["title"], "places", _plain(_places(programme["places"]), f"programme {name}")))
            sources += [source for figure in programme["figures"].values() for source in figure["sources"]]
            claims = (*programme.get("moves", ()), *programme.get("leaves_alone", ()))
            sources += [source for claim in claims for source in claim["sources"]]
        for path, parameter in resolved["parameters"].items():
            if parameter["set_by"] != "context" or any(
                parameter.get(k) != base[path].get(k) for k in ("value", "until")
            ):
                own.append(("the school system", path, _figure(parameter)))
                sources += parameter["sources"]
        behind |= dict.fromkeys((source, known[source]) for source in sources if source in known)
        rows += [{"Scenario": scenario["title"], "About": of, "Assumption": what, **told} for of, what, told in own]
    sheets = [make("Assumptions", rows)]
    if behind:
        sheets.append(make("Evidence", [_published(*one) for one in behind]))
    return sheets


def _settings(scenario: Mapping[str, Any]) -> list[tuple[str, Cell]]:
    resolved = scenario["resolved"]
    return [
        ("summary", resolved["summary"]),
        ("school system", resolved["context"]),
        ("base year", resolved["base_year"]),
        ("school years projected", _number(scenario["years"])),
        ("schools", _number(scenario["schools"])),
        ("share of schools that is simulated", Number(scenario["scale"], 1, "share")),
        ("runs", _number(scenario["replicates"])),
        ("seed of all random draws", str(scenario["seed"])),
        *(("register of schools", note) for note in scenario["register_notes"]),
    ]


def _plain(value: Cell, set_by: str) -> dict[str, Cell]:
    return _told(value, "", "", "", set_by, "", "", "")


def _told(*cells: Cell) -> dict[str, Cell]:
    return dict(zip(("Value", "Unit", "Least", "Most", "Set by", "Grade", "Sources", "Note"), cells, strict=True))


def _places(places: Mapping[str, Any]) -> str:
    if places["number"] is None:
        text = f"{100 * (places['share'] or 0):g}% of those who may join, each year"
    else:
        text = f"{places['number']:g} a year in a system of {places['per_schools']:,.0f} schools"
    limits = [f"{word} {places[word]}" for word in ("from", "until", "budget") if places.get(word) is not None]
    limits += [
        f"{key} {over_years({'value': places[key], 'until': places[f'{key}_until']}, _text)}"
        for key in ("number", "per_schools", "share", "budget")
        if f"{key}_until" in places
    ]
    return ", ".join([text, *limits])


def _figure(figure: Mapping[str, Any]) -> dict[str, Cell]:
    value, sources = over_years(figure, _text), ", ".join(figure["sources"])
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    shown = (
        _number(value) if plain else value if "until" in figure else _text(value),
        figure["unit"],
        *map(_number, figure["range"]),
    )
    return _told(*shown, SET_BY.get(figure["set_by"], figure["set_by"]), figure["grade"], sources, figure["note"])


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} … (in full in the manifest)"


def _number(value: Any) -> Cell:
    """A number as it was given, with as many decimals as it has."""
    if value is None or not math.isfinite(float(value)):
        return UNAVAILABLE
    written = f"{float(value):.10f}".rstrip("0")
    return Number(float(value), len(written.partition(".")[2]), "plain")


def _published(source: str, row: Row | Citation) -> dict[str, Cell]:
    if isinstance(row, Citation):
        told: dict[str, Cell] = {"Source": source, "What was measured": row.says, "Year": str(row.year)}
        told |= {"Published in": row.title, "Address": row.address, "Read in the source": "cited by the scenario"}
        return {heading: told.get(heading, "") for heading in PUBLISHED}
    found = (
        row.id, row.quantity, row.programme, _as_published(row.value), row.unit, _as_published(row.lower),
        _as_published(row.upper), row.n, row.comparison_group, row.year, row.source_title, row.source_url,
        "yes" if row.verified else "no",
    )  # fmt: skip
    return dict(zip(PUBLISHED, found, strict=True))


def _as_published(text: str) -> Cell:
    try:
        return _number(float(text))
    except ValueError:
        return text or UNAVAILABLE
