"""Turnover of heads by kind of school: ``python -m tests.docs.turnover`` writes it into the page of limits.

Nothing sets turnover by trust size, region, intake or grade but the rules for people and schools, so it shows what those bring about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

import scenarios
from simulation.census.places import FIFTHS, fifths_by_disadvantage
from simulation.model import PipelineModel
from simulation.vocabulary import Grade, Role, Status
from simulation.world import World
from tests.docs.between import put

PAGE: Final = Path(__file__).parents[2] / "docs" / "background" / "limits.md"
START, END = "<!-- python -m tests.docs.turnover -->", "<!-- end of turnover -->"
RUNS, YEARS = 5, 8
"""Of all schools; years after the base year, which are taken together: only then do grades bring schools into trusts."""
TENTHS = 10
PHASES: Final = ("primary", "secondary")
TRUSTS: Final = (
    (2, "No trust, or a trust of one school"),
    (10, "Trusts of 2 to 9 schools"),
    (20, "Trusts of 10 to 19"),
)
LARGEST: Final = "Trusts of 20 and more"
LOWERED: Final = "Grade lowered to inadequate in the year"
SPONSORED: Final = "Joined a trust because of the grade in the year"
RATIOS: Final = (
    ("Largest trusts against no trust", LARGEST, TRUSTS[0][1]),
    ("Most against least disadvantaged fifth", "Most disadvantaged fifth", "Least disadvantaged fifth"),
    ("Most against least disadvantaged tenth", "Most disadvantaged tenth", "Least disadvantaged tenth"),
)


def kinds(world: World) -> dict[str, np.ndarray]:
    """Which schools are of each kind, by its name, in the order of the table."""
    cluster = world.schools.cluster
    size = np.where((cluster >= 0) & world.led_trusts[cluster], world.clusters.schools[cluster], 1)
    band = np.digitize(size, [most for most, _ in TRUSTS])
    found = {name: band == n for n, name in enumerate([*(name for _, name in TRUSTS), LARGEST])}
    fifth = fifths_by_disadvantage(world.schools)
    found |= {"Least disadvantaged fifth": fifth == 0, "Most disadvantaged fifth": fifth == FIFTHS - 1}
    tenth = tenths_by_disadvantage(world)
    found |= {"Least disadvantaged tenth": tenth == 0, "Most disadvantaged tenth": tenth == TENTHS - 1}
    found |= {f"Grade: {grade.name.lower().replace('_', ' ')}": world.schools.grade == grade.value for grade in Grade}
    return found | {name: world.schools.region == n for n, name in enumerate(world.register.region_names)}


def tenths_by_disadvantage(world: World) -> np.ndarray:
    """Tenth (0 least to 9 most disadvantaged) of each school within its phase, cut by number of schools; ties go by URN."""
    schools, tenth = world.schools, np.zeros(len(world.schools), np.int64)
    for phase in np.unique(schools.phase):
        rows = np.flatnonzero(schools.phase == phase)
        tenth[rows[np.lexsort((schools.urn[rows], schools.disadvantage[rows]))]] = (
            np.arange(len(rows)) * TENTHS // len(rows)
        )
    return tenth


def events(world: World) -> dict[str, np.ndarray]:
    """What has happened to which schools in the year of the latest census."""
    schools = world.schools
    lowered = (schools.lowered == world.year) & (schools.grade == Grade.INADEQUATE.value)
    return {LOWERED: lowered, SPONSORED: schools.sponsored == world.year}


def heads(world: World) -> np.ndarray:
    """Who is head of each school, by id; -1 for nobody."""
    people = world.people
    rows = np.flatnonzero((people.status == Status.IN_SERVICE.value) & (people.role == Role.HEAD.value))
    found = np.full(len(world.schools), -1, np.int64)
    found[people.school[rows]] = people.id[rows].astype(np.int64)
    return found


def _years(model: PipelineModel) -> Iterator[dict[str, np.ndarray]]:
    """For each year, by kind of school and phase: heads at the census before, and those of them who no longer head that school."""
    while model.running:
        world = model.world
        before, of_kind = heads(world), kinds(world)
        phase = world.schools.phase.copy()
        model.step()
        of_kind |= events(model.world)
        had = before >= 0
        gone = had & (heads(model.world)[: len(before)] != before)
        yield {
            name: np.array([[(some & here & (phase == p)).sum() for here in (had, gone)] for p in range(len(PHASES))])
            for name, some in of_kind.items()
        }


def turnover(replicate: int) -> dict[str, np.ndarray]:
    """Share of heads who no longer lead the same school a year later, by kind of school; an entry for each of :data:`PHASES`."""
    model = PipelineModel(replace(scenarios.load("england"), years=YEARS).setup(), 1, replicate, measures=())
    years = list(_years(model))[-YEARS:]
    found = {}
    for name in years[0]:
        had, gone = np.sum([year[name] for year in years], axis=0).T
        found[name] = gone / had
    return found


def table() -> str:
    """A row for each kind of school, with the 95% interval of the mean of its runs."""
    runs = [turnover(replicate) for replicate in range(RUNS)]
    lines = [
        "| heads who no longer lead the same school a year later | " + " | ".join(PHASES) + " |",
        "|---|---:|---:|",
    ]
    lines += [_row(name, np.array([run[name] for run in runs]), 100, "%") for name in runs[0]]
    for name, above, below in RATIOS:
        lines.append(_row(name, np.array([run[above] / run[below] for run in runs]), 1, " times"))
    return "\n".join(lines)


def _row(name: str, values: np.ndarray, times: float, unit: str) -> str:
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(axis=0, ddof=1) / len(values) ** 0.5
    digits = 1 if times == 100 else 2
    cells = [
        f"{times * mean:.{digits}f}{unit} ± {times * more:.{digits}f}"
        for mean, more in zip(values.mean(axis=0), half, strict=True)
    ]
    return "| " + " | ".join([name, *cells]) + " |"


if __name__ == "__main__":
    put(PAGE, START, END, table())
