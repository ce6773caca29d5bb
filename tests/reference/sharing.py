"""Schools of a trust or federation come under an executive head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.draws import Decision
from simulation.vocabulary import Cause, ClusterKind

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.person import Person
    from tests.reference.school import School


TWICE = 2


def share_headships(model: ReferenceModel) -> None:
    """What ends, ends first; then schools that have a cause come under somebody, in order of URN."""
    for school in model.registered:
        if school.executive and not lasts(model, school):
            school.executive = None
    due = [school for school in model.schools if school.executive is None and begins(model, school)]
    for school in sorted(due, key=lambda one: one.urn):
        heads = [p for p in model.people if p.in_service and p.role == model.rungs.head]
        if any(led_by(model, head) for head in heads if head.school is school):
            continue
        able = [head for head in heads if can_lead(model, head, school)]
        school.executive = max(able, key=lambda head: (head.skills[3], -head.id), default=None)
    for person in model.people:
        person.schools_led = led_by(model, person)


def led_by(model: ReferenceModel, person: Person) -> int:
    """How many schools somebody heads besides the own."""
    return sum(school.executive is person for school in model.registered)


def lasts(model: ReferenceModel, school: School) -> bool:
    """Whether the executive head is still head of another school of the cluster and phase, and chance has it so."""
    head, home = school.executive, school.executive.school
    if not (head.in_service and head.role == model.rungs.head and school.is_open and are_together(home, school)):
        return False
    return model.draw(Decision.EXECUTIVE_ENDS, school.id, model.year) >= school.parameters.executive.ends


def are_together(one: School, other: School) -> bool:
    """Two schools of one cluster and phase."""
    in_cluster = other.cluster is not None and one.cluster is other.cluster
    return in_cluster and one.phase == other.phase and one is not other


def cause_of(model: ReferenceModel, school: School) -> Cause | None:
    """Why the school could come under an executive head."""
    tries = [v.before + v.adverts for v in model.vacancies if (v.school, v.role) == (school, model.rungs.head)]
    if any(times >= TWICE for times in tries):
        return Cause.FAILED
    if school.lowered == model.year:
        return Cause.LOWERED
    small = school.pupils <= school.parameters.executive.small
    return Cause.SMALL if small and school.head_changed == model.year else None


def begins(model: ReferenceModel, school: School) -> bool:
    """Whether the school is to come under an executive head this year."""
    cluster, cause = school.cluster, cause_of(model, school)
    if cluster is None or cluster.kind == ClusterKind.LOCAL_CLUSTER or cluster.size < 2 or cause is None:
        return False
    return model.draw(Decision.EXECUTIVE_BEGINS, school.id, model.year) < school.parameters.executive.created[cause]


def can_lead(model: ReferenceModel, head: Person, school: School) -> bool:
    """Whether a head can take on the school."""
    room = led_by(model, head) + 2 <= school.parameters.executive.most_schools
    return are_together(head.school, school) and head.school.executive is None and room
