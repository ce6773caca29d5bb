"""Where parameters hold: in a *zone*, a set of schools, others than elsewhere may be in force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters, declarations


@dataclass(frozen=True)
class Zone:
    """The parameters that hold in some schools."""

    parameters: Parameters
    earlier: Earlier = ()
    """Those of earlier years, where some change: each hold up to and including a school year, in order of time."""

    def in_year(self, year: int) -> Parameters:
        """The parameters in force in a school year, by the calendar year in which it starts."""
        return in_force(year, self.earlier, self.parameters)


class ByZone:
    """The parameters in force, by group and name, each with an entry for every zone: ``p.leave.retire[zone, phase, age]``.

    Those that hold everywhere, as their declarations say, have none: ``p.appoint.merit_weights[role, skill]``.
    """

    def __init__(self, zones: tuple[Parameters, ...]) -> None:
        """Put the values of ``zones``, one entry each, side by side; read-only, as loops are compiled for them."""
        self.zones = zones
        first, common = zones[0], [d.path for d in declarations() if d.everywhere]
        self.each = (first, *(zone.with_values({path: first.value(path) for path in common}) for zone in zones[1:]))
        """All parameters of each zone, those that hold everywhere as they are in zone 0."""
        every = [parameters.values() for parameters in zones]
        groups: dict[str, SimpleNamespace] = {}
        for declaration in declarations():
            group, name = declaration.path.split(".")
            values: Any = every[0][declaration.path]
            if not declaration.everywhere:
                values = np.array([of_zone[declaration.path] for of_zone in every])
                values.flags.writeable = False
            setattr(groups.setdefault(group, SimpleNamespace()), name, values)
        self._groups = groups

    @cached_property
    def by_setting(self) -> SimpleNamespace:
        """The same for loops over people, with one index for zone and phase: ``p.by_setting.leave.retire[setting, age]``.

        A *setting* is a zone and a phase in it, see :attr:`~simulation.world.World.setting`; what has no phase has an entry
        for each all the same.
        """
        groups: dict[str, SimpleNamespace] = {}
        phases = self.zones[0].leave.retire.shape[0]
        for declaration in declarations():
            group, name = declaration.path.split(".")
            values: Any = getattr(self._groups[group], name)
            if not declaration.everywhere:
                by_phase = declaration.axes[:1] == ("phase",)
                values = values.reshape(-1, *values.shape[2:]) if by_phase else np.repeat(values, phases, axis=0)
                values.flags.writeable = False
            setattr(groups.setdefault(group, SimpleNamespace()), name, values)
        return SimpleNamespace(**groups)

    def __getattr__(self, group: str) -> Any:
        """A group of parameters; what it holds depends on its declarations, so its type says nothing of it."""
        try:
            return self.__dict__["_groups"][group]
        except KeyError:
            raise AttributeError(f"there is no group of parameters {group!r}") from None

    def __deepcopy__(self, memo: dict[int, Any]) -> ByZone:
        """Itself: nobody can change it."""
        return self
