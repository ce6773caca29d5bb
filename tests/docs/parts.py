"""The parts of a doubt by brute force, and what pairing saves, for the guide to doubt: ``python -m tests.docs.parts``.

Comparisons split the spread of a difference into chance, the model's parameters and the programme's figures, from pairs of
which each takes a draw of all and one in four repeats a draw. Here the parts are set beside those of a crossed design (``crossed.py``).
Five minutes on a quiet processor; the options make less of it.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.figures.rounding import percent
from analysis.runs.plan import Options, plan
from analysis.studies.compare.asking import chosen
from analysis.studies.compare.doubted import PARTS
from analysis.studies.compare.study import compare
from analysis.studies.compare.summing import Asked, Comparison
from tests.docs.between import put
from tests.docs.crossed import crossed, shares

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "doubt.md"
START, END = "<!-- python -m tests.docs.parts -->", "<!-- end of parts -->"
SCENARIOS = ("england", "excellence-in-leadership-modest")
LINES = ("heads_leaving", "promoted_to_middle_leader", "wellbeing", "cost_of_programmes")
SCALE, YEARS, SEED = 0.05, 4, 1
MODELS, FUTURES, PROGRAMMES = 16, 2, 12
PAIRS = 160
FIXED_PAIRS = 60
SHORT = {"chance": "chance", "model": "parameters", "programmes": "figures"}


def saved(fixed: Comparison, cell: int, chance: float) -> float:
    """How many times the pairs it would take for as little ``chance`` in a difference, a standard deviation, if the two shared no draws.

    Levels differ from run to run by chance as they do in ``fixed``.
    """
    statistics = fixed.outcomes[0].statistics
    apart = float(statistics.base_error[cell] ** 2 + statistics.policy_error[cell] ** 2) * int(statistics.pairs[cell])
    return apart / chance**2 if chance else math.inf


def table(found: Comparison, fixed: Comparison, y: np.ndarray) -> str:
    """A row for each line: its parts either way, and what pairing saves."""
    head = [
        "",
        *(f"{SHORT[name]}: crossed / compared" for name in PARTS),
        "sharing saves, fixed",
        "sharing saves, drawn",
    ]
    rows = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    for i in range(y.shape[3]):
        cell, other = (of_all_years(one, i) for one in (found, fixed))
        parts = found.outcomes[0].doubt.parts(cell)
        assert parts is not None
        force, error = shares(y[:, :, :, i])
        both = [
            f"{force[k]:.0%} ± {error[k]:.0%} / {parts.shares[k]:.0%} ± {parts.errors[k]:.0%}"
            for k in range(len(PARTS))
        ]
        alone = fixed.outcomes[0].statistics
        chances = (float(alone.error[other]) * int(alone.pairs[other]) ** 0.5, found.outcomes[0].doubt.chance(cell))
        saving = [f"{saved(fixed, other, chance):,.0f}" for chance in chances]
        rows.append("| " + " | ".join([found.lines[i].label, *both, *saving]) + " |")
    return "\n".join(rows)


def of_all_years(found: Comparison, line: int) -> int:
    """The place of a line's cell for all years together."""
    return next(i for i, cell in enumerate(found.cells) if cell.line == line and cell.year is None)


def main(scale: float, models: int, programmes: int, pairs: int, fixed_pairs: int) -> str:
    """What was run, and the table of it."""
    options = Options(pairs, SEED, YEARS, scale, workers=2)
    plans = [plan(name, options) for name in SCENARIOS]
    lines = chosen(LINES, (), [one.setup for one in plans])
    y = crossed(plans, lines, (models, FUTURES, programmes), 2)
    asked = Asked(measures=LINES)
    found = compare(plans, asked, 2)
    still = replace(options, replicates=fixed_pairs, fixed=True)
    fixed = compare([plan(name, still) for name in SCENARIOS], asked, 2)
    said = (
        f"{plans[1].title}, {YEARS} years of {percent(scale)} of England's schools: {models} draws of the parameters, {FUTURES} futures under each, every future "
        f"with {programmes} draws of the programme's figures, against {pairs} pairs as a comparison takes them; {fixed_pairs} pairs with everything at its value."
    )
    return f"{said}\n\n{table(found, fixed, y)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--models", type=int, default=MODELS)
    parser.add_argument("--programmes", type=int, default=PROGRAMMES)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--fixed-pairs", type=int, default=FIXED_PAIRS)
    given = parser.parse_args()
    made = main(given.scale, given.models, given.programmes, given.pairs, given.fixed_pairs)
    print(made)
    put(GUIDE, START, END, made)
