"""What tests of the command line share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from analysis import cli


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
