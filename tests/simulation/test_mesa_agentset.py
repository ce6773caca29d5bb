"""The same calls on a column set and on Mesa's own AgentSet of plain objects give the same answers."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import copy
import warnings
from random import Random

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa.agent import AgentSet

from simulation.agents import Leader, School, Teacher
from simulation.agentset import ColumnAgentSet
from simulation.model import PipelineModel
from simulation.vocabulary import Role
from tests.worlds import tiny_setup, tiny_world

COPIED = ("role", "age", "wellbeing", "aspiration", "fte", "sex", "phase", "workload")


class PlainTeacher(mesa.Agent):
    def hello(self, greeting, mark="!"):
        return f"{greeting} {self.unique_id}{mark}"

    def rest(self, amount):
        self.wellbeing += amount


class PlainLeader(PlainTeacher):
    pass


class MyTeacher(Teacher):
    mood = 0

    def hello(self, greeting, mark="!"):
        return f"{greeting} {self.unique_id}{mark}"

    def rest(self, amount):
        self.wellbeing += amount


class MyLeader(MyTeacher, Leader):
    pass


class TinyModel(PipelineModel):
    teacher_class = MyTeacher
    leader_class = MyLeader

    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


class Pair:
    """A column set, and Mesa's set of plain objects that hold the same values."""

    def __init__(self, seed=5):
        self.model = TinyModel(tiny_setup(), phases=[])
        self.columns = self.model.teachers
        self.columns.random = Random(seed)
        plain_model = mesa.Model(rng=1)
        self.objects = []
        for view in self.columns:
            agent = (PlainLeader if isinstance(view, Leader) else PlainTeacher)(plain_model)
            agent.unique_id = view.unique_id
            for name in COPIED:
                setattr(agent, name, getattr(view, name))
            self.objects.append(agent)
        self.plain = AgentSet(self.objects, random=Random(seed))

    def same(self, call):
        """Run ``call(set)`` on both and compare, agents by id."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # Mesa 3.5 on indexing its own sets
            ours = plain(call(self.columns))
            theirs = plain(call(self.plain))
        assert ours == theirs
        assert plain(self.columns) == plain(self.plain), "the sets themselves differ after the call"
        assert self.columns.get("wellbeing") == self.plain.get("wellbeing")
        return ours


def plain(result):
    """The result with agents replaced by their ids and sets by tagged lists."""
    if isinstance(result, mesa.Agent):
        return ("agent", result.unique_id)
    if isinstance(result, AgentSet):
        return ("set", [agent.unique_id for agent in result])
    if hasattr(result, "groups"):
        return ("groups", [(key, plain(group)) for key, group in result.groups.items()])
    if isinstance(result, dict):
        return [(key, plain(value)) for key, value in result.items()]
    if isinstance(result, list | tuple):
        return [plain(value) for value in result]
    return result


def teacher_class(agents):
    return MyTeacher if isinstance(agents, ColumnAgentSet) else PlainTeacher


def leader_class(agents):
    return MyLeader if isinstance(agents, ColumnAgentSet) else PlainLeader


def _order_of_doing(agents):
    done = []
    agents.shuffle_do(lambda agent: done.append(agent.unique_id))
    agents.shuffle_do("rest", 1.0)
    return done


def _add_and_take(agents):
    few = agents.select(at_most=3)
    first, *_, last = list(agents)
    few.add(last)
    few.add(last)
    few.discard(first)
    few.discard(first)
    few.remove(next(iter(few)))
    return few


CALLS = {
    "len": len,
    "iterate": list,
    "index": lambda s: [s[0], s[-1], s[3]],
    "slice": lambda s: [s[2:5], s[::-1], s[100:]],
    "in": lambda s: [s[1] in s, s[1] in s.select(at_most=1), object() in s],
    "reversed, index and count": lambda s: [list(reversed(s)), s.index(s[4]), s.count(s[4])],
    "select nothing asked": lambda s: [s.select(), s.select() is s, s.select(inplace=True) is s],
    "select function": lambda s: s.select(lambda a: a.wellbeing > 0),
    "select at most a number": lambda s: s.select(at_most=4),
    "select at most a fraction": lambda s: [s.select(at_most=0.3), s.select(at_most=1.0)],
    "select at most one": lambda s: s.select(at_most=1),
    "select at most none": lambda s: [s.select(at_most=0), s.select(at_most=0.0), s.select(at_most=-1)],
    "select at most an odd float": lambda s: s.select(at_most=2.5),
    "select type": lambda s: [
        s.select(agent_type=leader_class(s)),
        s.select(agent_type=teacher_class(s)),
        s.select(agent_type=mesa.Agent),
    ],
    "select all at once": lambda s: s.select(lambda a: a.age > 35, at_most=2, agent_type=leader_class(s)),
    "select in place": lambda s: [s.select(lambda a: a.age > 40, inplace=True) is s, s],
    "select type in place": lambda s: s.select(agent_type=leader_class(s), inplace=True),
    "get column": lambda s: s.get("wellbeing"),
    "get codes": lambda s: s.get("role"),
    "get derived": lambda s: s.get("age"),
    "get id": lambda s: s.get("unique_id"),
    "get several": lambda s: s.get(["age", "role", "fte"]),
    "get no names": lambda s: s.get([]),
    "get missing with default": lambda s: s.get("nonsense", handle_missing="default", default_value=-7),
    "get several, one missing": lambda s: s.get(["age", "nonsense"], "default", 0),
    "agg one": lambda s: s.agg("wellbeing", np.mean),
    "agg several": lambda s: s.agg("wellbeing", [min, max, sum, np.mean, np.std, np.median, len]),
    "agg whole numbers": lambda s: s.agg("age", [np.sum, np.max, np.var, sum, np.mean]),
    "agg codes": lambda s: s.agg("role", [max, np.max, np.mean, np.sum]),
    "agg own function": lambda s: s.agg("fte", lambda values: sorted(set(values))),
    "set": lambda s: [s.set("wellbeing", 0.25) is s, s.get("wellbeing")],
    "set some": lambda s: s.select(agent_type=leader_class(s)).set("wellbeing", 9),
    "set an attribute of one's own": lambda s: s.select(at_most=2).set("mood", 4).get("mood"),
    "do method": lambda s: [s.do("rest", 0.5) is s, s.get("wellbeing")],
    "do method by keyword": lambda s: s.do("rest", amount=0.5).get("wellbeing"),
    "do function": lambda s: s.do(lambda a, k: a.rest(k), 0.125).get("wellbeing"),
    "map method": lambda s: s.map("hello", "hi", mark="?"),
    "map function": lambda s: s.map(lambda a: (a.age, a.role)),
    "shuffle": lambda s: [s.shuffle(), s.shuffle()],
    "shuffle in place": lambda s: [s.shuffle(inplace=True) is s, s, s.get("age")],
    "shuffle then take": lambda s: s.shuffle().select(at_most=3),
    "shuffle_do": _order_of_doing,
    "sort by column": lambda s: [s.sort("wellbeing"), s.sort("wellbeing", ascending=True)],
    "sort with ties": lambda s: [s.sort("role"), s.sort("role", ascending=True), s.sort("sex")],
    "sort by function": lambda s: s.sort(lambda a: (a.sex, -a.age), ascending=True),
    "sort in place": lambda s: [s.sort("age", inplace=True) is s, s],
    "sort after sort": lambda s: s.sort("age").sort("role").get(["role", "age"]),
    "groupby column": lambda s: s.groupby("role"),
    "groupby function": lambda s: s.groupby(lambda a: a.age // 10),
    "groupby as lists": lambda s: s.groupby("sex", result_type="list"),
    "groupby verbs": lambda s: [
        s.groupby("role").count(),
        s.groupby("role").agg("wellbeing", np.mean),
        s.groupby("role", "list").agg("wellbeing", max),
        s.groupby("role").map(len),
        s.groupby("role").map("get", "age"),
        len(s.groupby("role")),
        [key for key, _ in s.groupby("role")],
    ],
    "groupby do": lambda s: s.groupby("sex").do("set", "wellbeing", 3.0),
    "set algebra": lambda s: [
        s.select(at_most=5) | s.select(agent_type=leader_class(s)),
        s.select(at_most=5) & s.select(agent_type=leader_class(s)),
        s - s.select(agent_type=leader_class(s)),
        s.select(at_most=5) ^ s.select(agent_type=leader_class(s)),
        s.select(at_most=5) <= s,
        s.select(agent_type=leader_class(s)) == s.select(agent_type=leader_class(s)),
        s.select(at_most=0).isdisjoint(s),
    ],
    "add, discard and remove": _add_and_take,
    "copy": lambda s: [copy.copy(s), copy.copy(s) is s, copy.copy(s) == s],
    "empty": lambda s: [
        s.select(lambda a: a is None).get("age"),
        s.select(lambda a: a is None).do("rest", 1),
        s.select(lambda a: a is None).groupby("age").count(),
        s.select(lambda a: a is None).agg("age", sum),
        s.select(lambda a: a is None).shuffle(),
        s.select(lambda a: a is None).sort("age"),
    ],
}


@pytest.mark.filterwarnings("ignore:Random number generator not:UserWarning")  # of the set algebra of Mesa 3.3.0 itself
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_verb_answers_as_mesa_does(call):
    """The same call on Mesa's own AgentSet of the same agents gives the same answer."""
    Pair().same(call)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.get("nonsense"), AttributeError),
        (lambda s: s.get("age", handle_missing="ignore"), ValueError),
        (lambda s: s.do("nonsense"), AttributeError),
        (lambda s: s.sort("nonsense"), AttributeError),
        (lambda s: s.groupby("nonsense"), AttributeError),
        (lambda s: s.to_list()[99] if hasattr(s, "to_list") else s[99], IndexError),
        (lambda s: s.select(at_most=0).remove(next(iter(s))), KeyError),
    ],
)
def test_a_mistake_is_the_same_error_as_in_mesa(call, error):
    """Whoever catches Mesa's errors catches ours."""
    pair = Pair()
    for agents in (pair.columns, pair.plain):
        with pytest.raises(error):
            call(agents)


