"""Keyed random draws: every draw is a pure function of (seed, replicate, decision, year, counterpart, agent).

There is no generator, no state and no call order. The function is Threefry-2x64-20, a published counter-based
bijection (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11), so two draws of one run
never collide. Because an event happens when ``u < p``, raising ``p`` only adds events, and two scenarios that share
(seed, replicate) differ only where the policy makes them differ.

Key layout::

    key     = seed (64 bits), replicate (64 bits)
    counter = agent id (64 bits), decision (16) | tick (24) | sub (24)
    agent id = kind or route (4) | entry year (12) | URN (24) | serial within that school, year and route (24)

``tick`` is the calendar year in which the school year starts, or 0 for what is settled at birth. ``sub`` is the URN of
the school for a draw about a person and a school, else 0 or a small number that the decision documents.
"""

from __future__ import annotations

from enum import IntEnum
from numbers import Real
from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit

from simulation.kernels import kernel, part

RNG_VERSION = 2
"""Raised whenever a decision number, the key layout or the function changes: runs pair only within a version."""

U64 = np.uint64
Decisions = TypeVar("Decisions", bound=tuple)
_PARITY = U64(0x1BD11BDAA9FC1A22)
"""Threefish/Threefry key-schedule constant C240 (Skein 1.3 specification, section 3.3.2)."""


class Decision(IntEnum):
    """The registry of decisions. A number is never reused and never renumbered."""

    # Settled at birth (tick 0); traits of people
    BIRTH_AGE = 1
    BIRTH_SEX = 2
    BIRTH_ETHNIC_GROUP = 3
    BIRTH_PART_TIME = 4
    BIRTH_HOURS = 5
    BIRTH_CAREER = 6
    BIRTH_TEACHING = 7
    BIRTH_PEOPLE = 8
    BIRTH_MANAGEMENT = 9
    BIRTH_SYSTEM = 10
    BIRTH_ASPIRATION = 11
    BIRTH_SELF_VIEW = 12
    BIRTH_WELLBEING = 13
    BIRTH_ROLE_YEARS = 14
    BIRTH_SCHOOL_YEARS = 15
    BIRTH_ABILITY = 16
    BIRTH_LEFT = 17
    # Settled at birth; traits of schools and clusters, and the making of a register
    SCHOOL_POSTS = 30
    SCHOOL_QUALITY = 31
    SCHOOL_CULTURE = 32
    SCHOOL_TRUST = 33
    SCHOOL_PUPILS = 34
    SCHOOL_DISADVANTAGE = 35
    SCHOOL_KIND = 36
    SCHOOL_CLUSTER = 37
    CLUSTER_SIZE = 38
    SAMPLE_CLUSTER = 39
    # The making of a list of changes of the system, under the seed of a register
    SCHOOL_JOINS_TRUST = 40
    """The order in which schools join trusts."""
    SCHOOL_CHOOSES_TRUST = 41
    SCHOOL_FOUNDS_TRUST = 42
    TRUST_MERGES = 43
    SCHOOL_CLOSES = 44
    """Tick = year; for phases, under their number, how a fraction of a school is rounded."""
    # Settled at birth; what inspectors gave a school before the model begins
    SCHOOL_GRADE = 45
    # The making of a register
    SCHOOL_RELIGION = 46
    # Each year: hours
    GO_PART_TIME = 50
    GO_FULL_TIME = 51
    NEW_HOURS = 52
    FULL_TIME_ON_PROMOTION = 53
    # Each year: develop
    WELLBEING_SHOCK = 60
    # Each year: inspect; agent = school id
    INSPECTED = 65
    GRADE_GIVEN = 66
    # Each year: reorganise; agent = school id
    SPONSORED = 67
    """Does a school that inspectors have found wanting join a trust?"""
    SPONSOR_CHOSEN = 68
    # Each year: leave
    RETIRE = 70
    LEAVE_STATE_SCHOOLS = 71
    CAREER_BREAK = 72
    TRUST_CENTRAL_TEAM = 73
    STEP_DOWN = 74
    RETURN = 75
    LEAVE_DATE = 76
    LEAVE_SUDDENLY = 77
    NOTICE_LATE = 78
    # Each year: appoint; does a new head get the post for a fixed term?
    FIXED_TERM = 79
    # Each year: appoint
    SEEK_PROMOTION = 80
    SEEK_MOVE = 81
    SKIP_RUNG = 82
    CHANGE_PHASE = 83
    RELOCATE = 84
    NEW_COMMUNITY = 85
    SEE_PROMOTION = 86
    """Pair draw, sub = URN: does the candidate come to know of, and want, a higher post at this school, and, by the second
    word, what does its panel make of them? (88 and 89 were the panel's own draws.)"""
    SEE_MOVE = 87
    """The same for a post at the same level."""
    SCHOOL_ORDER = 90
    """Agent = school id, sub = role: the order in which schools reach the market."""
    COME_UPON_PROMOTION = 91
    """Which schools elsewhere a candidate for a higher post comes upon; both words, sub = number of the pair of jumps."""
    COME_UPON_MOVE = 92
    """The same for posts at the same level."""
    LOOK_PAST = 93
    # Each year: share headships; agent = school id
    EXECUTIVE_BEGINS = 95
    EXECUTIVE_ENDS = 96
    # Each year: recruit
    FILL_POST = 100
    """Agent = school id, sub = ordinal of the post: is a newcomer found?"""
    ENTRY_ROUTE = 101
    """Agent = school id, sub = ordinal of the post: newly qualified or new to the sector?"""
    # Each year: programmes; sub = code of the programme
    HEAR_OF_PROGRAMME = 110
    APPLY_FOR_PLACE = 111
    SELECT_FOR_PLACE = 112
    COMPLETE_PROGRAMME = 113
    ROUND_PLACES = 114
    """Agent = code of the programme: is a fraction of a place rounded up?"""
    HELP = 115
    ROUND_QUOTAS = 118
    """Agent = code of the programme: which of its quotas get the places that are no whole number?"""
    # What participants tell those who evaluate a programme
    REPORT_LOST_TIME = 116
    REPORT_LOWER_WELLBEING = 117
    REPORT_IMPACT = 119
    # Sweeps; agent = number of the parameter draw, sub = number of the factor
    SWEEP_POINT = 120
    SWEEP_ORDER = 121
    DRAW_FIGURE = 126
    """Agent = digest of a figure's name; the key's replicate is the number of the draw."""
    CALIBRATE = 127
    """Agent = number of the member or chain, tick = stage, sub = number of the free parameter or published figure."""
    # Statistics of comparisons; agent = replicate, tick = number of the resample
    RESAMPLE = 125


