"""The sheets of what was assumed: settings, figures that differ from the base, programmes, and the evidence for them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from analysis.explain.words import over_years
from analysis.output.sheet.sheet import UNAVAILABLE, Cell, Number, Sheet, make
from analysis.output.study import Study
from scenarios.evidence import Row, evidence

LONGEST_VALUE = 200
SET_BY = {
    "context": "the school system",
    "programme": "the programme's file",
    "lever": "this scenario: chosen",
    "uncertainty": "this scenario: assumed, though uncertain",
}


def assumed(study: Study) -> list[Sheet]:
    """What was assumed, and the published figures that it rests on."""
    rows: list[dict[str, Cell]] = []
    sources: list[str] = []
    base = study.scenarios[0]["resolved"]["parameters"]
    for scenario in study.scenarios:
        resolved = scenario["resolved"]
        own: list[tuple[str, str, dict[str, Cell]]] = [
            ("how it was run", name, _plain(value, "the study")) for name, value in _settings(scenario)
        ]
        for name, programme in resolved["programmes"].items():
            own += [(programme["title"], path, _figure(figure)) for path, figure in programme["figures"].items()]
            own.append((programme["title"], "places", _plain(_places(programme["places"]), f"programme {name}")))
            sources += [source for figure in programme["figures"].values() for source in figure["sources"]]
            sources += [source for move in programme.get("moves", ()) for source in move["sources"]]
        for path, parameter in resolved["parameters"].items():
            if parameter["set_by"] != "context" or any(
                parameter.get(k) != base[path].get(k) for k in ("value", "until")
            ):
                own.append(("the school system", path, _figure(parameter)))
                sources += parameter["sources"]
        rows += [{"Scenario": scenario["title"], "About": of, "Assumption": what, **told} for of, what, told in own]
    sheets = [make("Assumptions", rows)]
    if behind := [_published(evidence()[source]) for source in dict.fromkeys(sources) if source in evidence()]:
        sheets.append(make("Evidence", behind))
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


def _published(row: Row) -> dict[str, Cell]:
    return {
        "Source": row.id,
        "What was measured": row.quantity,
        "Programme or study": row.programme,
        "Value": _as_published(row.value),
        "Unit": row.unit,
        "Low": _as_published(row.lower),
        "High": _as_published(row.upper),
        "Counted": row.n,
        "Compared with": row.comparison_group,
        "Year": row.year,
        "Published in": row.source_title,
        "Address": row.source_url,
        "Read in the source": "yes" if row.verified else "no",
    }


def _as_published(text: str) -> Cell:
    try:
        return _number(float(text))
    except ValueError:
        return text or UNAVAILABLE
