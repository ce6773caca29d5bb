"""The vacancies of a year, each followed from the date at which its post lost a holder to the one at which another starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.log import TERMS, Lost, Records, Vacancies, date_of
from simulation.vocabulary import Date

if TYPE_CHECKING:
    from simulation.world import World

EARLIER = 0
"""In place of a :class:`~simulation.vocabulary.Date`: before the first of the year."""
NOT_NEEDED, STANDS = 0, TERMS + 1
"""In place of the date at which somebody starts: the post exists no more, and nobody has started by the census."""
ORDINAL = (1 << 20) - 1
"""The part of a chain's key that numbers the chains that began in one school, role and year."""


def _none() -> np.ndarray:
    return np.empty(0, np.int32)


@dataclass
class Followed(Records):
    """The vacancies that stood at the census before, and those that opened since; one entry each."""

    school: np.ndarray = field(default_factory=_none)
    role: np.ndarray = field(default_factory=_none)
    due: np.ndarray = field(default_factory=_none)
    """:class:`~simulation.vocabulary.Date` from which the post is without a holder, or :data:`EARLIER`."""
    start: np.ndarray = field(default_factory=_none)
    """Date from which somebody holds it, :data:`NOT_NEEDED` or :data:`STANDS`."""
    adverts: np.ndarray = field(default_factory=_none)
    """Rounds before the dates of this year in which it was advertised: one after the other, up to :attr:`last`."""
    last: np.ndarray = field(default_factory=_none)
    before: np.ndarray = field(default_factory=_none)
    """Times that it was advertised in earlier years."""

    def vacant(self, date: int) -> np.ndarray:
        """Which are without a holder in the term that begins at a date."""
        return (self.due <= date) & (self.start > date)

    def advertised(self, date: int) -> np.ndarray:
        """Which were advertised in the round before a date."""
        return (self.last - self.adverts < date) & (date <= self.last)

    def again(self, date: int) -> np.ndarray:
        """Which of them not for the first time."""
        return self.advertised(date) & ((self.before > 0) | (self.last - self.adverts + 1 < date))


def follow(world: World, earlier: Vacancies) -> Followed:
    """The vacancies of the year that ``world`` has just gone through; ``earlier`` are those of the census before.

    When a post was advertised follows from the log: where somebody goes, the first round is that of their notice; a post that an appointee
    leaves is advertised from the round on in which they were appointed; and after its first a post is in every round until it is filled.
    """
    made, standing = world.log.appointments, world.vacancies
    start = np.concatenate([made.start, np.full(len(standing), STANDS)])
    due = np.concatenate([made.start - made.waited, standing.due - date_of(world.year, 0)])
    school, role, chain, link = (
        np.concatenate(ends)
        for ends in (
            (made.to_school, standing.school), (made.to_role, standing.role),
            (made.chain, standing.chain), (made.link, standing.link),
        )
    )  # fmt: skip
    order = np.lexsort((link, chain))
    chains, begin, links = np.unique(chain[order], return_index=True, return_counts=True)
    opens = order[begin]
    _, of, at = np.intersect1d(chains, earlier.chain, assume_unique=True, return_indices=True)
    before = np.zeros(len(chain), np.int32)
    before[opens[of]] = (earlier.before + earlier.adverts)[at]
    adverts = np.concatenate([made.round, standing.before + standing.adverts]) - before

    first = _first_round(world.log.lost, school[opens], role[opens], chains & ORDINAL)
    first[of] = Date.JANUARY
    # Along a chain the last round of one vacancy is the first of the next.
    rounds = np.cumsum(adverts[order] - 1)
    last = np.empty_like(rounds)
    last[order] = rounds + np.repeat(first - (rounds - (adverts[order] - 1))[begin], links)

    gone = earlier.where(np.setdiff1d(np.arange(len(earlier)), at))
    none = np.zeros(len(gone), np.int32)
    found = Followed(school, role, np.maximum(due, EARLIER), start, adverts, last, before)
    return Followed.joined(
        [found, Followed(gone.school, gone.role, none, none, none, none, gone.before + gone.adverts)]
    )


def _first_round(lost: Lost, school: np.ndarray, role: np.ndarray, ordinal: np.ndarray) -> np.ndarray:
    """In which round posts that begin a chain are first advertised: those lost in the order of their dates, then those that the roll adds."""
    width = 1 + max(lost.role.max(initial=0), role.max(initial=0))
    cell, of = (s.astype(np.int64) * width + r for s, r in ((school, role), (lost.school, lost.role)))
    by_cell = np.lexsort((lost.first, lost.due, of))
    begin, end = (np.searchsorted(of[by_cell], cell, side) for side in ("left", "right"))
    first = np.full(len(cell), Date.MAY.value)
    is_lost = begin + ordinal < end
    first[is_lost] = lost.first[by_cell[(begin + ordinal)[is_lost]]]
    return first


@dataclass(frozen=True)
class Told:
    """A year's vacancies in numbers."""

    dates: tuple[str, ...]
    flows: dict[str, list[int | None]]
    """At each date; None where it is not counted."""
    cohorts: list[dict[str, Any]]
    """By when the post fell vacant: how many were filled at which date, and what became of the others; all of them last."""


def told(year: int, followed: Followed, acting: int) -> Told:
    """Count ``followed``, the vacancies of the year to the census of ``year``, in which somebody is ``acting`` in so many posts.

    At every date, vacant before − not needed + fell vacant − filled at once − filled later = vacant.
    """
    due, start, dates = followed.due, followed.start, tuple(Date)
    none: list[int | None] = [None] * len(dates)

    def each(which: Any) -> list[int | None]:
        return [int(np.count_nonzero(which(date))) for date in dates]

    flows = {
        "before": each(lambda date: (due < date) & ((start >= date) | ((start == NOT_NEEDED) & (date == dates[0])))),
        "not_needed": [int(np.count_nonzero(start == NOT_NEEDED)), *none[1:]],
        "fell": each(lambda date: due == date),
        "at_once": each(lambda date: (due == date) & (start == date)),
        "later": each(lambda date: (due < date) & (start == date)),
        "vacant": each(followed.vacant),
        "acting": [*none[1:], acting],
        "advertised": each(followed.advertised),
        "again": each(followed.again),
    }
    names = tuple(f"{date.name.capitalize()} {year}" for date in dates)
    cohorts = [
        _cohort(name, date, followed.where(due == date))
        for date, name in zip((EARLIER, *dates), ("", *names), strict=True)
    ]
    return Told(names, flows, [*cohorts, _cohort("", None, followed)])


def _cohort(name: str, since: int | None, of: Followed) -> dict[str, Any]:
    """What became of posts that fell vacant at one date, or of all of them."""
    waited = of.start > of.due
    return {
        "name": name, "since": since, "posts": len(of),
        "at_once": int(np.count_nonzero(of.start == of.due) - np.count_nonzero(of.start == NOT_NEEDED)),
        "later": [int(np.count_nonzero(waited & (of.start == date))) for date in Date],
        "stands": int(np.count_nonzero(of.start == STANDS)), "not_needed": int(np.count_nonzero(of.start == NOT_NEEDED)),
        "again": int(np.count_nonzero(of.before + of.adverts > 1)),
    }  # fmt: skip
