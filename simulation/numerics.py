"""The handful of functions from probability theory that the rules use, for kernels and for arrays."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from simulation.kernels import kernel, part

FIXED_POINT = 2.0**20
"""Real numbers are summed over people as whole multiples of 2**-20, so that sums do not depend on row order."""


@part
def fixed(x: float) -> int:
    """``x`` in fixed point, rounded to the nearest multiple of 2**-20."""
    return int(math.floor(x * FIXED_POINT + 0.5))  # noqa: RUF046 - numba's floor gives a float


UNFIXED = 1.0 / FIXED_POINT
"""Turns a sum in fixed point back into a real number, exactly."""


def fixed_array(x: np.ndarray) -> np.ndarray:
    """:func:`fixed` over an array; int64."""
    return np.floor(x * FIXED_POINT + 0.5).astype(np.int64)


@part
def logit(p: float) -> float:
    """Log-odds of a probability; 0 and 1 give minus and plus infinity."""
    if p <= 0.0:
        return -math.inf
    if p >= 1.0:
        return math.inf
    return math.log(p / (1.0 - p))


@part
def logistic(x: float) -> float:
    """Probability of log-odds ``x``."""
    return 1.0 / (1.0 + math.exp(-x))


@part
def gumbel(u: float) -> float:
    """Standard Gumbel variate of a uniform draw strictly inside (0, 1)."""
    return -math.log(-math.log(u))


_AS241 = """
    2509.0809287301226727 33430.575583588128105 67265.770927008700853 45921.953931549871457
    13731.693765509461125 1971.5909503065514427 133.14166789178437745 3.3871328727963666080
    5226.4952788528545610 28729.085735721942674 39307.895800092710610 21213.794301586595867
    5394.1960214247511077 687.18700749205790830 42.313330701600911252 1.0
    7.7454501427834140764e-4 0.0227238449892691845833 0.24178072517745061177 1.27045825245236838258
    3.64784832476320460504 5.76949722146069140550 4.63033784615654529590 1.42343711074968357734
    1.05075007164441684324e-9 5.475938084995344946e-4 0.0151986665636164571966 0.14810397642748007459
    0.68976733498510000455 1.67638483018380384940 2.05319162663775882187 1.0
    2.01033439929228813265e-7 2.71155556874348757815e-5 0.00124266094738807843860 0.0265321895265761230930
    0.29656057182850489123 1.78482653991729133580 5.46378491116411436990 6.65790464350110377720
    2.04426310338993978564e-15 1.4215117583164458887e-7 1.8463183175100546818e-5 7.868691311456132591e-4
    0.0148753612908506148525 0.13692988092273580531 0.59983220655588793769 1.0
"""
_PPND16 = np.array(_AS241.split(), np.float64).reshape(3, 2, 8)
"""Coefficients of algorithm AS 241, highest power first: numerator and denominator in the middle, in the tails, far out."""
CENTRAL = 0.425
"""How far from a half the middle reaches."""


@part
def _fraction(part: int, r: float) -> tuple[float, float]:
    """Numerator and denominator of one ``part`` of the algorithm at ``r``."""
    num, den = _PPND16[part, 0, 0], _PPND16[part, 1, 0]
    for k in range(1, 8):
        num, den = num * r + _PPND16[part, 0, k], den * r + _PPND16[part, 1, k]
    return num, den


@part
def normal(u: float) -> float:
    """Inverse of the standard normal distribution function: algorithm AS 241 (PPND16), Wichura 1988.

    Zero and one give minus and plus infinity, as thresholds for "nobody" and "everybody".
    """
    if u <= 0.0:
        return -math.inf
    if u >= 1.0:
        return math.inf
    q = u - 0.5
    if abs(q) <= CENTRAL:
        return _central(q)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    num, den = _fraction(1, r - 1.6) if r <= 5.0 else _fraction(2, r - 5.0)
    return -num / den if q < 0.0 else num / den


@part
def _central(q: float) -> float:
    """The algorithm near the middle, ``q`` from a half."""
    num, den = _fraction(0, 0.180625 - q * q)
    return q * num / den


@kernel(error_model="numpy")
def _normals(u: np.ndarray, out: np.ndarray) -> None:
    for i in range(u.shape[0]):  # without a branch, so that processors take several at a time
        out[i] = _central(u[i] - 0.5)
    for i in range(u.shape[0]):
        if abs(u[i] - 0.5) > CENTRAL:
            out[i] = normal(u[i])


@kernel
def _logits(p: np.ndarray, out: np.ndarray) -> None:
    for i in range(p.shape[0]):
        out[i] = logit(p[i])


@kernel
def _logistics(x: np.ndarray, out: np.ndarray) -> None:
    for i in range(x.shape[0]):
        out[i] = logistic(x[i])


def _over(loop: Callable[[np.ndarray, np.ndarray], None], x: np.ndarray) -> np.ndarray:
    """What ``loop`` makes of ``x``, in its shape; float64."""
    given = np.array(
        x, np.float64
    ).ravel()  # a copy, because numbers that may be written are of another type than others
    found = np.empty(len(given))
    loop(given, found)
    return found.reshape(np.shape(x))


def normals(u: np.ndarray) -> np.ndarray:
    """:func:`normal` over an array."""
    return _over(_normals, u)


def logits(p: np.ndarray) -> np.ndarray:
    """:func:`logit` over an array."""
    return _over(_logits, p)


def logistics(x: np.ndarray) -> np.ndarray:
    """:func:`logistic` over an array."""
    return _over(_logistics, x)


@part
def age_band(age: int) -> int:
    """Index into :data:`~simulation.vocabulary.AGE_BANDS`."""
    return min(max((age - 20) // 5, 0), 9)


@part
def years_qualified_band(years: int) -> int:
    """Index into :data:`~simulation.vocabulary.YEARS_QUALIFIED_BANDS`."""
    return max(years, 0) if years <= 5 else (6 if years <= 10 else 7)


@part
def years_out_band(years: int) -> int:
    """Index into :data:`~simulation.vocabulary.YEARS_OUT_BANDS`."""
    return max(years, 0) if years <= 2 else (3 if years <= 5 else 4)


def counts(shape: tuple[int, ...], *cell: np.ndarray) -> np.ndarray:
    """How many entries fall into each cell of a table of ``shape``, given their index along each axis; int32."""
    return np.bincount(np.ravel_multi_index(cell, shape), minlength=math.prod(shape)).astype(np.int32).reshape(shape)


def sums(shape: tuple[int, ...], amount: np.ndarray, *cell: np.ndarray) -> np.ndarray:
    """The sum of whole amounts that fall into each cell of a table of ``shape``, as :func:`counts` counts them; int32."""
    found = np.bincount(np.ravel_multi_index(cell, shape), amount, math.prod(shape))
    return found.astype(np.int32).reshape(shape)


def first_exceeding(u: np.ndarray, shares: np.ndarray, group: np.ndarray | int = 0) -> np.ndarray:
    """For each draw, the first category whose cumulative share exceeds it; int64.

    ``shares`` has shape (groups, categories), and a draw goes by those of its ``group``. The last category with a positive
    share catches draws that rounding would let through.
    """
    last = shares.shape[1] - 1 - np.argmax(shares[:, ::-1] > 0, axis=1)
    index = np.zeros(len(u), np.int64)
    for cumulative in np.cumsum(shares, axis=1).T:
        index += u >= cumulative[group]
    return np.minimum(index, last[group])
