"""Every lever of delivery and costs of every programme of the library moves what the programme is for, or says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios
from scenarios.places import library_names
from tests.scenarios.bites import LEVERS, faults
from tests.scenarios.programme_text import GOOD

PRICED = "  costs.grant: the price of a place\n"


@pytest.mark.parametrize("name", library_names("programme"))
def test_every_lever_of_a_programme_moves_it_or_is_cost_only(name: str) -> None:
    """Half and twice of each, in a small world in which everybody may join; more never gives less but for a reason."""
    known = scenarios.load_programme(name)
    assert set(known.cost_only) <= set(LEVERS)
    assert list(faults(known)) == []


def broken(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The faults of a file that is right, and says that its grant is a price and nothing else, but for some changes."""
    text = GOOD.replace("moves:", f"cost_only:\n{PRICED}moves:")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "mentors.yaml"
    path.write_text(text, encoding="utf-8")
    return list(faults(scenarios.load_programme(path)))


MARKED = (PRICED, f"{PRICED}  costs.release_days: cover\n")
HELD = ("  years: 2\n", "  years: 2\n  day: {value: 6, range: [5, 7], sources: [], grade: J}\n")
LESS = "  complete_release: {value: -0.5, range: [-1, 0], sources: [], grade: J}\n"
HALF = "  complete: {value: 0.5, range: [0, 1], sources: [], grade: J}\n"
LOSES = ("  apply: {", f"{LESS}{HALF}  apply: {{")


def test_a_file_that_is_made_to_break_it_does(tmp_path: Path) -> None:
    """Days that act on nothing and do not say so, days that act and say that they do not, and days that lose people."""
    assert broken(tmp_path) == ["costs.release_days moves nothing, and is not said to be cost only"]
    assert broken(tmp_path, MARKED) == broken(tmp_path, HELD) == []
    assert broken(tmp_path, MARKED, HELD) == ["costs.release_days is cost only, and moves mentors"]
    assert broken(tmp_path, LOSES) == ["more of costs.release_days gives less"]
