"""How often posts are seen: as many schools as surround a school on average share what the parameters say of England's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.changes import yet_to_open
from simulation.vocabulary import Ring

if TYPE_CHECKING:
    from simulation.world import World


def chances(world: World) -> np.ndarray:
    """The chance that a seeker knows of and wants a post, zone × phase × ring; float64, from 0 to 1.

    ``appoint.see`` is meant for communities and regions of so many schools as ``appoint.schools_near`` and
    ``appoint.schools_elsewhere`` say. What is lost where there are fewer, in a sample or a small system, comes on top for those
    there are, so that a post is seen by as many; where that would be more than all of one ring, the other makes up for it.
    """
    p = world.parameters.appoint
    seen: np.ndarray = p.see.copy()
    for phase, (near, elsewhere) in enumerate(others(world)):
        of_phase = seen[:, phase]
        close, far = Ring.COMMUNITY, Ring.ELSEWHERE
        # In schools all of whose seekers would see the post.
        due = of_phase[:, close] * p.schools_near[:, phase]
        due_far = of_phase[:, far] * p.schools_elsewhere[:, phase]
        of_phase[:, close] = np.minimum(1.0, due / near) if near > 0 else 0.0
        due = due_far + (due - of_phase[:, close] * near)
        of_phase[:, far] = np.minimum(1.0, due / elsewhere) if elsewhere > 0 else 0.0
        if near > 0:
            left = due - of_phase[:, far] * elsewhere
            of_phase[:, close] = np.minimum(1.0, of_phase[:, close] + left / near)
    seen = np.clip(seen, 0.0, 1.0)
    seen.flags.writeable = False  # as parameters are: loops are compiled for those
    return seen


def others(world: World) -> list[tuple[float, float]]:
    """By phase: other schools in a school's community, and in its market outside it, on average over the schools of the start."""
    register = world.register
    start = ~yet_to_open(register, world.setup.changes)
    found = []
    for phase in range(world.phases):
        here = start & (register.phase == phase)
        schools = max(int(here.sum()), 1)
        together, in_market = (
            int((np.bincount(place[here]).astype(np.int64) ** 2).sum())
            for place in (register.community, register.market)
        )
        found.append(((together - int(here.sum())) / schools, (in_market - together) / schools))
    return found
