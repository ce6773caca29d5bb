"""Which figures the sections of a report show: who gains, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from analysis.figures.labels import within
from analysis.figures.lines import HEADLINES, Line, Over

if TYPE_CHECKING:
    from analysis.charts.drawing import Source

WORDS = {
    "female": "women", "male": "men", "least_disadvantaged": "least disadvantaged fifth", "second": "second fifth",
    "third": "third fifth", "fourth": "fourth fifth", "most_disadvantaged": "most disadvantaged fifth",
}  # fmt: skip
"""Labels that are no words of their own."""
HEADS = (("role", "head"),)
GAINS: dict[str, tuple[tuple[str, str, str, tuple[tuple[str, str], ...], str], ...]] = {
    "sex": (
        ("female_share", "Women among heads", "share", HEADS, ""),
        ("female_share_of_new_heads", "Women among first-time heads", "share", (), ""),
        ("promotion_rate", "Deputy heads promoted in a year", "share", (("role", "deputy_head"),), "sex"),
        ("leaver_rate_by_sex", "Leave in a year", "share", (), "sex"),
    ),
    "ethnic group": (
        ("minority_share", "Ethnic minorities among heads", "share", HEADS, ""),
        ("ethnic_group_share", "Share of heads", "share", HEADS, "ethnic_group"),
        ("leaver_rate_by_ethnic_group", "Leave in a year", "share", (), "ethnic_group"),
    ),
    "disadvantage of schools": (
        ("leaver_rate", "Teachers who leave (FTE)", "share", (), "disadvantage"),
        ("posts_vacant", "Posts vacant", "posts", (), "disadvantage"),
        ("pupil_progress", "Pupil progress", "pupil standard deviations", (), "disadvantage"),
        ("programme_starts", "Starts on programmes", "people, schools or clusters", (), "disadvantage"),
    ),
    "region": (
        ("leaver_rate", "Teachers who leave (FTE)", "share", (), "region"),
        ("posts_vacant", "Posts vacant", "posts", (), "region"),
        ("pupil_progress", "Pupil progress", "pupil standard deviations", (), "region"),
        ("programme_starts", "Starts on programmes", "people, schools or clusters", (), "region"),
    ),
}  # fmt: skip
"""For each way to tell groups apart: measures with words, unit, what is fixed, and the dimension that is broken down."""


def needs() -> list[tuple[str, tuple[str, ...]]]:
    """Measures with the dimensions that are fixed in some line: what to read of a large folder."""
    found = [(line.measure, tuple(d for d, _ in line.where)) for line in HEADLINES]
    found += [
        (measure, (*(d for d, _ in where), *([by] if by else [])))
        for measures in GAINS.values()
        for measure, _, _, where, by in measures
    ]
    found += [
        ("programme_costs", ("programme_cost",)),
        ("programme_costs", ("programme",)),
        ("programme_starts", ("programme",)),
    ]
    return found


def gains(source: Source) -> dict[str, list[Line]]:
    """Lines by how groups are told apart, as far as the results have them; a region alone is no breakdown."""
    there = set(_dimensions(source))
    found: dict[str, list[Line]] = {}
    for group, measures in GAINS.items():
        lines = []
        for measure, words, unit, where, by in measures:
            if not {d for d, _ in where} | ({by} if by else set()) <= there:
                continue
            labels = _labels(source, measure, by, dict(where)) if by else [""]
            if by == "region" and len(labels) < 2:
                continue
            over, better = _over(measure), _better(measure)
            lines += [
                Line(f"{measure} {label}".strip(), f"{words}: {_words(label)}" if label else words, measure, unit, over,
                     (*where, (by, label)) if label else where, better)
                for label in labels
            ]  # fmt: skip
        if lines:
            found[group] = lines
    return found


def costs(source: Source) -> list[Line]:
    """Costs by item and by programme, and how many start, as far as the results have them."""
    there = set(_dimensions(source))
    lines = [line for line in HEADLINES if line.measure in ("costs", "programme_costs")]
    if "programme_cost" in there:
        for item, words in (
            ("grant", "grants from government"), ("fee", "fees from schools"), ("release", "cover for release"),
            ("helper_time", "time of helpers"),
        ):  # fmt: skip
            lines.append(Line(f"programme_costs {item}", f"Costs of programmes: {words}", "programme_costs", "GBP", Over.SUM,
                              (("programme_cost", item),)))  # fmt: skip
    if "programme" in there:
        for name in _labels(source, "programme_costs", "programme"):
            where = (("programme", name),)
            lines += [
                Line(f"programme_costs {name}", f"Costs of {name}", "programme_costs", "GBP", Over.SUM, where),
                Line(f"programme_starts {name}", f"Starts on {name}", "programme_starts", "people, schools or clusters",
                     Over.SUM, where),
            ]  # fmt: skip
    return lines


def _labels(source: Source, measure: str, dimension: str, fixed: Iterable[str] = ()) -> list[str]:
    from analysis.store.select import labels_of

    assert source.db is not None
    return labels_of(source.db, dimension, measure, fixed, source.table)


def _dimensions(source: Source) -> list[str]:
    from analysis.store.select import dimensions

    return [] if source.db is None else dimensions(source.db)


def _words(label: str) -> str:
    return WORDS.get(label) or within(label)


def _over(measure: str) -> Over:
    if measure == "programme_starts":
        return Over.SUM
    return Over.MEAN if measure == "posts_vacant" else Over.POOLED


def _better(measure: str) -> int:
    return next((line.better for line in HEADLINES if line.measure == measure), 0)
