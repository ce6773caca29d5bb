"""The codes that columns hold, and the words that people read for them.

Every categorical column holds small integers. This file says what they mean, except for rungs, phases and groups of people:
those are a context's own, see :mod:`simulation.structure`, and :class:`Role`, :class:`Phase` and :class:`EthnicGroup` are
England's, for those who write Python for England. No rule of the model names them. A long column is compared with
``Status.GONE.value``: NumPy takes a member itself for an int64, and turns the whole column into that first.
"""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """England's ladder of posts, from the classroom to the head of a trust: ``role + 1`` is the next rung."""

    CLASSROOM_TEACHER = 0
    MIDDLE_LEADER = 1
    ASSISTANT_HEAD = 2
    DEPUTY_HEAD = 3
    HEAD = 4
    TRUST_LEADER = 5


class Phase(IntEnum):
    """England's phases of schools. Primary includes nursery; special includes pupil referral and alternative provision."""

    PRIMARY = 0
    SECONDARY = 1
    SPECIAL = 2


class Status(IntEnum):
    """Where a person stands towards the state-funded school workforce."""

    IN_SERVICE = 0
    """In a post in a state-funded school: the only status that the census sees."""
    ON_BREAK = 1
    """On a career break that spans a census; counted as a leaver and, on coming back, as a returner."""
    CENTRAL = 2
    """In a trust's central team (its leader included): still in the system, invisible to the school census."""
    OUT = 3
    """Left state-funded schools and able to return."""
    GONE = 4
    """Retired, or out for so long that a return is no longer modelled."""


class Sex(IntEnum):
    """Sex as the school workforce census records it."""

    FEMALE = 0
    MALE = 1


class EthnicGroup(IntEnum):
    """England's ethnic groups, at the grain at which promotion gaps are published."""

    WHITE_BRITISH = 0
    WHITE_OTHER = 1
    ASIAN = 2
    BLACK = 3
    MIXED_OR_OTHER = 4


class Route(IntEnum):
    """How a person first came into the model; part of the person's id, so never renumber."""

    INITIAL = 1
    NEWLY_QUALIFIED = 2
    NEW_TO_SECTOR = 3


class Kind(IntEnum):
    """Kind of thing that a 64-bit id names when it is not a person; shares the number space of :class:`Route`."""

    SCHOOL = 8
    CLUSTER = 9
    POST = 10


class SchoolKind(IntEnum):
    """Who runs a school."""

    MAINTAINED = 0
    ACADEMY = 1


class Religion(IntEnum):
    """Religious character of a school, by law or by name; of several, the first."""

    NONE = 0
    CHURCH_OF_ENGLAND = 1
    ROMAN_CATHOLIC = 2
    OTHER_FAITH = 3


class SchoolState(IntEnum):
    """Whether a school is there."""

    OPEN = 0
    CLOSED = 1
    TO_OPEN = 2
    """In the register, and opened by a change later on."""


class Grade(IntEnum):
    """What inspectors say of a school, the best first."""

    OUTSTANDING = 0
    GOOD = 1
    REQUIRES_IMPROVEMENT = 2
    INADEQUATE = 3


class Cause(IntEnum):
    """Why a school comes under an executive head; where several hold, the first counts."""

    FAILED = 0
    """Its headship was advertised twice or more, and stands vacant."""
    LOWERED = 1
    """Inspectors lowered its grade this year."""
    SMALL = 2
    """It is small, and changed its head this year."""


class ClusterKind(IntEnum):
    """What binds the schools of a cluster."""

    LOCAL_CLUSTER = 0
    FEDERATION = 1
    TRUST = 2


class LeaverReason(IntEnum):
    """Why a person left the census-visible workforce in a year."""

    NONE = 0
    RETIRED = 1
    LEFT_STATE_SCHOOLS = 2
    CAREER_BREAK = 3
    TRUST_CENTRAL_TEAM = 4


class Ring(IntEnum):
    """How far from a vacancy its appointee came; the rings in which a post is seen."""

    OWN_SCHOOL = 0
    CLUSTER = 1
    COMMUNITY = 2
    ELSEWHERE = 3
    OUTSIDE = 4
    """Not in service the year before: returner, newly qualified or new to the sector."""


class Move(IntEnum):
    """What an appointment was for the person appointed."""

    PROMOTION = 0
    SAME_LEVEL = 1
    RETURN = 2
    FIRST_POST = 3


AGE_BANDS: tuple[str, ...] = ("under_25", *(f"{age}_{age + 4}" for age in range(25, 65, 5)), "65_plus")
"""Age bands by age on census day. ``age_band(age) = clip((age - 20) // 5, 0, 9)``."""

YEARS_QUALIFIED_BANDS: tuple[str, ...] = ("0", "1", "2", "3", "4", "5", "6_10", "11_plus")
"""Whole years since qualifying, at the census before."""


class Date(IntEnum):
    """Dates between two censuses at which posts change hands: the first days of terms. Census day comes after the last."""

    JANUARY = 1
    MAY = 2
    SEPTEMBER = 3


YEARS_OUT_BANDS: tuple[str, ...] = ("0", "1", "2", "3_5", "6_10")
"""Whole years since leaving, at the census before."""


def label(code: IntEnum) -> str:
    """The key for ``code`` in YAML, in results and in tables: ``Role.ASSISTANT_HEAD`` → ``"assistant_head"``."""
    return code.name.lower()


def school_year(first_calendar_year: int) -> str:
    """The school year that starts in ``first_calendar_year``: 2027 → ``"2027/28"``."""
    return f"{first_calendar_year}/{(first_calendar_year + 1) % 100:02d}"


def school_years(first: int, last: int) -> str:
    """A span of school years: ``"2026/27 to 2040/41"``, or one of them."""
    return school_year(first) if first == last else f"{school_year(first)} to {school_year(last)}"
