"""The state of a run knows programmes by their place in its setup; under another setup each may have another place."""

from __future__ import annotations

import numpy as np

from simulation.tables import enrolment_table
from simulation.world import Setup, World

BITS = {"joined": "enrol", "completed": "deliver"}
"""Columns of people, schools and clusters that hold a bit for each programme, with the process that writes them."""


def under(world: World, setup: Setup) -> World:
    """The state of ``world`` as a run of ``setup`` has it; none is left in ``world``.

    Both setups must have acted alike so far. Programmes keep their names and change their places; of those that only one
    of the setups has, nobody has started yet.
    """
    names = [programme.name for programme in world.setup.programmes]
    places = {programme.name: place for place, programme in enumerate(setup.programmes)}
    new = np.array([places.get(name, -1) for name in names], np.int64)
    found = world.moved()
    found.setup = setup
    if list(places) == names:
        return found
    if len(found.enrolments):
        _renumber_tables(found, new)
        found = found.moved()  # its columns have been handed out once, and the next model needs that itself
    _renumber_log(found, new, len(places))
    return found


def _renumber_tables(world: World, new: np.ndarray) -> None:
    own = world.hand_out()
    for column, process in BITS.items():
        for table in (own(process).people, own(process).schools, own(process).clusters):
            values = getattr(table, column)
            values[:] = _moved_bits(values, new)
    before, world.enrolments = world.enrolments, enrolment_table()
    columns = {name: getattr(before, name) for name in before}
    world.enrolments.append(len(before), **columns | {"programme": new[before.programme]})


def _moved_bits(values: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Each bit ``k`` in the place ``new[k]``."""
    found = np.zeros_like(values)
    for place, to in enumerate(new.tolist()):
        if to >= 0:
            found |= ((values >> np.uint64(place)) & np.uint64(1)) << np.uint64(to)
    return found


def _renumber_log(world: World, new: np.ndarray, count: int) -> None:
    log, known = world.log, new >= 0
    for records in (log.helping, log.help_needed, log.measured, log.refused):
        records.programme = new[records.programme].astype(records.programme.dtype)
    for name in ("funnel", "programme_costs"):
        before = getattr(log, name)
        after = np.zeros((count, *before.shape[1:]), before.dtype)
        if len(before):
            after[new[known]] = before[known]
        setattr(log, name, after)