@given(
    at_most=st.one_of(st.integers(-2, 30), st.floats(-1, 30, allow_nan=False)),
    least=st.floats(-1, 1),
    leaders_only=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_choice_is_what_mesa_would_choose(at_most, least, leaders_only, seed):
    """Filters, classes and limits, whole or as a share, after a shuffle from the same generator."""
    PAIR.columns.random, PAIR.plain.random = Random(seed), Random(seed)
    PAIR.same(
        lambda s: s.shuffle().select(
            lambda a: a.wellbeing > least, at_most=at_most, agent_type=leader_class(s) if leaders_only else None
        )
    )


PAIR = Pair()


def test_columns_answer_without_making_an_object():
    """Verbs that name columns make no objects; iteration makes them, and they are forgotten afterwards."""
    model = TinyModel(tiny_setup(), phases=[])
    assert sum(map(len, model.agents_by_type.values())) == len(model.agents) == 23
    teachers = model.teachers
    teachers.get(["wellbeing", "role", "age"])
    teachers.agg("wellbeing", np.mean)
    teachers.set("wellbeing", 1.0)
    teachers.sort("age").groupby("role").agg("age", max)
    teachers.select(agent_type=MyLeader, at_most=3).where(role=Role.HEAD)
    teachers.shuffle().array("aspiration")
    assert len(model.roster._views[0]) == 0
    list(teachers)
    assert len(model.roster._views[0]) == 0, "objects are forgotten when nobody holds them"


def test_where_takes_equalities_masks_members_and_agents():
    """Each form picks what a lambda in `select` picks, and wrong masks and names are told."""
    model = TinyModel(tiny_setup(), phases=[])
    teachers = model.teachers
    heads = teachers.where(role=Role.HEAD)
    assert heads.get("role") == [Role.HEAD] * 3
    both = teachers.where(role=(Role.HEAD, Role.DEPUTY_HEAD))
    assert both == teachers.select(lambda a: a.role >= Role.DEPUTY_HEAD)
    low = teachers.where(teachers.array("wellbeing") < 0, role=Role.HEAD)
    assert low == teachers.select(lambda a: a.role is Role.HEAD and a.wellbeing < 0)
    school = model.schools[1]
    assert teachers.where(school=school) == school.teachers
    assert model.schools.where(cluster=None).get("name") == ["School 3"]
    with pytest.raises(ValueError, match="18 booleans"):
        teachers.where(np.array([1, 2]))
    with pytest.raises(AttributeError, match="no column 'rolle'"):
        teachers.where(rolle=1)


def test_array_is_the_column_as_stored_and_cannot_be_written():
    """Codes rather than members, in the type of the column."""
    teachers = TinyModel(tiny_setup(), phases=[]).teachers
    stored = teachers.array("role")
    assert stored.dtype == np.int8
    assert stored.tolist() == [int(role) for role in teachers.get("role")]
    with pytest.raises(ValueError, match="read-only"):
        stored[0] = 1


def test_a_set_keeps_its_members_when_rows_move_and_drops_those_who_are_gone():
    """A set is of people, not of row numbers."""
    model = TinyModel(tiny_setup(), phases=[])
    teachers = model.teachers
    held = teachers[4]
    ids = teachers.get("unique_id")
    people = model.world.people
    order = np.arange(len(people))[::-1]
    people.keep(order[order != 2])
    ids.pop(2)
    assert teachers.get("unique_id") == ids
    assert teachers.get("wellbeing") == [agent.wellbeing for agent in teachers]
    assert teachers[3] is held
    assert held.wellbeing == pytest.approx(-0.6)


def test_sets_of_several_kinds_answer_too():
    """Columns that some kinds lack are filled with the default; sorting and grouping work across kinds."""
    model = TinyModel(tiny_setup(), phases=[])
    everyone = model.agents
    assert everyone.get("unique_id") == [agent.unique_id for agent in everyone]
    assert everyone.get("culture", "default", None)[-4:] == [0.0, 0.1, 0.2, None]
    assert everyone.select(agent_type=School) == model.schools
    assert everyone.sort("unique_id", ascending=True)[0].unique_id == 7
    assert [type(agent) for agent in everyone] == everyone.map(type)
    assert everyone.groupby(type).count() == {MyTeacher: 6, MyLeader: 13, School: 3, model.cluster_class: 1}
