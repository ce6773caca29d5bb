"""The channels through which a programme can act: the closed list, and where each is kept.

A channel is declared here and read by the process that it acts on; nothing else knows the list. What all programmes
together add to a channel is kept per person, school or cluster as a whole number of 2**-20 units (a *slot*), so that
the sum is the same in whatever order programmes and participants are added.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

SKILLS: Final = ("teaching", "people", "management", "system")
COMPONENTS: Final = ("chair", "experience", "systems", "coordinator", "ethos", "money")
"""What the strength of a cluster consists of."""


class PersonSlot(IntEnum):
    """What programmes add to a person, by column of ``people.shift``."""

    LEAVING_SECTOR = 0
    LEAVING_SCHOOL = 1
    APPLYING = 2
    BEING_CHOSEN = 3
    REACH = 4
    READINESS = 5
    TEACHING = 6
    PEOPLE = 7
    MANAGEMENT = 8
    SYSTEM = 9
    ASPIRATION = 10
    WELLBEING = 11
    WORKLOAD = 12
    TEAM_PROGRESS = 13


class SchoolSlot(IntEnum):
    """What programmes add to a school, by column of ``schools.shift``."""

    CULTURE = 0
    TRUST = 1
    TEACHER_GROWTH = 2
    PUPIL_PROGRESS = 3
    OWN_CANDIDATES = 4
    """Merit that the school's panels see in its own people."""
    SEEN_FROM_OUTSIDE = 5
    """How far its posts are seen by people elsewhere."""


N_PERSON_SLOTS, N_SCHOOL_SLOTS, N_CLUSTER_SLOTS = len(PersonSlot), len(SchoolSlot), len(COMPONENTS)


class On(IntEnum):
    """On whom an effect falls."""

    PARTICIPANT = 0
    TEAM = 1
    """Those whom the participant leads: the lower roles of the school, or pupils, by the participant's share of them."""
    SCHOOL = 2
    """The school, or everybody in service there."""
    CLUSTER = 3
    """The cluster, or its schools, or everybody in service there."""
    PEERS = 4
    """Those whom a cascade reaches: the participants lead them in learning communities."""
    HELPER = 5
    """The mentors, coaches, reviewers, system leaders or hosts, for as long as they help."""
    INSIDERS = 6
    """The school's own people as candidates for its posts."""
    OUTSIDERS = 7
    """People elsewhere, as far as they see the school's posts."""
    PASSED_OVER = 8
    """Those of the school who sought promotion last year, were not ready, did not see it and did not get it; of what schools
    have, the school, by their share of its staff."""


_ON_PEOPLE = (On.PARTICIPANT, On.TEAM, On.SCHOOL, On.CLUSTER, On.PEERS, On.HELPER)
_ON_SCHOOLS = (On.TEAM, On.SCHOOL, On.CLUSTER)
_ON_MORALE = (*_ON_PEOPLE, On.PASSED_OVER)
"""Of channels that a refusal can move."""


@dataclass(frozen=True)
class Channel:
    """One way in which a programme can act."""

    name: str
    unit: str
    """A key of :data:`simulation.parameters.UNITS`."""
    meaning: str
    words: str
    """What changes, as people say it: ``well-being``; of odds, what they are odds of."""
    bearers: tuple[On, ...]
    slot: PersonSlot | SchoolSlot | None
    """Where it is kept; None where that depends on the effect: on its skills or its component."""

    @property
    def of_schools(self) -> bool:
        """Whether schools have it, rather than people or clusters."""
        return isinstance(self.slot, SchoolSlot)

    @property
    def of_people(self) -> bool:
        """Whether people have it, rather than schools or clusters."""
        return On.PARTICIPANT in self.bearers


CHANNELS: Final = {
    channel.name: channel
    for channel in (
        Channel(
            "leaving_sector", "log-odds", "added to leaving state schools", "leaving state schools in a year",
            _ON_MORALE, PersonSlot.LEAVING_SECTOR,
        ),
        Channel(
            "leaving_school", "log-odds", "added to looking for a post at the same level elsewhere",
            "looking for a post at the same level in another school", _ON_MORALE, PersonSlot.LEAVING_SCHOOL,
        ),
        Channel(
            "applying", "log-odds", "added to seeking promotion", "seeking promotion in a year",
            _ON_MORALE, PersonSlot.APPLYING,
        ),
        Channel(
            "being_chosen", "standard deviations", "merit that panels see more: a signal, not a skill",
            "standing with appointment panels", (*_ON_PEOPLE, On.INSIDERS), PersonSlot.BEING_CHOSEN,
        ),
        Channel(
            "reach", "log-odds", "added to seeing a post in another school",
            "seeing a post that is open in another school", (*_ON_PEOPLE, On.OUTSIDERS), PersonSlot.REACH,
        ),
        Channel(
            "capability", "standard deviations", "skill gained, in the skills named", "skill", _ON_PEOPLE, None
        ),
        Channel(
            "readiness", "standard deviations", "fitness for the next rung", "readiness for the next post",
            _ON_PEOPLE, PersonSlot.READINESS,
        ),
        Channel(
            "aspiration", "standard deviations", "wish for the next rung", "wish for the next post",
            _ON_MORALE, PersonSlot.ASPIRATION,
        ),
        Channel("wellbeing", "standard deviations", "well-being", "well-being", _ON_MORALE, PersonSlot.WELLBEING),
        Channel("workload", "hours a week", "working hours", "work", _ON_PEOPLE, PersonSlot.WORKLOAD),
        Channel(
            "culture", "standard deviations", "culture of development", "culture of staff development",
            _ON_SCHOOLS, SchoolSlot.CULTURE,
        ),
        Channel(
            "trust", "standard deviations", "trust between staff and leaders", "trust between staff and leaders",
            (*_ON_SCHOOLS, On.PASSED_OVER), SchoolSlot.TRUST,
        ),
        Channel(
            "cluster_strength", "share", "strength of the cluster, in the component named", "strength",
            (On.CLUSTER,), None,
        ),
        Channel(
            "teacher_growth", "ratio", "added to the pace at which the school's people grow in skill", "skills grow",
            _ON_SCHOOLS, SchoolSlot.TEACHER_GROWTH,
        ),
        Channel(
            "pupil_progress", "standard deviations", "pupil progress", "pupil progress",
            _ON_SCHOOLS, SchoolSlot.PUPIL_PROGRESS,
        ),
    )
}  # fmt: skip
"""Every channel by its name in programme files."""
