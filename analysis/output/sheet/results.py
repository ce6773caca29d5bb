"""The sheets of results: differences, levels, who gains, costs, programmes, and how close the base year is to what is known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analysis.explain.plainly import unit_words
from analysis.figures.estimates import central, mean_and_variance
from analysis.figures.lines import Line, Over, shown_in
from analysis.figures.rounding import SHARE_UNITS, place_of, step
from analysis.figures.words import JOINERS, said
from analysis.output.authorities import ByAuthority
from analysis.output.sheet.sheet import (
    NOT_APPLICABLE,
    SUPPRESSED,
    UNAVAILABLE,
    Cell,
    Sheet,
    count,
    figure,
    make,
    rounded,
)
from analysis.output.study import COST, STARTS, Group, Study, published_of
from analysis.store.select import dimensions
from analysis.studies.compare.brief import brief, headline
from analysis.studies.compare.difference import Difference, differences
from analysis.studies.compare.difference import difference as of_pairs
from analysis.studies.compare.doubted import PARTS
from analysis.studies.compare.report import when
from analysis.studies.compare.stored import figures_of
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.validate import compare, verdict
from scenarios.evidence import evidence
from simulation.census.measure import measures
from simulation.programmes.programme import Unit
from simulation.vocabulary import school_year

MEAN, ENDS = "Mean of runs", ("Interval from", "Interval to")
OF_PROGRAMMES = ("Starts", "Participants", "Completed", "Helpers", "Dose, share of what is promised", "Cost, GBP")
"""Headings of what the table of figures shows of programmes in a workbook, in its order."""


def results(study: Study) -> list[Sheet]:
    """Every sheet of results that the folder has something for."""
    found = [
        _answers(study), _reach(study), _authorities(study), _comparison(study), _headlines(study), _gains(study), _costs(study), _programmes(study),
    ]  # fmt: skip
    return [sheet for sheet in found if sheet is not None and sheet.rows]


Row = dict[str, Cell]
"""Cells by heading."""


def _answers(study: Study) -> Sheet | None:
    """The answer on one page: a row for each question of each policy."""
    found = study.answered
    if found is None:
        return None
    titles = {o.policy.name: o.policy.title for o in found.outcomes}
    rows: list[Row] = [
        {"Scenario": o.policy.title, "Question": "In a sentence", "Answer": f"{headline(found, o)}."}
        for o in found.outcomes
    ]
    rows += [
        {"Scenario": titles[one["policy"]], "Question": one["question"], "Answer": " ".join(one["answer"])}
        for one in brief(found).records
    ]
    return make("Answer", rows, widths=(28, 28, 110), period=study.period, base=found.base.title)


def _reach(study: Study) -> Sheet | None:
    """Who gets and gives the programmes, and what is moved: a row for each figure of each scenario."""
    titles = {s["name"]: s["title"] for s in study.scenarios}
    rows = [
        {"Table": made.title, "Scenario": titles[one["scenario"]], "Figure": one["label"], "Unit": unit_words(one["unit"]),
         "Years": one["years"], **_told_of_reach(one)}
        for made in study.reached
        for one in made.records
    ]  # fmt: skip
    return make("Who gets it", rows, period=study.period, base=study.scenarios[0]["title"]) if rows else None


def _authorities(study: Study) -> Sheet | None:
    """What the report's page of each authority has: a row for each cell of its tables."""
    by = ByAuthority(study)
    rows: list[Row] = []
    tables = [("All", by.overview)] if by.overview is not None else []
    tables += [(one.name, table) for one in by.authorities for table in one.tables]
    for name, table in tables:
        first, *others = table.columns
        rows += [
            {"Local authority": name, "Table": table.title, "Figure": str(row.get("full") or row[first.key]).strip(),
             "What": column.heading.replace("\n", " "), "As it is said": row[column.key].replace("\n", " ")}
            for row in table.rows
            for column in others
            if row.get(column.key)
        ]  # fmt: skip
    return make("By authority", rows, period=study.period, base=study.scenarios[0]["title"]) if rows else None


