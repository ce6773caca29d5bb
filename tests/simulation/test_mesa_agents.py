"""Agents are views: one object a row, reading and writing columns, refusing what would break the accounts."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import copy
import gc
from dataclasses import replace

import mesa
import numpy as np
import pytest

from simulation.agents import Cluster, Leader, School, Teacher
from simulation.model import PipelineModel
from simulation.programmes.channels import PersonSlot, SchoolSlot
from simulation.vocabulary import Phase, Role, Status
from tests.simulation.programmes import PEOPLE, SCHOOLS
from tests.worlds import FIRST_URN, behind_the_back, tiny_setup, tiny_world


class TinyModel(PipelineModel):
    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


@pytest.fixture
def model():
    return TinyModel(tiny_setup(), phases=[])


def test_the_same_row_is_the_same_object_while_somebody_holds_it(model):
    """However it is reached, even by a copy; once nobody holds it, it is forgotten."""
    teacher = model.teachers[3]
    assert model.teachers[3] is teacher
    assert model.agent(teacher.unique_id) is teacher
    assert teacher.school is model.schools[0]
    assert teacher.school.cluster is model.clusters[0]
    assert copy.copy(teacher) is copy.deepcopy(teacher) is teacher
    del teacher
    gc.collect()
    assert len(model.roster._views[0]) == 0


def test_every_column_can_be_read_and_codes_come_back_as_members(model):
    """Roles and statuses as enumerations, missing codes as None, numbers as Python's own."""
    head = model.teachers[0]
    people = model.world.people
    for name in people:
        if name not in {"school", "joined", "completed", "shift", "given"}:
            shown, stored = getattr(head, name), getattr(people, name)[0]
            assert (shown is None and stored == -1) or np.array_equal(shown, stored), name
    assert head.role is Role.HEAD
    assert head.status is Status.IN_SERVICE
    assert head.acting_role is None
    assert head.phase is Phase.PRIMARY
    assert type(head.wellbeing) is float
    assert type(head.fte) is int
    assert head.school.posts[Role.HEAD] == 1
    assert head.school.region_name == "East"


def test_ages_and_years_follow_the_census_year(model):
    """A step makes everybody a year older in age, role, school and career."""
    head = model.teachers[0]
    assert (head.age, head.years_in_role, head.years_in_school, head.years_qualified) == (30, 2, 4, 8)
    model.step()
    assert (head.age, head.years_in_role, head.years_in_school, head.years_qualified) == (31, 3, 5, 9)


def test_people_schools_and_clusters_know_each_other(model):
    """Heads, leaders, members and lead schools lead to one another; who is in no cluster has None."""
    first, second, third = model.schools
    assert first.head.school is first
    assert first.head.role is Role.HEAD
    assert (len(first.teachers), len(first.leaders)) == (6, 4)
    cluster = first.cluster
    assert list(cluster.schools) == [first, second]
    assert third.cluster is None
    assert cluster.lead_school is first
    assert cluster.leader.role is Role.TRUST_LEADER
    assert cluster.leader not in first.teachers
    assert (len(cluster.teachers), len(cluster.leaders)) == (12, 8)
    assert third.head.cluster is None
    assert {first.unique_id, second.unique_id} == {FIRST_URN, FIRST_URN + 1}
    assert cluster.unique_id == 7


def test_programmes_are_shown_by_name_and_what_they_add_by_channel():
    """Bits and fixed-point slots come out as names and numbers, one by one and as columns."""
    model = TinyModel(replace(tiny_setup(), programmes=(SCHOOLS, PEOPLE)), phases=[])
    assert [programme.name for programme in model.programmes] == ["coaching", "review"]
    people = model.world.people
    behind_the_back(people, "joined")[1], behind_the_back(people, "completed")[1] = 3, 2
    behind_the_back(people, "shift")[1, PersonSlot.WORKLOAD] = 3 << 19
    behind_the_back(model.world.schools, "shift")[0, SchoolSlot.TRUST] = -(1 << 20)
    behind_the_back(model.world.schools, "given")[0] = 0.25, -0.5
    behind_the_back(model.world.clusters, "joined")[0] = 1
    deputy, school = model.teachers[1], model.schools[0]
    assert deputy.programmes == deputy.joined == ("coaching", "review")
    assert deputy.completed == ("review",)
    assert model.teachers.get("programmes")[:3] == [(), ("coaching", "review"), ()]
    assert deputy.shift["workload"] == 1.5
    assert sum(deputy.shift.values()) == 1.5
    assert school.programmes == ()
    assert (school.shift["trust"], school.given) == (-1.0, {"culture": 0.25, "trust": -0.5})
    assert model.schools.get("shift")[0] == school.shift
    assert set(deputy.given) == {"teaching", "people", "management", "system", "aspiration", "wellbeing"}
    assert model.clusters[0].programmes == ("coaching",)
    assert model.clusters[0].shift["ethos"] == 0
    assert model.teachers.array("joined")[1] == 3