@njit(inline="always")
def _rotl(x: U64, n: U64) -> U64:
    return (x << n) | (x >> (U64(64) - n))


@njit(inline="always")
def _four_rounds(x0: U64, x1: U64, a: U64, b: U64, c: U64, d: U64) -> tuple[U64, U64]:
    x0 += x1
    x1 = _rotl(x1, a) ^ x0
    x0 += x1
    x1 = _rotl(x1, b) ^ x0
    x0 += x1
    x1 = _rotl(x1, c) ^ x0
    x0 += x1
    x1 = _rotl(x1, d) ^ x0
    return x0, x1


@njit(inline="always")
def threefry(c0: U64, c1: U64, k0: U64, k1: U64) -> tuple[U64, U64]:
    """Threefry-2x64-20: encrypt the 128-bit counter ``(c0, c1)`` under the 128-bit key ``(k0, k1)``.

    All four arguments must be ``uint64``: mixing in a signed integer makes numba compute in float64.
    """
    k2 = _PARITY ^ k0 ^ k1
    x0 = c0 + k0
    x1 = c1 + k1
    x0, x1 = _four_rounds(x0, x1, U64(16), U64(42), U64(12), U64(31))
    x0 += k1
    x1 += k2 + U64(1)
    x0, x1 = _four_rounds(x0, x1, U64(16), U64(32), U64(24), U64(21))
    x0 += k2
    x1 += k0 + U64(2)
    x0, x1 = _four_rounds(x0, x1, U64(16), U64(42), U64(12), U64(31))
    x0 += k0
    x1 += k1 + U64(3)
    x0, x1 = _four_rounds(x0, x1, U64(16), U64(32), U64(24), U64(21))
    x0 += k1
    x1 += k2 + U64(4)
    x0, x1 = _four_rounds(x0, x1, U64(16), U64(42), U64(12), U64(31))
    x0 += k2
    x1 += k0 + U64(5)
    return x0, x1


@part
def counter(decision: int, tick: int, sub: int) -> U64:
    """Pack what the draw is about into the second counter word: decision (16) | tick (24) | sub (24)."""
    return (U64(decision) << U64(48)) | (U64(tick) << U64(24)) | U64(sub)


@njit(inline="always")
def unit(word: U64) -> float:
    """Turn 64 random bits into a number strictly inside (0, 1), on a grid on which ``1 - u`` is exact.

    52 bits, because with 53 the top word would give exactly 1.0.
    """
    return (float(word >> U64(12)) + 0.5) * 2.0**-52


@njit
def draw(agent: U64, c1: U64, k0: U64, k1: U64) -> float:
    """One uniform draw for ``agent`` and the packed counter ``c1`` (see :func:`counter`).

    A function of its own in compiled code: written out at each of its calls, it would take most of the time of compiling.

    The casts matter: a counter that comes from Python arrives as a signed integer, and adding a signed to an unsigned
    one would silently go through float64 and lose bits.
    """
    x0, _ = threefry(U64(agent), U64(c1), U64(k0), U64(k1))
    return unit(x0)


