"""Whether there can be helpers enough for a programme to be more than a promise."""

from __future__ import annotations

from scenarios.programme_files.conditions import roles_of
from scenarios.programme_files.known import KnownProgramme
from scenarios.strict.nodes import Place
from simulation.structure import Structure

MOST_PER_SCHOOL = {"assistant_head": 5.0, "deputy_head": 3.0, "head": 1.0, "trust_leader": 1.0}
"""Posts that a school can have at the very most; of roles that are not named, any number."""
LEAST_DOSE = 0.1
"""Share of what is promised below which a programme is refused as one that nobody can deliver."""


def check_supply(programme: KnownProgramme, place: Place, structure: Structure) -> bool:
    """Whether helpers could give at least a tenth of what is promised; a problem is noted at ``place`` if not.

    Every post of the roles that may help counts as filled by somebody who meets all other conditions, so that what is
    refused could not be delivered by any system of schools. Places by share are not checked: how many may join is seen
    only when the model runs.
    """
    places, helpers = programme.places, programme.helpers
    if helpers is None or places.number is None or places.per_schools is None:
        return True
    roles = [role for role in MOST_PER_SCHOOL if role in roles_of(helpers.who, structure)]
    if roles_of(helpers.who, structure) - set(MOST_PER_SCHOOL):
        return True
    starts = places.number
    grant = programme.value("costs.grant")
    if places.budget is not None and grant > 0:
        starts = min(starts, places.budget / (grant * programme.years))
    willing, each = programme.value("delivery.helpers.willing"), programme.value("delivery.helpers.each")
    there = places.per_schools * sum(MOST_PER_SCHOOL[role] for role in roles) * willing
    needed = starts * programme.years / each
    if there >= LEAST_DOSE * needed:
        return True
    whom = " or ".join(roles)
    message = (
        f"in {places.per_schools:,.0f} schools there can be at most {there:,.0f} helpers (willing people in post as {whom}), "
        f"and {needed:,.0f} would be needed for {starts:,.0f} starts a year over {programme.years} years of delivery"
    )
    place.wrong("E0508", message, "fewer places, more for each helper, more roles, or more who are willing")
    return False
