"""What happened in one year: the events that the census, the conservation checks and the costs read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from simulation.vocabulary import Date

TERMS = len(Date)
"""Terms of a year."""


def _empty(dtype: str) -> np.ndarray:
    return np.empty(0, dtype)


class Records:
    """Events of one kind, as arrays of equal length: one entry each. Kinds are dataclasses derived from this."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    """The arrays, by name: asked for so often that :func:`dataclasses.fields` would take longer than small arrays do."""

    def __len__(self) -> int:
        return len(getattr(self, next(iter(self.__dataclass_fields__))))

    def where(self, which: np.ndarray) -> Self:
        """The records that ``which`` (a mask, or row numbers) picks."""
        rows = np.flatnonzero(which) if which.dtype == np.bool_ else which  # counted once, not for each of the arrays
        return type(self)(*[getattr(self, name)[rows] for name in self.__dataclass_fields__])

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The records of all ``parts``, end to end."""
        return cls(*[np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__])


@dataclass
class Leavers(Records):
    """People who left the census-visible workforce this year, one entry each."""

    person: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    """Id."""
    row: np.ndarray = field(default_factory=lambda: _empty("int64"))
    """Row of people, valid until rows are next dropped."""
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    reason: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.LeaverReason` codes."""


@dataclass
class Lost(Records):
    """Posts that lost their holder to leaving or stepping down this year, one entry each."""

    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    due: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.Date` from which the post is without a holder."""
    first: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Date before which it can be advertised for the first time; one more than the last for none this year."""


@dataclass
class StepDowns(Records):
    """People who gave up a leadership post, or whose term as head ended, and who stay in their own school on a lower rung."""

    row: np.ndarray = field(default_factory=lambda: _empty("int64"))
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Role given up."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))


@dataclass
class Appointments(Records):
    """Posts filled this year, one entry each, in the order in which the market settled them."""

    person: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    row: np.ndarray = field(default_factory=lambda: _empty("int64"))
    from_role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """-1 for a first post."""
    from_school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    to_role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    to_school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    ring: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.Ring` codes."""
    move: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.Move` codes."""
    round: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Advertisements that it took, over all years; 1 if the first filled the post."""
    start: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.Date` from which the appointee holds the post."""
    waited: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Terms for which the post was without a holder before."""
    chain: np.ndarray = field(default_factory=lambda: _empty("int64"))
    """Key of the vacancy chain, see :class:`Vacancies`."""
    link: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Place in the chain: 1 for the vacancy that opened it."""


@dataclass
class Vacancies(Records):
    """Vacancies that stand at the end of a year and are carried into the next.

    A chain's key is where it began: year (12 bits) | URN (24) | role (8) | ordinal in that school, role and year (20).
    """

    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    chain: np.ndarray = field(default_factory=lambda: _empty("int64"))
    link: np.ndarray = field(default_factory=lambda: _empty("int32"))
    due: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Date from which the post is without a holder, see :func:`date_of`."""
    first: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.vocabulary.Date` before which it is first advertised this year; above the last for not at all."""
    before: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Times that it was advertised in earlier years."""
    adverts: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Times that it was advertised this year."""


def date_of(year: int, date: int | np.ndarray) -> Any:
    """Running number of one of a year's dates, so that differences are whole terms."""
    return TERMS * year + date


def begins(vacancies: Vacancies, year: int) -> np.ndarray:
    """The first date of ``year`` at which each post is without a holder."""
    return np.maximum(vacancies.due - TERMS * year, Date.JANUARY.value)


@dataclass
class ClosedChains(Records):
    """Vacancy chains that ended this year."""

    chain: np.ndarray = field(default_factory=lambda: _empty("int64"))
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Role of the post in which the chain began."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """School in which the chain began, row of schools."""
    length: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Vacancies in the chain, the first included."""
    abolished: np.ndarray = field(default_factory=lambda: _empty("bool"))
    """Ended because the last post was abolished, not because someone from outside filled it."""


@dataclass
class Reorganised(Records):
    """Changes of the system at the start of the year, one entry each."""

    event: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """:class:`~simulation.changes.Event` codes."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))


@dataclass
class Helping(Records):
    """People who helped in a programme this year as mentors, coaches, reviewers, system leaders or hosts; one entry each."""

    programme: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Place in the programmes of the setup, in order of name."""
    person: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    """Id."""
    row: np.ndarray = field(default_factory=lambda: _empty("int64"))
    """Row of people, valid until rows are next dropped."""
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    helped: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Participants, schools or clusters that they helped."""
    load: np.ndarray = field(default_factory=lambda: _empty("float64"))
    """Share of the time that they have for it, 0 to 1."""


@dataclass
class HelpNeeded(Records):
    """Helpers that programmes needed this year so that nobody had less help than is due; one entry for each helper."""

    programme: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Place in the programmes of the setup, in order of name."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Row of the school of the first of those whom the helper is for."""
    short: np.ndarray = field(default_factory=lambda: _empty("bool"))
    """Nobody was found."""


