"""Whatever is killed, stopped or replaced: a cluster's work ends equal, or in one message, within a stated time."""

from __future__ import annotations

import contextlib
import signal
from time import monotonic

import pytest

from analysis.errors import UserError
from analysis.runs import cluster, link
from analysis.runs.executor import Where, share_out
from analysis.runs.work import Task, Work
from tests.analysis import clusters
from tests.analysis.clusters import family, send
from tests.servers import PATIENCE

PARTS = range(60)
ANSWERS, WAIT = 10.0, 20.0
"""Seconds, in these tests, that an answer may take, and that there may be no worker where none comes any more."""
STATED = 2 * ANSWERS + WAIT
"""Seconds within which a fault is noticed and ended: an answer missed, its worker asked, workers waited for."""

KILL, STOP = signal.SIGKILL, signal.SIGSTOP
FAULTS = {
    "a worker is killed, its nanny replaces it": lambda one, _other: send(KILL, *family(one)[1:]),
    "a nanny is killed": lambda one, _other: send(KILL, family(one)[0]),
    "a nanny and its worker are killed": lambda one, _other: send(KILL, *family(one)),
    "a nanny is stopped": lambda one, _other: send(STOP, family(one)[0]),
    "a worker is stopped": lambda one, _other: send(STOP, *family(one)[1:]),
    "a nanny and its worker are stopped": lambda one, _other: send(STOP, *family(one)),
    "both workers are killed, their nannies replace them": lambda one, other: send(
        KILL, *family(one)[1:], *family(other)[1:]
    ),
}


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Deadlines that tests can wait for."""
    monkeypatch.setattr(link, "ANSWERS", ANSWERS)
    monkeypatch.setattr(cluster, "BEAT", 2.0)


@pytest.fixture
def house(tmp_path):
    with clusters.house(tmp_path) as made:
        yield made


def shared(address, function, parts, given=None, wait=PATIENCE):
    work = Work(function, given, [Task(str(part), part) for part in parts])
    return share_out(work, Where(scheduler=address, wait=wait))


@contextlib.contextmanager
def in_time(most):
    start = monotonic()
    yield
    assert monotonic() - start < most


def squares(outcomes):
    found = {outcome.task.part: outcome.value for outcome in outcomes}
    assert found == {part: part * part for part in PARTS}


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A scheduler that outlives the faults of its workers."""
    with clusters.house(tmp_path_factory.mktemp("standing")) as made:
        yield made.scheduler().wait()[1]


@pytest.mark.parametrize("fault", FAULTS)
def test_work_goes_on_whatever_becomes_of_workers(fault, standing, house):
    """One of two workers, or both, in the middle of their tasks: every task is done, once, with the same value."""
    one, other = house.worker(standing), house.worker(standing)
    outcomes = shared(standing, clusters.slow_square, PARTS)
    first = next(outcomes)
    FAULTS[fault](one, other)
    with in_time(PATIENCE):  # new processes may have to start
        squares([first, *outcomes])


def test_workers_that_are_all_lost_and_replaced_go_on(standing, house):
    """New processes at new addresses, that nobody has started on purpose for this work."""
    one, other = house.worker(standing), house.worker(standing, "--no-nanny")
    outcomes = shared(standing, clusters.slow_square, PARTS)
    first = next(outcomes)
    send(KILL, *family(one), *family(other))
    house.worker(standing)
    with in_time(PATIENCE):
        squares([first, *outcomes])


@pytest.mark.parametrize("number", [KILL, STOP])
def test_without_workers_it_ends_in_one_message(number, standing, house):
    """Killed or standing still for good: what does no work is no worker, whether or not the scheduler lists it."""
    only = house.worker(standing, "--no-nanny")
    outcomes = shared(standing, clusters.slow_square, PARTS, wait=WAIT)
    next(outcomes)
    send(number, *family(only))
    with in_time(STATED), pytest.raises(UserError, match="no workers that answer"):
        list(outcomes)


@pytest.mark.parametrize("number", [KILL, STOP])
def test_a_lost_scheduler_ends_it_in_one_message(number, house, capfd):
    """Killed or standing still, and nothing else is printed."""
    scheduler = house.scheduler()
    address = scheduler.wait()[1]
    house.worker(address)
    outcomes = shared(address, clusters.slow_square, PARTS)
    next(outcomes)
    send(number, *family(scheduler))
    with in_time(STATED), pytest.raises(UserError, match="its workers or its scheduler are gone"):
        list(outcomes)
    assert capfd.readouterr() == ("", "")


def test_a_scheduler_that_is_replaced_ends_the_work_or_goes_on_with_it(house):
    """In one message if its end was noticed, else with the same values; the same command goes on there in any case."""
    scheduler = house.scheduler()
    address = scheduler.wait()[1]
    house.worker(address)
    outcomes = shared(address, clusters.slow_square, PARTS)
    first = next(outcomes)
    send(KILL, *family(scheduler))
    house.scheduler(int(address.rsplit(":", 1)[1]))
    house.worker(address)
    with in_time(PATIENCE), contextlib.suppress(UserError):
        squares([first, *outcomes])
    squares(shared(address, clusters.slow_square, PARTS))


def test_another_model_under_the_same_version_is_refused_when_it_comes(standing, house, tmp_path):
    """At the start and later, in the middle of a task of somebody else's, which is given up."""
    code = clusters.other_model(tmp_path / "code")
    gate = tmp_path / "gate"
    first = house.worker(standing)
    outcomes = shared(standing, clusters.until, range(3), str(gate))
    assert next(outcomes).value == 0
    house.worker(standing, code=code)
    with in_time(PATIENCE), pytest.raises(UserError, match=r"worker tcp://.*: model .* instead of"):
        list(outcomes)
    with pytest.raises(UserError, match=r"worker tcp://.*: model .* instead of"):
        list(shared(standing, clusters.slow_square, [1, 2]))
    send(KILL, *family(house.servers[-1]))
    assert next(shared(standing, clusters.until, [0], str(gate))).value == 0  # the first has given up what it was at
    assert first.process.poll() is None


def test_a_result_of_another_model_is_refused(standing, house):
    """From a worker that passed the check when it came: each result says what has computed it."""
    house.worker(standing, "--no-nanny")
    outcomes = shared(standing, clusters.changes_the_model, [1, 2, 3, 4, 5])
    with pytest.raises(UserError, match="model another instead of"):
        list(outcomes)


def test_a_task_that_ends_its_workers_is_set_aside(standing, house, monkeypatch):
    """After so many workers; the others are done."""
    monkeypatch.setattr(cluster, "MOST_LOST", 2)
    house.worker(standing)
    house.worker(standing)
    found = {outcome.task.part: outcome for outcome in shared(standing, clusters.ends_its_process, range(5))}
    assert {part: outcome.value for part, outcome in found.items()} == {0: 0, 1: 1, 2: None, 3: 3, 4: 4}
    assert found[2].told.message.startswith("the worker was ended by the system 2 times at this")


def test_the_thread_of_a_cluster_ends_with_it(standing, house):
    """Nothing of the connection is left behind."""
    import threading

    house.worker(standing)
    assert [outcome.value for outcome in shared(standing, clusters.slow_square, [3])] == [9]
    assert "headway-cluster" not in [thread.name for thread in threading.enumerate()]
