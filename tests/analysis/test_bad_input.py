"""Bad input through the real command: one clear message with its place, exit code 2, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAD = "title: A\nsummary: B\nextends: england\n"

BOMB = HEAD + "levers: &a0 [x, x]\n" + "".join(f"k{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))

COLUMNS = "urn,name,phase,region,local_authority,kind,pupils,fsm_percent"

SCENARIOS = {
    "empty": ("", "wrong.yaml: error E0104: the file is empty"),
    "misspelt key": (HEAD + "yeers: 3\n", "wrong.yaml:4:1: error E0302: ", "did you mean years or levers?"),
    "misspelt key at depth": (
        HEAD + "levers:\n  leave.role_odds:\n    primary: {haed: 0.1, all: 0}\n    all: {all: 0}\n",
        "wrong.yaml:6:15: error E0305: ",
        "did you mean head?",
    ),
    "misspelt label like a way to change": (
        HEAD + "levers:\n  leave.retire_role_odds: {haed: 0.1, all: 0}\n",
        "wrong.yaml:5:28: error E0305: ",
        "did you mean head?",
    ),
    "duplicate key": (HEAD + "years: 3\nyears: 4\n", "wrong.yaml:5:1: error E0111: ", "years"),
    "probability 86": (
        HEAD + "levers:\n  leave.return_from_break: 86\n",
        "wrong.yaml:5:28: error E0402: ",
        "did you mean 0.86 or 86%?",
    ),
    "not a number": (HEAD + "scale: .nan\n", "wrong.yaml:4:8: error E0401: "),
    "no years": (HEAD + "years: 0\n", "wrong.yaml:4:8: error E0402: ", "got 0"),
    "alias bomb": (BOMB, "wrong.yaml:4:9: error E0109: anchors are not allowed"),
    "brackets": ("[" * 200_000, "wrong.yaml:1:21: error E0105: ", "20"),
}
"""What the file holds, and what the message must contain, its place first."""

REGISTERS = {
    "column missing": (
        COLUMNS.replace(",pupils", "") + "\n1,Hill,primary,North,822,maintained,16.2\n",
        "schools.csv:1: error E0204: ",
        "pupils",
    ),
    "text for a number": (
        COLUMNS + "\n1,Hill,primary,North,822,maintained,285,16.2\n2,Dale,primary,North,822,maintained,many,16.2\n",
        "schools.csv:3: error E0205: column pupils: expected a whole number",
        "'many'",
    ),
    "empty": ("", "schools.csv: error E0203: "),
}


def _assert_one_clear_message(ended: tuple[int, str, str], words: tuple[str, ...]) -> None:
    code, out, err = ended
    assert (code, out) == (2, ""), err
    assert err.startswith(words[0]), err
    assert err.count("error ") == 1, err
    assert all(word in err for word in words[1:]), err
    assert "Traceback" not in err
    assert len(err) < 1000


@pytest.mark.parametrize("case", SCENARIOS)
def test_a_bad_scenario_is_one_message_and_leaves_nothing(headway, tmp_path, case):
    """``run`` stops before it makes the folder of results."""
    text, *words = SCENARIOS[case]
    (tmp_path / "wrong.yaml").write_text(text, encoding="utf-8")
    ended = headway("run", "wrong.yaml", "--out", "results", "--scale", "0.01")
    _assert_one_clear_message(ended, tuple(words))
    assert [path.name for path in tmp_path.iterdir()] == ["wrong.yaml"]


@pytest.mark.parametrize("case", REGISTERS)
def test_a_bad_register_is_one_message_and_leaves_nothing(headway, tmp_path, case):
    """The table given by ``--schools`` is read before anything runs."""
    text, *words = REGISTERS[case]
    (tmp_path / "schools.csv").write_text(text, encoding="utf-8")
    ended = headway("run", "england", "--schools", "schools.csv", "--out", "results")
    _assert_one_clear_message(ended, tuple(words))
    assert [path.name for path in tmp_path.iterdir()] == ["schools.csv"]


def test_a_name_that_the_library_lacks_is_one_message(headway, tmp_path):
    """A slip in a name is told with the name that may have been meant."""
    ended = headway("run", "englnad", "--out", "results")
    _assert_one_clear_message(ended, ("englnad: error E0123: ", "did you mean england?"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_results_that_was_there_stays_as_it_was(headway, tmp_path):
    """A bad file neither replaces earlier results nor empties the folder meant for new ones."""
    (tmp_path / "wrong.yaml").write_text(HEAD + "years: 0\n", encoding="utf-8")
    (tmp_path / "results").mkdir()
    assert headway("run", "wrong.yaml", "--out", "results")[0] == 2
    assert list((tmp_path / "results").iterdir()) == []


def test_a_file_that_is_not_there_is_one_message_in_a_shell(tmp_path):
    """In a process of its own, too: exit code, streams and absence of a trace are those that a shell sees."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", "from analysis.cli import main; main()"]
    done = subprocess.run(
        [*program, "run", "missing.yaml", "--out", "results"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        cwd=tmp_path,
    )
    _assert_one_clear_message((done.returncode, done.stdout, done.stderr), ("missing.yaml: error E0101: ",))
    assert list(tmp_path.iterdir()) == []
