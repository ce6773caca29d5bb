"""The model as Mesa sees it: steps, generators, and Mesa's own tools over everybody."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import runpy
import sys

import mesa
import numpy as np
import pytest

from simulation import phases
from simulation.agents import Cluster, Leader, School, Teacher
from simulation.columns import Column
from simulation.model import PipelineModel
from simulation.phases import PHASES
from simulation.processes.base import Process
from simulation.vocabulary import Role
from tests.worlds import rough_setup, tiny_setup, tiny_world

MESA_3_3 = not hasattr(mesa.Model, "schedule_event")


class TinyModel(PipelineModel):
    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


class Watched(PipelineModel):
    """A model with Mesa's data collector and a parameter of its own, as a user would write it."""

    def __init__(self, setup, boost=0.0, luck=None, **kwargs):
        super().__init__(setup, luck, **kwargs)
        self.boost = boost
        self.datacollector = mesa.DataCollector(
            model_reporters={"year": "year", "leaders": lambda m: len(m.leaders), "boost": "boost"},
            agenttype_reporters={Leader: {"role": "role", "wellbeing": "wellbeing"}, School: {"culture": "culture"}},
        )

    def step(self):
        super().step()
        self.leaders.where(role=Role.HEAD).do(self.rest)
        self.datacollector.collect(self)

    def rest(self, head):
        head.wellbeing += self.boost


def test_a_step_is_a_school_year_and_the_run_ends_with_the_setups_last():
    """Warm-up included; a step too many says which year was the last and how to have more."""
    model = TinyModel(tiny_setup(years=3, warm_up_years=1), phases=[])
    assert (model.year, model.school_year, model.running) == (2024, "2024/25", True)
    seen = []
    model.run(progress=seen.append)
    assert seen == [2025, 2026, 2027, 2028]
    assert (model.school_year, model.running, getattr(model, "steps", 4)) == ("2028/29", False, 4)  # Mesa 4 counts none
    with pytest.raises(RuntimeError, match=r"ended with 2028/29.*more than 3"):
        model.step()


def test_a_model_that_its_user_has_stopped_stays_stopped():
    """A step more does not set it going again."""
    model = TinyModel(tiny_setup(years=3), phases=[])
    model.running = False
    model.step()
    assert not model.running


def test_processes_run_in_order_once_a_year_on_a_fresh_log_and_are_timed():
    """The order is the one given, and the log is of the year that runs."""
    calls = []

    def note(name):
        return Process(name, "notes that it ran", lambda m, _own: calls.append((name, m.year, m.world.log.year)))

    model = TinyModel(tiny_setup(), phases=[note("b"), note("a")])
    model.step()
    model.step()
    assert calls == [("b", 2025, 2025), ("a", 2025, 2025), ("b", 2026, 2026), ("a", 2026, 2026)]
    assert list(model.timings) == ["b", "a", "checks", "measures"]
    assert min(model.timings[name] for name in ("b", "a", "checks")) > 0
    assert model.timings["measures"] == 0, "without a census there is nothing to measure"


def test_a_process_of_ones_own_can_join_the_phases():
    """Everybody's well-being raised before "leave": fewer leave."""

    def rest(_model, own):
        own.people.wellbeing[:] = 5.0

    extra = Process("rest", "everybody rests", rest)
    before_leave = [p.name for p in PHASES].index("leave")
    model = PipelineModel(rough_setup(), seed=0, phases=[*PHASES[:before_leave], extra, *PHASES[before_leave:]])
    plain = PipelineModel(rough_setup(), seed=0)
    model.step()
    plain.step()
    assert len(model.world.log.leavers.person) < len(plain.world.log.leavers.person)


