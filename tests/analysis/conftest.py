"""What tests of the command line share."""

from __future__ import annotations

import sys

import pytest

from analysis import cli


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
