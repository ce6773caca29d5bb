"""What posts pay, as people answer to it: since the base year, against pay outside state schools, and from rung to rung."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulation.numerics import UNFIXED, fixed_array
from simulation.world import World
from simulation.zones import ByZone

LEAST_PAY, LEAST_RATIO = 1.0, 0.01
"""Below this pay (GBP a year) and this ratio, nobody tells one from another; it keeps logarithms finite."""


class Pay(NamedTuple):
    """Pay of a full-time post in real terms, as natural logarithms in steps of 2**-20; 0 where nothing has moved.

    The rates at which people leave, seek and come are those of the base year at that year's pay. So they answer to what
    pay has gained or lost since then, and up to the base year to nothing.
    """

    gained: np.ndarray
    """Of pay now to that of the base year, shape (zones, phases, roles)."""
    outside: np.ndarray
    """The same of pay outside state schools, by zone."""

    @classmethod
    def of(cls, world: World) -> Pay:
        """Pay in the year of ``world``."""
        setup = world.setup
        if world.year <= setup.base_year:
            return cls(np.zeros_like(world.parameters.costs.pay), np.zeros_like(world.parameters.leave.outside_pay))
        base = np.array([zone.costs.pay for zone in setup.in_zones(setup.base_year)])
        return cls.since(base, world.parameters)

    @classmethod
    def since(cls, base: np.ndarray, now: ByZone) -> Pay:
        """Pay in a year after the base year, from the parameters in force; ``base`` is pay of the base year, by zone."""
        gained = np.log(np.maximum(now.costs.pay, LEAST_PAY) / np.maximum(base, LEAST_PAY))
        outside = np.log(np.maximum(now.leave.outside_pay, LEAST_RATIO))
        return cls(fixed_array(gained) * UNFIXED, fixed_array(outside) * UNFIXED)

    @property
    def against_outside(self) -> np.ndarray:
        """How much more a post has gained than pay outside state schools, shape (zones, phases, roles)."""
        return self.gained - self.outside[..., None, None]

    @property
    def above_classroom(self) -> np.ndarray:
        """How much more a post has gained than a classroom post, the first rung, shape (zones, phases, roles)."""
        return self.gained - self.gained[..., :1]

    @property
    def step(self) -> np.ndarray:
        """How much more a post has gained than the one that is held, shape (zones, phases, roles held, roles sought)."""
        return self.gained[..., None, :] - self.gained[..., :, None]
