"""Files of scenarios, programmes and designs that did badly once, as they were handed over: each is accepted, warned of or refused as is right.

Their kinds have tests of their own, as have registers (`tests/scenarios/register/test_register_cases.py`) and Mesa
(`tests/simulation/test_mesa_copies.py`).
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout, suppress
from pathlib import Path

import pytest
import typer

from analysis.commands.check import check

ROOT = Path(__file__).resolve().parents[3]
FOUND = {
    "20-dated-lever/b.yaml": None,
    "20-dated-lever/c.yaml": None,
    "20-dated-lever/maternity.yaml": None,
    "21-npq-2025-26/half.yaml": None,
    "23-level7-age/only-young.yaml": "W0702 nobody meets who of leadership-apprenticeship",
    "23-level7-age/withdraw.yaml": None,
    "24-rise/rise.yaml": "W0707 the register of schools has no column ofsted",
    "24-rise/rise2.yaml": "W0702 no school meets who of rise",
    "24-rise/prog.yaml": None,
    "24-rise/prog2.yaml": None,
    **{f"25-dash-years/{name}.yaml": "E0405 did you mean 2027/28?" for name in "abcde"},
    "26-ecte/a.yaml": None,
    "27-ppi/own-source.yaml": "E0104 the file is empty",
    "27-ppi/ppi-nosource.yaml": "E0413 what the file itself cites: under cites:",
    "27-ppi/ppi.yaml": None,
    "28-title-comma/base.yaml": None,
    "28-title-comma/s.yaml": None,
    "29-all-academies/a.yaml": None,
    "31-lhs-expand/d.yaml": None,
    "32-categorical-levers/d.yaml": None,
    "32-categorical-levers/d2.yaml": None,
    "32-categorical-levers/d3.yaml": None,
    "33-sobol-expand/d.yaml": None,
    "34-range-by-chance/d.yaml": "E0409 are outside its range",
}
"""What is right of each: a code with words of its message or hint; None where nothing is wrong."""


@pytest.fixture(scope="module")
def told():
    """All that is wrong with each, in one call."""
    cases = next((a / "shared" / "cases" for a in (ROOT, ROOT.parent) if (a / "shared" / "cases").is_dir()), None)
    if cases is None:
        pytest.skip("the cases are not beside the repository (../shared/cases)")
    found: dict[str, list[str]] = {file: [] for file in FOUND}
    for file in FOUND:
        with redirect_stdout(io.StringIO()) as said, suppress(typer.Exit):
            check([str(cases / file)], as_json=True)
        for one in json.loads(said.getvalue()):
            found[file].append(f"{one['code']} {one['message']} {one['hint'] or ''}")
    return found


@pytest.mark.parametrize("file", FOUND)
def test_each_case_has_its_right_answer(told, file):
    """And no other: what is right is accepted without a warning."""
    wanted = FOUND[file]
    if wanted is None:
        assert told[file] == []
    else:
        code, words = wanted.split(" ", 1)
        assert {one.split(" ", 1)[0] for one in told[file]} == {code}
        assert any(words in one for one in told[file])
