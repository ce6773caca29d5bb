"""Copies and pickles of a model are models of their own, and seeds are what Mesa takes for them."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import copy
import pickle

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.agents import Leader, Teacher
from simulation.collector import DataCollector
from simulation.model import PipelineModel
from simulation.vocabulary import Role
from tests.worlds import rough_setup, tiny_setup, tiny_world


class Inspector(mesa.Agent):
    pass


class Remembering(Teacher):
    visits = 0


class RememberingLeader(Remembering, Leader):
    pass


class Holding(PipelineModel):
    """Holds what users hold: a set, an agent, one with a memory, agents of its own and a collector."""

    teacher_class = Remembering
    leader_class = RememberingLeader

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.team = self.leaders.where(role=Role.HEAD)
        self.boss = self.team[0]
        self.team[1].visits = 2
        self.inspectors = [Inspector(self), Inspector(self)]
        self.datacollector = DataCollector({"year": "year"}, agenttype_reporters={Leader: {"age": "age"}})

    def step(self):
        super().step()
        self.datacollector.collect(self)


class Tiny(Holding):
    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda model: pickle.loads(pickle.dumps(model))}
every_way = pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)


@every_way
def test_what_is_written_through_a_copy_is_written_in_the_copy_alone(copied):
    """Through the sets and agents that the model holds, and through those that it is asked for."""
    model = Tiny(tiny_setup(), seed=1, phases=[])
    twin = copied(model)
    before = model.people.array("wellbeing").tolist()
    twin.team.set("wellbeing", 9.0)
    twin.boss.workload = 1.0
    twin.teachers[2].aspiration = 7.0
    twin.schools[0].culture = -3.0
    assert twin.team.get("wellbeing") == [9.0] * 3
    assert twin.teachers[0].workload == 1.0
    assert model.people.array("wellbeing").tolist() == before
    assert model.boss.workload == 50.0
    assert model.teachers[2].aspiration != 7.0
    assert model.schools[0].culture == 0.0


@every_way
def test_everything_in_a_copy_is_of_the_copy(copied):
    """One object a row, whichever way it is reached; nothing leads back to the model that was copied."""
    model = Tiny(tiny_setup(), seed=1, phases=[])
    twin = copied(model)
    assert twin.boss is twin.team[0] is twin.teachers[0] is twin.schools[0].head
    assert {agent.model for agent in [*twin.agents, twin.boss, *twin.team, *twin.inspectors]} == {twin}
    assert model.boss not in twin.teachers
    assert twin.boss not in model.teachers
    assert twin.team.get("visits") == [0, 2, 0]
    twin.team[1].visits = 5
    assert model.team.get("visits") == [0, 2, 0]
    assert twin.team.random is twin.random
    assert twin.random is not model.random


@every_way
def test_a_copy_goes_on_as_the_model_would_have(copied):
    """Halfway through a run: the same people, results and luck as in the run that was not copied, which stays as it was."""
    setup = rough_setup(years=3, warm_up_years=1)
    model, straight = (Holding(setup, seed=5, replicate=2) for _ in range(2))
    for each in (model, straight):
        each.step()
        each.step()
    twin = copied(model)
    twin.run()
    straight.run()
    assert (model.year, twin.year) == (2026, straight.year)
    for name in straight.world.people:
        assert np.array_equal(getattr(twin.world.people, name), getattr(straight.world.people, name)), name
    ours, theirs = twin.results.to_columns(), straight.results.to_columns()
    assert all(np.array_equal(ours[name], theirs[name], equal_nan=name in {"value", "base"}) for name in theirs)
    assert len(ours["value"]) > 0
    assert twin.random.random() == straight.random.random()
    assert twin.rng.random() == straight.rng.random()
    assert twin.datacollector.model_vars == straight.datacollector.model_vars


@every_way
def test_a_copys_own_agents_get_ids_that_nobody_has(copied):
    """Mesa 3.3 counts by model and would begin again at 1."""
    twin = copied(Tiny(tiny_setup(), phases=[]))
    new = Inspector(twin)
    assert [agent.unique_id for agent in twin.agents_by_type[Inspector]] == [1, 2, 3]
    assert new.unique_id == 3


@every_way
def test_columns_are_laid_out_as_they_were(copied):
    """What was compiled for the model serves its copy: no order of memory differs."""
    model = Tiny(tiny_setup(), phases=[])
    twin = copied(model)
    for ours, theirs in zip(twin.world.tables, model.world.tables, strict=True):
        for name in theirs:
            given, stored = theirs._data[name], ours._data[name]
            assert stored.flags.f_contiguous == given[: len(theirs)].copy(order="K").flags.f_contiguous, name
            assert stored.dtype == given.dtype


def test_what_holds_agents_is_copied_with_a_model_of_its_own():
    """In whatever order model, sets and agents are come upon; alone, a set is a set of the same agents."""
    model = Tiny(tiny_setup(), phases=[])
    for held in ([model.boss, model], [model, model.boss]):
        twins = sorted(copy.deepcopy(held), key=lambda thing: hasattr(thing, "boss"))
        assert twins[0] is twins[1].boss is not model.boss
    team, boss = copy.deepcopy([model.team, model.boss])
    assert team[0] is boss is boss.model.boss
    assert boss.model is not model
    assert list(copy.deepcopy(model.team)) == list(model.team)
    assert copy.deepcopy(model.boss) is model.boss


def test_an_agent_and_a_set_are_pickled_with_their_model():
    """As in Mesa; and come back as what the model that came with them holds."""
    model = Tiny(tiny_setup(), phases=[])
    boss, team = (pickle.loads(pickle.dumps(held)) for held in (model.boss, model.team))
    assert boss.model.boss is boss
    assert boss.model is not model
    assert team[0].model.team is team
    assert team.get("unique_id") == model.team.get("unique_id")


def test_without_a_seed_each_run_has_its_own_and_tells_it():
    """A fresh one, kept where it can be read; given again, it is the same run."""
    models = [PipelineModel(rough_setup(years=1, warm_up_years=1)) for _ in range(3)]
    assert len({model.seed for model in models}) == len({model.random.random() for model in models}) == 3
    again = PipelineModel(rough_setup(years=1, warm_up_years=1), seed=models[0].seed)
    assert again.teachers.get("wellbeing") == models[0].teachers.get("wellbeing")
    assert all(0 <= model.seed < 2**53 for model in models)


class Reporting(PipelineModel):
    def __init__(self, setup, rng=None):
        super().__init__(setup, rng=rng)
        self.datacollector = mesa.DataCollector(
            {"seed": "seed", "mean": lambda m: m.teachers.agg("wellbeing", np.mean)}
        )
        self.datacollector.collect(self)

    def step(self):
        self.running = False
        self.datacollector.collect(self)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
@pytest.mark.filterwarnings("ignore:The `iterations`:DeprecationWarning")  # of Mesa 3.5, which still takes them
def test_iterations_of_a_batch_are_different_runs():
    """Three, whose seeds are among what is collected."""
    rows = mesa.batch_run(
        Reporting, {"setup": rough_setup()}, iterations=3, max_steps=1, number_processes=1, display_progress=False
    )
    assert len({row["mean"] for row in rows}) == len({row["seed"] for row in rows}) == len(rows) == 3


SEEDS = st.one_of(
    st.integers(0, 2**64 - 1),
    st.lists(st.integers(0, 2**32), min_size=1, max_size=4),
    st.builds(np.random.SeedSequence, st.integers(0, 2**70)),
    st.builds(np.random.default_rng, st.integers(0, 99)),
    st.builds(np.random.PCG64DXSM, st.integers(0, 99)),
    st.builds(np.uint32, st.integers(0, 99)),
)


@given(rng=SEEDS, replicate=st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_every_kind_of_rng_that_mesa_takes_is_a_seed(rng, replicate):
    """The same gives the same, of the model's own draws and of Mesa's generators, and both can begin again."""
    first, second = (Tiny(tiny_setup(), rng=copy.deepcopy(rng), replicate=replicate, phases=[]) for _ in range(2))
    assert first.seed == second.seed
    drawn = first.random.random(), first.rng.random()
    assert drawn == (second.random.random(), second.rng.random())
    first.reset_randomizer()
    first.reset_rng()
    assert drawn == (first.random.random(), first.rng.random())


@pytest.mark.parametrize("rng", [5, [1, 2], np.random.SeedSequence(3)], ids=repr)
def test_mesas_generator_is_the_one_that_mesa_would_make(rng):
    """For the first replicate; a generator is itself the model's."""
    ours, theirs = Tiny(tiny_setup(), rng=copy.deepcopy(rng), phases=[]), mesa.Model(rng=copy.deepcopy(rng))
    assert ours.rng.random() == theirs.rng.random()
    assert not isinstance(rng, int) or ours.random.random() == theirs.random.random()
    own = np.random.default_rng(1)
    assert Tiny(tiny_setup(), rng=own, phases=[]).rng is own


