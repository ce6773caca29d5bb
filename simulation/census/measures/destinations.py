"""What people who give up a post do next."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.measures.leavers import REASON_OF_STATUS
from simulation.vocabulary import Status

PROMOTED, SAME_LEVEL_ELSEWHERE, LOWER_ROLE, FIRST_REASON = 0, 1, 2, 3


def _destinations(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    went = before.pick(~before.in_same_post)
    old, new, status = went.role, went.take("role"), went.take("status")
    rung = np.where(new > old, PROMOTED, np.where(new == old, SAME_LEVEL_ELSEWHERE, LOWER_ROLE))
    destination = np.where(status == Status.IN_SERVICE, rung, FIRST_REASON + REASON_OF_STATUS.take(status))
    return Tally(went.school, (old, destination.astype(np.int8)))


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
