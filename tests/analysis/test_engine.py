"""The engine: everything is carried out once, what keeps failing is set aside, and nobody else can get in."""

from __future__ import annotations

import os
import time

import psutil
import pytest

from analysis.errors import UserError
from analysis.runs.cluster import Where, connected
from analysis.runs.coordinator import Task, share_out
from tests.analysis.sweeping import product

# Connections to a worker that has ended are closed by Dask's threads, and found unclosed when they are collected.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def _tasks(*parts):
    return [Task(str(part), part) for part in parts]


@pytest.mark.parametrize("where", [Where(1), Where(3, threads=True)], ids=["here", "threads"])
def test_each_task_is_carried_out_once_and_errors_are_told(where):
    """One failure among 34 has its stage, type, message and trace, and stops nobody else."""
    steps = []
    found = list(share_out(product, 7, _tasks(*range(14), *range(20, 40)), where, passed=steps.append))
    values = {outcome.task.part: outcome.value for outcome in found}
    assert len(found) == len(values) == 34
    assert values == {part: None if part == 13 else 7 * part for part in values}
    (failed,) = (outcome for outcome in found if outcome.told)
    assert (failed.told.type, failed.told.message, failed.stage) == ("ValueError", "thirteen", "simulate")
    assert "sweeping.py" in failed.told.traceback
    assert sorted(steps) == ["step 0", "step 10", "step 20", "step 30"]


def test_a_task_that_ends_its_worker_is_set_aside_and_the_rest_finish():
    """A worker that dies is replaced, its task fails as data, and no process is left behind."""
    steps = []
    found = list(share_out(product, 7, _tasks(*range(15), *range(20, 300)), Where(2), passed=steps.append))
    values = {outcome.task.part: outcome.value for outcome in found}
    assert len(found) == len(values) == 295
    assert values == {part: None if part in (13, 14) else 7 * part for part in values}
    failed = {outcome.task.part: (outcome.stage, outcome.told.type) for outcome in found if outcome.told}
    assert failed == {13: ("simulate", "ValueError"), 14: ("worker", "KilledWorker")}
    assert {f"step {n}" for n in range(0, 200, 10) if n < 15 or n >= 20} <= set(steps)
    assert not [p for p in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]


def test_stopping_does_not_wait_for_what_is_in_flight():
    """Tasks that sleep for long are given up at once."""
    began, asked = time.monotonic(), []
    for outcome in share_out(product, 7, _tasks(1, 15, 15), Where(2), stopped=lambda: bool(asked)):
        assert outcome.value == 7
        asked.append(outcome)
    assert time.monotonic() - began < 30


def test_nothing_listens_beyond_this_machine_and_a_stranger_is_refused():
    """The scheduler is local and encrypted; without its certificate nobody gets in."""
    from distributed import Client, Security

    with connected(Where(1)) as client:
        here = psutil.Process()
        listening = [
            connection.laddr.ip
            for process in (here, *here.children(recursive=True))
            for connection in process.net_connections()
            if connection.status == psutil.CONN_LISTEN
        ]
        assert len(listening) >= 2
        assert set(listening) == {"127.0.0.1"}
        address = client.scheduler.address
        assert address.startswith("tls://127.0.0.1")
        strangers = ((address.replace("tls", "tcp"), None), (address, Security.temporary()))
        for known_as, security in strangers:
            with pytest.raises(OSError, match=r"(?i)closed|reset|certificate|timed out"):
                Client(known_as, security=security, timeout="2s", set_as_default=False)
        assert client.submit(os.getpid).result() != os.getpid()


def test_no_page_is_served():
    """Ports that Dask opens for its pages answer that there are none."""
    import urllib.error
    import urllib.request

    with connected(Where(1)):
        ports = [c.laddr.port for c in psutil.Process().net_connections() if c.status == psutil.CONN_LISTEN]
        answers = []
        for port in ports:
            for page in ("", "health", "status", "json/counts.json", "info/main/workers.html", "metrics"):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5) as answer:
                        answers.append(answer.status)
                except urllib.error.HTTPError as error:
                    answers.append(error.code)
                except OSError:  # the ports that speak TLS
                    answers.append(None)
        assert set(answers) <= {404, None}
        assert 404 in answers


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    """In one message, after a wait that is bounded."""
    monkeypatch.setattr("analysis.runs.cluster.PATIENCE", 1.0)
    with pytest.raises(UserError, match="no Dask scheduler answers there"):
        list(share_out(product, 1, _tasks(1), Where(scheduler="tcp://127.0.0.1:9")))


def test_certificates_that_are_missing_are_named(tmp_path):
    """The file that is not there, or the option that was left out."""
    with pytest.raises(UserError, match=r"there is no file .*ca\.pem"):
        list(share_out(product, 1, _tasks(1), Where(scheduler="tls://127.0.0.1:9", certificates=str(tmp_path))))
    with pytest.raises(UserError) as caught:
        list(share_out(product, 1, _tasks(1), Where(scheduler="tls://127.0.0.1:9")))
    assert "needs --certificates" in caught.value.advice
