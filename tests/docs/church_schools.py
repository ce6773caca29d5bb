"""Headships that are advertised again, by religious character: ``python -m tests.docs.church_schools`` writes it into the page of limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy import stats

import scenarios
from simulation.model import PipelineModel
from simulation.vocabulary import Religion
from tests.docs.between import put

PAGE: Final = Path(__file__).parents[2] / "docs" / "background" / "limits.md"
START, END = "<!-- python -m tests.docs.church_schools -->", "<!-- end of church schools -->"
SCALE, RUNS, YEARS = 0.25, 8, 8
"""Share of England's schools, runs, and years after the base year, which are taken together."""
PHASES: Final = ("primary", "secondary")
ROWS: Final = {
    Religion.NONE: ("No religious character", "24%, community schools, 2001/02"),
    Religion.CHURCH_OF_ENGLAND: ("Church of England", "32% of 26% in all, 2001; 37%, 2008/09"),
    Religion.ROMAN_CATHOLIC: ("Roman Catholic", "52% of 26% in all, 2001; 49%, 2008/09; 16% by Christmas, 2025"),
}


def counted(scale: float, replicate: int, years: int) -> np.ndarray:
    """Headships filled, and those of them that took more than one advertisement: phase × religious character × these two."""
    setup = replace(scenarios.load("england"), scale=scale, years=years).setup()
    model = PipelineModel(setup, 1, replicate, measures=())
    return np.sum(list(_years(model))[-years:], axis=0)


def _years(model: PipelineModel) -> Iterator[np.ndarray]:
    while model.running:
        model.step()
        schools, made = model.world.schools, model.world.log.appointments
        heads = made.where(made.to_role == model.world.ladder.head)
        found = np.zeros((model.world.phases, len(Religion), 2), np.int64)
        phase, religion = schools.phase[heads.to_school], schools.religion[heads.to_school]
        np.add.at(found, (phase, religion), np.stack([np.ones(len(heads), np.int64), heads.round > 1], axis=1))
        yield found


def table() -> str:
    """A row for each religious character, and for each against none, with the 95% interval of the mean of the runs."""
    runs = np.array([counted(SCALE, replicate, YEARS) for replicate in range(RUNS)])
    shares = runs[:, : len(PHASES), :, 1] / runs[:, : len(PHASES), :, 0]
    head = " | ".join(["headships that took more than one advertisement", *PHASES, "published, all phases"])
    lines = [f"| {head} |", "|---|---:|---:|---|"]
    for religion, (name, published) in ROWS.items():
        lines.append(f"| {name} | {_cells(shares[:, :, religion], 100, '%')} | {published} |")
    against = shares / shares[:, :, [Religion.NONE]]
    for religion, published in ((Religion.CHURCH_OF_ENGLAND, "1.2 times all schools, 2001"), (Religion.ROMAN_CATHOLIC, "2.4 times community schools, 2001/02")):  # fmt: skip
        lines.append(
            f"| {ROWS[religion][0]} against none | {_cells(against[:, :, religion], 1, ' times')} | {published} |"
        )
    return "\n".join(lines)


def _cells(values: np.ndarray, times: float, unit: str) -> str:
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(axis=0, ddof=1) / len(values) ** 0.5
    digits = 1 if times == 100 else 2
    cells = zip(values.mean(axis=0), half, strict=True)
    return " | ".join(f"{times * mean:.{digits}f}{unit} ± {times * more:.{digits}f}" for mean, more in cells)


if __name__ == "__main__":
    put(PAGE, START, END, table())
