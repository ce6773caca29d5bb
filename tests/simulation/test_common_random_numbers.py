"""Runs are paired by their keys: the same seed gives the same run, and a change touches only what it changes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import scenarios
from analysis.runs.replicate import columns
from analysis.store.digest import run_digest
from simulation.draws import Decision, Key, agent_ids
from simulation.model import PipelineModel
from simulation.vocabulary import LeaverReason, Phase, Role, Route, Status
from simulation.world import Setup
from tests.servers import PATIENCE
from tests.worlds import behind_the_back


@pytest.fixture(scope="module")
def setup() -> Setup:
    """Three years of an eighth of the eastern region, after a warm-up of two."""
    small = replace(scenarios.load("eastern-region"), scale=0.15).setup()
    return replace(small, warm_up_years=2, years=3)


def digest(model: PipelineModel) -> str:
    state = {"people": columns(model.world.people), "schools": columns(model.world.schools)}
    return run_digest(model.results.codes(), model.results.labels(), state)


def ran(setup: Setup, seed: int = 5, replicate: int = 2) -> PipelineModel:
    model = PipelineModel(setup, seed, replicate)
    model.run()
    return model


@pytest.fixture(scope="module")
def plain(setup: Setup) -> PipelineModel:
    return ran(setup)


def test_the_same_key_gives_the_same_run_and_another_key_another(setup, plain):
    """Seed and replicate both matter, and nothing else does."""
    assert digest(ran(setup)) == digest(plain)
    assert digest(ran(setup, seed=6)) != digest(plain)
    assert digest(ran(setup, replicate=3)) != digest(plain)


def test_the_order_of_rows_does_not_matter_at_the_start_or_midway(setup, plain):
    """People shuffled before each of five years give the history of those in order."""
    model = PipelineModel(setup, 5, 2)
    for step in range(5):
        order = Key(step).uniform(Decision.BIRTH_AGE, 0, model.world.people.id).argsort()
        model.world.people.keep(order)
        model.step()
    assert digest(model) == digest(plain)


def test_the_order_of_standing_vacancies_does_not_matter(setup, plain):
    """Vacancies reversed before each year are filled by the same people."""
    model = PipelineModel(setup, 5, 2)
    while model.running:
        model.world.vacancies = model.world.vacancies.where(np.arange(len(model.world.vacancies))[::-1])
        model.step()
    assert digest(model) == digest(plain)


def test_the_order_of_a_table_of_schools_does_not_matter(setup, plain, tmp_path):
    """A register read from a file in reverse gives the run of the register itself."""
    from scenarios.register.table import read_register, write_register

    write_register(setup.register, tmp_path / "schools.csv")
    head, *rows = (tmp_path / "schools.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "shuffled.csv").write_text("\n".join([head, *rows[::-1]]) + "\n", encoding="utf-8")
    again = [replace(setup, register=read_register(tmp_path / name)) for name in ("schools.csv", "shuffled.csv")]
    assert digest(ran(again[0])) == digest(ran(again[1])) == digest(plain)


def test_threads_do_not_matter(setup, plain):
    """Four runs at the same time share nothing that they could disturb."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: digest(ran(setup)), range(4)))
    assert set(found) == {digest(plain)}