@dataclass
class Measured(Records):
    """Who had a measure this year, where each of them then was; one entry each."""

    programme: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Place in the programmes of the setup, in order of name."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Row of the person's school, of the school itself, or of the cluster's lead school."""
    person: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    """Id; 0 where schools or clusters have it."""
    role: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Role of the person; -1 where schools or clusters have it."""


@dataclass
class Refused(Records):
    """Who applied to a programme this year and got no place; one entry each."""

    programme: np.ndarray = field(default_factory=lambda: _empty("int8"))
    """Place in the programmes of the setup, in order of name."""
    school: np.ndarray = field(default_factory=lambda: _empty("int32"))
    """Row of the person's school, of the school itself, or of the cluster's lead school."""


PROGRAMME_COSTS = ("grant", "fee", "release", "helper_time")
"""What a programme costs: government's grant, the participants' schools' fee and supply cover, the helpers' schools' time."""

FUNNEL = ("eligible", "applicants", "places", "started")
"""Stages of a programme's take-up in a year."""

TERM_FLOWS = ("left", "joined", "fell vacant", "filled")
"""What happens at each date: people leave and join the holders of posts; posts fall vacant and are filled."""

LEFT, JOINED, FELL_VACANT, FILLED = range(len(TERM_FLOWS))

FLOWS = ("entrants", "moves_in", "moves_out", "leavers")


@dataclass
class YearLog:
    """Everything that happened in one year."""

    year: int
    """School year whose census closes it, by the calendar year in which it starts."""
    reorganised: Reorganised = field(default_factory=Reorganised)
    let_go: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    """Ids of leaders whose trusts dissolved at the start of the year: they were out of service all of it."""
    leavers: Leavers = field(default_factory=Leavers)
    step_downs: StepDowns = field(default_factory=StepDowns)
    terms_ended: np.ndarray = field(default_factory=lambda: _empty("int64"))
    """Rows of people whose headship was for a fixed term that ended this year; they are among :attr:`step_downs` too."""
    appointments: Appointments = field(default_factory=Appointments)
    closed_chains: ClosedChains = field(default_factory=ClosedChains)
    forgotten: np.ndarray = field(default_factory=lambda: _empty("uint64"))
    """Ids of people of whom nothing is kept any more, because no census looks back on them."""
    chains_opened: int = 0
    lost: Lost = field(default_factory=Lost)
    adverts: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    """Advertisements, school × role: one for each round of each post."""
    advertised: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    """Posts advertised for the first time, school × role."""
    without_holder: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    """Terms in which posts were without a holder, school × role."""
    acting: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    """Vacant posts covered by someone acting at the census, school × role of the post."""
    acting_briefly: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int32))
    """Of those, the ones that were given up without notice in the term of the census, school × role."""
    terms: np.ndarray = field(default_factory=lambda: np.zeros((len(TERM_FLOWS), 1 + TERMS, 0), np.int64))
    """:data:`TERM_FLOWS` × date × role; before the first date, under 0, holders who joined and posts that fell vacant before."""
    costs: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    """GBP, school × :data:`simulation.processes.costs.CATEGORIES`."""
    helping: Helping = field(default_factory=Helping)
    help_needed: HelpNeeded = field(default_factory=HelpNeeded)
    measured: Measured = field(default_factory=Measured)
    refused: Refused = field(default_factory=Refused)
    funnel: np.ndarray = field(default_factory=lambda: np.zeros((0, len(FUNNEL)), np.int64))
    """People, schools or clusters, programme × :data:`FUNNEL`."""
    programme_costs: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, len(PROGRAMME_COSTS)), np.int64))
    """GBP, programme × school × :data:`PROGRAMME_COSTS`."""
    flows: np.ndarray = field(default_factory=lambda: np.zeros((0, 0, 0, 0), np.int64))
    """People, :data:`FLOWS` × role × phase × region, counted by the processes as things happen."""

    @classmethod
    def blank(cls, year: int, schools: int, cells: tuple[int, int, int], programmes: int = 0) -> YearLog:
        """A log of ``year`` in which nothing has happened yet; ``cells`` are how many roles, phases and regions there are."""
        log = cls(
            year,
            funnel=np.zeros((programmes, len(FUNNEL)), np.int64),
            programme_costs=np.zeros((programmes, schools, len(PROGRAMME_COSTS)), np.int64),
            flows=np.zeros((len(FLOWS), *cells), np.int64),
        )
        for name in ("adverts", "advertised", "without_holder", "acting", "acting_briefly"):
            setattr(log, name, np.zeros((schools, cells[0]), np.int32))
        log.terms = np.zeros((len(TERM_FLOWS), 1 + TERMS, cells[0]), np.int64)
        return log

    def count_terms(self, flow: int, date: np.ndarray, role: np.ndarray | int) -> None:
        """Count events of one of :data:`TERM_FLOWS` at their dates."""
        shape = self.terms.shape[1:]
        self.terms[flow] += np.bincount(date * np.int64(shape[1]) + role, minlength=shape[0] * shape[1]).reshape(shape)
