"""Pairs of runs that are made up, with a policy that keeps heads at a cost."""

from __future__ import annotations

import numpy as np

from analysis.figures.estimates import paired
from analysis.studies.compare.doubted import Doubted
from analysis.studies.compare.summing import Comparison, Outcome, Side
from analysis.studies.value.outcomes import STAFFING, Account
from scenarios.doubt import Input
from simulation.log import PROGRAMME_COSTS


def comparison(
    kept: dict[str, np.ndarray], cost: float, draws: np.ndarray | None = None, inputs: tuple[Input, ...] = ()
) -> Comparison:
    """Of each policy, by its title, how many heads it keeps in each pair, in one year, for a grant of so much."""
    outcomes, accounts = [], {}
    for title, heads in kept.items():
        column = np.asarray(heads, dtype=float)[:, None]
        costs = {item: np.full(column.shape, cost) * (item == "grant") for item in (*PROGRAMME_COSTS, STAFFING)}
        name = title.lower()
        accounts[name] = Account((2026,), costs, {"heads_kept": column}, np.arange(len(column)))
        statistics = paired(np.zeros_like(column), column, draws)
        half = statistics.half_width(0.9)
        outcomes.append(Outcome(Side(name, title, 1), statistics, half, half, False, Doubted(-column, draws, inputs)))
    pairs = len(next(iter(kept.values())))
    return Comparison(Side("base", "Base", 1), outcomes, [], [], 2026, 2026, 0.9, pairs, [], None, None, accounts=accounts)  # fmt: skip
