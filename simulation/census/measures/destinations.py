"""What people who give up a post do next."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.measures.leavers import REASON_OF_STATUS

PROMOTED, SAME_LEVEL_ELSEWHERE, LOWER_ROLE, FIRST_REASON = 0, 1, 2, 3
STEPS = np.array([LOWER_ROLE, SAME_LEVEL_ELSEWHERE, PROMOTED], np.int8)
"""Code of "destination" of somebody in service, by whether the role is as high (1 more) and higher (1 more)."""
OF_STATUS = np.array([STEPS if reason < 0 else [FIRST_REASON + reason] * 3 for reason in REASON_OF_STATUS], np.int8)
"""The same by status, which tells all about those who are out of service."""


def _destinations(census: Census) -> Tally | None:
    before = census.before
    if before is None:
        return None
    went = before.pick(~before.in_same_post)
    old, new = went.role, went.take("role")
    step = (new >= old).view(np.int8) + (new > old)
    return Tally(went.school, (old, OF_STATUS.take(went.take("status") * OF_STATUS.shape[1] + step)))


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
