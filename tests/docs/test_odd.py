"""The model's rules, page `odd.md`, and its code name the same processes, parameters and draws."""

from __future__ import annotations

import re
from pathlib import Path

from simulation.draws import Decision
from simulation.parameters import declarations
from simulation.phases import PHASES

ROOT = Path(__file__).resolve().parents[2]
ODD = (ROOT / "docs" / "background" / "odd.md").read_text(encoding="utf-8")
PATHS = {declaration.path for declaration in declarations()}
NAMED = set(re.findall(r"`([a-z_]+\.[a-z_0-9]+)`", ODD))
"""Whatever the page writes as a parameter is written: `group.name`."""


def test_the_page_tells_every_parameter():
    """A parameter that is declared has its role in a rule, by its full path."""
    assert not PATHS - NAMED


def test_the_page_names_no_parameter_that_is_not_declared():
    """A parameter that is renamed or dropped is renamed or dropped in the rules too; only the notation is explained."""
    assert not NAMED - PATHS


def test_the_page_has_a_numbered_section_for_each_process_in_the_order_of_the_year():
    """Sections and the line "Order of a year" are the phases, no more and no fewer."""
    phases = [process.name for process in PHASES]
    sections = re.findall(r"^### (\d+)\. (.+)$", ODD, re.MULTILINE)
    assert [(int(number), name.lower()) for number, name in sections] == list(enumerate(phases, start=1))
    (order,) = re.findall(r"\*\*Order of a year\.\*\* (.*?)\. ", ODD, re.DOTALL)
    assert re.split(r"\s→\s", order.lower().replace("\n", " ")) == phases


def test_the_page_and_the_model_draw_the_same_decisions():
    """Each draw in the code of the model is in a rule, and each draw in a rule is in the registry."""
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "simulation").rglob("*.py")]
    drawn = set(re.findall(r"\bDecision\.([A-Z_]+)", "\n".join(code)))
    told = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", ODD))
    assert not drawn - told
    assert not set(re.findall(r"\bu\(([A-Z][A-Z_]+)\b", ODD)) - set(Decision.__members__)


def test_the_files_that_the_page_points_to_are_there():
    """A path in backticks is a file or a folder of the project."""
    paths = re.findall(r"`([a-z_/]+/(?:[a-z_]+\.[a-z]+)?)`", ODD)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
