"""How often posts are seen, by how many schools surround a school."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulation.vocabulary import Ring

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School


def chance(model: ReferenceModel, school: School, ring: Ring) -> float:
    """The chance that somebody so far away knows of and wants a post there: as many do as would if schools lay as thick as they are to."""
    rule = school.parameters.appoint
    see, close, far = rule.see[school.phase], Ring.COMMUNITY, Ring.ELSEWHERE
    if ring not in (close, far):
        return see[ring]
    near, elsewhere = model.others[school.phase]
    due = see[close] * rule.schools_near[school.phase]
    seen_near = min(1.0, due / near) if near > 0 else 0.0
    due = see[far] * rule.schools_elsewhere[school.phase] + (due - seen_near * near)
    seen_far = min(1.0, due / elsewhere) if elsewhere > 0 else 0.0
    if near > 0:
        seen_near = min(1.0, seen_near + (due - seen_far * elsewhere) / near)
    return max(0.0, seen_near if ring == close else seen_far)


def others_of(schools: list[School]) -> tuple[float, float]:
    """Other schools in a school's community, and in its market outside it, on average over the schools of a phase."""
    communities, markets = Counter(s.community for s in schools), Counter(s.market for s in schools)
    near = sum(communities[s.community] - 1 for s in schools)
    far = sum(markets[s.market] - communities[s.community] for s in schools)
    return near / max(len(schools), 1), far / max(len(schools), 1)
