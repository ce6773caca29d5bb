"""The sheets of what was assumed: settings, figures that differ from the base, programmes, and the evidence for them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.explain.plainly import figure_words, parameter_words, unit_words
from analysis.explain.words import over_years
from analysis.figures.words import WORDS, capital
from analysis.output.sheet.sheet import UNAVAILABLE, Cell, Number, Sheet, make
from analysis.output.study import Study
from scenarios.evidence import Citation, Row, evidence
from scenarios.places import place_name

IN_FILES = "Name in files"
"""Heading of what stands in files for the words of a row: what to write to set it, or to look it up."""
LONGEST_VALUE = 200
SET_BY = {
    "context": "the school system",
    "programme": "the programme's file",
    "lever": "this scenario: chosen",
    "uncertainty": "this scenario: assumed, though uncertain",
}


PUBLISHED = (
    "Source", "What was measured", "Programme or study", "Value", "Unit", "Low", "High", "Counted", "Compared with",
    "Year", "Published in", "Address", "Read in the source", IN_FILES,
)  # fmt: skip
"""Headings of the sheet of evidence."""


def assumed(study: Study) -> list[Sheet]:
    """What was assumed, and the published figures that it rests on."""
    rows: list[dict[str, Cell]] = []
    behind: dict[tuple[str, Row | Citation], int] = {}
    base = study.scenarios[0]["resolved"]["parameters"]
    for scenario in study.scenarios:
        resolved = scenario["resolved"]
        known: dict[str, Row | Citation] = {
            **evidence(),
            **{name: Citation(**cited) for name, cited in resolved.get("cites", {}).items()},
        }

        def cite(sources: Sequence[str], known: Mapping[str, Row | Citation] = known) -> str:
            """The numbers of sources in the sheet of evidence, each by its first use."""
            there = [(source, known[source]) for source in sources if source in known]
            return ", ".join(str(behind.setdefault(one, len(behind) + 1)) for one in there)

        own: list[tuple[str, dict[str, Cell]]] = [
            ("how it was run", _plain(capital(name), value, "the study")) for name, value in _settings(scenario)
        ]
        for name, programme in resolved["programmes"].items():
            own += [
                (programme["title"], _figure(figure_words(path, programme), f"programmes.{name}.{path}", figure, cite))
                for path, figure in programme["figures"].items()
            ]
            own.append((programme["title"], _plain("Places", _places(programme["places"]), "the programme's file")))
            for claim in (*programme.get("moves", ()), *programme.get("leaves_alone", ())):
                cite(claim["sources"])
        for path, parameter in resolved["parameters"].items():
            if parameter["set_by"] != "context" or any(
                parameter.get(k) != base[path].get(k) for k in ("value", "until")
            ):
                own.append(("the school system", _figure(parameter_words(path), path, parameter, cite)))
        rows += [{"Scenario": scenario["title"], "About": of, **told} for of, told in own]
    sheets = [make("Assumptions", rows)]
    if behind:
        sheets.append(make("Evidence", [_published(number, *one) for one, number in behind.items()]))
    return sheets


def _settings(scenario: Mapping[str, Any]) -> list[tuple[str, Cell]]:
    resolved = scenario["resolved"]
    return [
        ("summary", resolved["summary"]),
        ("school system", place_name(resolved["context"])),
        ("base year", resolved["base_year"]),
        ("school years projected", _number(scenario["years"])),
        ("schools", _number(scenario["schools"])),
        ("share of schools that is simulated", Number(scenario["scale"], 1, "share")),
        ("runs", _number(scenario["replicates"])),
        ("seed of all random draws", str(scenario["seed"])),
        *(("register of schools", note) for note in scenario["register_notes"]),
    ]


def _plain(what: str, value: Cell, set_by: str) -> dict[str, Cell]:
    return _told(what, value, "", "", "", set_by, "", "", "", "")


TOLD = ("Assumption", "Value", "Unit", "Least", "Most", "Set by", "Grade", "Sources", "Note", IN_FILES)


def _told(*cells: Cell) -> dict[str, Cell]:
    return dict(zip(TOLD, cells, strict=True))


def _places(places: Mapping[str, Any]) -> str:
    if places["number"] is None:
        text = f"{100 * (places['share'] or 0):g}% of those who may join, each year"
    else:
        text = f"{places['number']:g} a year in a system of {places['per_schools']:,.0f} schools"
    limits = [f"{word} {places[word]}" for word in ("from", "until", "budget") if places.get(word) is not None]
    limits += [
        f"{WORDS['figures'][f'places.{key}']} {over_years({'value': places[key], 'until': places[f'{key}_until']}, _text)}"
        for key in ("number", "per_schools", "share", "budget")
        if f"{key}_until" in places
    ]
    return ", ".join([text, *limits])


def _figure(what: str, path: str, figure: Mapping[str, Any], cite: Callable[[Sequence[str]], str]) -> dict[str, Cell]:
    value, sources = over_years(figure, _text), cite(figure["sources"])
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    shown = (
        _number(value) if plain else value if "until" in figure else _text(value),
        unit_words(figure["unit"]),
        *map(_number, figure["range"]),
    )
    return _told(
        what, *shown, SET_BY.get(figure["set_by"], figure["set_by"]), figure["grade"], sources, figure["note"], path
    )


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} … (in full in the manifest)"


def _number(value: Any) -> Cell:
    """A number as it was given, with as many decimals as it has."""
    if value is None or not math.isfinite(float(value)):
        return UNAVAILABLE
    written = f"{float(value):.10f}".rstrip("0")
    return Number(float(value), len(written.partition(".")[2]), "plain")


def _published(number: int, source: str, row: Row | Citation) -> dict[str, Cell]:
    if isinstance(row, Citation):
        told: dict[str, Cell] = {
            "Source": _number(number),
            IN_FILES: source,
            "What was measured": row.says,
            "Year": str(row.year),
        }
        told |= {"Published in": row.title, "Address": row.address, "Read in the source": "cited by the scenario"}
        return {heading: told.get(heading, "") for heading in PUBLISHED}
    found = (
        _number(number), row.quantity, row.programme, _as_published(row.value), unit_words(row.unit), _as_published(row.lower),
        _as_published(row.upper), row.n, row.comparison_group, row.year, row.source_title, row.source_url,
        "yes" if row.verified else "no", row.id,
    )  # fmt: skip
    return dict(zip(PUBLISHED, found, strict=True))


def _as_published(text: str) -> Cell:
    try:
        return _number(float(text))
    except ValueError:
        return text or UNAVAILABLE
