"""The collector that reads columns collects what Mesa's own does, and does not make an object for each agent."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import pickle
from functools import partial

import mesa
import pandas as pd
import pytest

from simulation.agents import Cluster, Leader, School, Teacher
from simulation.collector import LENIENT, DataCollector
from simulation.model import PipelineModel
from simulation.view import View
from tests.worlds import tiny_setup, tiny_world


class MyTeacher(Teacher):
    mood = 0


class MyLeader(MyTeacher, Leader):
    pass


class TinyModel(PipelineModel):
    teacher_class = MyTeacher
    leader_class = MyLeader

    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


class Inspector(mesa.Agent):
    pass


def older(agent, years):
    return agent.age + years


REPORTERS = {
    "agent_reporters": {"id": "unique_id", "kind": lambda agent: type(agent).__name__},
    "agenttype_reporters": {
        MyLeader: {"role": "role", "school": "school", "age": "age", "programmes": "programmes", "given": "given"},
        MyTeacher: {"age": "age", "mood": "mood", "soon": [older, [3]], "later": partial(older, years=9)},
        Teacher: {"wellbeing": "wellbeing"},
        School: {"posts": "posts", "name": "name"},
        Cluster: {"size": lambda cluster: len(cluster.schools)},
        Inspector: {"id": "unique_id"},
    },
}


def collected(kind):
    model = TinyModel(tiny_setup(), seed=1, phases=[])
    model.teachers[5].mood = 4
    Inspector(model)
    collector = kind(**REPORTERS)
    collector.collect(model)
    model.step()
    collector.collect(model)
    return model, collector


def told(frame):
    """A frame in which agents are told by kind and id, and arrays as lists, so that those of two models compare."""
    plain = lambda v: (type(v), v.unique_id) if isinstance(v, View) else getattr(v, "tolist", lambda: v)()  # noqa: E731
    return frame.map(plain)


def test_it_collects_what_mesas_own_collects():
    """The same frames to the last value and type, over two censuses, for agents and for every class."""
    (_, ours), (_, theirs) = collected(DataCollector), collected(mesa.DataCollector)
    pd.testing.assert_frame_equal(ours.get_agent_vars_dataframe(), theirs.get_agent_vars_dataframe())
    for kind in REPORTERS["agenttype_reporters"]:
        frames = [told(collector.get_agenttype_vars_dataframe(kind)) for collector in (ours, theirs)]
        assert len(frames[0]) > 0
        pd.testing.assert_frame_equal(*frames)
    assert [[type(v) for v in row] for row in ours._agenttype_records[1][MyTeacher]] == [
        [type(v) for v in row] for row in theirs._agenttype_records[1][MyTeacher]
    ]


def test_names_are_read_from_columns_without_objects(monkeypatch):
    """Not one object is made for the agents whose attributes are named."""
    model = TinyModel(tiny_setup(), seed=1, phases=[])
    monkeypatch.setattr(View, "_of", None)
    collector = DataCollector(agenttype_reporters={MyLeader: {"age": "age", "role": "role"}, School: {"name": "name"}})
    collector.collect(model)
    assert len(collector._agenttype_records[0][MyLeader]) == 13
    with pytest.raises(TypeError):
        mesa.DataCollector(agenttype_reporters={MyLeader: {"age": "age"}}).collect(model)


def test_what_an_agent_does_not_have_is_told_as_by_mesa():
    """An error that names agent and reporter; None in Mesa 3.3."""
    model = TinyModel(tiny_setup(), seed=1, phases=[])
    for kind in (DataCollector, mesa.DataCollector):
        collector = kind(agent_reporters={"feels": "wellbeing"})
        if LENIENT:
            collector.collect(model)
            assert collector._agent_records[0][-1][2] is None
        else:
            with pytest.raises(
                AttributeError, match=r"of type School has no attribute 'wellbeing' \(reporter: 'feels'\)"
            ):
                collector.collect(model)


def test_what_is_collected_does_not_change_afterwards():
    """An agent's list is kept as it was; later versions of Mesa say so too."""
    model = TinyModel(tiny_setup(), seed=1, phases=[])
    inspector = Inspector(model)
    inspector.seen = [1]
    collector = DataCollector(agenttype_reporters={Inspector: {"seen": "seen", "same": lambda agent: agent.seen}})
    collector.collect(model)
    inspector.seen.append(2)
    assert collector._agenttype_records[0][Inspector] == [(0, 1, [1], [1])]


def test_a_class_that_is_no_agents_is_refused_as_by_mesa():
    """With the classes there are."""
    collector = DataCollector(agenttype_reporters={int: {"age": "age"}})
    with pytest.raises(ValueError, match="not recognized as an Agent type"):
        collector.collect(TinyModel(tiny_setup(), seed=1, phases=[]))


def test_it_collects_from_a_model_of_plain_agents_too():
    """As Mesa's own, whose subclass it is."""
    model = mesa.Model()
    Inspector(model)
    collector = DataCollector(agent_reporters={"id": "unique_id"}, agenttype_reporters={Inspector: {"id": "unique_id"}})
    collector.collect(model)
    assert collector.get_agent_vars_dataframe()["id"].tolist() == [1]


def test_it_can_be_pickled():
    """With everything collected, and collects on; Mesa's own cannot where a reporter names an attribute."""
    model, _ = collected(DataCollector)
    collector = DataCollector(
        {"year": "year"}, {"id": "unique_id"}, {MyTeacher: {"age": "age", "soon": [older, [3]]}}, {"visits": ["who"]}
    )
    collector.collect(model)
    again = pickle.loads(pickle.dumps(collector))
    again.collect(model)
    assert again._agenttype_records == collector._agenttype_records
    assert again.model_vars["year"] == [2025, 2025]
