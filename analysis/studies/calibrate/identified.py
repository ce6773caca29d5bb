"""What the figures say of each parameter, and what they leave open, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.figures.words import capital, listed

if TYPE_CHECKING:
    from scenarios.calibration import Free

OPEN = 0.9
"""Posterior spread over prior spread above which a parameter is not identified."""
WEAK = 0.7
AT_END = 2.0
"""Prior standard deviations from its middle from which on a parameter presses against an end of its range."""
TOGETHER = 0.6
"""Correlation from which two parameters are told only together."""
MOST_PAIRS = 5
IN_WORDS = 0.35
"""Weight in a combination from which on a parameter is named."""


@dataclass(frozen=True)
class Known:
    """A free parameter before and after."""

    name: str
    says: str
    cells: tuple[str, ...]
    before: float
    """Median of what was believed."""
    before_spread: float
    after: float
    """Median over draws."""
    after_spread: float
    least: float
    most: float
    """90% of the draws lie between."""
    left: float
    """Posterior over prior standard deviation, in scores."""
    verdict: str


def known(free: Sequence[Free], draws: np.ndarray) -> list[Known]:
    """Each parameter, from draws as scores of shape (draws, parameters)."""
    grid = np.linspace(-3.2, 3.2, 641)
    dense = np.exp(-(grid**2) / 2)
    found = []
    for j, one in enumerate(free):
        beforehand, drawn = one.values(grid), one.values(draws[:, j])
        mean = float(np.average(beforehand, weights=dense))
        spread = float(np.sqrt(np.average((beforehand - mean) ** 2, weights=dense)))
        left, middle = float(draws[:, j].std(ddof=1)), float(draws[:, j].mean())
        least, most = (float(v) for v in np.quantile(drawn, [0.05, 0.95]))
        found.append(
            Known(
                one.name, one.says, one.cells, float(one.values(np.zeros(1))[0]), spread, float(np.median(drawn)),
                float(drawn.std(ddof=1)), least, most, left, _verdict(left, middle),
            )
        )  # fmt: skip
    return found


def _verdict(left: float, middle: float) -> str:
    if abs(middle) > AT_END:
        return f"at the {'upper' if middle > 0 else 'lower'} end of its range"
    if left > OPEN:
        return "not identified"
    return "weakly identified" if left > WEAK else "identified"


def sentences(free: Sequence[Free], draws: np.ndarray) -> list[str]:
    """What is not identified, which parameters are told only together, and the combination that is left free."""
    every = known(free, draws)
    ends = [one for one in every if one.verdict.startswith("at the")]
    open_ = [one for one in every if one.verdict == "not identified"]
    told = len(every) - len(open_) - len(ends)
    found = [f"The figures tell {told} of {len(every)} free numbers."]
    if open_:
        found.append(f"They do not tell {listed(one.says for one in open_)}.")
    for one in ends:
        end = one.verdict.removeprefix("at the ").removesuffix(" end of its range")
        found.append(
            f"{capital(one.says)} presses against the {end} end of its range: the range, or a rule, may be wrong."
        )
    found += _pairs(free, draws)
    found.append(free_combination(free, draws))
    return found


def _pairs(free: Sequence[Free], draws: np.ndarray) -> list[str]:
    together = np.corrcoef(draws.T)
    first, second = np.triu_indices(len(free), 1)
    order = np.argsort(-np.abs(together[first, second]), kind="stable")[:MOST_PAIRS]
    found = []
    for i, j in zip(first[order], second[order], strict=True):
        r = together[i, j]
        if abs(r) > TOGETHER:
            how = "one makes up for the other" if r < 0 else "they rise together"
            found.append(f"{capital(free[i].says)} and {free[j].says} are told only together (r = {r:.2f}): {how}.")
    return found


def free_combination(free: Sequence[Free], draws: np.ndarray) -> str:
    """The combination of parameters, each in prior standard deviations, that the figures tell least about."""
    values, vectors = np.linalg.eigh(np.cov(draws.T))
    flat = vectors[:, -1] * np.sign(vectors[np.abs(vectors[:, -1]).argmax(), -1])
    chosen = [int(i) for i in np.argsort(-np.abs(flat), kind="stable")[:4] if abs(flat[i]) > IN_WORDS]
    chosen = chosen or [int(np.abs(flat).argmax())]
    up = [free[i].says for i in chosen if flat[i] > 0]
    down = [free[i].says for i in chosen if flat[i] < 0]
    moves = f"more of {listed(up)}" + (f" with less of {listed(down)}" if down else "")
    return f"What they leave most free is {moves}: its spread is {np.sqrt(values[-1]):.0%} of what it was beforehand."
