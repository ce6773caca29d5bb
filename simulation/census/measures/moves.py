"""What a policy moves: events of its run and of the run beside it, by whom its programmes reach.

No single run knows this: it takes two that share their draws, one with the policy and one without. So these have no
tally of a census. Whoever runs pairs adds them up as the two go on.
"""

from __future__ import annotations

from simulation.census.census import Census
from simulation.census.measure import Measure, Tally

_WHOM = (
    "Counted in the run with the policy and in the run without it that shares its draws, of the same people: those who had "
    "joined one of the policy's programmes by then, or had a measure of it (all at schools that joined, where schools or "
    "clusters join); those who had helped; others at schools of these; everybody else. Only where scenarios are compared, "
    "and of programmes that the base does not have alike."
)


def _of_pairs(_census: Census) -> Tally | None:
    return None


MEASURES = (
    Measure(
        "promotions_with_and_without",
        "Promotions with and without a policy",
        "people",
        f"Appointments to a higher post, by that post. {_WHOM}",
        "Headway",
        _of_pairs,
        axes=("role", "whom", "future"),
        totals=("role", "whom"),
        places=(),
        of_pairs=True,
    ),
    Measure(
        "leavers_with_and_without",
        "People who leave with and without a policy",
        "people",
        f"People who retire, leave state schools or take a career break; who joins a trust's central team has not left. {_WHOM}",
        "Headway",
        _of_pairs,
        axes=("whom", "future"),
        totals=("whom",),
        places=(),
        of_pairs=True,
    ),
)
