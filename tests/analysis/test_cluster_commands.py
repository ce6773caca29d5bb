"""``headway scheduler`` and ``headway worker``: TLS at the address given, nothing else, and one message when that cannot be."""

from __future__ import annotations

import signal
import sys

import psutil
import pytest

from analysis.errors import UserError
from analysis.runs.executor import Where, share_out
from analysis.runs.work import Task, Work
from tests.analysis import clusters
from tests.analysis.clusters import error_of, family, send
from tests.servers import PATIENCE

HEADWAY = [sys.executable, "-m", "headway"]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder as the guide has it made."""
    return clusters.certificates_in(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def house(tmp_path):
    with clusters.house(tmp_path) as made:
        yield made


def _pair(house, certificates):
    given = ["--certificates", certificates]
    scheduler = house.start([*HEADWAY, "scheduler", "--port", "0", *given], r"Scheduler at (tls:\S+)")
    address = scheduler.wait()[1]
    return address, scheduler, house.start([*HEADWAY, "worker", address, *given], r"Worker at (tls:\S+) of")


def test_they_work_and_open_nothing_but_what_was_asked_for(house, certificates, monkeypatch):
    """One port each, at the loopback address, where nothing without the certificates is answered."""
    address, scheduler, worker = _pair(house, certificates)
    work = Work(clusters.slow_square, None, [Task(str(n), n) for n in range(3)])
    found = share_out(work, Where(scheduler=address, certificates=certificates))
    assert sorted(outcome.value for outcome in found) == [0, 1, 4]
    opened = {
        f"tls://{c.laddr.ip}:{c.laddr.port}"
        for server in (scheduler, worker)
        for process in family(server)
        for c in process.net_connections()
        if c.status == psutil.CONN_LISTEN or (c.type == 2 and not c.raddr)
    }
    assert opened == {address, worker.wait()[1]}
    monkeypatch.setattr("analysis.runs.link.ANSWERS", 3.0)
    with pytest.raises(UserError, match="no Dask scheduler answers there"):
        list(share_out(work, Where(scheduler=address.replace("tls:", "tcp:"))))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_when_it_is_told_to_whatever_it_is_at(number, house, certificates):
    """In the middle of a task that nobody ends."""
    address, _scheduler, worker = _pair(house, certificates)
    work = Work(clusters.until, str(house.folder / "never"), [Task("0", 0), Task("1", 1)])
    outcomes = share_out(work, Where(scheduler=address, certificates=certificates))
    assert next(outcomes).value == 0
    send(number, *family(worker))
    assert worker.process.wait(PATIENCE) == 0
    outcomes.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_with_its_scheduler(number, house, certificates):
    """Nothing is left running on machines that nobody looks after, and nothing is printed but its one line."""
    _address, scheduler, worker = _pair(house, certificates)
    send(number, *family(scheduler))
    assert worker.process.wait(PATIENCE) == 0
    assert worker.said.count("\n") == 1


BAD = {
    "scheduler --certificates CERTIFICATES --host 192.0.2.1": "error: --host 192.0.2.1 --port 8786: it cannot be opened there",
    "scheduler --certificates .": "error: --certificates .: there is no file",
    "scheduler --certificates BROKEN": "cert.pem and key.pem do not go together",
    "worker nowhere --certificates CERTIFICATES": "error: nowhere: this is no address of a scheduler",
    "worker tcp://127.0.0.1:8786 --certificates CERTIFICATES": "this is no address of a scheduler",
    "worker tls://127.0.0.1:9 --certificates CERTIFICATES --wait-for-scheduler 0.02": "no scheduler has answered there",
    "worker tls://127.0.0.1:9 --certificates CERTIFICATES --host 192.0.2.1": "a worker cannot be opened there",
}


@pytest.mark.parametrize("command", BAD)
def test_what_cannot_be_opened_is_said_in_one_message(command, certificates, tmp_path):
    """Two lines: what is wrong, and what to do."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (broken / name).write_text("no certificate")
    words = command.replace("CERTIFICATES", certificates).replace("BROKEN", str(broken)).split()
    said = error_of([*HEADWAY, *words], tmp_path)
    assert BAD[command] in said
    assert said.count("\n") == 2
