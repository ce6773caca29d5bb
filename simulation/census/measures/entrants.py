"""Entrants: who is in service at a census and was not at the one before."""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.dimensions import DIMENSIONS
from simulation.census.measure import Counted, Kind, Measure, Tally

ENTRY = DIMENSIONS["entry"]


def _entrants(census: Census) -> Tally | None:
    came = census.entrants
    return None if came is None else Tally(came.school, (census.entry,), came.fte, per=100)


def _entrants_headcount(census: Census) -> Tally | None:
    came = census.entrants
    return None if came is None else Tally(came.school, (census.entry,))


def _entrant_rate(census: Census) -> Tally | None:
    came, now = census.entrants, census.now
    if came is None:
        return None
    return Tally(came.school, (census.entry,), came.fte, Tally(now.school, (), now.fte, per=100), 100)


def _share_of_entrants(census: Census, entry: int) -> Tally | None:
    came = census.entrants
    if came is None:
        return None
    return Tally(came.school, (), came.fte * (census.entry == entry), Tally(came.school, (), came.fte, per=100), 100)


def _returners(census: Census) -> Tally | None:
    return _share_of_entrants(census, ENTRY.index("returner"))


def _newly_qualified(census: Census) -> Tally | None:
    return _share_of_entrants(census, ENTRY.index("newly_qualified"))


def _new_to_sector(census: Census) -> Tally | None:
    return _share_of_entrants(census, ENTRY.index("new_to_sector"))


def _mean_entry_age(census: Census) -> Tally | None:
    came = census.entrants
    if came is None:
        return None
    return Tally(came.school, (census.entry,), came.age)


_WHO = (
    "in service at this census and not at the census before. A returner had been known to the workforce earlier (a break and "
    "a trust's central team included); the others are newly qualified or new to state-funded schools"
)

MEASURES = (
    Measure(
        "entrants",
        "Entrants (FTE)",
        "FTE",
        f"FTE of teachers {_WHO}.",
        "entrants_fte_all_all_2025, entrants_nqe_2024, entrants_returners_2024",
        _entrants,
        axes=("entry",),
        totals=("entry",),
        counted=Counted("fte", "entered_service", ""),
    ),
    Measure(
        "entrants_headcount",
        "Entrants (people)",
        "people",
        f"Teachers {_WHO}.",
        "Headway",
        _entrants_headcount,
        axes=("entry",),
        totals=("entry",),
        counted=Counted("people", "entered_service", ""),
    ),
    Measure(
        "entrant_rate",
        "Yearly entrant rate (FTE)",
        "share",
        f"FTE of teachers {_WHO}. Out of the FTE in service at this census, the one at which they are first seen: the "
        "published rates are on this base (41,736 FTE in 2024/25 are 9.2% of about 453,700 qualified FTE, 97% of that census's "
        "468,258, and primary 2024/25 fits this census's stock, not that of the census before).",
        "entrant_rate_all_all_2025, entrant_rate_all_all_2024",
        _entrant_rate,
        Kind.RATIO,
        ("entry",),
        ("entry",),
        "entry",
        counted=Counted("fte", "entered_service", "in_service"),
    ),
    Measure(
        "returner_share_of_entrants",
        "Returners among entrants (FTE)",
        "share",
        f"FTE of returners, out of the FTE of all entrants. Entrants are teachers {_WHO}.",
        "d_returner_share_entrants_2024",
        _returners,
        Kind.RATIO,
        counted=Counted("fte", "returned", "entrants"),
    ),
    Measure(
        "newly_qualified_share_of_entrants",
        "Newly qualified among entrants (FTE)",
        "share",
        f"FTE of newly qualified teachers, out of the FTE of all entrants. Entrants are teachers {_WHO}.",
        "d_nqe_share_entrants_2024",
        _newly_qualified,
        Kind.RATIO,
        counted=Counted("fte", "newly_qualified", "entrants"),
    ),
    Measure(
        "new_to_sector_share_of_entrants",
        "New to state-funded schools among entrants (FTE)",
        "share",
        f"FTE of experienced teachers new to state-funded schools, out of the FTE of all entrants. Entrants are teachers {_WHO}.",
        "Headway",
        _new_to_sector,
        Kind.RATIO,
        counted=Counted("fte", "new_to_sector", "entrants"),
    ),
    Measure(
        "entrants_mean_age",
        "Mean age of entrants",
        "years",
        f"Mean age on census day of teachers {_WHO}.",
        "Headway",
        _mean_entry_age,
        Kind.RATIO,
        ("entry",),
        ("entry",),
    ),
)
