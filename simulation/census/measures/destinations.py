"""What people who give up a post do next."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.measures.leavers import REASON_OF_STATUS

PROMOTED, SAME_LEVEL_ELSEWHERE, LOWER_ROLE, FIRST_REASON = 0, 1, 2, 3


def _destinations(census: Census) -> Tally | None:
    before, fates = census.before, census.fates
    if before is None or fates is None:
        return None
    same_post = fates.stayed & (fates.role == before.role) & (fates.school == before.school)
    went = np.flatnonzero(~same_post)
    old, new = before.role[went], fates.role[went]
    rung = np.where(new > old, PROMOTED, np.where(new == old, SAME_LEVEL_ELSEWHERE, LOWER_ROLE))
    destination = np.where(fates.stayed[went], rung, FIRST_REASON + REASON_OF_STATUS[fates.status[went]])
    return Tally(before.school[went], (old, destination.astype(np.int8)))


MEASURE = Measure(
    "leader_destinations",
    "What people who give up a post do next",
    "share",
    "People in service at the census before who no longer hold that role in that school, by what they are at this census: in a "
    "higher role in any school, at the same level in another school, in a lower role, retired, out of state-funded schools, on a "
    "career break, or in a trust's central team. Placed by the school left; by the role given up.",
    "naht22_head_leavers_quit_primary, naht22_head_leavers_quit_secondary (over five years)",
    _destinations,
    Kind.RATIO,
    ("role", "destination"),
    across="destination",
    places=("phase", "disadvantage"),
)