def test_a_process_has_its_own_columns_whatever_it_calls_itself():
    """A user's process that borrows a name writes the measures of state, and nothing that the standard one owns."""
    seen = []

    def borrow(model, own):
        own.people.wellbeing[0] = 0.5
        for refused in (own.people.status, own.schools.filled, model.world.people.status, own.people.given):
            with pytest.raises(ValueError, match="read-only"):
                refused[0] = 1
        with pytest.raises(RuntimeError, match="handed out by the model"):
            model.world.hand_out()
        seen.append(model.world.people.wellbeing[0])

    TinyModel(tiny_setup(), phases=[Process("leave", "pretends to be another", borrow)]).step()
    assert seen == [0.5]


def test_mesas_verbs_work_within_a_year():
    """A process finds the whole model: sets of agents as they stand at that moment, and setting through them."""
    before_leave = [p.name for p in PHASES].index("leave")
    counts = []

    def rest(model, _own):
        heads = model.leaders.where(role=Role.HEAD)
        tired = heads.select(lambda head: head.wellbeing < 0)
        tired.set("wellbeing", 2.0)
        counts.append((model.year, len(heads), len(tired), min(heads.get("wellbeing")) >= 0))

    def after(model, _own):
        counts.append((model.year, len(model.leaders.where(role=Role.HEAD)) < counts[-1][1]))

    steps = [Process("rest", "tired heads rest", rest), PHASES[before_leave], Process("after", "counts", after)]
    model = PipelineModel(rough_setup(), seed=1, phases=[*PHASES[:before_leave], *steps, *PHASES[before_leave + 1 :]])
    model.step()
    (year, heads, tired, rested), (again, fewer) = counts
    assert (year, again, heads, rested, fewer) == (2024, 2024, 12, True, True)
    assert 0 < tired < 12


def test_a_process_of_ones_own_that_leaves_no_number_is_named():
    """Not-a-number would spread in silence: nobody's chance of leaving is below it."""

    def spoil(_model, own):
        own.schools.culture[1] = np.nan

    model = TinyModel(tiny_setup(), phases=[Process("spoil", "leaves no number", spoil)])
    with pytest.raises(ValueError, match=r"process 'spoil': schools.culture must be finite numbers"):
        model.step()


def test_a_column_of_a_process_that_does_not_exist_is_refused(monkeypatch):
    """A misspelt owner is found when the year is put together, not when something fails to be written."""
    monkeypatch.setattr("simulation.tables.COLUMNS", (Column("a", "int8", "things", "a thing", ("levae",)),))
    with pytest.raises(ValueError, match=r"owned by \['levae'\], but no process of the year is called that"):
        runpy.run_path(phases.__file__)


def test_mesas_generators_follow_from_seed_and_replicate_only():
    """Same pair, same draws and shuffles; `rng` is another word for `seed`; other pairs, other draws."""

    def drawn(**names):
        model = TinyModel(tiny_setup(), phases=[], **names)
        return model.random.random(), model.rng.random(), model.teachers.shuffle().get("unique_id")

    assert drawn(seed=4, replicate=2) == drawn(seed=4, replicate=2)
    assert drawn(seed=4) == drawn(rng=4) == drawn(seed=4, rng=4)
    different = [drawn(seed=4, replicate=2), drawn(seed=2, replicate=4), drawn(seed=4), drawn(seed=4, replicate=3)]
    assert len({random for random, _, _ in different}) == len({rng for _, rng, _ in different}) == 4


def test_users_draws_do_not_touch_the_processes():
    """However much a user draws from Mesa's generators, the model's history is the same."""
    plain, busy = PipelineModel(rough_setup(), seed=1), PipelineModel(rough_setup(), seed=1)
    for _ in range(3):
        plain.step()
        busy.random.random()
        busy.teachers.shuffle_do(lambda teacher: teacher.random.random())
        busy.rng.random(100)
        busy.step()
    for name in plain.world.people:
        assert np.array_equal(getattr(plain.world.people, name), getattr(busy.world.people, name)), name


def test_seed_and_rng_are_one_thing():
    """Two different values are refused, and so is a negative one."""
    with pytest.raises(ValueError, match="seed=1 and rng=2"):
        TinyModel(tiny_setup(), seed=1, rng=2)
    with pytest.raises(ValueError, match="seed must be a whole number"):
        TinyModel(tiny_setup(), seed=-1)