def test_a_cluster_shows_its_chair_and_strength(model):
    """The chair is the very agent that holds the headship."""
    cluster = model.clusters[0]
    assert cluster.chair is None
    clusters = model.world.clusters
    behind_the_back(clusters, "chair")[0], behind_the_back(clusters, "strength")[0] = model.world.people.id[6], 0.4
    assert cluster.chair is model.schools[1].head
    assert type(cluster.chair) is Leader
    assert model.clusters.get("chair") == [cluster.chair]
    assert cluster.strength == 0.4


def test_a_vacant_headship_has_no_head(model):
    """None, for a school's head and for a trust's leader, once nobody holds the post."""
    behind_the_back(model.world.people, "role")[0] = Role.CLASSROOM_TEACHER
    assert model.schools[0].head is None
    behind_the_back(model.world.people, "status")[-2] = Status.OUT
    assert model.clusters[0].leader is None


def test_a_leader_is_whoever_holds_a_leadership_post_now(model):
    """Class follows the post when the object is next asked for; people out of service are teachers."""
    deputy = model.teachers[1]
    assert type(deputy) is Leader
    outside = model.people[-1]
    assert type(outside) is Teacher
    behind_the_back(model.world.people, "role")[1] = Role.CLASSROOM_TEACHER
    behind_the_back(model.world.people, "role")[5] = Role.MIDDLE_LEADER
    assert deputy not in model.leaders
    assert model.teachers[1] is deputy
    assert type(deputy) is Teacher
    assert type(model.teachers[5]) is Leader


def test_the_class_of_an_object_that_is_held_follows_at_the_end_of_the_step(model):
    """A deputy who steps down is a teacher to whoever has held on to the object."""
    deputy = model.teachers[1]
    model.checks = False
    behind_the_back(model.world.people, "role")[1] = Role.CLASSROOM_TEACHER
    assert type(deputy) is Leader
    model.step()
    assert type(deputy) is Teacher


def test_measures_of_state_can_be_written(model):
    """Attributes write the columns that are open to users, one agent at a time or a whole set."""
    teacher, school = model.teachers[2], model.schools[1]
    teacher.wellbeing = 1.5
    school.culture = -2
    school.past_culture = [1, 2, 3]
    assert model.world.people.wellbeing[2] == 1.5
    assert model.world.schools.culture.tolist() == [0.0, -2.0, 0.2]
    assert model.world.schools.past_culture[1].tolist() == [1, 2, 3]
    model.leaders.set("workload", 40.5)
    assert (model.world.people.workload == 40.5).sum() == 13


@pytest.mark.parametrize("name", ["role", "status", "school", "fte", "role_since", "left_year", "acting_role"])
def test_what_the_accounts_rest_on_cannot_be_written_and_the_error_says_who_may(model, name):
    """The message names the process that owns the column and what is open."""
    with pytest.raises(AttributeError, match=rf"people\.{name} is written only by .*(leave|appoint).*wellbeing"):
        setattr(model.teachers[0], name, 1)
    with pytest.raises(AttributeError, match=rf"people\.{name} is written only by"):
        model.teachers.set(name, 1)


def test_every_column_is_either_open_or_closed_to_users(model):
    """Open are the floats that some process updates, but for those on which accounts or programmes rest."""
    open_ones = {
        table.name: [c.name for c in table.columns.values() if c.open_to_users]
        for table in model.roster.tables.values()
    }
    assert open_ones == {
        "people": [
            "teaching",
            "people",
            "management",
            "system",
            "aspiration",
            "readiness",
            "wellbeing",
            "workload",
            "team_progress",
        ],
        "schools": ["leadership", "culture", "trust", "past_culture", "last_head_leadership", "progress"],
        "clusters": [],
    }
    assert not any(column.open_to_users for column in model.world.enrolments.columns.values())


