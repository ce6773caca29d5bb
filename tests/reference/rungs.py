"""What each rung of a context's ladder is, one rung at a time."""

from __future__ import annotations

from simulation.structure import Tier
from simulation.world import Setup

CLASSROOM = 0


class Rungs:
    """The ladder of a setup: roles are places on it, from 0 in the classroom."""

    def __init__(self, setup: Setup) -> None:
        self.tiers = [rung.tier for rung in setup.structure.ladder.rungs]
        self.shares = [rung.share for rung in setup.structure.ladder.rungs]
        self.names = [rung.name for rung in setup.structure.ladder.rungs]
        self.roles = range(len(self.tiers))
        self.head = self.tiers.index(Tier.HEAD)
        self.trust_leader = self.tiers.index(Tier.TRUST) if Tier.TRUST in self.tiers else None

    def next(self, role: int) -> int:
        """The next rung; of the highest, itself."""
        return role + 1 if role + 1 in self.roles else role

    def leads(self, role: int) -> bool:
        """Whether holders lead anybody."""
        return self.tiers[role] is not Tier.CLASSROOM

    def leads_in_a_school(self, role: int) -> bool:
        """Whether holders lead a team or a school, and not a trust."""
        return self.tiers[role] in (Tier.MIDDLE, Tier.SENIOR, Tier.HEAD)

    def is_middle(self, role: int) -> bool:
        """Whether holders lead a team and do not belong to the senior team."""
        return self.tiers[role] is Tier.MIDDLE

    def is_senior(self, role: int) -> bool:
        """Whether holders belong to the senior team and are not its head."""
        return self.tiers[role] is Tier.SENIOR

    def leads_the_school(self, role: int) -> bool:
        """Whether holders belong to the senior team, the head included."""
        return self.tiers[role] in (Tier.SENIOR, Tier.HEAD)

    def seen_in_the_region(self, role: int) -> bool:
        """Whether posts are seen all over a region, and not in their community alone."""
        return self.at_least_senior(role)

    def at_least_senior(self, role: int) -> bool:
        """Whether holders belong to a senior team or lead a trust."""
        return self.tiers[role] in (Tier.SENIOR, Tier.HEAD, Tier.TRUST)
