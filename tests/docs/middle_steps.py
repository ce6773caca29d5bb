"""England with a step within middle leadership against what is published: ``python -m tests.docs.middle_steps`` writes it into the page of limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

import scenarios
from simulation.model import PipelineModel
from simulation.structure import Ladder, Structure
from simulation.vocabulary import Ring
from simulation.world import Setup
from tests.docs.between import put

PAGE: Final = Path(__file__).parents[2] / "docs" / "background" / "limits.md"
START, END = "<!-- python -m tests.docs.middle_steps -->", "<!-- end of middle steps -->"
SCENARIO: Final = "england-middle-steps"
SCALE, RUNS, YEARS = 0.05, 6, 8
"""Share of England's schools, runs, and last years of the start-up, which are taken together."""
SECONDARY: Final = 1
STEP, HEAD_OF_DEPARTMENT, ASSISTANT = 1, 2, 3
"""Codes of the rungs."""
SHARES: Final = (0.3, 0.5, 0.7)
"""Of middle leaders, those who head a department: the context's, and others to compare."""
NAMES: Final = {
    "Posts filled from outside the school, a year": ("about 10,000 advertised, 2008", 1, ""),
    "the same, of all middle leaders' posts": ("about 14%", 100, "%"),
    "the same, those of heads of department": ("70% of adverts, 2008", 100, "%"),
    "Step from the lower rung to the upper, a year": ("8% to 10%, judged", 100, "%"),
    "From middle leader to assistant head, a year": ("4% (2.5% to 6%), recollected", 100, "%"),
    "Posts of heads of department without a holder": ("below 1% of all posts", 100, "%"),
}
"""By name: what is published of secondary schools, and how the figure is told."""


def with_share(setup: Setup, share: float) -> Setup:
    """The setup with so large a share of middle leaders' posts on the upper of the two rungs."""
    rungs = list(setup.structure.ladder.rungs)
    rungs[STEP], rungs[HEAD_OF_DEPARTMENT] = (
        replace(rungs[STEP], share=1 - share),
        replace(rungs[HEAD_OF_DEPARTMENT], share=share),
    )
    structure = setup.structure
    return replace(setup, structure=Structure(Ladder(tuple(rungs)), structure.phases, structure.ethnic_groups))


def figures(share: float, replicate: int, scale: float = SCALE) -> np.ndarray:
    """Each of :data:`NAMES` in a run with everything at its value."""
    setup = with_share(replace(scenarios.load(SCENARIO), scale=scale, years=0).setup(), share)
    years = np.array(list(_years(PipelineModel(setup, 1, replicate, measures=())))[-YEARS:], float)
    posts, held, empty, from_outside, steps, rises = (years[:, n].sum(axis=0) for n in range(years.shape[1]))
    middle = slice(STEP, ASSISTANT)
    return np.array(
        [
            from_outside[middle].sum() / YEARS / scale,
            from_outside[middle].sum() / posts[middle].sum(),
            from_outside[HEAD_OF_DEPARTMENT] / from_outside[middle].sum(),
            steps[STEP] / held[STEP],
            rises[middle].sum() / held[middle].sum(),
            empty[HEAD_OF_DEPARTMENT] / posts[HEAD_OF_DEPARTMENT],
        ]
    )


def _years(model: PipelineModel) -> Iterator[np.ndarray]:
    """For each year, by rung in secondary schools: posts, holders, vacant posts, posts filled from outside, steps to the upper rung and rises above it."""
    rungs = len(model.setup.ladder)
    while model.running:
        model.step()
        schools, made = model.world.schools, model.world.log.appointments
        here = schools.phase == SECONDARY
        made = made.where(here[made.to_school])
        posts, held = schools.posts[here].sum(axis=0), schools.filled[here].sum(axis=0)
        outside = made.to_role[made.ring != Ring.OWN_SCHOOL]
        steps = made.from_role[(made.from_role == STEP) & (made.to_role == HEAD_OF_DEPARTMENT)]
        rises = made.from_role[(made.from_role >= STEP) & (made.from_role < ASSISTANT) & (made.to_role == ASSISTANT)]
        counts = (np.bincount(role, minlength=rungs) for role in (outside, steps, rises))
        yield np.array([posts, held, posts - held, *counts])


def table() -> str:
    """A row for each figure, a column for each share, with the 95% interval of the mean of its runs."""
    found = {share: np.array([figures(share, run) for run in range(RUNS)]) for share in SHARES}
    head = ["secondary schools", *(f"{share:.0%} head a department" for share in SHARES), "published"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * len(SHARES) + "---|"]
    for n, (name, (published, times, unit)) in enumerate(NAMES.items()):
        cells = [_cell(runs[:, n], times, unit) for runs in found.values()]
        lines.append("| " + " | ".join([name, *cells, published]) + " |")
    return "\n".join(lines)


def _cell(values: np.ndarray, times: float, unit: str) -> str:
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    digits = 1 if unit else 0
    return f"{times * values.mean():,.{digits}f}{unit} ± {times * half:,.{digits}f}"


if __name__ == "__main__":
    put(PAGE, START, END, table())
