"""Whether the parts of a doubt add up, by brute force on a small system: ``python -m benchmarks.nested``.

Comparisons split the spread of a difference into chance, the model's parameters and the programme's figures, from pairs that each take a draw of
all, some draws repeated. Here each of many draws of the parameters meets each of many draws of the figures, more than once, so that the
parts are those of a two-way analysis of variance (Searle, Casella & McCulloch, *Variance Components*, 1992, chapter 4), with no regression. The system is the
island of the tests, on draws of two of its parameters.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analysis.runs.plan import Options, Plan, plan
from analysis.runs.replicate import Plans, pair
from analysis.studies.compare.doubted import PARTS
from analysis.studies.compare.study import compare
from analysis.studies.compare.summing import Asked
from scenarios.doubt import placed
from scenarios.posterior import FILE

ISLAND = Path(__file__).parents[1] / "tests" / "contexts" / "island"
LINE = "cost_of_programmes"
MEASURE = "programme_costs"
SCENARIOS = ("scenario", "coaching")
SEED, YEARS, ROWS = 1, 3, 1000
MODELS, PROGRAMMES, CHANCES = 10, 10, 2
PAIRS = 160


def island(folder: Path) -> list[Plan]:
    """Plans of the island with draws of how many come back from a break, and of what first years in a post cost."""
    place = folder / "island"
    shutil.copytree(ISLAND, place)
    u = np.random.default_rng(SEED).random((ROWS, 2))
    rows = [f"{n},{0.2 + 0.6 * a:.6f},{0.005 + 0.075 * b:.6f}" for n, (a, b) in enumerate(u)]
    header = 'draw,leave.return_from_break,"leave.step_down[upper,head]"'
    (place / FILE).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return [plan(str(place / f"{name}.yaml"), Options(PAIRS, SEED, YEARS)) for name in SCENARIOS]


def crossed(plans: Sequence[Plan], models: int, programmes: int, chances: int) -> np.ndarray:
    """What the programme costs in all, for each draw of the parameters, of the figures, and each chance of its own."""
    found = np.empty((models, programmes, chances))
    doubts = [one.doubt for one in plans]
    for i, j, k in np.ndindex(found.shape):
        arms = []
        for one, doubt in zip(plans, doubts, strict=True):
            assert doubt is not None
            assert doubt.posterior is not None
            changes = doubt.posterior.changes(i, doubt.scenario.schedule.start.values())
            setup = placed(doubt.scenario, doubt.values(j), changes).setup_like(one.setup, True)
            arms.append(replace(one, setup=setup, doubt=None))
        number = (i * programmes + j) * chances + k
        found[i, j, k] = _cost(pair(Plans.of(arms, [MEASURE]), number, lambda _word: None)[1].get()[1])
    return found


def _cost(rows: object) -> float:
    columns, labels = rows.columns, rows.labels  # type: ignore[attr-defined]
    whole = columns["measure"] == labels["measure"].index(MEASURE)
    for name in labels:
        if name != "measure":
            whole = whole & (columns[name] == -1)
    return float(columns["value"][whole].sum())


def components(y: np.ndarray) -> np.ndarray:
    """Shares of the variance: chance, the model's parameters with what they do together with the figures, and the figures."""
    models, programmes, chances = y.shape
    cells, all_of_it = y.mean(axis=2), y.mean()
    rows, columns = cells.mean(axis=1), cells.mean(axis=0)
    chance = y.var(axis=2, ddof=1).mean()
    both = chances * ((cells - rows[:, None] - columns + all_of_it) ** 2).sum() / ((models - 1) * (programmes - 1))
    of_model = chances * programmes * rows.var(ddof=1)
    of_figures = chances * models * columns.var(ddof=1)
    together = max(both - chance, 0.0) / chances
    model = max(of_model - both, 0.0) / (chances * programmes) + together
    figures = max(of_figures - both, 0.0) / (chances * models)
    found = np.array([chance, model, figures])
    return found / found.sum()


def main() -> int:
    """Print the parts by either way; exit code 1 if any differs by more than twice the error that the comparison tells."""
    with TemporaryDirectory() as folder:
        plans = island(Path(folder))
        by_force = components(crossed(plans, MODELS, PROGRAMMES, CHANCES))
        found = compare(plans, Asked(measures=[LINE]))
        cell = next(i for i, one in enumerate(found.cells) if one.year is None)
        parts = found.outcomes[0].doubt.parts(cell)
    assert parts is not None
    print(
        f"Parts of the spread of {LINE}, {MODELS} × {PROGRAMMES} × {CHANCES} pairs crossed, and {PAIRS} as a comparison takes them"
    )
    for name, force, share, error in zip(PARTS, by_force, parts.shares, parts.errors, strict=True):
        print(f"  {name}: {force:.1%} by brute force, {share:.1%} ± {error:.1%} by the comparison")
    return int((np.abs(by_force - np.array(parts.shares)) > 2 * np.array(parts.errors) + 0.02).any())


if __name__ == "__main__":
    sys.exit(main())
