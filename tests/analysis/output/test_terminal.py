"""Tables and text on terminals of any width: columns give way between words, and a table that cannot fit is told row by row."""

from __future__ import annotations

import pytest

from analysis.figures.tables import Table, columns
from analysis.output.terminal import show
from analysis.telling import fitted

TABLE = Table(
    "Who gains",
    columns({"who": "", "what": "What can be\nsaid", "count": "People"}, ["count"]),
    [
        {"who": "Heads who stay in their school", "what": "certainly more", "count": "1,250"},
        {"who": "  new ones", "full": "Heads who stay: new ones", "what": "cannot tell", "count": "12"},
    ],
    note="Of pairs of runs, over all of the years that were projected.",
)


@pytest.mark.parametrize("width", [200, 80, 60, 45, 38, 30, 20])
def test_no_word_is_cut_and_no_line_is_too_long(width, terminal, capsys):
    """Every word of every cell is there whole at every width; above some width, rows stand in lines of a table."""
    with terminal(width):
        show(TABLE)
    out = capsys.readouterr().out
    assert all(len(line.rstrip()) <= width for line in out.splitlines())
    cells = [row[key] for row in TABLE.rows for key in ("who", "what", "count")]
    assert {word for cell in cells for word in cell.split()} <= set(out.split())
    assert ("─" in out) == (width >= 38)


def test_a_narrow_table_names_each_cell(terminal, capsys):
    """What the row is about, in full, and below it each cell after its heading."""
    with terminal(30):
        show(TABLE)
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("Heads who stay: new ones")
    assert lines[at + 1 : at + 4] == ["  What can be said: cannot", "  tell", "  People: 12"]


def test_a_wide_table_gives_way_where_there_is_most(terminal, capsys):
    """The longest column is broken, and the others stay in one line each."""
    with terminal(50):
        show(TABLE)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert " Heads who stay in        certainly more    1,250" in lines


def test_text_is_broken_between_words_alone(terminal):
    """A path is never cut, an indent stays, and what quotes a file, with the mark below it, is left as it is."""
    with terminal(30):
        path = "/a/folder/with/a/name/that/is/longer/than/the/line"
        assert fitted(f"Results: {path}").split("\n") == ["Results:", path]
        assert fitted("  - one two three four five six seven").split("\n") == [
            "  - one two three four five",
            "  six seven",
        ]
        quoted = "   12 | a line of a file that is longer than the terminal"
        assert fitted(quoted) == quoted


def test_text_in_a_file_stays_as_it_is(monkeypatch):
    """Without a terminal nothing is broken unless a width is given, whatever COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "30")
    assert fitted("word " * 60) == "word " * 60
    assert max(map(len, fitted("word " * 60, 100).split("\n"))) <= 100
