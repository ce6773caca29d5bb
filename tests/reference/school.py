"""A school: its facts, its posts by role and how it is led."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from simulation.changes import Event
from simulation.draws import Decision
from simulation.vocabulary import ClusterKind, Kind, SchoolKind
from tests.reference.functions import inverse_normal, structured_id
from tests.reference.inspections import grade_given
from tests.reference.person import NEVER
from tests.reference.programmes import Part

if TYPE_CHECKING:
    from tests.reference.clusters import Cluster
    from tests.reference.model import ReferenceModel
    from tests.reference.person import Person


class School:
    """A school: its facts, its posts by role and how it is led."""

    def __init__(self, model: ReferenceModel, row: int) -> None:
        register, zone, self.rungs = model.setup.register, model.setup.zone, model.rungs
        self.model, self.zone = model, 0 if zone is None else int(zone[row])
        self.urn, self.phase, self.region = int(register.urn[row]), int(register.phase[row]), int(register.region[row])
        self.community, self.local_authority = int(register.community[row]), int(register.local_authority[row])
        self.kind = SchoolKind(int(register.kind[row]))
        self.religion = int(register.religion[row])
        self.cluster: Cluster | None = None
        self.last_cluster: Cluster | None = None
        self.registered_pupils, self.disadvantage = int(register.pupils[row]), float(register.disadvantage[row])
        opens_later = any(c.event == Event.OPENS and c.school == self.urn for c in model.setup.changes)
        self.is_open = self.has_opened = not opens_later
        self.base_pupils = 0 if opens_later else self.registered_pupils
        self.id = structured_id(Kind.SCHOOL, 0, self.urn, 0)
        self.pupils = self.base_pupils
        self.target, self.filled, self.open = ([0] * len(model.rungs.roles) for _ in range(3))
        spread = self.parameters.lead.school_spread
        self.leadership, self.culture, self.trust = (
            spread * inverse_normal(model.draw(decision, self.id, 0))
            for decision in (Decision.SCHOOL_QUALITY, Decision.SCHOOL_CULTURE, Decision.SCHOOL_TRUST)
        )
        self.past_culture = [self.culture] * 3
        self.progress, self.head_changed, self.last_head_leadership = 0.0, NEVER, 0.0
        self.grade, self.lowered = grade_given(self, model.draw(Decision.SCHOOL_GRADE, self.id, 0)), NEVER
        self.sponsored = NEVER
        self.executive: Person | None = None
        self.programmes, self.given_culture, self.given_trust, self.given_progress = Part(), 0.0, 0.0, 0.0

    @property
    def market(self) -> int:
        """Where senior posts are seen: the region, or the first of those that are joined."""
        joined = self.model.setup.register.joined_regions
        return self.region if joined is None else int(joined[self.phase][self.region])

    @property
    def parameters(self) -> SimpleNamespace:
        """The parameters in force here this year."""
        return self.model.parameters_of_zones[self.zone]

    @property
    def in_trust(self) -> bool:
        """In a trust of two schools or more."""
        return self.cluster is not None and self.cluster.kind == ClusterKind.TRUST and self.cluster.size >= 2

    @property
    def leads_trust(self) -> bool:
        """Seat of such a trust."""
        return self.in_trust and self.cluster.seat is self

    @property
    def neighbourhood(self) -> Cluster | None:
        """The cluster in which its people are at home: of a school that has closed, the one that it was in."""
        return self.cluster if self.is_open else self.last_cluster

    @property
    def cluster_size(self) -> int:
        """Schools in its cluster; 1 without one."""
        return self.cluster.size if self.cluster else 1

    @property
    def schools(self) -> list[School]:
        """The school itself, as clusters have theirs."""
        return [self]

    @property
    def seat(self) -> School:
        """The same."""
        return self

    @property
    def senior_team(self) -> int:
        """Filled posts of the senior team, the head's not among them."""
        return sum(filled for role, filled in enumerate(self.filled) if self.rungs.is_senior(role))

    @property
    def aspiration_and_capability(self) -> tuple[float, float]:
        """What take-up of programmes selects on."""
        return self.culture, self.leadership

    @property
    def vacancy_share(self) -> float:
        """Vacant posts among all."""
        posts = sum(self.filled) + sum(self.open)
        return sum(self.open) / posts if posts else 0.0

    @property
    def shortfall(self) -> float:
        """How far leadership falls short, squared: the worst-led schools lose most."""
        return min(max(self.leadership, -3.0), 0.0) ** 2

    @property
    def disadvantage_term(self) -> float:
        """Disadvantage in steps of 10 points from what is usual in the phase."""
        return (self.disadvantage - self.parameters.population.usual_disadvantage[self.phase]) / 0.10
