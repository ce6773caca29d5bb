"""The guide's table of mentors' time, skill and training says what the guide says beside it."""

from __future__ import annotations

import re

from tests.docs.between import between
from tests.docs.doses import END, GUIDE, HEADS, START, WAYS


def rows() -> dict[str, list[tuple[float, float, float]]]:
    """By way: for each outcome the effect, its difference to the planned way and half the interval of that."""
    table = between(GUIDE, START, END)
    found = {}
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in WAYS:
            numbers = [[float(n) for n in re.findall(r"[+-]?\d\.\d+", cell)] for cell in cells[1:-1]]
            found[cells[0]] = [(n[0], n[2] if len(n) > 2 else 0.0, n[3] if len(n) > 3 else 0.0) for n in numbers]
            found[cells[0]].append((float(cells[-1].strip("£").replace(",", "")), 0.0, 0.0))
    return found


def test_more_hours_better_mentors_and_training_do_more_beyond_their_intervals() -> None:
    """A quarter, the plan and twice; worse, as they are and better; untrained, trained and trained for twice as long."""
    found = rows()
    assert list(found) == list(WAYS)
    less = ("a quarter of the hours", "mentors one standard deviation worse", "mentors not trained")
    more = ("twice the hours", "mentors one standard deviation better", "mentors trained for twice as long")
    for outcome in range(len(HEADS)):
        assert all(found[way][outcome][1] + found[way][outcome][2] < 0 for way in less)
        assert all(found[way][outcome][1] - found[way][outcome][2] > 0 for way in more)
        planned, twice = (found[way][outcome][0] for way in ("the planned hours", "twice the hours"))
        assert twice < 1.5 * planned, "hours level off"
    costs = [found[way][-1][0] for way in ("a quarter of the hours", "the planned hours", "twice the hours")]
    assert costs == sorted(costs)
    assert found["mentors not trained"][-1][0] < costs[1] < found["mentors trained for twice as long"][-1][0]