def test_the_process_its_hash_seed_and_its_threads_do_not_matter(plain):
    """A new process with another hash seed and one thread finds this process's digest."""
    program = (
        "from dataclasses import replace; import scenarios, sys; sys.path.insert(0, '.')\n"
        "from tests.simulation.test_common_random_numbers import digest, ran\n"
        "small = replace(scenarios.load('eastern-region'), scale=0.15).setup()\n"
        "print(digest(ran(replace(small, warm_up_years=2, years=3))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "NUMBA_NUM_THREADS": "1", "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.split()[-1] == digest(plain)


def everybody(model: PipelineModel) -> dict[str, np.ndarray]:
    """All columns of all people, in order of id."""
    order = model.world.people.id.argsort()
    return {name: getattr(model.world.people, name)[order] for name in model.world.people}


def add_fifty(model: PipelineModel, urn: int) -> np.ndarray:
    """Fifty classroom teachers more, out of the blue, in one school."""
    from simulation.birth import draw_people

    world = model.world
    school = int(np.searchsorted(world.schools.urn, urn))
    ids = agent_ids(Route.NEW_TO_SECTOR, world.year, np.full(50, urn), np.arange(1000, 1050))
    zeros = np.zeros(50, np.int8)
    route, phase = np.full(50, Route.NEW_TO_SECTOR), np.full(50, world.schools.phase[school])
    parameters = world.parameters.each[0]
    columns = draw_people(world.key, parameters, world.ladder, ids, route, zeros, phase, world.year)
    world.people.append(50, **columns, school=school, status=Status.IN_SERVICE)
    for name in ("filled", "posts"):
        behind_the_back(world.schools, name)[school, Role.CLASSROOM_TEACHER] += 50
    return ids


def test_fifty_extra_entrants_leave_every_other_persons_draws_unchanged(setup, monkeypatch):
    """What everybody else draws, in every decision of every year, is a function of them and the school alone."""
    quiet = replace(
        setup,
        parameters=setup.parameters.replace(
            appoint__seek_promotion=np.zeros_like(setup.parameters.appoint.seek_promotion),
            appoint__seek_move=np.zeros_like(setup.parameters.appoint.seek_move),
            leave__return_from_break=0.0,
            leave__return_from_out=np.zeros_like(setup.parameters.leave.return_from_out),
        ),
    )
    models = [PipelineModel(quiet, 5, 2) for _ in range(2)]
    extra = add_fifty(models[1], int(quiet.register.urn[0]))
    other_schools = np.arange(len(quiet.register)) != 0
    while models[0].running:
        for model in models:
            model.step()
        one, two = (everybody(model) for model in models)
        kept = np.isin(two["id"], one["id"]) & ~np.isin(two["id"], extra)
        common = np.isin(one["id"], two["id"])
        for name in ("birth_year", "sex", "ethnic_group", "qualified_year", "self_view", "fte"):
            assert np.array_equal(one[name][common], two[name][kept]), name
        elsewhere = other_schools[one["school"][common]]
        # Without a market nothing ties schools together: everybody elsewhere lives the same life.
        for name in one:
            assert np.array_equal(one[name][common][elsewhere], two[name][kept][elsewhere], equal_nan=True), name
        assert (~common).sum() == 0 or set(one["school"][~common]) == {0}


def test_what_nobody_can_notice_changes_nothing(setup, plain):
    """Equal values, growth beyond the horizon, and the reach of a market for a rung off the ladder."""
    later = setup.parameters.establishment.roll_growth.copy()
    later[:, 1:] = 0.25
    same = setup.parameters.replace(establishment__roll_growth=later, leave__worst_led=setup.parameters.leave.worst_led)
    assert digest(ran(replace(setup, parameters=same))) == digest(plain)


def test_a_change_leaves_the_years_before_it_untouched(setup):
    """Growth of rolls from the base year on: identical until then, different in the first year after."""
    growth = setup.parameters.establishment.roll_growth.copy()
    growth[:, 0] = 0.2
    models = [
        PipelineModel(s, 5, 2)
        for s in (setup, replace(setup, parameters=setup.parameters.replace(establishment__roll_growth=growth)))
    ]
    for _ in range(setup.warm_up_years):
        for model in models:
            model.step()
        assert digest(models[0]) == digest(models[1])
    for model in models:
        model.step()
    assert digest(models[0]) != digest(models[1])


@pytest.mark.parametrize("odds", [0.3, 1.0, 3.0])
def test_a_higher_hazard_never_turns_a_leaver_into_a_stayer(setup, odds):
    """Monotone coupling: raising the chance of leaving only adds leavers, person by person, in the first year."""
    role_odds = setup.parameters.leave.role_odds + odds
    calm, harsh = (
        PipelineModel(replace(setup, parameters=p), 5, 2)
        for p in (setup.parameters, setup.parameters.replace(leave__role_odds=role_odds))
    )
    calm.step()
    harsh.step()
    before, after = set(calm.world.log.leavers.person), set(harsh.world.log.leavers.person)
    assert before <= after
    assert len(after) > len(before)
    retired = calm.world.log.leavers.reason == LeaverReason.RETIRED
    assert set(calm.world.log.leavers.person[retired]) <= after


def test_every_decision_in_the_registry_is_drawn_in_one_place_only():
    """A number that two rules share would tie them together; one that no rule uses is dead."""
    from pathlib import Path

    import simulation

    root = Path(simulation.__file__).parent
    users: dict[str, list[str]] = {d.name: [] for d in Decision}
    rooms = (root, root.parent / "scenarios", root.parent / "analysis")
    for path in (path for room in rooms for path in room.rglob("*.py")):
        words = set(re.findall(r"Decision\.(\w+)", path.read_text(encoding="utf-8")))
        for name, where in users.items():
            if name in words:
                where.append(path.stem)
    assert [name for name, where in users.items() if not where] == []
    twice = {
        "SCHOOL_KIND": ["complete", "synthetic"],  # two ways to make a register, of which a run has one
        "CLUSTER_SIZE": ["clusters", "trajectories"],  # of a register's trusts, and of those founded in a later year
        "SCHOOL_CLUSTER": ["clusters", "complete"],  # told apart by sub
    }
    assert {name: sorted(where) for name, where in users.items() if len(where) > 1} == twice


def test_special_schools_have_people_in_the_small_setup_too(setup):
    """The checks above would say little of a phase without people."""
    assert set(setup.register.phase) == {int(p) for p in Phase}
