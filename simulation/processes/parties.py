"""Vacancies, candidates, schools and panels as the compiled market reads them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.draws import YearKey

VACANCY = np.dtype(
    [
        ("chain", "i8"),  # as in log.Vacancies, as are all up to the one who took it
        ("link", "i4"),
        ("school", "i4"),
        ("due", "i4"),
        ("before", "i4"),
        ("adverts", "i4"),
        ("role", "i1"),
        ("first", "i1"),
        ("taken_by", "i4"),  # the candidate appointed, or -1
        ("round", "i1"),  # the round in which they were
        ("start", "i1"),  # the date from which they hold the post; 0 if nobody was appointed
        ("ring", "i1"),  # how far away the appointee was
    ],
    align=True,
)
"""A vacancy, and how it was filled."""

CANDIDATE = np.dtype(
    [
        ("id", "u8"),
        ("merit", "f8"),  # what every panel of zone 0 sees alike, in standard deviations
        ("weight", "f8"),  # what merit is worth in a race, 1 for the largest at the level; see matching._best
        ("reach", "f8"),  # log-odds that programmes add to seeing a post in another school
        ("row", "i4"),  # of people
        ("school", "i4"),
        ("home", "i4"),  # the cluster of the school, or the school itself if it is in none
        ("community", "i4"),  # rank of the community searched around
        ("area", "i4"),  # area of that community
        ("acts_at", "i4"),  # the school where they have been acting in a post of the level, or -1
        ("level", "i1"),  # role sought
        ("phase", "i1"),  # phase searched
        ("role", "i1"),
        ("free_from", "i1"),  # the first date from which they can hold another post
        ("promotion", "?"),
        ("in_service", "?"),
        ("taken", "?"),  # whether the person has been appointed; right at the level that is being filled
    ],
    align=True,
)
"""A search. What is read of one stands together, in 64 bytes, because few are read and in no order."""

STANDING = np.dtype([("merit", "f8"), ("weight", "f8")], align=True)
"""What panels of another zone see in a candidate, as above."""

SITE = np.dtype(
    [
        ("id", "u8"),
        ("seen_from_outside", "f8"),  # log-odds that programmes add to its posts' being seen by people elsewhere
        ("seen_as_head", "f8"),  # log-odds that its religious character adds to this for its head's post
        ("seen", "f8"),  # both together, as they are at the level that is being filled
        ("in_cluster", "f8"),  # log-odds that the strength of its cluster adds to its posts' being seen there
        ("lower_bar", "f8"),  # how much lower its bar is for a head
        ("own_candidates", "f8"),  # merit that programmes add to its own people, as its panels see them
        ("urn", "u8"),
        ("cluster", "i4"),
        ("home", "i4"),
        ("community", "i4"),  # rank of its community
        ("area", "i4"),
        ("zone", "i2"),
        ("phase", "i1"),
    ],
    align=True,
)
"""A school."""

LISTED = np.dtype([("u", "f8"), ("worth", "f8"), ("who", "i4"), ("ring", "i1")], align=True)
"""Somebody on a shortlist: their draw of the panel's error, and what merit and familiarity are worth in a race; see matching._best."""


class Pool(NamedTuple):
    """The candidates of all levels."""

    candidates: np.ndarray
    """:data:`CANDIDATE` records by level, then by community, by rank."""
    ids: np.ndarray
    """Their ids again, end to end."""
    sees: np.ndarray
    """Counters of the draws about each candidate and a school, to which the URN is added; uint64."""
    in_zones: np.ndarray
    """What panels of zone 1 and those after it see in them, :data:`STANDING` records, shape (zones - 1, candidates)."""
    start: np.ndarray
    """First of each level and, within it, community; shape (levels × communities + 1)."""
    by_home: np.ndarray
    """Candidates grouped by level and home."""
    home_start: np.ndarray
    """First of each group in :attr:`by_home`, shape (levels × homes + 1)."""
    most_merit: np.ndarray
    """The largest merit that panels see at each level, shape (zones, levels)."""
    most_reach: np.ndarray
    """The largest reach, 0 at least, shape (levels × areas)."""


class Ground(NamedTuple):
    """Schools and areas; an area is all of a phase in a region."""

    sites: np.ndarray
    """:data:`SITE` records, in order of URN."""
    by_area: np.ndarray
    """Schools by area, in order of URN."""
    by_area_start: np.ndarray
    community_start: np.ndarray
    """Rank of the first community of each area; one more at the end."""
    target: np.ndarray
    filled: np.ndarray
    open: np.ndarray


class Panel(NamedTuple):
    """How posts are seen and judged: parameters by zone first, and what follows from them."""

    senior: int
    """The lowest level of the senior team: from there on posts are seen all over a region."""
    head: int
    see: np.ndarray
    wider_reach: np.ndarray
    familiarity: np.ndarray
    advantage: np.ndarray
    """What familiarity is worth in a race, by ring; see :func:`~simulation.processes.matching._best`."""
    incumbent: np.ndarray
    acting_worth: np.ndarray
    """What acting in the post is worth in a race."""
    panel_noise: np.ndarray
    race: np.ndarray
    """One over the noise; 0 if there is none, and then nobody loses the race unjudged."""
    bar: np.ndarray
    bar_drop: np.ndarray
    key: YearKey


class Scratch(NamedTuple):
    """Room that is used again for each post."""

    met: np.ndarray
    """One more than the last school whose encounter with each candidate was looked at."""
    seeing: np.ndarray
    judging: np.ndarray
    """The two words of the draws about a school and candidates who stand side by side."""
    begin: np.ndarray
    """Where the shortlist of each school begins, for the first and the second advertisement, shape (schools, 2); -1 before
    it is drawn up."""
    end: np.ndarray
