"""What the command line reads as a number: with the sign of per cent or without it, as in files."""

from __future__ import annotations

import pytest
import typer

from analysis import options


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (options.as_number, "10%", 0.1),
        (options.as_number, "0.1%", 0.001),
        (options.as_number, " 0.1 ", 0.1),
        (options.as_number, 0.1, 0.1),
        (options.as_per_cent, "90%", 90.0),
        (options.as_per_cent, "99.9", 99.9),
    ],
)
def test_a_percentage_is_read_as_in_a_file(read, text, value):
    """With its sign or without; a share is the very number that its decimals are."""
    assert read(text) == value


@pytest.mark.parametrize("text", ["", "%", "ten", "1,5", "snan", "1 %%"])
def test_what_is_no_number_is_refused(text):
    """And what one looks like is said."""
    with pytest.raises(typer.BadParameter, match=r"is no number; it is written like 0\.9 or 90%"):
        options.as_number(text)
