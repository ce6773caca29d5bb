"""Whoever waits while the model is compiled is told, and nobody else."""

from __future__ import annotations

import importlib.util
import pickle
import sys

from numba import typeof

from analysis.runs.compiling import told
from tests.worlds import rough_parameters

LOOP = "from numba import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n"


def test_a_loop_that_is_not_on_disk_is_told_of_and_one_that_is_there_is_not(tmp_path, monkeypatch, capsys):
    """The same module of the model, loaded by a first and by a later process."""
    (tmp_path / "loop.py").write_text(LOOP, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("simulation.loop", tmp_path / "loop.py")
    said = []
    for _process in range(2):
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "simulation.loop", module)
        spec.loader.exec_module(module)
        with told():
            assert module.twice(3) == 6
        said.append(capsys.readouterr().err)
    assert said[0].startswith("Compiling the model, once: ")
    assert said[1] == ""


def test_parameters_of_another_process_need_no_loops_of_their_own():
    """Compiled code takes them for what they were before they were sent."""
    ours = rough_parameters()
    theirs = pickle.loads(pickle.dumps(ours))
    assert [typeof(value) for value in theirs.values().values()] == [typeof(value) for value in ours.values().values()]
