"""Pupils of a school, and the posts that they call for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.draws import Decision
from tests.reference.functions import rounded
from tests.reference.rungs import CLASSROOM

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School


def set_roll_and_target(model: ReferenceModel, school: School) -> None:
    """Pupils of the year, and the posts that they call for."""
    if school.is_open:
        school.pupils = pupils_of(model, school)
        school.target = posts_of(model, school)
    else:
        school.pupils, school.target = 0, [0] * len(model.rungs.roles)


def pupils_of(model: ReferenceModel, school: School) -> int:
    """Those of the base year until then; from then on each year's growth comes on top of the years before."""
    years_on = model.year - model.setup.base_year
    if years_on <= 0:
        return school.base_pupils
    factor = 1.0
    for j in range(1, years_on + 1):
        factor *= 1.0 + rates_of(model, school, model.setup.base_year + j)[0 if j <= 5 else 1 if j <= 10 else 2]
    return max(1, rounded(school.base_pupils * factor))


def rates_of(model: ReferenceModel, school: School, year: int) -> list[float]:
    """Growth of the school's phase where it is, by decade of the projection, as in force in ``year``."""
    return model.parameters_of_year[year][school.zone].establishment.roll_growth[school.phase]


def posts_of(model: ReferenceModel, school: School) -> list[int]:
    """Posts by role: leaders' by the school's size, the classroom the rest."""
    establishment, rungs, target = school.parameters.establishment, model.rungs, [0] * len(model.rungs.roles)
    total = school.pupils / establishment.pupils_per_teacher[school.phase]
    for role in rungs.roles:
        if not rungs.leads_in_a_school(role):
            continue
        if rungs.is_middle(role):
            expected = rungs.shares[role] * establishment.middle_leader_share[school.phase] * total
        else:
            at_no_size = establishment.posts_at_no_size[school.phase][role]
            by_size = establishment.posts_per_100_pupils[school.phase][role] * school.pupils / 100
            expected = min(establishment.most_posts[school.phase][role], at_no_size + by_size)
        target[role] = math.floor(expected + model.draw(Decision.SCHOOL_POSTS, school.id, 0, role))
    teachers = math.floor(total + model.draw(Decision.SCHOOL_POSTS, school.id, 0, CLASSROOM))
    leaders = sum(posts for role, posts in enumerate(target) if rungs.leads_in_a_school(role))
    target[CLASSROOM] = max(1, teachers - leaders)
    if rungs.trust_leader is not None:
        target[rungs.trust_leader] = int(school.leads_trust)
    return target
