"""Parameters by place: a value in all places is a value everywhere, and elsewhere nothing is another to the last bit."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from simulation.parameters import Parameters, declarations
from simulation.structure import ENGLAND, Structure
from simulation.world import Setup
from simulation.zones import ByZone, Zone
from tests.reference.configurations import random_parameters, random_setup
from tests.reference.fast import fast_history
from tests.reference.history import first_difference
from tests.reference.structures import fitted

EVERYWHERE = {d.path for d in declarations() if d.everywhere}
WORLDS = (1, 3, 6, 8)
"""Random worlds of several regions with programmes, some in zones and with dates of their own."""


def but_for_what_holds_everywhere(other: Parameters, base: Parameters) -> Parameters:
    """The ``other`` parameters, those that cannot be placed as in ``base``."""
    return other.with_values({path: base.value(path) for path in EVERYWHERE})


def of_another(n: int, structure: Structure) -> Parameters:
    """Other random parameters than those of configuration ``n``, along the same labels."""
    return fitted(random_parameters(random.Random(8_000_000 + n)), structure)


def in_all_schools(setup: Setup, zone: Zone) -> Setup:
    """The setup with every school in a zone of its own beside the parameters that hold nowhere."""
    return replace(setup, zone=np.ones(len(setup.register), np.int16), zones=(zone,))


@pytest.mark.parametrize("n", WORLDS)
def test_a_value_in_all_places_is_a_value_everywhere(n):
    """Every parameter that can be placed is read where its school is: not one of those that hold nowhere shows."""
    setup = random_setup(n)
    nowhere = replace(setup, parameters=of_another(n, setup.structure), earlier=(), zone=None, zones=())
    parameters = but_for_what_holds_everywhere(setup.parameters, nowhere.parameters)
    everywhere = replace(setup, parameters=parameters, earlier=(), zone=None, zones=())
    placed = in_all_schools(replace(everywhere, parameters=nowhere.parameters), Zone(parameters))
    assert first_difference(fast_history(everywhere, n, 1), fast_history(placed, n, 1)) is None
    other = replace(everywhere, parameters=nowhere.parameters)
    assert first_difference(fast_history(everywhere, n, 1), fast_history(other, n, 1)) is not None


@pytest.mark.parametrize("n", WORLDS)
def test_equal_values_in_zones_of_their_own_change_nothing(n):
    """Schools in three zones that all hold what holds elsewhere give the very same history."""
    setup = replace(random_setup(n), zone=None, zones=())
    zone = (np.arange(len(setup.register)) % 3).astype(np.int16)
    same = Zone(setup.parameters, setup.earlier)
    assert (
        first_difference(fast_history(setup, n, 1), fast_history(replace(setup, zone=zone, zones=(same, same)), n, 1))
        is None
    )


def test_parameters_stand_side_by_side():
    """A number has an entry for each zone, a table one more axis, and what holds everywhere neither."""
    one, other = (of_another(n, ENGLAND) for n in (1, 3))
    found = ByZone((one, other))
    assert found.leave.per_trust.tolist() == [one.leave.per_trust, other.leave.per_trust]
    assert np.array_equal(found.leave.retire[1], other.leave.retire)
    assert np.array_equal(found.appoint.merit_weights, one.appoint.merit_weights)
    assert not found.leave.retire.flags.writeable
    with pytest.raises(AttributeError, match="no group of parameters 'leaves'"):
        found.leaves  # noqa: B018


@pytest.mark.parametrize("zone", [[0, 2], [-1, 0]])
def test_a_zone_that_is_not_there_is_refused(zone):
    """Numbers run from 0, for no zone of its own, to the number of zones."""
    setup = random_setup(1)
    with pytest.raises(ValueError, match="a zone is from 0 to 1"):
        replace(setup, zone=np.array(zone, np.int16), zones=(Zone(setup.parameters),))
    with pytest.raises(ValueError, match="zones of 1 schools"):
        replace(setup, zone=np.zeros(1, np.int16), zones=()).zone_of_schools  # noqa: B018
