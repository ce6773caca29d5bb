"""Each account is seen to fail: a process that loses, doubles or invents something is caught in the same year."""

# ruff: noqa: D101, D102 - the classes below are what a user would write, as short as they would write it

import numpy as np
import pytest

from simulation.conservation import ConservationError
from simulation.log import FELL_VACANT, FILLED, JOINED, LEFT, ClosedChains
from simulation.model import PipelineModel
from simulation.phases import PHASES
from simulation.processes.base import Process
from simulation.vocabulary import Date, Role, Status
from tests.worlds import behind_the_back, rough_setup, tiny_setup, tiny_world, vacant


def _vanish(world):
    behind_the_back(world.people, "status")[5] = Status.OUT


def _vanish_in_the_books_too(world):
    _vanish(world)
    world.count("leavers", world.people.role[5:6], world.people.school[5:6])


def _promote_without_a_post(world):
    behind_the_back(world.people, "role")[5] = Role.HEAD
    world.count("moves_out", np.array([0]), np.array([0]))
    world.count("moves_in", np.array([Role.HEAD]), np.array([0]))


def _post_from_nowhere(world):
    behind_the_back(world.schools, "posts")[1, Role.DEPUTY_HEAD] += 1


def _trust_leader_resigns_unseen(world):
    behind_the_back(world.people, "status")[-2] = Status.OUT


def _open_chain_unseen(world):
    behind_the_back(world.schools, "posts")[1, Role.DEPUTY_HEAD] += 1
    world.vacancies = vacant((1, int(Role.DEPUTY_HEAD), 99, 1))


def _chain_open_and_closed(world):
    _open_chain_unseen(world)
    world.log.chains_opened = 2
    world.log.closed_chains = ClosedChains(chain=np.array([99]))


FAULTS = [
    (_vanish, "people do not add up for classroom_teacher in primary schools, East: .*1 are in service"),
    (_vanish_in_the_books_too, "URN 100001, classroom_teacher: 1 people hold the 2 posts"),
    (_promote_without_a_post, "URN 100001, classroom_teacher: 1 people hold the 2"),
    (_post_from_nowhere, "URN 100002, deputy_head: 1 filled and 0 vacant posts do not make 2"),
    (_trust_leader_resigns_unseen, "URN 100001, trust_leader: 0 people hold the 1"),
    (_open_chain_unseen, "0 open the year before and 0 opened make 0, but 0 closed and 1 stand open"),
    (_chain_open_and_closed, "some of them twice"),
]


class TinyModel(PipelineModel):
    def make_world(self):
        return tiny_world(setup=self.setup, key=self.key)


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_a_fault_is_caught_in_its_year_and_named(fault, words):
    """Each way to break an account stops the step with place and numbers; without checks it passes unseen."""
    faulty = [Process("faulty", "breaks an account", lambda model, _own: fault(model.world))]
    with pytest.raises(ConservationError, match="2025/26: .*" + words):
        TinyModel(tiny_setup(), phases=faulty).step()
    TinyModel(tiny_setup(), phases=faulty, checks=False).step()


def test_a_chain_that_was_open_must_close_or_stay_open():
    """Renaming one keeps the number of chains and is found all the same."""
    model = TinyModel(tiny_setup(), phases=[])
    _open_chain_unseen(model.world)
    model.world.log.chains_opened = 0
    model.step()

    def swap(model, _own):
        model.world.vacancies.chain[0] = 100

    model.phases = (Process("faulty", "renames a chain", swap),)
    model.timings["faulty"] = 0.0
    with pytest.raises(ConservationError, match="neither"):
        model.step()


def test_the_standard_year_keeps_its_accounts():
    """A whole run of the standard year ends without an account that fails."""
    model = PipelineModel(rough_setup(), seed=11)
    model.run()
    assert model.year == 2029


@pytest.mark.parametrize(
    ("flow", "date", "words"),
    [
        (LEFT, Date.JANUARY, "posts of head are held in January"),
        (JOINED, Date.SEPTEMBER, "posts of head are held on census day, but"),
        (FELL_VACANT, Date.MAY, "posts of head are vacant on census day, but"),
        (FILLED, Date.JANUARY, "posts of head are vacant in January"),
    ],
)
def test_the_books_balance_at_every_date(flow, date, words):
    """What happens to holders and to vacancies is counted by date: a thousand heads too many are found, and the first date named."""

    def tamper(model, _own):
        model.world.log.terms[flow, date, Role.HEAD] += 1000

    faulty = Process("faulty", "counts what did not happen", tamper)
    with pytest.raises(ConservationError, match=f"posts do not add up by term: .*{words}"):
        PipelineModel(rough_setup(), seed=11, phases=(*PHASES, faulty)).step()
