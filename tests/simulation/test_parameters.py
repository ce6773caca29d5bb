"""Parameters that are made in Python meet what the files' reader asks of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import scenarios
from simulation.declaring import UNITS
from simulation.parameters import Parameters, declarations
from tests.worlds import rough_parameters

ENGLAND = scenarios.load("england").parameters


@pytest.mark.parametrize("declaration", declarations(), ids=lambda d: d.path)
def test_no_impossible_value_is_taken(declaration):
    """For every parameter: too much, too little, no number, text, a truth value, another shape. Its own value is taken."""
    values = ENGLAND.values()
    own = np.asarray(values[declaration.path])
    low, high = UNITS[declaration.unit]

    def spoilt(cell: object) -> np.ndarray:
        cells = own.astype(type(cell) if isinstance(cell, str | bool) else float).copy()
        cells[(0,) * cells.ndim] = cell
        return cells

    impossible = [spoilt(high * 1.01 + 1), spoilt(low - 1), spoilt(np.nan), spoilt(np.inf)]
    wrong = [own.astype(str), own > 0, np.stack([own, own]), None, np.ma.array(own, mask=True)]
    for value in (*impossible, *wrong):
        with pytest.raises(ValueError, match=f"^{declaration.path} "):
            Parameters.from_values(values | {declaration.path: value})
    again = Parameters.from_values(values | {declaration.path: own.tolist()})
    assert np.array_equal(again.values()[declaration.path], own)


def test_every_way_to_set_a_parameter_is_checked():
    """By path, by its group as a dataclass, and by what is read from results that were kept; the message is the reader's."""
    due = r"leave.return_from_break must be a probability \(0 to 1\), got "
    with pytest.raises(ValueError, match=due + "7$"):
        ENGLAND.replace(leave__return_from_break=7.0)
    with pytest.raises(ValueError, match=due + "'0.4'$"):
        replace(ENGLAND.leave, return_from_break="0.4")
    with pytest.raises(ValueError, match=due + "nan$"):
        Parameters.from_values(ENGLAND.values() | {"leave.return_from_break": float("nan")})
    for mixed in (True, np.ma.masked):
        with pytest.raises(ValueError, match=r"leave.retire_role_odds must be a shift in log-odds"):
            ENGLAND.replace(leave__retire_role_odds=[0.5, mixed, 0, 0, 0, 0])
    with pytest.raises(ValueError, match=r"leave.retire_role_odds for head must be a shift in log-odds"):
        ENGLAND.replace(leave__retire_role_odds=[0, 0, 0, 0, 11, 0])


def test_tables_are_copies_that_cannot_be_written():
    """Neither the array that was given nor the parameter's own can change a run behind its back."""
    given = np.array(ENGLAND.leave.retire_role_odds)
    changed = ENGLAND.replace(leave__retire_role_odds=given)
    given[0] = 1.0
    assert changed.leave.retire_role_odds[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        changed.leave.retire_role_odds[0] = 1.0


def test_some_values_changed_are_the_whole_built_anew() -> None:
    """Numbers and tables, in one group or several; what they were changed from stays, and nothing can be written."""
    before = rough_parameters()
    changes = {
        "leave.step_down": before.leave.step_down / 2,
        "leave.worst_led": 0.25,
        "appoint.see": before.appoint.see / 3,
    }
    known = before.values()
    after, wanted = before.with_values(changes), Parameters.from_values({**known, **changes})
    for path, value in wanted.values().items():
        np.testing.assert_array_equal(after.value(path), value, err_msg=path)
        np.testing.assert_array_equal(before.value(path), known[path], err_msg=path)
    assert isinstance(after.leave.worst_led, float)
    assert not after.appoint.see.flags.writeable
    assert after.recruit is before.recruit


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"leave.worst_lead": 0.1}, "unknown .*worst_lead"),
        ({"appoint.see": np.zeros(2)}, "appoint.see must be a table"),
    ],
)
def test_what_is_no_parameter_and_what_has_another_shape_is_refused(changes, message) -> None:
    """The message names the path."""
    with pytest.raises(ValueError, match=message):
        rough_parameters().with_values(changes)
