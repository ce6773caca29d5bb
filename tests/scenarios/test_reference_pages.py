"""The pages of reference that are written from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.problems import CODES
from scenarios.reference import CODES_PAGE, PARAMETERS_PAGE, codes_page, parameters_page
from simulation.parameters import declarations

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("page", "write"), [(PARAMETERS_PAGE, parameters_page), (CODES_PAGE, codes_page)])
def test_a_page_is_what_the_code_writes(page, write):
    """Whoever changes a parameter, its value or a code renews the page."""
    assert (ROOT / page).read_text(encoding="utf-8") == write(), "run: python -m scenarios.reference"


def test_no_parameter_and_no_code_is_left_out():
    """Each has its entry, in the order declared."""
    entries = [line.split("`")[1] for line in parameters_page().splitlines() if line.startswith("### ")]
    assert entries == [declaration.path for declaration in declarations()]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in codes_page().splitlines() if line.startswith("| E")]
    assert rows == list(CODES)