def _told_of_reach(one: Mapping[str, Any]) -> Row:
    """Mean, interval and share of a record of who gets and gives; ``[c]`` where they may not be published."""
    headings, signed = (MEAN, *ENDS, "Share", "As it is said"), one["against"] is not None
    if one["words"] == SUPPRESSED:
        return dict.fromkeys(headings, SUPPRESSED)
    mean, low, high = (math.nan if one[key] is None else one[key] for key in ("mean", "low", "high"))
    place = step((high - low) / 4, one["unit"], abs(mean))  # two standard errors each way, roughly
    cells = [rounded(value, place, one["unit"], signed) for value in (mean, low, high)]
    share = NOT_APPLICABLE if one["share"] is None else rounded(one["share"], 0.01, "share")
    return dict(zip(headings, (*cells, share, one["words"]), strict=True))


def _comparison(study: Study) -> Sheet | None:
    found = study.comparison
    if found is None:
        return None
    rows = [{"Scenario": o.policy.title, "Measure": line.label, **row} for o, line, row in _differences(study, found)]
    return make("Comparison", rows, base=found.base.title, level=100 * found.level)


def _differences(study: Study, found: Comparison) -> Iterator[tuple[Outcome, Line, Row]]:
    """Every figure of every policy: its years, its unit and the difference."""
    for outcome in found.outcomes:
        for i, d in enumerate(differences(found, outcome)):
            about: Row = {"School years": when(found, d), "Unit": unit_words(d.line.unit)}
            yield outcome, d.line, about | difference(study, found, outcome, i)


def difference(study: Study, found: Comparison, outcome: Outcome, i: int) -> Row:
    """Base, policy, difference with its unit and intervals, what can be said, and pairs; ``[c]`` if not to be published."""
    d = of_pairs(found, outcome, i)
    unit: Row = {"Unit of difference": "percentage points" if d.line.unit in SHARE_UNITS else unit_words(d.line.unit)}
    row: Row = {
        "Base": figure(d.base, d.base_error, d.line.unit),
        "Policy": figure(d.policy, d.policy_error, d.line.unit),
        "Difference, policy less base": rounded(d.mean, d.place, d.line.unit, True),
        **unit,
        "Interval from": rounded(d.mean_span[0], d.place, d.line.unit, True),
        "Interval to": rounded(d.mean_span[1], d.place, d.line.unit, True),
        "Smallest difference worth telling": rounded(
            d.worth, place_of(d.worth) if d.worth > 0 else d.place, d.line.unit, True
        ),
        **(_doubt(outcome, i, d) if found.is_drawn else {}),
        "What can be said": d.words,
        "Pairs of runs": count(d.pairs),
    }
    return {**dict.fromkeys(row, SUPPRESSED), **unit} if study.is_hidden(found, outcome, i) else row


def _doubt(outcome: Outcome, i: int, d: Difference) -> Row:
    """What the evidence allows, and the parts of the doubt as shares of it."""
    parts = outcome.doubt.parts(i)
    shares = (math.nan,) * len(PARTS) if parts is None else parts.shares
    return {
        "Evidence allows from": rounded(d.low, d.place, d.line.unit, True),
        "Evidence allows to": rounded(d.high, d.place, d.line.unit, True),
        **{f"Of that doubt: {name}": rounded(share, 0.01, "share") for name, share in zip(PARTS, shares, strict=True)},
    }


def level(study: Study, scenario: str, line: Line, year: int | None) -> Row:
    """Mean of a line, ends of its range, and runs; ``[c]`` where they may not be published. Ends are rounded as the mean."""
    row = spelt(study.levels.of(scenario, line, year), line.unit)
    return dict.fromkeys(row, SUPPRESSED) if study.levels.is_hidden(scenario, line, year) else row


def spelt(found: np.ndarray, unit: str) -> Row:
    """Mean of a number per run, the ends of the middle 90% of runs (of all if there are few), and their number."""
    mean, error = _mean(found)
    low, high = central(found) if len(found) else (math.nan, math.nan)
    place = step(error, unit, max(abs(mean), abs(low), abs(high)))
    spread = (rounded(value, place, unit) for value in (mean, low, high))
    return dict(zip((MEAN, "Range from", "Range to", "Runs"), (*spread, count(len(found))), strict=True))


