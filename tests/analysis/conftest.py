"""What tests of the command line share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from analysis import charts, cli
from analysis.runs import plan
from analysis.store import Store, files
from analysis.studies import run
from analysis.studies.compare import study
from analysis.studies.sweep import execute


@pytest.fixture
def terminal(monkeypatch, capsys):
    """Makes the output a terminal of so many columns meanwhile, without colours."""

    @contextmanager
    def of(columns: int) -> Iterator[None]:
        with monkeypatch.context() as patch:
            patch.setenv("TERM", "dumb")
            patch.setenv("COLUMNS", str(columns))
            patch.setattr(sys.stdout, "isatty", lambda: True)
            yield

    return of


@pytest.fixture
def headway(monkeypatch, capsys, tmp_path):
    """Call the command line in an empty folder; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["headway", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return call


def once(known, real, of):
    """``real``, of which each answer is remembered in ``known`` by what ``of`` makes of the question."""

    def call(*given):
        key = (real, of(*given))
        if key not in known:
            known[key] = real(*given)
        return known[key]

    return call


@pytest.fixture(scope="module")
def known():
    """What the tests of a file have simulated and drawn. Their scenarios have names of their own."""
    return {}


@pytest.fixture
def remembered(known, monkeypatch):
    """Runs are simulated once in a file of tests, by commands in this process: what is tried is everything around them."""

    def pair(plans, number, _passed):
        return tuple(one.name for one in plans.plans), number

    def replicate(asked, task, _passed):
        return asked[0][task[0]].name, asked[0][task[0]].seed, task[1]

    monkeypatch.setattr(execute, "carry_out", once(known, execute.carry_out, lambda _common, one, _passed: one.key))
    monkeypatch.setattr(study, "pair", once(known, study.pair, pair))
    monkeypatch.setattr(run, "_one", once(known, run._one, replicate))


@pytest.fixture
def drawn_once(known, monkeypatch):
    """Scenarios are read once in a file of tests, and charts drawn once of equal results, by commands in this process."""
    monkeypatch.setattr(plan, "plan", once(known, plan.plan, lambda *given: given))
    real = charts.draw_all

    def draw_all(source, folder):
        key = (real, Store.open(folder.parent).digest())
        if key not in known:
            told = real(source, folder)
            known[key] = told, {path.name: path.read_bytes() for path in folder.iterdir()}
        files.folder(folder)
        for name, data in known[key][1].items():
            files.put(folder / name, data)
        return known[key][0]

    monkeypatch.setattr(charts, "draw_all", draw_all)
