"""What cannot matter does not: more people elsewhere, values for what does not exist, and draws that share no key."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np

import scenarios
from analysis.runs.replicate import columns
from analysis.store.digest import run_digest
from simulation.draws import Decision
from simulation.model import PipelineModel
from simulation.parameters import Parameters, declarations
from simulation.register import Register
from simulation.structure import ENGLAND
from simulation.vocabulary import Phase
from simulation.world import Setup
from tests.reference.configurations import random_setup
from tests.reference.model import ReferenceModel
from tests.worlds import rough_parameters

SEED = 11


@cache
def eastern() -> Setup:
    """The 87 schools and about 2,000 people of the eastern region: two years of warm-up and three more."""
    return replace(scenarios.load("eastern-region").setup(), years=3, warm_up_years=2)


def digest(setup: Setup) -> str:
    """Run ``setup`` to its end."""
    model = PipelineModel(setup, SEED)
    model.run()
    state = {"people": columns(model.world.people), "schools": columns(model.world.schools)}
    return run_digest(model.results.codes(), model.results.labels(), state)


def everybody(model: PipelineModel) -> dict[str, np.ndarray]:
    """Every column of people, in order of id."""
    order = model.world.people.id.argsort()
    return {name: getattr(model.world.people, name)[order] for name in model.world.people}


def history(setup: Setup) -> dict[int, dict[str, np.ndarray]]:
    """Everybody at every census."""
    model = PipelineModel(setup, SEED, measures=())
    censuses = {model.year: everybody(model)}
    model.run(lambda year: censuses.update({year: everybody(model)}))
    return censuses


def changed(parameters: Parameters, path: str, index: tuple[int | slice, ...], value: float) -> Parameters:
    """``parameters`` with some entries of one table replaced."""
    table = np.array(parameters.values()[path])
    table[index] = value
    return parameters.replace(**{path: table})


def with_more_pupils(setup: Setup, posts: int) -> Setup:
    """``setup`` with ``posts`` more posts' worth of pupils in the first school."""
    pupils = setup.register.pupils.copy()
    pupils[0] += round(posts * setup.parameters.establishment.pupils_per_teacher[setup.register.phase[0]])
    return replace(setup, register=replace(setup.register, pupils=pupils))


def common_people(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the people who are in both censuses."""
    _, in_a, in_b = np.intersect1d(a["id"], b["id"], return_indices=True)
    return in_a, in_b


def test_fifty_more_people_in_one_school_change_nobody_elses_draws() -> None:
    """Everybody in both runs has the same lifelong traits and, every year in service, the same shock to well-being.

    Well-being is made to depend on nothing but the draws, so an equal path of it is equal draws in every year. It stands
    still out of service, and the market may bring somebody back in one run only: those are left out from then on.
    """
    no_influence = {f"develop__wellbeing_of_{what}": 0.0 for what in ("culture", "workload")} | {
        "collaborate__support": 0.0
    }
    setup = replace(eastern(), parameters=eastern().parameters.replace(**no_influence))
    base, more = history(setup), history(with_more_pupils(setup, 50))
    assert len(more[setup.first_year]["id"]) >= len(base[setup.first_year]["id"]) + 50
    lifelong = [c.name for c in PipelineModel(setup, SEED, measures=()).world.people.columns.values() if not c.owners]
    assert {"birth_year", "sex", "ethnic_group", "qualified_year"} <= set(lifelong)
    parted = np.empty(0, np.uint64)
    for year, census in base.items():
        mine, theirs = common_people(census, more[year])
        assert len(mine) > 0.95 * len(census["id"])
        for name in lifelong:
            assert np.array_equal(census[name][mine], more[year][name][theirs]), (year, name)
        together = ~np.isin(census["id"][mine], parted)
        assert together.mean() > 0.95
        assert np.array_equal(census["wellbeing"][mine][together], more[year]["wellbeing"][theirs][together]), year
        other_status = census["status"][mine] != more[year]["status"][theirs]
        parted = np.union1d(parted, census["id"][mine][other_status])


def only_phases(register: Register, *phases: Phase) -> Register:
    return register.take(np.isin(register.phase, phases))


def along(axis: str, entry: int) -> list[tuple[str, tuple[int | slice, ...]]]:
    """Every table with this axis, and the index of one entry along it."""
    return [
        (d.path, tuple(entry if name == axis else slice(None) for name in d.axes))
        for d in declarations()
        if axis in d.axes
    ]


def stirred(parameters: Parameters, path: str, index: tuple[int | slice, ...]) -> Parameters:
    """Other values, still within their units; rows of shares are turned round, so that they keep their sum."""
    table = np.array(parameters.values()[path])
    part = table[index]
    changed_part = np.roll(part, 1, axis=-1) if np.ndim(part) and "merit_weights" in path else part * 0.5 + 0.01
    return changed(parameters, path, index, changed_part)


def test_values_for_a_phase_without_schools_have_no_effect() -> None:
    """Every table by phase, its special schools changed, where there are none."""
    setup = replace(random_setup(3), years=3, warm_up_years=1, earlier=(), zone=None, zones=(), changes=())
    setup = replace(setup, structure=ENGLAND, parameters=rough_parameters())
    setup = replace(setup, register=only_phases(setup.register, Phase.PRIMARY, Phase.SECONDARY))
    parameters = setup.parameters
    for path, index in along("phase", Phase.SPECIAL):
        parameters = stirred(parameters, path, index)
    assert digest(replace(setup, parameters=parameters)) == digest(setup)
    assert digest(replace(setup, parameters=stirred(parameters, *along("phase", Phase.PRIMARY)[0]))) != digest(setup)


ASKED_AGAIN = {
    Decision.SEE_PROMOTION: "a school with two posts at a level is one place to a candidate, who sees it or not, and whom its "
    "panel sees one way, once a year",
    Decision.SEE_MOVE: "as for promotion; a returner who then looks for a classroom post sees the same schools",
    Decision.SCHOOL_ORDER: "all vacancies of a school at one level have its one place in the order",
    Decision.SCHOOL_POSTS: "a lifelong draw, looked up again in every year, so that posts do not flicker",
    Decision.BIRTH_ASPIRATION: "a lifelong draw, to which aspiration returns",
    Decision.HELP: "who is willing to help stands in line by the same number, from the most willing on",
}
"""Decisions that ask for the same draw more than once because it is meant to be the same, and why."""


def test_no_draw_serves_two_purposes() -> None:
    """A ledger of every draw of three runs of the reference: each key once, but for those meant to be asked again."""
    for n in (1, 4, 9):
        ledger: Counter[tuple[int, int, int, int, int]] = Counter()

        class Ledger(ReferenceModel):
            def draw(self, decision, agent, tick, sub=0, word=0, kept=ledger) -> float:
                assert 0 <= agent < 1 << 64
                assert 0 <= tick < 1 << 24
                assert 0 <= sub < 1 << 24
                kept[int(decision), agent, tick, sub, word] += 1
                return super().draw(decision, agent, tick, sub, word)

        model = Ledger(random_setup(n), n, 0)
        while model.year < model.setup.last_year:
            model.step()
        assert len(ledger) > 1000
        twice = {Decision(key[0]) for key, times in ledger.items() if times > 1}
        assert twice <= ASKED_AGAIN.keys(), f"configuration {n}: {sorted(twice - ASKED_AGAIN.keys())}"
