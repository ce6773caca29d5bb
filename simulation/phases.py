"""The school year on one screen: its processes, in order.

Order is a modelling claim, so it is written here and nowhere else.
"""

from __future__ import annotations

from simulation.processes import (
    age_and_roll,
    appoint,
    census,
    collaborate,
    costs,
    deliver,
    develop,
    enrol,
    inspect,
    lead,
    leave,
    pupils_learn,
    recruit,
    reorganise,
    share_headships,
)
from simulation.processes.base import Process
from simulation.tables import COLUMNS

PHASES: tuple[Process, ...] = (
    reorganise.PROCESS,
    age_and_roll.PROCESS,
    enrol.PROCESS,
    deliver.PROCESS,
    collaborate.PROCESS,
    develop.PROCESS,
    lead.PROCESS,
    inspect.PROCESS,
    leave.PROCESS,
    appoint.PROCESS,
    share_headships.PROCESS,
    recruit.PROCESS,
    pupils_learn.PROCESS,
    costs.PROCESS,
    census.PROCESS,
)

_UNKNOWN = {owner for column in COLUMNS for owner in column.owners} - {process.name for process in PHASES}
if _UNKNOWN:
    raise ValueError(f"columns are owned by {sorted(_UNKNOWN)}, but no process of the year is called that")
