"""The table of levels by size says of samples what it says of the whole."""

from __future__ import annotations

import re

from tests.docs.between import between
from tests.docs.levels import END, NAMES, PAGE, SIZES, START


def test_levels_of_samples_are_those_of_the_whole():
    """At 2% and at 10% each is within a twentieth of the whole's, or within the interval of their difference; every level has its row."""
    text = between(PAGE, START, END)
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    assert [row[0] for row in rows[1:]] == list(NAMES)
    for row in rows[1:]:
        found = [[float(n) for n in re.findall(r"\d+\.\d+", cell)] for cell in row[1:]]
        assert len(found) == len(SIZES)
        (whole, chance), *samples = found[::-1]
        for level, half in samples[:2]:
            assert abs(level - whole) < max(0.05 * whole, (half**2 + chance**2) ** 0.5), row