def test_resetting_with_a_seed_makes_it_the_beginning():
    """From then on a reset without one goes back to it; the processes draw as ever."""
    model = Tiny(tiny_setup(), seed=3, phases=[])
    model.reset_randomizer(8)
    model.reset_rng([8, 9])
    drawn = model.random.random(), model.rng.random()
    model.reset_randomizer()
    model.reset_rng()
    assert (model.random.random(), model.rng.random()) == drawn
    assert drawn[1] == np.random.default_rng([8, 9]).random()
    assert model.key.seed == model.seed == 3


@pytest.mark.parametrize("seed", ["soon", 1.5, -1, 2**64, b"x"])
def test_what_is_no_seed_is_refused(seed):
    """With what is allowed."""
    with pytest.raises(ValueError, match=r"seed must be a whole number from 0 to 2\*\*64 - 1"):
        Tiny(tiny_setup(), seed=seed)


@pytest.mark.skipif(not hasattr(mesa.Model, "scenario"), reason="this Mesa has no scenarios")
def test_a_scenario_of_mesas_brings_the_seed():
    """Its rng is the one meant, and a second one is refused."""
    from mesa.experimental.scenarios import Scenario

    models = [Tiny(tiny_setup(), scenario=Scenario(rng=6, mood=2), phases=[]) for _ in range(2)]
    assert models[0].seed == models[1].seed
    assert models[0].scenario.mood == 2
    with pytest.raises(ValueError, match="not both"):
        Tiny(tiny_setup(), seed=1, scenario=Scenario(rng=6))


