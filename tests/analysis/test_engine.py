"""The engine: everything is carried out once, what keeps failing is set aside, and nobody else can get in."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest

from analysis.errors import UserError
from analysis.runs import process
from analysis.runs.crew import MOST_TOGETHER, Crew, Thread, so_many
from analysis.runs.executor import Where, share_out
from analysis.runs.work import Task, Work
from tests.analysis.sweeping import product
from tests.servers import PATIENCE


def _tasks(*parts):
    return [Task(str(part), part) for part in parts]


def workers() -> list[psutil.Process]:
    """The processes that carry out tasks: forked from one that this process has started, or started by it."""
    started = psutil.Process().children(recursive=True)
    if process.FORKS:
        return [p for p in started if p.ppid() != os.getpid()]
    return [p for p in started if "spawn_main" in " ".join(p.cmdline())]


@pytest.mark.parametrize("where", [Where(1), Where(3, threads=True)], ids=["here", "threads"])
def test_each_task_is_carried_out_once_and_errors_are_told(where):
    """Every task has one outcome, with its value or its error, and its steps are heard."""
    steps = []
    found = list(share_out(Work(product, 7, _tasks(*range(14), *range(20, 40)), passed=steps.append), where))
    values = {outcome.task.part: outcome.value for outcome in found}
    assert len(found) == len(values) == 34
    assert values == {part: None if part == 13 else 7 * part for part in values}
    (failed,) = (outcome for outcome in found if outcome.told)
    assert (failed.told.type, failed.told.message, failed.stage) == ("ValueError", "thirteen", "simulate")
    assert "sweeping.py" in failed.told.traceback
    assert sorted(steps) == ["step 0", "step 10", "step 20", "step 30"]


def test_a_task_that_ends_its_process_is_set_aside_and_the_rest_finish():
    """It is tried three times, each in a new process; all other tasks are done, and no process is left."""
    steps = []
    work = Work(product, 7, _tasks(*range(15), *range(20, 300)), tries=3, passed=steps.append)
    found = list(share_out(work, Where(2)))
    values = {outcome.task.part: outcome.value for outcome in found}
    assert len(found) == len(values) == 295
    assert values == {part: None if part in (13, 14) else 7 * part for part in values}
    failed = {outcome.task.part: (outcome.stage, outcome.told.type) for outcome in found if outcome.told}
    assert failed == {13: ("simulate", "ValueError"), 14: ("worker", "KilledWorker")}
    assert {f"step {n}" for n in range(0, 300, 10) if n < 15 or n >= 20} <= set(steps)
    assert workers() == []


def test_small_tasks_are_handed_over_together(monkeypatch):
    """Hundreds take a few messages; each has its own outcome, and an error or a lost worker is the fault of one alone."""
    handed, attempt = [], process.Process.attempt

    def counted(self, work, parts, heard, unwanted):
        handed.append(list(parts))
        return attempt(self, work, parts, heard, unwanted)

    monkeypatch.setattr(process.Process, "attempt", counted)
    numbers = [*range(20, 500), 13, *range(500, 800), 14, *range(800, 1000)]
    found = list(share_out(Work(product, 7, _tasks(*numbers), tries=2), Where(2)))
    assert sorted(outcome.task.part for outcome in found) == sorted(numbers)
    assert {outcome.task.part: outcome.value for outcome in found if outcome.told is None} == {
        part: 7 * part for part in numbers if part > 14
    }
    assert {outcome.task.part: outcome.stage for outcome in found if outcome.told} == {13: "simulate", 14: "worker"}
    assert [parts.count(13) for parts in handed if 13 in parts] == [1, 1], "two tries, the first with others"
    assert handed.count([14]) == 2, "two tries of its own"
    assert max(map(len, handed)) == MOST_TOGETHER
    assert len(handed) < len(numbers) / 3
    assert [len(parts) for parts in handed[-4:]] == [1, 1, 1, 1], "towards the end nobody is left waiting for another"


def test_one_quick_task_does_not_hand_over_many_slow_ones():
    """How many go together follows the slow ones, half a second of them or one; and how many each hand still has to do."""
    assert [so_many(seconds) for seconds in (0.0, 0.004, 0.05, 0.3, 60.0)] == [MOST_TOGETHER, MOST_TOGETHER, 10, 1, 1]
    assert [so_many(0.05, most) for most in (20, 7, 0)] == [10, 7, 1]


def test_a_value_that_cannot_be_sent_is_an_error_of_its_task_alone():
    """Those that were handed over with it come back."""
    numbers = [*range(20, 300), 1002, *range(300, 400)]
    found = {o.task.part: o for o in share_out(Work(product, 7, _tasks(*numbers)), Where(2))}
    assert "pickle" in found.pop(1002).told.message
    assert all(outcome.value == 7 * part for part, outcome in found.items())


@pytest.mark.skipif(not process.FORKS, reason="workers load the model themselves here")
def test_workers_begin_with_the_model_loaded():
    """They are forked with it: one that takes the place of another need not load it again."""
    with Crew.of_processes(2) as crew:
        for _ in range(2):
            found = list(crew.share_out(Work(product, 7, [Task(str(n), 1001, n) for n in range(2)], tries=2)))
            assert [outcome.value for outcome in found] == [True, True]
            for worker in workers():
                worker.kill()


def test_a_task_that_is_killed_from_outside_is_done_again():
    """Nobody but the clock notices that a process has been killed in the middle of a task."""
    with Crew.of_processes(1) as crew:
        (first,) = crew.share_out(Work(product, 7, _tasks(16)))
        killed = []

        def kill(_word):
            if not killed:
                killed.append(first.value)
                os.kill(first.value, signal.SIGKILL)

        (outcome,) = crew.share_out(Work(product, 7, _tasks(17), tries=2, passed=kill))
        assert outcome.told is None
        assert outcome.value not in (first.value, os.getpid())


@pytest.mark.parametrize("threads", [False, True], ids=["processes", "threads"])
def test_stopping_ends_what_is_in_flight_at_its_next_step(threads):
    """A crew that goes on is free again as soon as the step is over, and gives no outcome of what was stopped."""
    with Crew([Thread(), Thread()]) if threads else Crew.of_processes(2) as crew:
        asked = []
        work = Work(product, 7, _tasks(18, 19), passed=asked.append, stopped=lambda: len(asked) > 2)
        assert list(crew.share_out(work)) == []
        began = time.monotonic()
        assert [outcome.value for outcome in crew.share_out(Work(product, 7, _tasks(1)))] == [7]
        assert time.monotonic() - began < PATIENCE, "the steps of either that are left take ten times as long"


def test_stopping_does_not_wait_for_what_is_in_flight():
    """Processes in the middle of a long step are ended at once where nobody needs them any more."""
    began, asked = time.monotonic(), []
    for outcome in share_out(Work(product, 7, _tasks(1, 15, 15), stopped=lambda: bool(asked)), Where(2)):
        assert outcome.value == 7
        asked.append(outcome)
    assert time.monotonic() - began < PATIENCE, "either takes ten times as long"


def test_tasks_of_one_hand_go_to_one_process():
    """Whoever remembers what a replicate left is asked again, and two callers at once do not disturb each other."""
    with Crew.of_processes(2) as crew:
        first = {o.task.hand: o.value for o in crew.share_out(Work(product, 7, [Task("a", 16, 0), Task("b", 16, 1)]))}
        assert len(set(first.values())) == 2
        both = [Task(str(n), 16, n) for n in range(20)]
        one, other = crew.share_out(Work(product, 7, both)), crew.share_out(Work(product, 8, both))
        for outcome in [o for pair in zip(one, other, strict=True) for o in pair]:
            assert outcome.value == first[outcome.task.hand % 2]


def test_nothing_listens():
    """Processes are reached by pipes: neither they nor this process open a port."""
    with Crew.of_processes(2) as crew:
        found = list(crew.share_out(Work(product, 7, _tasks(1, 16))))
        assert len(found) == 2
        here = psutil.Process()
        everybody = (here, *here.children(recursive=True))
        assert len(everybody) > 2
        listening = [c for process in everybody for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
        assert listening == []


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    """In one message, after a wait that is bounded."""
    monkeypatch.setattr("analysis.runs.link.ANSWERS", 1.0)
    with pytest.raises(UserError, match="no Dask scheduler answers there"):
        list(share_out(Work(product, 1, _tasks(1)), Where(scheduler="tcp://127.0.0.1:9")))


def test_certificates_that_are_missing_are_named(tmp_path):
    """The file that is not there, or the option that was left out."""
    with pytest.raises(UserError, match=r"there is no file .*ca\.pem"):
        list(share_out(Work(product, 1, _tasks(1)), Where(scheduler="tls://127.0.0.1:9", certificates=str(tmp_path))))
    with pytest.raises(UserError) as caught:
        list(share_out(Work(product, 1, _tasks(1)), Where(scheduler="tls://127.0.0.1:9")))
    assert "needs --certificates" in caught.value.problem
    with pytest.raises(UserError, match="for an address that begins with tls:"):
        list(share_out(Work(product, 1, _tasks(1)), Where(scheduler="tcp://127.0.0.1:9", certificates=str(tmp_path))))
