"""The pages of reference that are written from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.places import library_names
from scenarios.problems import CODES
from scenarios.programme_files.figures import FIGURES
from scenarios.programme_files.reader import KEYS
from scenarios.reference import CODES_PAGE, PARAMETERS_PAGE, codes_page, parameters_page
from scenarios.reference_programmes import PROGRAMMES_PAGE, programmes_page
from simulation.parameters import declarations
from simulation.processes.eligibility import COLUMNS
from simulation.programmes.channels import CHANNELS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("page", "write"),
    [(PARAMETERS_PAGE, parameters_page), (CODES_PAGE, codes_page), (PROGRAMMES_PAGE, programmes_page)],
)
def test_a_page_is_what_the_code_writes(page, write):
    """Whoever changes a parameter, its value or a code renews the page."""
    assert (ROOT / page).read_text(encoding="utf-8") == write(), "run: python -m scenarios.reference"


def test_no_parameter_and_no_code_is_left_out():
    """Each has its entry, in the order declared."""
    entries = [line.split("`")[1] for line in parameters_page().splitlines() if line.startswith("### ")]
    assert entries == [declaration.path for declaration in declarations()]
    rows = [
        line.split(" | ")[0].removeprefix("| ")
        for line in codes_page().splitlines()
        if line.startswith(("| E0", "| W0"))
    ]
    assert rows == list(CODES)


def test_no_channel_column_figure_or_programme_is_left_out():
    """Each has a row of its own."""
    rows = [line.split("`")[1] for line in programmes_page().splitlines() if line.startswith("| `")]
    for name in (*CHANNELS, *COLUMNS, *FIGURES, *KEYS, *library_names("programme")):
        assert name in rows, name
