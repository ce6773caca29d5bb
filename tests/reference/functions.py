"""The functions of the ODD page, and the keyed draws they feed on, in plain Python numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist

WORD = 2**64 - 1
PARITY = 0x1BD11BDAA9FC1A22
ROTATIONS = (16, 42, 12, 31, 16, 32, 24, 21)


def threefry(counter: tuple[int, int], key: tuple[int, int]) -> tuple[int, int]:
    """Threefry-2x64-20 (Salmon, Moraes, Dror & Shaw, SC11), from the paper's description."""
    x0, x1 = counter
    schedule = (*key, PARITY ^ key[0] ^ key[1])
    x0, x1 = x0 + schedule[0] & WORD, x1 + schedule[1] & WORD
    for number in range(20):
        left = ROTATIONS[number % 8]
        x0 = x0 + x1 & WORD
        x1 = (x1 << left & WORD | x1 >> 64 - left) ^ x0
        if number % 4 == 3:
            injection = number // 4 + 1
            x0 = x0 + schedule[injection % 3] & WORD
            x1 = x1 + schedule[(injection + 1) % 3] + injection & WORD
    return x0, x1


def uniform(key: tuple[int, int], agent: int, decision: int, tick: int, sub: int, word: int) -> float:
    """One draw strictly between 0 and 1: 52 bits of the first or second ``word``, in the middle of their cell."""
    words = threefry((agent, decision << 48 | tick << 24 | sub), key)
    return ((words[word] >> 12) + 0.5) * 2.0**-52


def structured_id(kind: int, year: int, urn: int, serial: int) -> int:
    """An id: kind or route (4 bits), entry year (12), URN (24), serial (24)."""
    return kind << 60 | year << 48 | urn << 24 | serial


def chain_key(year: int, urn: int, role: int, ordinal: int) -> int:
    """Where a vacancy chain began: year (12 bits), URN (24), role (8), ordinal (20)."""
    return year << 52 | urn << 28 | role << 20 | ordinal


def logit(p: float) -> float:
    """Log-odds of a probability; certainty has infinite odds."""
    if p <= 0.0:
        return -math.inf
    return math.inf if p >= 1.0 else math.log(p / (1.0 - p))


def logistic(x: float) -> float:
    """Probability of log-odds."""
    return 0.0 if x < -700.0 else 1.0 / (1.0 + math.exp(-x))


def inverse_normal(p: float) -> float:
    """Φ⁻¹ by algorithm AS 241 (Wichura 1988), which the standard library uses."""
    if p <= 0.0:
        return -math.inf
    return math.inf if p >= 1.0 else NormalDist().inv_cdf(p)


def gumbel(u: float) -> float:
    """A standard Gumbel variate from a uniform one."""
    return -math.log(-math.log(u))


def rounded(x: float) -> int:
    """The nearest whole number, halves up."""
    return math.floor(x + 0.5)


def age_band(age: int) -> int:
    """Index into the age bands."""
    return min(max((age - 20) // 5, 0), 9)


def years_qualified_band(years: int) -> int:
    """Index into the bands of years since qualifying."""
    return years if years <= 5 else 6 if years <= 10 else 7


def years_out_band(years: int) -> int:
    """Index into the bands of years out of service."""
    return years if years <= 2 else 3 if years <= 5 else 4


def pick(shares: list[float], u: float) -> tuple[int, float]:
    """The first entry whose cumulative share exceeds ``u`` (else the last with a share), and the place within it."""
    below, found = 0.0, (0, 0.0)
    for index, share in enumerate(shares):
        if share > 0.0:
            found = index, (u - below) / share
            if below + share > u:
                break
        below += share
    return found


def fixed(x: float) -> int:
    """A number in 2**-20 units: sums of these do not depend on their order."""
    return math.floor(x * 2**20 + 0.5)


def mean(values: Iterable[float]) -> float | None:
    """Mean over people through whole numbers, so that their order does not matter; none of nobody."""
    whole = [fixed(value) for value in values]
    return sum(whole) / 2**20 / len(whole) if whole else None
