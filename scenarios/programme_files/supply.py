"""Whether there can be helpers enough for a programme to be more than a promise."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.programme_files.conditions import roles_of
from scenarios.programme_files.known import KnownProgramme
from scenarios.strict.nodes import Place
from simulation.structure import Structure, Tier

MOST_PER_SCHOOL = {Tier.SENIOR: 5.0, Tier.HEAD: 1.0, Tier.TRUST: 1.0}
"""Posts on a rung that a school can have at the very most, by what the rung is; of tiers that are not named, any number."""
LEAST_DOSE = 0.1
"""Share of what is promised below which a programme is refused as one that nobody can deliver."""


@dataclass(frozen=True)
class Supply:
    """Helpers in a system of schools, in a year in which all places of all years of delivery are taken."""

    starts: float
    """Starts a year."""
    there: float
    """People who meet the conditions and are willing."""
    needed: float
    """People who would be needed to help all who are in delivery."""

    @property
    def share(self) -> float:
        """Of the help that is promised, at most so much can be given."""
        return self.there / self.needed if self.needed else 1.0


def supply(programme: KnownProgramme, people: float, schools: float) -> Supply | None:
    """Helpers of a programme where ``people`` meet the conditions for it in a system of so many ``schools``.

    None of a programme without helpers, and of places by share: how many may join is seen only when the model runs.
    """
    places = programme.places
    if programme.helpers is None or places.number is None or places.per_schools is None:
        return None
    starts, grant = places.number, programme.value("costs.grant")
    if places.budget is not None and grant > 0:
        starts = min(starts, places.budget / (grant * programme.years))
    starts *= schools / places.per_schools
    willing, each = programme.value("delivery.helpers.willing"), programme.value("delivery.helpers.each")
    return Supply(starts, people * willing, starts * programme.years / each)


def check_supply(programme: KnownProgramme, place: Place, structure: Structure) -> bool:
    """Whether helpers could give at least a tenth of what is promised; a problem is noted at ``place`` if not.

    Every post of the roles that may help counts as filled by somebody who meets all other conditions, so that what is
    refused could not be delivered by any system of schools.
    """
    schools, ladder = programme.places.per_schools, structure.ladder
    able = roles_of(programme.helpers.who if programme.helpers else (), structure)
    rungs = [rung for rung in ladder.rungs if rung.name in able]
    if schools is None or not rungs or any(rung.tier not in MOST_PER_SCHOOL for rung in rungs):
        return True
    found = supply(programme, schools * sum(MOST_PER_SCHOOL[rung.tier] for rung in rungs), schools)
    if found is None or found.there >= LEAST_DOSE * found.needed:
        return True
    whom = " or ".join(rung.name for rung in rungs)
    message = (
        f"in {schools:,.0f} schools there can be at most {found.there:,.0f} helpers (willing people in post as {whom}), "
        f"and {found.needed:,.0f} would be needed for {found.starts:,.0f} starts a year over {programme.years} years of "
        "delivery"
    )
    place.wrong("E0508", message, "fewer places, more for each helper, more roles, or more who are willing")
    return False
