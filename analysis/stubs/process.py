"""NEW: what happens in this step of the year, to whom, and by which rule."""

from __future__ import annotations

import numpy as np

from simulation.processes.base import Model, Process
from simulation.vocabulary import Status
from simulation.world import Own

KEPT = 1.0
"""Share of well-being that the step leaves people: all of it, until a rule says otherwise."""


def run(model: Model, _own: Own) -> None:
    """Multiply the well-being of everybody in service by what is kept of it.

    A column that names this process among its owners in ``simulation/tables.py`` is written through ``_own``.
    """
    people = model.world.people
    here = np.flatnonzero(people.status == Status.IN_SERVICE)
    people.poke("wellbeing", here, KEPT * people.wellbeing[here])


PROCESS = Process("new process", "what happens, in a line", run)
