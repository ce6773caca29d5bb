"""Parameters: some values changed are the whole built anew, and what cannot be meant is refused."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.parameters import Parameters
from tests.worlds import rough_parameters


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
    [({"leave.worst_lead": 0.1}, "unknown .*worst_lead"), ({"appoint.see": np.zeros(2)}, "appoint.see: shape")],
)
def test_what_is_no_parameter_and_what_has_another_shape_is_refused(changes, message) -> None:
    """The message names the path."""
    with pytest.raises(ValueError, match=message):
        rough_parameters().with_values(changes)