def _mean(found: np.ndarray) -> tuple[float, float]:
    """The mean of a number per run and its standard error; NaN where there is none."""
    (mean,), (variance,) = mean_and_variance(found[:, np.newaxis])
    return float(mean), math.sqrt(variance / max(len(found), 1))


def _headlines(study: Study) -> Sheet:
    rows = []
    for line in (line for line in shown_in("comparison") if line in study.levels.lines):
        for scenario in study.scenarios:
            for year in study.levels.years:
                if len(study.levels.of(scenario["name"], line, year)):
                    about: Row = {
                        "Measure": line.label,
                        "Scenario": scenario["title"],
                        "School year": school_year(year),
                    }
                    rows.append({**about, "Unit": unit_words(line.unit), **level(study, scenario["name"], line, year)})
    return make("Headlines", rows, period=study.period)


def _gains(study: Study) -> Sheet | None:
    groups = {group.line.name: group for group in study.groups}
    found = study.source.compared([group.line for group in study.groups])
    if found is None:
        return _gains_of_one(study)
    rows = [
        {"Scenario": o.policy.title, **_group(groups[line.name]), **row} for o, line, row in _differences(study, found)
    ]
    return make("Who gains", rows, base=found.base.title, level=100 * found.level)


def _gains_of_one(study: Study) -> Sheet:
    last = study.levels.years[-1]
    rows = []
    for group in (g for g in study.groups if g.line in study.levels.lines):
        for s in study.scenarios:
            when: Row = {"Scenario": s["title"], "School year": school_year(last), "Unit": unit_words(group.line.unit)}
            rows.append({**_group(group), **when, **level(study, s["name"], group.line, last)})
    return make("Groups", rows)


def _group(group: Group) -> Row:
    return {"Groups by": group.by.replace("_", " "), "Group": group.label, "Measure": title_of(group.line)}


def title_of(line: Line) -> str:
    """The measure's title, and the role or programme that it is about; the group has a column of its own."""
    kept = [said(d, label) for d, label in line.where if d in ("role", "programme")]
    return f"{measures()[line.measure].title}{f': {kept[0]}' if kept else ''}"


def _costs(study: Study) -> Sheet:
    base, years = study.scenarios[0], len(study.levels.years) - 1
    found = study.source.compared(study.costs)
    rows = []
    for line in (line for line in study.costs if line in study.levels.lines):
        for scenario in study.scenarios:
            name = scenario["name"]
            yearly = spelt(study.levels.of(name, line, None) / years, "GBP")[MEAN]
            over_years = level(study, name, line, None)
            del over_years["Runs"]
            row: Row = {"Item": line.label, "Scenario": scenario["title"], **over_years}
            row["Mean a year"] = SUPPRESSED if study.levels.is_hidden(name, line, None) else yearly
            against = _against(study, found, line, base["name"], name)
            rows.append(row | dict(zip((f"Difference from {base['title']}", *ENDS), against, strict=True)))
    return make("Costs", rows, period=study.period, base=base["title"])


def _against(study: Study, found: Comparison | None, line: Line, base: str, name: str) -> list[Cell]:
    """The paired difference in a cost over all years, with its interval; ``[z]`` for the base itself."""
    if any(study.levels.is_hidden(side, line, None) for side in (base, name)):
        return [SUPPRESSED] * 3
    if base == name:
        return [NOT_APPLICABLE] * 3
    outcome = next((o for o in found.outcomes if o.policy.name == name), None) if found else None
    if found is None or outcome is None:
        return [UNAVAILABLE] * 3
    at = [i for i, c in enumerate(found.cells) if found.lines[c.line] == line]
    row = difference(study, found, outcome, next((i for i in at if found.cells[i].year is None), at[-1]))
    return [row[heading] for heading in ("Difference, policy less base", *ENDS)]