@pytest.mark.parametrize(
    ("write", "error", "words"),
    [
        (lambda m: setattr(m.teachers[0], "birth_year", 1990), AttributeError, "settled at birth"),
        (lambda m: setattr(m.schools[0], "pupils", 10), AttributeError, "written only by age and roll"),
        (lambda m: setattr(m.clusters[0], "kind", 1), AttributeError, "none of these columns"),
        (lambda m: setattr(m.teachers[0], "age", 40), AttributeError, "cannot be set"),
        (lambda m: setattr(m.teachers[0], "given", [0] * 6), AttributeError, "written only by develop, appoint"),
        (lambda m: setattr(m.teachers[0], "programmes", ()), AttributeError, "cannot be set"),
        (lambda m: setattr(m.clusters[0], "strength", 1.0), AttributeError, "written only by collaborate"),
        (lambda m: setattr(m.clusters[0], "chair", None), AttributeError, "written only by collaborate"),
        (lambda m: setattr(m.teachers[0], "unique_id", 40), AttributeError, "cannot be set"),
        (lambda m: setattr(m.teachers[0], "cluster", None), AttributeError, "worked out when asked"),
        (lambda m: setattr(m.teachers[0], "welbeing", 1), AttributeError, "did you mean 'wellbeing'.*class MyLeader"),
        (lambda m: setattr(m.teachers[0], "wellbeing", "high"), ValueError, "holds numbers .standard deviations."),
        (lambda m: setattr(m.teachers[0], "wellbeing", float("nan")), ValueError, "finite"),
        (lambda m: m.teachers.set("wellbeing", float("inf")), ValueError, "finite"),
        (lambda m: m.teachers[0].remove(), TypeError, "process 'leave'"),
        (lambda m: m.agent(5), LookupError, "no agent has the id 5"),
        (lambda m: m.agent(-1), LookupError, "no agent has the id -1"),
        (Teacher, TypeError, "ask the model"),
        (lambda m: School.create_agents(m, 3), TypeError, "register"),
        (lambda m: m.teachers[0].nonsense, AttributeError, "no attribute 'nonsense'"),
    ],
)
def test_mistakes_are_explained(model, write, error, words):
    """Slips of somebody who knows Mesa, each with the type of error and the words that help."""
    with pytest.raises(error, match=words):
        write(model)


def test_a_view_finds_its_row_again_and_says_when_the_person_is_gone(model):
    """Rows move beneath an object without its noticing; a person who was dropped is an error."""
    teacher, leaver = model.teachers[4], model.teachers[2]
    people = model.world.people
    people.keep(np.array([5, 4, 3, 1, 0]))
    assert teacher.wellbeing == pytest.approx(-0.6)
    teacher.wellbeing = 8.0
    assert people.wellbeing[1] == 8.0
    with pytest.raises(LookupError, match="no longer in the model"):
        leaver.role  # noqa: B018
    assert "gone" in repr(leaver)
    with pytest.raises(LookupError, match="no agent has the id"):
        model.agent(leaver.unique_id)
    people.append(3, id=np.array([2, 3, 4], np.uint64))
    assert model.agent(3).unique_id == 3
    assert teacher.wellbeing == 8.0


class Moody:
    mood = 0.0

    def sulk(self):
        self.mood -= 1


class MoodyTeacher(Moody, Teacher):
    pass


class MoodyLeader(MoodyTeacher, Leader):
    pass


class MoodyModel(TinyModel):
    teacher_class = MoodyTeacher
    leader_class = MoodyLeader


def test_declared_attributes_of_ones_own_are_kept_without_holding_the_object():
    """A subclass's own state outlives its objects and goes with its person."""
    model = MoodyModel(tiny_setup(), phases=[])
    model.leaders.where(role=Role.HEAD).do("sulk")
    gc.collect()
    assert sum(model.teachers.get("mood")) == -3
    assert model.schools[1].head.mood == -1
    model.step()
    assert sum(model.teachers.get("mood")) == -3
    model.world.people.keep(np.arange(1, 20))
    model.checks = False
    model.step()
    gc.collect()
    assert len(model.roster._kept) == 2, "whoever is gone is forgotten"


def test_a_class_that_is_no_such_agent_is_refused():
    """A leader's class must be a kind of Leader, or its columns would not answer."""

    class Wrong(TinyModel):
        leader_class = Teacher

    with pytest.raises(TypeError, match="leader_class must be a subclass of Leader"):
        Wrong(tiny_setup(), phases=[])


def test_all_agents_are_everybody_by_exact_class(model):
    """A user's own Mesa agents count beside the model's, and go when they are removed."""

    class Inspector(mesa.Agent):
        pass

    inspector = Inspector(model)
    sizes = {agent_type.__name__: len(agents) for agent_type, agents in model.agents_by_type.items()}
    assert sizes == {"Teacher": 6, "Leader": 13, "School": 3, "Cluster": 1, "Inspector": 1}
    assert len(model.agents) == sum(sizes.values())
    assert inspector in model.agents
    assert model.agent(inspector.unique_id, kind=Inspector) is inspector
    assert model.agents.select(agent_type=Inspector).to_list() == [inspector]
    assert [type(agent) for agent in model.agents_by_type[Cluster]] == [Cluster]
    assert set(model.agent_types) == {Teacher, Leader, School, Cluster, Inspector}
    held = model.agents
    inspector.remove()
    assert inspector not in model.agents
    assert len(held) == 23
    assert len(model.leaders) == 13
    assert len(model.teachers) == 18
    assert len(model.people) == 20


def test_an_id_that_names_two_agents_asks_for_the_kind():
    """A cluster may have a school's URN for its key; neither is guessed."""
    setup = tiny_setup()
    model = TinyModel(
        replace(setup, register=replace(setup.register, cluster_key=np.array([FIRST_URN], np.int32))), phases=[]
    )
    with pytest.raises(LookupError, match="say which kind"):
        model.agent(FIRST_URN)
    assert model.agent(FIRST_URN, kind=School) is model.schools[0]