def test_the_data_collector_sees_everybody_although_no_object_was_made():
    """Mesa's own collector reports by model, agent and type, over two censuses."""
    model = TinyModel(tiny_setup(), phases=[])
    collector = mesa.DataCollector(
        model_reporters={"teachers": lambda m: len(m.teachers), "school_year": "school_year"},
        agent_reporters={"id": "unique_id", "kind": lambda agent: type(agent).__name__},
        agenttype_reporters={
            Leader: {"role": "role", "school": "school"},
            Teacher: {"age": "age"},
            Cluster: {"size": lambda cluster: len(cluster.schools)},
        },
    )
    collector.collect(model)
    model.step()
    collector.collect(model)
    assert collector.get_model_vars_dataframe()["school_year"].tolist() == ["2024/25", "2025/26"]
    assert collector.get_agent_vars_dataframe()["kind"].value_counts().to_dict() == {
        "Leader": 26,
        "Teacher": 12,
        "School": 6,
        "Cluster": 2,
    }
    leaders = collector.get_agenttype_vars_dataframe(Leader)
    assert leaders.loc[1]["role"].tolist() == model.leaders.get("role")
    assert leaders.loc[1]["school"].tolist() == [leader.school for leader in model.leaders]
    assert (collector.get_agenttype_vars_dataframe(Teacher)["age"].groupby(level=0).mean().diff().dropna() == 1).all()
    assert collector.get_agenttype_vars_dataframe(Cluster)["size"].tolist() == [2, 2]


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")
@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_runs_the_model(processes):
    """Mesa's batch runner, in this process and in two, gives what a run alone gives."""
    rows = mesa.batch_run(
        Watched,
        {"setup": rough_setup(years=1, warm_up_years=1), "boost": [0.0, 3.0], "replicate": [0, 1], "luck": 4},
        number_processes=processes,
        display_progress=False,
    )
    found = {(row["boost"], row["replicate"]): row["leaders"] for row in rows}
    assert len(found) == 4
    alone = Watched(rough_setup(years=1, warm_up_years=1), boost=3.0, luck=4, replicate=1)
    alone.run()
    assert found[3.0, 1] == len(alone.leaders)
    assert {row["year"] for row in rows} == {2026}


@pytest.mark.skipif(
    MESA_3_3 or not hasattr(mesa, "batch_run"), reason="this Mesa's batch_run takes no rng, or it has none"
)
def test_batch_run_passes_seeds_as_rng():
    """As Mesa 3.4 and later call it."""
    rows = mesa.batch_run(
        PlainWatched, {"setup": tiny_setup(years=1)}, rng=[1, 2], number_processes=1, display_progress=False
    )
    assert [row["seed"] for row in rows] == [1, 2]
    assert [row["seen"] for row in rows] == [1, 2]


class PlainWatched(TinyModel):
    """Has ``seed`` in its signature, which is then the name under which batch_run passes its rng."""

    def __init__(self, setup, seed=None):
        super().__init__(setup, seed, phases=[])
        self.datacollector = mesa.DataCollector({"seen": lambda m: m.key.seed})

    def step(self):
        super().step()
        self.datacollector.collect(self)


def test_standard_world_and_phases_are_used_unless_others_are_given():
    """The standard year, the warm-up's first census and a head for every school."""
    model = PipelineModel(rough_setup())
    assert model.phases == PHASES
    assert model.year == 2023
    assert len(model.schools) == 12
    heads = model.leaders.where(role=Role.HEAD)
    assert len(heads) == 12
    assert [head.school.head for head in heads] == list(heads)


def test_the_package_itself_does_not_load_mesa():
    """Mesa takes a second to import, so only the model does."""
    import subprocess

    code = "import sys, simulation.world, simulation.phases, simulation.population; sys.exit('mesa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
