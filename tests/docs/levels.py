"""Levels of England and of samples of it, side by side: ``python -m tests.docs.levels`` writes them into the page of limits.

A sample has fewer neighbours, and posts there are seen by as many people as nationally, so levels may not depend on its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import stats

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import Role
from tests.docs.between import put

PAGE = Path(__file__).parents[2] / "docs" / "background" / "limits.md"
START, END = "<!-- levels by size -->", "<!-- end of levels -->"
SIZES = {"0.5%": (0.005, 24), "2%": (0.02, 10), "10%": (0.1, 3), "all": (1.0, 3)}
"""Share of the schools, and runs."""
YEARS = 8
"""Last years of the start-up, of which levels are the mean."""
NAMES = (
    "Teachers and leaders per school",
    "People who leave in a year",
    "Heads who leave in a year or step down",
    "New heads, of all head posts",
    "Head posts vacant on census day",
    "Head posts that took more than one advertisement",
    "Promotions to middle leader, of all people",
    "Newcomers, of all people",
)


def levels(scale: float, replicate: int) -> np.ndarray:
    """Each of :data:`NAMES` in a run with everything at its value."""
    setup = replace(scenarios.load("england"), scale=scale, years=0).setup()
    model = PipelineModel(setup, 1, replicate, measures=())
    years = list(_years(model))[-YEARS:]
    return np.mean(years, axis=0)


def _years(model: PipelineModel) -> Iterator[list[float]]:
    while model.running:
        model.step()
        world, log, head = model.world, model.world.log, int(Role.HEAD)
        people, heads = world.schools.filled.sum(), world.schools.posts[:, head].sum()
        made, first = log.appointments, log.appointments.from_role < 0
        new, posts = ~first & (made.from_role < head) & (made.to_role == head), made.to_role == head
        gone = (log.leavers.role == head).sum() + (log.step_downs.role == head).sum()
        risen = (~first & (made.from_role < made.to_role) & (made.to_role == Role.MIDDLE_LEADER)).sum()
        yield [
            people / len(world.schools),
            len(log.leavers) / people,
            gone / heads,
            new.sum() / heads,
            (world.vacancies.role == head).sum() / heads,
            (made.round[posts] > 1).mean(),
            risen / people,
            first.sum() / people,
        ]


def table() -> str:
    """A row for each level, a column for each size, with the 95% interval of the mean of its runs."""
    found = {size: np.array([levels(scale, run) for run in range(runs)]) for size, (scale, runs) in SIZES.items()}
    head = ["", *(f"{size}, {len(runs)} runs" for size, runs in found.items())]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * len(found)]
    for n, name in enumerate(NAMES):
        lines.append("| " + " | ".join([name, *(_cell(n, runs[:, n]) for runs in found.values())]) + " |")
    return "\n".join(lines)


def _cell(n: int, values: np.ndarray) -> str:
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    times, unit = (1, "") if n == 0 else (100, "%")
    return f"{times * values.mean():.2f}{unit} ± {times * half:.2f}"


def main() -> None:
    """Write the table into the page."""
    put(PAGE, START, END, table())


if __name__ == "__main__":
    main()
