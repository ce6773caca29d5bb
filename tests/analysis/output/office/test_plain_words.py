"""Whatever an output says is in plain words: no name of a file's key, no code of a unit, over all outputs of a small study."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.output.outputs import OUTPUTS, raw, said


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_output_says_a_raw_name(results: Path, output) -> None:
    """Neither of a programme's figures and effects, nor of parameters, nor of units."""
    text = said(output, results)
    assert len(text) > 1000
    assert raw(text) == set()


def test_raw_names_are_found() -> None:
    """So that the search above cannot pass by finding nothing at all."""
    text = "effects.less_alone is 800 gbp and -0.16 log-odds, take_up.apply (mat-ceo) in england; see https://a.example/b_c"
    assert raw(text) == {"effects.less_alone", "gbp", "log-odds", "take_up.apply", "mat-ceo", "england"}
