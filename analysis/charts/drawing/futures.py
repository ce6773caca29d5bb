"""How likely policies meet a goal, over each thing that futures differ in."""

from __future__ import annotations

import numpy as np

from analysis.charts.drawing.curves import LETTERS, LOOKS, panel
from analysis.charts.drawing.figure import Figure
from analysis.charts.drawing.style import grid
from analysis.figures.words import capital, count
from analysis.studies.stress.report import coming_words, sentence, unit_of, value_words
from analysis.studies.stress.study import Coming, Stress

STEPS = 21
MOST = 6
"""Panels that are drawn."""


def withstood(found: Stress) -> Figure:
    """A panel for each thing that futures differ in: the chance that the goal is met at its values, whatever the others are."""
    policies = [arm for arm in found.arms if arm.surface is not None][: len(LOOKS)]
    points = np.stack([one.unit for one in found.coming], axis=1)
    panels, table = [], []
    for j, one in enumerate(found.coming[:MOST]):
        along = np.linspace(0.0, 1.0, STEPS)
        lines = []
        for letter, arm in zip(LETTERS, policies, strict=False):
            assert arm.surface is not None
            chances = []
            for share in along:
                there = points.copy()
                there[:, j] = share
                chances.append(float(arm.surface.above(0.0, there).mean()))
            values = [unit_of(one)[1] * one.at(float(share)) for share in along]
            lines.append((letter if len(policies) > 1 else "", values, chances))
            table += [
                {"Policy": arm.title, "Future": capital(coming_words(one)), "Value": value_words(one, one.at(float(share))), "Chance": chance}
                for share, chance in zip(along[::5], chances[::5], strict=True)
            ]  # fmt: skip
        panels.append(panel(lines, capital(coming_words(one)), _across(one), chance=True, level=0.5))
    worst = max(policies, key=lambda arm: arm.failing)
    named = "; ".join(f"{letter}: {arm.title}" for letter, arm in zip(LETTERS, policies, strict=False))
    subtitle = (
        f"Chance that the goal is met, over all other things that {count(found.futures, 'future')} differ in. Dashed: an even chance.",
        f"{capital(found.comparison.base.system)}{f'. {named}' if len(policies) > 1 else ''}.",
    )
    note = (
        "Chance: over futures and what the runs leave open about the mean, by a regression on what futures differ in."
    )
    said = " ".join(sentence(found, arm) for arm in policies)
    return Figure(
        sentence(found, worst).partition(". ")[0].rstrip("."),
        subtitle,
        said,
        note,
        grid(panels, columns=2, row=40, column=60),
        table,
        88,
    )


def _across(one: Coming) -> str:
    """What the numbers along a panel are."""
    unit = unit_of(one)[0]
    return {"times": "times today's", "add": f"more than today, {unit}"}.get(one.factor.way or "", unit or "its value")
