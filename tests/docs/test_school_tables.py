"""The tables of church schools and of the step within middle leadership: whole, and of the direction that the page tells."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import scenarios
from tests.docs import church_schools, middle_steps
from tests.docs.between import between


def numbers_of(page_part: str) -> dict[str, list[float]]:
    """By row: the means of its cells, in order."""
    rows = [line.strip("| ").split(" | ") for line in page_part.splitlines() if line.startswith("| ")][1:]
    return {
        row[0]: [float(re.findall(r"[\d.]+", cell.replace(",", ""))[0]) for cell in row[1:] if "±" in cell]
        for row in rows
    }


def test_headships_of_church_schools_are_advertised_again_more_often() -> None:
    """In both phases, those of Catholic schools most: the order that is published."""
    found = numbers_of(between(church_schools.PAGE, church_schools.START, church_schools.END))
    none, english, catholic = (found[name] for name, _ in church_schools.ROWS.values())
    for at in range(len(church_schools.PHASES)):
        assert none[at] < english[at] < catholic[at]
    assert found["Roman Catholic against none"][0] == pytest.approx(catholic[0] / none[0], rel=0.05)


def test_no_share_of_heads_of_departments_has_all_that_is_published() -> None:
    """A larger share has more of their adverts, and a step that more take in a year; at the context's, few posts stand empty."""
    found = numbers_of(between(middle_steps.PAGE, middle_steps.START, middle_steps.END))
    assert list(found) == list(middle_steps.NAMES)
    of_adverts, step = (
        found["the same, those of heads of department"],
        found["Step from the lower rung to the upper, a year"],
    )
    assert of_adverts == sorted(of_adverts)
    assert step == sorted(step)
    assert 7 < step[0] < 12
    assert found["Posts of heads of department without a holder"][0] < 1


def test_the_share_of_the_first_column_is_the_contexts_and_others_are_set() -> None:
    """The shares of the two rungs of a setup are those asked for, and add up to one."""
    setup = replace(scenarios.load(middle_steps.SCENARIO), scale=0.002).setup()
    upper = setup.structure.ladder.rungs[middle_steps.HEAD_OF_DEPARTMENT]
    assert upper.share == middle_steps.SHARES[0]
    rungs = middle_steps.with_share(setup, 0.6).structure.ladder.rungs
    assert [rung.share for rung in rungs[1:3]] == [0.4, 0.6]
