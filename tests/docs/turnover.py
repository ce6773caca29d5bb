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
"""Of all schools; last years of the start-up, which are taken together."""
PHASES: Final = ("primary", "secondary")
TRUSTS: Final = (
    (2, "No trust, or a trust of one school"),
    (10, "Trusts of 2 to 9 schools"),
    (20, "Trusts of 10 to 19"),
)
LARGEST: Final = "Trusts of 20 and more"


def kinds(world: World) -> dict[str, np.ndarray]:
    """Which schools are of each kind, by its name, in the order of the table."""
    cluster = world.schools.cluster
    size = np.where((cluster >= 0) & world.led_trusts[cluster], world.clusters.schools[cluster], 1)
    band = np.digitize(size, [most for most, _ in TRUSTS])
    found = {name: band == n for n, name in enumerate([*(name for _, name in TRUSTS), LARGEST])}
    fifth = fifths_by_disadvantage(world.schools)
    found |= {"Least disadvantaged fifth": fifth == 0, "Most disadvantaged fifth": fifth == FIFTHS - 1}
    found |= {f"Grade: {grade.name.lower().replace('_', ' ')}": world.schools.grade == grade.value for grade in Grade}
    return found | {name: world.schools.region == n for n, name in enumerate(world.register.region_names)}


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
        had = before >= 0
        gone = had & (heads(model.world)[: len(before)] != before)
        yield {
            name: np.array([[(some & here & (phase == p)).sum() for here in (had, gone)] for p in range(len(PHASES))])
            for name, some in of_kind.items()
        }


def turnover(replicate: int) -> dict[str, np.ndarray]:
    """Share of heads who no longer lead the same school a year later, by kind of school; an entry for each of :data:`PHASES`."""
    model = PipelineModel(replace(scenarios.load("england"), years=0).setup(), 1, replicate, measures=())
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
    for name, above, below in (
        ("Largest trusts against no trust", LARGEST, TRUSTS[0][1]),
        ("Most against least disadvantaged", "Most disadvantaged fifth", "Least disadvantaged fifth"),
    ):
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