def _programmes(study: Study) -> Sheet:
    rows = []
    for scenario in study.scenarios:
        for name, known in scenario["resolved"]["programmes"].items():
            of = {f: line for f, line in study.of_programmes[name].items() if line in study.levels.lines}
            for year in study.levels.years[1:]:
                if any(len(study.levels.of(scenario["name"], line, year)) for line in of.values()):
                    row: Row = {"Programme": known["title"], "Scenario": scenario["title"]}
                    row |= {"School year": school_year(year), "Those who join": JOINERS[Unit[known["joins"].upper()]]}
                    for heading, f in zip(OF_PROGRAMMES, study.of_programmes[name], strict=True):
                        row[heading] = level(study, scenario["name"], of[f], year)[MEAN] if f in of else UNAVAILABLE
                    rows.append({**row, "Cost per start, GBP": _per_start(study, scenario["name"], of, year)})
    return make("Programmes", rows)


def _per_start(study: Study, scenario: str, of: dict[str, Line], year: int) -> Cell:
    """Cost of a year over starts of the year, run by run; ``[c]`` where either may not be published."""
    if COST not in of or STARTS not in of:
        return UNAVAILABLE
    chosen = of[COST], of[STARTS]
    if any(study.levels.is_hidden(scenario, line, year) for line in chosen):
        return SUPPRESSED
    money, people = (study.levels.of(scenario, line, year) for line in chosen)
    if len(money) != len(people) or not (people > 0).all():
        return UNAVAILABLE
    return figure(*_mean(money / people), "GBP")


def _title_of(source: str) -> str:
    row = evidence().get(source)
    return source if row is None else row.source_title or row.source_url


def validation(study: Study) -> Sheet | None:
    """The base scenario's base year against published figures; None for a school system without them.

    Nothing is shown where small counts are suppressed: a figure's base is not known here.
    """
    base = study.scenarios[0]
    if study.below is not None or not (published := published_of(base)):
        return None
    there = set(dimensions(study.db))
    chosen = [target for target in published if target.than is None and set(target.where) <= there]  # no ratio is kept
    lines = [Line(t.title, t.title, t.measure, t.unit, Over.MEAN, tuple(t.where.items())) for t in chosen]
    runs = [r for (r,) in study.db.execute("SELECT DISTINCT replicate FROM runs ORDER BY 1").fetchall()]
    found = figures_of(study.db, lines, [base["name"]], runs, [base["base_year"]])[:, 0, :, 0, 0]
    scale = base["scale"]
    cards = [
        (t, compare(t, [t.as_published(float(value), scale) for value in of[~np.isnan(of)]]))
        for t, of in zip(chosen, found.T, strict=True)
    ]
    rows: list[Row] = []
    for target, card in cards:
        half = 0.0 if card.interval_high is None or card.simulated is None else card.interval_high - card.simulated
        fine = 0.001 if card.unit in SHARE_UNITS else 0.1
        rows.append({
            "Target": card.target,
            "Of whom": ", ".join(f"{k} {said(k, v)}".replace("_", " ") for k, v in card.where.items()) or "all",
            "Unit": unit_words(card.unit),
            "Published from": rounded(card.published_low, fine, card.unit),
            "Published to": rounded(card.published_high, fine, card.unit),
            "Interval from": rounded(card.least, fine, card.unit),
            "Interval to": rounded(card.most, fine, card.unit),
            "Simulated, mean of runs": figure(math.nan if card.simulated is None else card.simulated, half / 2, card.unit),
            "Inside interval": "yes" if card.inside else "no",
            "Intervals off": rounded(card.off, 0.1, ""),
            "Tolerance": rounded(card.tolerance, fine, card.unit),
            "Within tolerance": "yes" if card.within_tolerance else "no",
            "Kept out of fits": "yes" if card.kept_out else "no",
            "Sources": "; ".join(dict.fromkeys(_title_of(source) for source in target.sources)),
        })  # fmt: skip
    if not rows:
        return None
    return make("Validation", rows, base=base["title"], verdict=verdict([card for _, card in cards], study.runs))
