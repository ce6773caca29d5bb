"""Whether the sizes that files guess stand in order: more is claimed only where more is given, or a file says why.

Hours alone do not explain what programmes achieve, so no size is computed from them. They bound guesses: a judged effect
may not be larger than the same effect of a programme that takes more hours of each participant and costs more; and
beside a measured one it may be as large as the square root of its share of that one's dose, as a guess for a small dose
that rivals a large one's measured effect claims more for each hour than anybody has found (coaching at scale achieves half,
``coaching_scaleup_ratio``; the dose of the largest trial, 21 minutes a week, did nothing).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from scenarios.programme_files.known import EffectSettings, KnownProgramme
from simulation.programmes.channels import On
from simulation.programmes.programme import Unit

JUDGED: Final = ("D", "J")
"""Grades of sizes that nobody has measured: claims and judgements."""
WEEKS, DAY_HOURS, COVER = 39, 6.5, 220.0
"""Weeks of a school year, hours of a day of release, and GBP of a day of supply cover (``supply_day_cost_primary_2023``)."""
SCHOOLS_OF_A_CLUSTER = 5.0
"""Among which the grant to a cluster is shared, ``spp_mean_cluster_size``."""
SLACK = 1e-9

_EVERYBODY = {On.SCHOOL: "school", On.CLUSTER: "school"}
"""Bearers that are one kind here: everybody in each school that is reached."""


@dataclass(frozen=True)
class Dose:
    """What each that joins (a person, a school, or each school of a cluster) gets over the whole of a programme."""

    hours: float
    """Of the participant's own time and of release; of the head's, where schools or clusters join."""
    cost: float
    """GBP of grant, fee and cover."""

    def least(self, other: Dose) -> bool:
        """Whether it is no more than the other in either, and less in one."""
        return self.hours <= other.hours and self.cost <= other.cost and self != other

    def share(self, other: Dose) -> float:
        """Of the other: the larger of the two shares."""
        return max(self.hours / other.hours if other.hours else 1.0, self.cost / other.cost if other.cost else 1.0)


@dataclass(frozen=True)
class Breach:
    """A judged size that is out of order and whose file does not say why, or a reason where there is nothing to explain."""

    programme: str
    path: str
    size: float
    most: float
    beside: str
    """The effect that bounds it, as ``programme: path``; empty for a reason that explains nothing."""

    def __str__(self) -> str:
        if not self.beside:
            return f"{self.programme}: {self.path} says why it is out of order, and is not"
        return f"{self.programme}: {self.path} is {self.size:.3g}, above {self.most:.3g} by the dose of {self.beside}"


@dataclass(frozen=True)
class _Sized:
    programme: str
    effect: EffectSettings
    size: float
    judged: bool
    dose: Dose

    @property
    def kind(self) -> tuple[str, int, str | On, bool]:
        on = self.effect.on
        return self.effect.channel, self.effect.component, _EVERYBODY.get(on, on), self.size > 0


def dose(programme: KnownProgramme) -> Dose:
    """What the file of a programme plans for each that joins."""
    years, release = programme.years, programme.value("costs.release_days")
    schools = SCHOOLS_OF_A_CLUSTER if programme.unit is Unit.CLUSTER else 1.0
    hours = programme.value("delivery.hours") * WEEKS + release * DAY_HOURS
    cost = programme.value("costs.grant") / schools + programme.value("costs.fee") + release * COVER
    return Dose(years * hours, years * cost)


def out_of_order(programmes: Iterable[KnownProgramme]) -> list[Breach]:
    """Judged sizes among ``programmes`` that are out of order, each beside the effect that bounds it most."""
    sized = [one for programme in programmes for one in _sized(programme)]
    found = []
    for one in sized:
        bounds = [(_most(one, other), other) for other in sized if other.kind == one.kind and one.judged]
        most, beside = min(bounds, key=lambda bound: bound[0], default=(math.inf, one))
        late = abs(one.size) > most + SLACK
        if late and not one.effect.out_of_order:
            told = f"{beside.programme}: {beside.effect.path}"
            found.append(Breach(one.programme, one.effect.path, one.size, most, told))
        if one.effect.out_of_order and not late:
            found.append(Breach(one.programme, one.effect.path, one.size, most, ""))
    return found


def _sized(programme: KnownProgramme) -> Iterator[_Sized]:
    given, quality = dose(programme), programme.value("delivery.quality", 1.0)
    for effect in programme.effects:
        figure = programme.figures[effect.path]
        if not effect.side and not effect.of_gap and effect.on is not On.HELPER and figure.value:
            judged = figure.provenance.grade in JUDGED
            yield _Sized(programme.name, effect, figure.value * quality, judged, given)


def _most(one: _Sized, other: _Sized) -> float:
    """The most that a judged size may be beside another of its kind; without bound where that has no more dose."""
    if other.programme == one.programme or not one.dose.least(other.dose):
        return math.inf
    return abs(other.size) * (1.0 if other.judged else math.sqrt(one.dose.share(other.dose)))