def test_a_class_whose_last_agent_has_gone_has_nobody():
    """An empty set, as in Mesa, and still one of the model's classes."""
    model = Tiny(tiny_setup(), phases=[])
    for inspector in model.inspectors:
        inspector.remove()
    assert len(model.agents_by_type[Inspector]) == 0
    assert Inspector in model.agent_types
    with pytest.raises(KeyError):
        model.agents_by_type[mesa.Agent]


def test_somebody_who_is_gone_has_no_attributes():
    """As Python says it: a default is given, `hasattr` is False, and reading says what happened."""
    model = Tiny(tiny_setup(), phases=[])
    gone = model.teachers[4]
    model.world.people.keep(np.array([0, 1]))
    assert getattr(gone, "age", None) is None
    assert getattr(gone, "school", "none") == "none"
    assert not hasattr(gone, "wellbeing")
    for error in (LookupError, AttributeError):
        with pytest.raises(error, match="no longer in the model"):
            gone.age  # noqa: B018


def test_an_agents_action_can_be_kept():
    """Mesa 4 keeps what an agent is at under `current_action`; nobody is at anything to begin with."""
    model = Tiny(tiny_setup(), phases=[])
    assert model.boss.current_action is None
    model.boss.current_action = "reading"
    assert model.teachers[0].current_action == "reading"
    assert model.teachers[1].current_action is None
