"""The census: writing down who is seen where.

It records what the school workforce census of this year finds about each person, and nothing else; measures are taken
from these records by :mod:`simulation.census`, which changes nothing.
"""

from __future__ import annotations

from simulation.processes.base import Model, Process
from simulation.tables import HISTORY
from simulation.world import Own


def run(model: Model, own: Own) -> None:
    """Write status, role and school of everybody into the history column of the year.

    People who joined later than an earlier census keep ``UNSEEN`` there: that census did not see them.
    """
    people, column = own.people.everyone, model.world.year % HISTORY
    people.seen_status[:, column] = people.status
    people.seen_role[:, column] = people.role
    people.seen_school[:, column] = people.school


PROCESS = Process("census", "the census records everybody's status, post and school", run)
