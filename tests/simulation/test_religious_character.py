"""Religious character: who from elsewhere seeks the headship of a church school, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from simulation.model import PipelineModel
from simulation.vocabulary import Religion, Ring, Role
from tests.worlds import rough_setup

SCHOOLS = 60


@cache
def run(of_catholic_schools: float, rest: float = 0.0) -> PipelineModel:
    """Sixty schools after two years, every second one Catholic, whose headships are sought from elsewhere so much more or less."""
    setup = rough_setup(SCHOOLS, warm_up_years=0)
    religion = np.where(np.arange(SCHOOLS) % 2, Religion.ROMAN_CATHOLIC, Religion.NONE).astype(np.int8)
    odds = np.full(len(Religion), rest)
    odds[Religion.ROMAN_CATHOLIC] = of_catholic_schools
    setup = replace(
        setup, register=replace(setup.register, religion=religion),
        parameters=setup.parameters.replace(appoint__seen_as_head=odds),
    )  # fmt: skip
    model = PipelineModel(setup, 5, measures=("headships_readvertised_by_religion",))
    model.step()
    return model


def test_nobody_from_elsewhere_heads_a_school_whose_headship_nobody_there_seeks() -> None:
    """At odds of e**-10 no head of a Catholic school comes from elsewhere; at those of all schools some do, and others' heads do in both."""
    for odds, some in ((-10.0, False), (0.0, True)):
        made = run(odds).world.log.appointments
        heads = made.where((made.to_role == Role.HEAD) & (made.ring != Ring.OWN_SCHOOL))
        catholic = run(odds).world.schools.religion[heads.to_school] == Religion.ROMAN_CATHOLIC
        assert catholic.any() == some
        assert not catholic.all()


def test_a_smaller_field_means_more_advertisements_and_moves_no_school_without_a_character_before_the_market() -> None:
    """Catholic headships are advertised at least as often as where all schools are sought alike, and more in all; who leaves is the same."""
    fewer, alike = run(-10.0), run(0.0)
    catholic = alike.world.schools.religion == Religion.ROMAN_CATHOLIC
    adverts = [model.world.log.adverts[catholic, Role.HEAD].sum() for model in (fewer, alike)]
    assert adverts[0] > adverts[1]
    assert np.array_equal(fewer.world.log.leavers.person, alike.world.log.leavers.person)
    assert np.array_equal(fewer.world.log.adverts[:, Role.HEAD + 1 :], alike.world.log.adverts[:, Role.HEAD + 1 :])


def test_the_measure_counts_headships_by_the_character_of_the_school() -> None:
    """Each appointment to a headship counts at its own school's character, and as advertised again if it took a second round."""
    model = run(-1.0)
    made = model.world.log.appointments
    heads = made.where(made.to_role == Role.HEAD)
    of = model.world.schools.religion[heads.to_school]
    for religion, name in ((Religion.NONE, "none"), (Religion.ROMAN_CATHOLIC, "roman_catholic")):
        found = model.results.value("headships_readvertised_by_religion", model.year, religion=name)
        assert found == (heads.round[of == religion] > 1).mean()
