"""Inspectors visit schools and grade them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.draws import Decision
from tests.reference.functions import inverse_normal

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School


def seen(school: School) -> float:
    """What inspectors see in a school, in standard deviations of their error."""
    rule = school.parameters.inspect
    of_work = rule.per_leadership * school.leadership + rule.per_progress * school.progress
    return of_work - rule.per_disadvantage * school.disadvantage_term


def grade_given(school: School, u: float) -> int:
    """The grade of an inspection: how many grades the school falls short of, from the best."""
    shares, falls_short, share_of_better = school.parameters.inspect.grades[school.phase], 0, 0.0
    for share in shares[:-1]:
        share_of_better += share
        falls_short += inverse_normal(u) - seen(school) >= inverse_normal(min(share_of_better, 1.0))
    return falls_short


def inspect(model: ReferenceModel) -> None:
    """Some schools are visited, by the grade that they have."""
    for school in model.schools:
        if model.draw(Decision.INSPECTED, school.id, model.year) < school.parameters.inspect.visited[school.grade]:
            now = grade_given(school, model.draw(Decision.GRADE_GIVEN, school.id, model.year))
            if now > school.grade:
                school.lowered = model.year
            school.grade = now
