"""Clusters of schools: who chairs them, how well they work together, and how practice spreads in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from simulation.programmes.channels import COMPONENTS
from simulation.vocabulary import ClusterKind, Kind
from tests.reference.functions import logistic, mean, structured_id
from tests.reference.programmes import Part

if TYPE_CHECKING:
    from tests.reference.model import ReferenceModel
    from tests.reference.person import Person
    from tests.reference.school import School

NOBODY_CHAIRS = 0


class Cluster:
    """A local cluster, federation or trust."""

    def __init__(self, key: int, kind: ClusterKind, schools: list[School]) -> None:
        self.key, self.kind = key, kind
        self.id = structured_id(Kind.CLUSTER, 0, self.key, 0)
        self.schools = schools
        self.seat = min(schools, key=lambda school: (-school.base_pupils, school.urn))
        self.chair, self.strength = NOBODY_CHAIRS, 0.0
        self.systems = self.parameters.collaborate.systems[self.kind]
        self.programmes = Part()

    @property
    def has_leader(self) -> bool:
        """A trust of two schools or more."""
        return self.kind == ClusterKind.TRUST and self.size >= 2

    @property
    def parameters(self) -> SimpleNamespace:
        """The parameters in force at its lead school."""
        return self.seat.parameters

    @property
    def cluster(self) -> Cluster:
        """The cluster itself, as schools have theirs."""
        return self

    @property
    def local_authority(self) -> int:
        """That of its lead school."""
        return self.seat.local_authority

    @property
    def size(self) -> int:
        """How many schools belong to it."""
        return len(self.schools)

    @property
    def aspiration_and_capability(self) -> tuple[float, float]:
        """Mean culture and mean leadership of its schools."""
        return mean(school.culture for school in self.schools), mean(school.leadership for school in self.schools)


def collaborate(model: ReferenceModel) -> None:
    """Clusters of two schools or more: their strength of the year, and practice that spreads."""
    for cluster in model.all_clusters:
        if cluster.size < 2:
            cluster.chair, cluster.strength = NOBODY_CHAIRS, 0.0
        else:
            here = [p for p in model.people if p.in_service and p.school in cluster.schools]
            heads = [p for p in here if p.role == model.rungs.head]
            cluster.chair = elect(cluster, heads)
            cluster.strength = strength(model, cluster, heads)
            spread_practice(model, cluster)


def experience(head: Person) -> float:
    """Years as head, of ten."""
    return min(max(0, head.years_as_head), 10) / 10


def elect(cluster: Cluster, heads: list[Person]) -> int:
    """Last year's chair, if still there; else the head with most system skill and experience."""
    if any(head.id == cluster.chair for head in heads):
        return cluster.chair
    best = max(heads, key=lambda head: (head.skills[3] + experience(head), -head.id), default=None)
    return best.id if best else NOBODY_CHAIRS


def strength(model: ReferenceModel, cluster: Cluster, heads: list[Person]) -> float:
    """How well the cluster works together, from its six components."""
    rule, kind = cluster.parameters.collaborate, cluster.kind
    changed = sum(school.head_changed == model.year - 1 for school in cluster.schools) / cluster.size
    memory = rule.systems_memory
    systems = memory * cluster.systems + (1 - memory) * rule.systems[kind] - rule.wear * changed
    cluster.systems = clip(systems)
    chair = next((head for head in heads if head.id == cluster.chair), None)
    others = [head for head in heads if head is not chair]
    system_skill = mean(head.skills[3] for head in heads)
    components = {
        "chair": 0.5 * logistic(chair.skills[3]) + 0.5 * experience(chair) if chair else 0.0,
        "experience": mean(map(experience, others)) if others else experience(chair) if chair else 0.0,
        "systems": cluster.systems,
        "coordinator": rule.coordinator[kind],
        "ethos": logistic(system_skill) if heads else 0.0,
        "money": rule.money[kind],
    }
    total = 0.0
    for k, name in enumerate(COMPONENTS):
        total += rule.weights[k] * clip(components[name] + cluster.programmes[k])
    return total


def clip(share: float) -> float:
    """Within 0 and 1."""
    return min(max(share, 0.0), 1.0)


def spread_practice(model: ReferenceModel, cluster: Cluster) -> None:
    """Schools draw closer to the best culture among them."""
    best = max(school.culture for school in cluster.schools)
    for school in cluster.schools:
        school.culture += school.parameters.collaborate.spread * cluster.strength * (best - school.culture)
