"""Who sought promotion, was not ready for it, did not see that, and was passed over."""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from simulation.birth import merit_in_row
from simulation.columns import picked
from simulation.kernels import kernel
from simulation.numerics import UNFIXED
from simulation.processes.seek import Seekers
from simulation.programmes.channels import PersonSlot
from simulation.world import Own, World

Hopes = namedtuple("Hopes", "teaching people management system self_view shift")


@kernel
def _misjudge(row, level, setting, people, merit_weights, bar, found):
    """Write whether each of ``row`` thinks that they reach the bar of the ``level`` that they seek, and does not."""
    for j in range(len(row)):
        i, target = row[j], level[j]
        ready = merit_in_row(people, i, merit_weights, target) + people.shift[i, PersonSlot.READINESS] * UNFIXED
        least = bar[setting[j], target]
        found[j] = ready < least <= ready + people.self_view[i]


def unaware(world: World, seekers: Seekers) -> Seekers:
    """Those who seek promotion, think that they are ready for it, and are not."""
    seekers = seekers.where(seekers.promotion)
    found, settings = np.zeros(len(seekers.row), bool), world.parameters.by_setting.appoint
    setting = world.setting[world.people.school[seekers.row]]
    people = picked(Hopes, world.people)
    _misjudge(seekers.row, seekers.level, setting, people, settings.merit_weights, settings.bar, found)
    return seekers.where(found)


def pass_over(world: World, own: Own, hopeful: Seekers) -> None:
    """Note the year in those of the ``hopeful`` whom nobody has given the post that they sought, or a higher one."""
    refused = hopeful.where(world.people.role[hopeful.row] < hopeful.level)
    own.people.passed_over[refused.row] = world.year
