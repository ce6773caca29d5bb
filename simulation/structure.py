"""How a school system is divided: the rungs of its ladder of posts, the phases of its schools, the groups of its people.

All three are a context's data. Columns hold their places as codes, in the order given here, and the rules ask what a rung
*is*: ``ladder.head``, ``ladder.senior``, never a code of some country. A kernel gets the same as plain numbers,
:attr:`Ladder.codes`.
"""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache, cached_property

from simulation.vocabulary import EthnicGroup, Phase, Role, label

CLASSROOM = 0
"""Code of the lowest rung: every ladder begins in the classroom."""


MAJORITY = 0
"""Code of the group that minorities are told from."""


class Tier(StrEnum):
    """What a rung is to the rules of the model, bottom to top."""

    CLASSROOM = "classroom"
    """Teaches: the rung of newcomers, and of whoever steps down."""
    MIDDLE = "middle"
    """Leads a team of teachers."""
    SENIOR = "senior"
    """Belongs to the team that leads the school with its head."""
    HEAD = "head"
    """Heads a school."""
    TRUST = "trust"
    """Leads a trust of schools, from its central team."""


ONE_RUNG = (Tier.CLASSROOM, Tier.HEAD)
"""What a ladder has exactly one rung of; of trust leaders it has one at most."""

SLACK = 1e-9

Rungs = namedtuple("Rungs", "number senior head trust_leader")
"""A ladder as kernels read it: how many rungs, and the codes of :class:`Ladder`. What leads is above 0, the classroom."""


@dataclass(frozen=True)
class Rung:
    """A rung of a ladder."""

    name: str
    tier: Tier
    share: float = 1.0
    """Of a rung that leads teams: the share of middle leaders' posts that are on it; they add up to 1 over such rungs."""


@dataclass(frozen=True)
class Ladder:
    """Rungs from the classroom upwards: ``role + 1`` is the next."""

    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if rungs are not in the order of tiers, or there are too many or too few of one."""
        tiers = [rung.tier for rung in self.rungs]
        if tiers != sorted(tiers, key=list(Tier).index):
            raise ValueError(
                f"a ladder goes from the bottom up, in the order {', '.join(Tier)}; got {', '.join(tiers)}"
            )
        for tier in ONE_RUNG:
            if tiers.count(tier) != 1:
                raise ValueError(f"a ladder has one rung that is {tier.value}, got {tiers.count(tier)}")
        if tiers.count(Tier.TRUST) > 1:
            raise ValueError(f"a ladder has one rung that is {Tier.TRUST.value} at most, got {tiers.count(Tier.TRUST)}")
        middle = [rung.share for rung in self.rungs if rung.tier is Tier.MIDDLE]
        if middle and (min(middle) < 0 or abs(sum(middle) - 1) > SLACK):
            raise ValueError(
                f"shares of middle leaders' posts add up to 1 over the rungs that are middle, got {middle}"
            )
        if len(set(self.names)) < len(self.rungs):
            raise ValueError(f"each rung needs a name of its own, got {', '.join(self.names)}")

    def __len__(self) -> int:
        return len(self.rungs)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Labels of the rungs, bottom to top."""
        return tuple(rung.name for rung in self.rungs)

    @cached_property
    def senior(self) -> int:
        """Code of the lowest rung of the senior team, the head's if it has no other: ``senior <= role <= head`` lead the school."""
        return next(code for code, rung in enumerate(self.rungs) if rung.tier in (Tier.SENIOR, Tier.HEAD))

    @cached_property
    def head(self) -> int:
        """Code of heads."""
        return next(code for code, rung in enumerate(self.rungs) if rung.tier is Tier.HEAD)

    @property
    def trust_leader(self) -> int:
        """Code of leaders of trusts; nobody has it on a ladder without them."""
        return self.head + 1

    @property
    def leads_trusts(self) -> bool:
        """Whether there are posts of trust leaders."""
        return self.trust_leader < len(self)

    @property
    def top(self) -> int:
        """Code of the highest rung."""
        return len(self) - 1

    @property
    def middle(self) -> range:
        """Codes of the rungs that lead teams; empty where none does."""
        return range(CLASSROOM + 1, self.senior)

    @property
    def seniors(self) -> range:
        """Codes of the senior team without the head; empty where heads lead alone."""
        return range(self.senior, self.head)

    @property
    def in_schools(self) -> range:
        """Codes of the rungs with posts in schools: all but trust leaders'."""
        return range(self.head + 1)

    @cached_property
    def codes(self) -> Rungs:
        """For kernels."""
        return Rungs(len(self), self.senior, self.head, self.trust_leader)

    def tier(self, role: int) -> Tier:
        """What the rung of a code is."""
        return self.rungs[role].tier


@dataclass(frozen=True)
class Structure:
    """The ladder, the phases and the groups of a school system."""

    ladder: Ladder
    phases: tuple[str, ...]
    ethnic_groups: tuple[str, ...]
    """The first is the majority, see :data:`MAJORITY`."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if there is no phase or no group, or two of one name."""
        for what, names in (("phase", self.phases), ("ethnic group", self.ethnic_groups)):
            if not names or len(set(names)) < len(names):
                raise ValueError(f"there is at least one {what}, each with a name of its own; got {names}")

    @property
    def axes(self) -> dict[str, tuple[str, ...]]:
        """Labels along each axis that differs from context to context, in order of code."""
        return {"role": self.ladder.names, "phase": self.phases, "ethnic_group": self.ethnic_groups}

    @property
    def role(self) -> type[IntEnum]:
        """Codes of rungs as members: ``structure.role.HEAD``; :class:`~simulation.vocabulary.Role` for England's."""
        return _members("Role", self.ladder.names)

    @property
    def phase(self) -> type[IntEnum]:
        """Codes of phases as members; :class:`~simulation.vocabulary.Phase` for England's."""
        return _members("Phase", self.phases)

    @property
    def ethnic_group(self) -> type[IntEnum]:
        """Codes of groups as members; :class:`~simulation.vocabulary.EthnicGroup` for England's."""
        return _members("EthnicGroup", self.ethnic_groups)


@cache
def _members(name: str, labels: tuple[str, ...]) -> type[IntEnum]:
    """An enumeration with the labels in capitals; those of England, which have a name in Python, are themselves."""
    for known in (Role, Phase, EthnicGroup):
        if labels == tuple(map(label, known)):
            return known
    return IntEnum(name, {text.upper(): code for code, text in enumerate(labels)})  # type: ignore[return-value]


_TIERS = (Tier.CLASSROOM, Tier.MIDDLE, Tier.SENIOR, Tier.SENIOR, Tier.HEAD, Tier.TRUST)
ENGLAND = Structure(
    Ladder(tuple(Rung(label(role), tier) for role, tier in zip(Role, _TIERS, strict=True))),
    tuple(map(label, Phase)),
    tuple(map(label, EthnicGroup)),
)
"""England's structure: that of a setup which names no other."""
