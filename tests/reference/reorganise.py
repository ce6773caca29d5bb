"""The system changes: schools join and leave trusts, open, close and merge, one event after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.changes import Change, Event
from simulation.draws import Decision
from simulation.vocabulary import ClusterKind, LeaverReason, SchoolKind, Status
from tests.reference.clusters import Cluster

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.school import School

ORDER_STANDS = 2


def reorganise(model: ReferenceModel) -> None:
    """The changes of the year and what grades bring about; then clusters settle where they are led, and leaders of trusts follow."""
    changes = [change for change in model.setup.changes if change.year == model.year]
    led_from = {cluster: cluster.seat for cluster in model.all_clusters if cluster.has_leader}
    for change in changes:
        act(model, change)
    sponsored = [(school, key) for school in model.schools if (key := sponsor(model, school)) is not None]
    for school, key in sponsored:
        leave_cluster(school)
        join(model, school, key)
        school.sponsored = model.year
    if changes or sponsored:
        for cluster in model.clusters:
            if cluster.seat not in cluster.schools:
                cluster.seat = new_seat(cluster)
        move_leaders(model, led_from)


def sponsor(model: ReferenceModel, school: School) -> int | None:
    """Key of the trust that the school joins this year because of its grade; none for nearly all."""
    rule, year = school.parameters.inspect, model.year
    chance = (rule.transferred if school.kind == SchoolKind.ACADEMY else rule.sponsored)[school.grade]
    on_list = any(change.school == school.urn for change in model.setup.changes)
    if year <= model.setup.base_year or on_list or not 1 <= year - school.lowered <= ORDER_STANDS:
        return None
    if model.draw(Decision.SPONSORED, school.id, year) >= chance:
        return None
    trusts = [one for one in model.clusters if one.kind == ClusterKind.TRUST and one is not school.cluster]
    near = [trust for trust in trusts if any(one.local_authority == school.local_authority for one in trust.schools)]
    near = near or [trust for trust in trusts if any(one.region == school.region for one in trust.schools)]
    near.sort(key=lambda trust: trust.key)
    left = model.draw(Decision.SPONSOR_CHOSEN, school.id, year) * sum(trust.size for trust in near)
    for trust in near:
        if left < trust.size:
            return trust.key
        left -= trust.size
    return None


def new_seat(cluster: Cluster) -> School:
    """From where a cluster is led that has lost its seat, or is new: its largest school, ties by URN."""
    return min(cluster.schools, key=lambda school: (-school.base_pupils, school.urn))


def act(model: ReferenceModel, change: Change) -> None:
    """One event of one school."""
    school = next(school for school in model.registered if school.urn == change.school)
    if change.event == Event.OPENS:
        opens(model, school)
    elif change.event == Event.CLOSES:
        closes(model, school)
    elif change.event == Event.MERGES_INTO:
        merges(model, school, next(other for other in model.schools if other.urn == change.other))
    else:
        leave_cluster(school)
        if change.event == Event.JOINS_TRUST:
            join(model, school, change.other)


def leave_cluster(school: School) -> None:
    """The school belongs to no cluster from now on."""
    if school.cluster is not None:
        school.cluster.schools.remove(school)
        school.cluster = None


def join(model: ReferenceModel, school: School, key: int) -> None:
    """The trust with that key takes the school in, and is founded if there is none."""
    trust = next((cluster for cluster in model.all_clusters if cluster.key == key), None)
    if trust is None:
        trust = Cluster(key, ClusterKind.TRUST, [school])
        trust.seat = None  # settled once all who join this year have
        model.all_clusters.append(trust)
    else:
        trust.schools.append(school)
    school.cluster, school.kind = trust, SchoolKind.ACADEMY


def opens(model: ReferenceModel, school: School) -> None:
    """A new school, with pupils who would have been at its neighbours', each of which keeps one at least."""
    near = neighbours(model, school)
    spare = [other.base_pupils - 1 for other in near]
    for other, gone in zip(near, shared(min(school.registered_pupils, sum(spare)), spare), strict=True):
        other.base_pupils -= gone
    school.base_pupils, school.is_open, school.has_opened = school.registered_pupils, True, True


def closes(model: ReferenceModel, school: School) -> None:
    """Its pupils go to its neighbours; its people are still there, for this year's market to place."""
    near = neighbours(model, school)
    for other, more in zip(near, shared(school.base_pupils, [other.base_pupils for other in near]), strict=True):
        other.base_pupils += more
    shut(school)


def shut(school: School) -> None:
    """The school is closed, and no cluster's any more, though its people are still at home there."""
    school.is_open, school.base_pupils, school.last_cluster = False, 0, school.cluster
    leave_cluster(school)


def neighbours(model: ReferenceModel, school: School) -> list[School]:
    """Where the pupils of a school go: its community, else its region, else anywhere, in its phase."""
    others = [other for other in model.schools if other is not school and other.phase == school.phase]
    others.sort(key=lambda other: other.urn)
    near = [other for other in others if other.community == school.community]
    return near or [other for other in others if other.region == school.region] or others


def shared(pupils: int, weights: list[int]) -> list[int]:
    """By weight, in whole numbers; what is left over goes to the largest remainders, ties to the first."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    shares = [pupils * weight // total for weight in weights]
    most = sorted(range(len(weights)), key=lambda i: -(pupils * weights[i] % total))
    for i in most[: pupils - sum(shares)]:
        shares[i] += 1
    return shares


def merges(model: ReferenceModel, school: School, other: School) -> None:
    """The other school takes pupils and people; the head of the school that goes stays behind if the other has one."""
    other.base_pupils += school.base_pupils
    shut(school)
    two_heads = other.filled[model.rungs.head] > 0
    for person in model.people:
        leads_trust = person.status == Status.CENTRAL and person.role == model.rungs.trust_leader
        one_too_many = two_heads and person.in_service and person.role == model.rungs.head
        if person.school is not school or person.status == Status.GONE or leads_trust or one_too_many:
            continue
        person.school = other
        if person.in_service:
            school.filled[person.role] -= 1
            other.filled[person.role] += 1


def move_leaders(model: ReferenceModel, led_from: dict[Cluster, School]) -> None:
    """Leaders go where their trust is led from now; without a trust of two schools or more they are out of service."""
    leaders = [p for p in model.people if p.status == Status.CENTRAL and p.role == model.rungs.trust_leader]
    seats = {seat: cluster for cluster, seat in led_from.items()}
    for leader in leaders:
        trust = seats[leader.school]
        if trust.has_leader and trust.seat is leader.school:
            continue
        leader.school.filled[model.rungs.trust_leader] -= 1
        if trust.has_leader:
            leader.school = trust.seat
            leader.school.filled[model.rungs.trust_leader] += 1
        else:
            leader.status, leader.left_year = Status.OUT, model.year
            leader.left_reason = LeaverReason.LEFT_STATE_SCHOOLS
