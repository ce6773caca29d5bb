"""A museum of mistakes: each file in ``bad`` makes one, and says in its first line what the message must contain."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios import InputError, check, load
from scenarios.problems import CODES

BAD = Path(__file__).parent / "bad"
FILES = sorted(path for path in BAD.glob("*.yaml") if path.is_file())


def test_the_museum_is_there() -> None:
    """An empty folder would pass every test below."""
    assert len(FILES) > 90


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_refused_with_its_place_and_a_way_out(path: Path) -> None:
    """Each file says on its first line what the message must hold; loading and checking find the same."""
    words = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# must say:").split(";")
    with pytest.raises(InputError) as caught:
        load(path)
    said = caught.value.render()
    for word in words:
        assert word.strip() in said, said
    assert "Traceback" not in said
    assert all(problem.code in CODES for problem in caught.value.problems)
    assert check(path) == list(caught.value.problems)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    """One reading finds all four, each on its line with its own code."""
    path = tmp_path / "many.yaml"
    path.write_text(
        "title: A\nsummary: B\nextends: england\nyears: 99\nscale: 2\nlevers:\n  leave.per_trust: x\n  nothing.at_all: 1\n"
    )
    problems = check(path)
    assert [(p.line, p.code) for p in problems] == [(4, "E0402"), (5, "E0402"), (7, "E0401"), (8, "E0302")]


def test_after_twenty_problems_the_rest_are_counted(tmp_path: Path) -> None:
    """A file with 33 wrong keys gives 20 messages and one line about 13 more."""
    path = tmp_path / "many.yaml"
    path.write_text("title: A\nsummary: B\nextends: england\n" + "".join(f"k{i}: 1\n" for i in range(33)))
    with pytest.raises(InputError) as caught:
        load(path)
    assert caught.value.render().count("error E0302") == 20
    assert caught.value.render().endswith("… and 13 more")


def test_a_message_shows_file_line_column_the_line_and_a_caret(tmp_path: Path) -> None:
    """The whole text, to the letter, with the value that was probably meant."""
    path = tmp_path / "policy.yaml"
    path.write_text("title: A\nsummary: B\nextends: england\nlevers:\n  leave.return_from_break: 86\n")
    (problem,) = check(path)
    assert problem.render() == (
        f"{path}:5:28: error E0402: leave.return_from_break must be a probability (0 to 1), got 86\n"
        "   5 |   leave.return_from_break: 86\n"
        "     |                            ^^\n"
        "   did you mean 0.86 or 86%?"
    )


def test_a_long_value_with_control_characters_is_echoed_short_and_escaped(tmp_path: Path) -> None:
    """What a file holds cannot fill the screen or break up the message."""
    path = tmp_path / "long.yaml"
    path.write_text('title: A\nsummary: B\nextends: england\nscale: "' + "x\\n" * 500 + '"\n')
    said = load_error(path)
    assert "\n\n" not in said
    assert all(len(line) < 200 for line in said.splitlines())


def load_error(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    return caught.value.render()