class YearKey(NamedTuple):
    """The key of a run in one of its years, as compiled kernels take it."""

    k0: np.uint64
    k1: np.uint64
    year: int


@part
def chance(agent: U64, decision: int, key: YearKey) -> float:
    """The one draw of ``agent`` for ``decision`` in the year of ``key``."""
    return draw(agent, counter(decision, key.year, 0), key.k0, key.k1)


@part
def about(c1: U64, sub: int) -> U64:
    """The packed counter ``c1`` (made with sub 0) for the counterpart ``sub``."""
    return U64(c1) | U64(sub)


@kernel
def _uniform(k0: U64, k1: U64, c1: U64, agents: np.ndarray, out: np.ndarray) -> None:
    for i in range(agents.shape[0]):
        out[i] = draw(agents[i], c1, k0, k1)


@kernel
def _uniform_pairs(k0: U64, k1: U64, c1: U64, agents: np.ndarray, subs: np.ndarray, out: np.ndarray) -> None:
    for i in range(agents.shape[0]):
        out[i] = draw(agents[i], about(c1, subs[i]), k0, k1)


class Key:
    """The key of one run: its seed and replicate.

    Two scenarios that are compared share the key; that, and nothing else, pairs them.
    """

    __slots__ = ("k0", "k1", "replicate", "seed")

    def __init__(self, seed: int, replicate: int = 0) -> None:
        """Raise :exc:`ValueError` unless both are whole numbers from 0 to 2**64 - 1."""
        for name, value in (("seed", seed), ("replicate", replicate)):
            if not isinstance(value, Real) or not 0 <= value < 2**64 or int(value) != value:
                raise ValueError(f"{name} must be a whole number from 0 to 2**64 - 1, got {value!r}")
        self.seed, self.replicate = int(seed), int(replicate)
        self.k0, self.k1 = U64(self.seed), U64(self.replicate)

    def in_year(self, year: int) -> YearKey:
        """The key for draws of ``year`` in compiled kernels."""
        return YearKey(self.k0, self.k1, year)

    def each(self, decisions: Decisions, tick: int, agents: np.ndarray) -> Decisions:
        """Draws in (0, 1) of each of ``agents`` (uint64): the named tuple ``decisions`` with an array for each of its decisions.

        Kernels draw for everybody at once in this way where most people need the draw: side by side, it takes a tenth of
        the time that it takes alone.
        """
        return type(decisions)(*(self.uniform(decision, tick, agents) for decision in decisions))

    def uniform(self, decision: Decision, tick: int, agents: np.ndarray, sub: int | np.ndarray = 0) -> np.ndarray:
        """One draw in (0, 1) for each id in ``agents`` (uint64); ``sub`` is one number, or one for each agent."""
        out = np.empty(len(agents))
        first = (int(decision) << 48) | (
            int(tick) << 24
        )  # as counter has it, in Python's own numbers, which are quicker
        if isinstance(sub, np.ndarray):
            _uniform_pairs(self.k0, self.k1, U64(first), agents, sub.astype(U64), out)
        else:
            _uniform(self.k0, self.k1, U64(first | int(sub)), agents, out)
        return out


def agent_ids(kind: int, entry_year: int | np.ndarray, urn: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Structured ids (uint64): kind or route (4 bits) | entry year (12) | URN (24) | serial (24).

    Because school and serial are in the id, extra hires in one school rename nobody anywhere else.
    Raise :exc:`ValueError` if a field does not fit its bits.
    """
    for name, value, bits in (("entry year", entry_year, 12), ("URN", urn, 24), ("serial", serial, 24)):
        array = np.asarray(value)
        if array.size and (array.min() < 0 or array.max() >= 1 << bits):
            raise ValueError(f"{name} must be from 0 to {(1 << bits) - 1} to fit in an id")
    return (
        (U64(kind) << U64(60))
        | (np.asarray(entry_year).astype(U64) << U64(48))
        | (np.asarray(urn).astype(U64) << U64(24))
        | np.asarray(serial).astype(U64)
    )


def school_ids(urn: np.ndarray) -> np.ndarray:
    """Ids (uint64) under which schools draw: kind SCHOOL, entry year 0, their URN, serial 0."""
    from simulation.vocabulary import Kind

    if len(urn) and (urn.min() < 0 or urn.max() >= 1 << 24):
        raise ValueError(f"URN must be from 0 to {(1 << 24) - 1} to fit in an id")
    return (U64(Kind.SCHOOL) << U64(60)) | (urn.astype(U64) << U64(24))
