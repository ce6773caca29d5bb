"""Whoever waits while the model is compiled is told, and nobody else; once it is compiled, no process compiles anything."""

from __future__ import annotations

import gc
import json
import pickle
import subprocess
import sys

import numba
from numba import typeof

from analysis.runs.compiling import told
from simulation import kernels
from tests.worlds import rough_parameters

WARM_UP = """
import json

from analysis.runs.compiling import warm_up
from simulation.kernels import KERNELS

warm_up()
print(json.dumps([loop.__name__ for loop in KERNELS if not loop.signatures]))
"""
ANY_RUN = """
import json
from dataclasses import replace

import numpy as np
from numba.core import event

import scenarios
from analysis.runs.replicate import Arm, recorded, replicate
from scenarios.places import library_names

with event.install_recorder("numba:compile") as compiled:
    for name in library_names("scenario"):
        setup = scenarios.load(name).setup()
        few = setup.register.take(np.arange(30))
        replicate([Arm(replace(setup, register=few, warm_up_years=9, years=3), recorded(""))], 1, 0)
print(json.dumps([e.data["dispatcher"].__name__ for _time, e in compiled.buffer if e.is_start]))
"""


def test_a_loop_that_is_not_kept_is_told_of_and_one_that_is_kept_is_not(tmp_path, monkeypatch, capsys):
    """The same loop in a first and in a later process."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(kernels, "KERNELS", kernels.KERNELS.copy())
    monkeypatch.setattr("analysis.runs.compiling.KERNELS", kernels.KERNELS)
    said = []
    for _process in range(2):
        twice = kernels.kernel(_twice)
        with told():
            assert twice(3) == 6
        said.append(capsys.readouterr().err)
    assert said[0].startswith("Compiling the model, once: ")
    assert len(said[0].splitlines()) == 1
    assert said[1] == ""
    assert gc.isenabled()


def test_where_nothing_can_be_kept_it_is_said_what_to_do(monkeypatch, capsys):
    """Once, at the end."""
    monkeypatch.setattr(kernels, "places", list)
    monkeypatch.setattr(kernels, "KERNELS", [])
    monkeypatch.setattr("analysis.runs.compiling.KERNELS", kernels.KERNELS)
    twice = kernels.kernel(_twice)
    for told_of in (True, False):
        with told():
            assert twice(3) == 6
        assert ("NUMBA_CACHE_DIR" in capsys.readouterr().err) == told_of


def _twice(x):
    return 2 * x


def _in_a_process(code: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_after_the_warm_up_no_run_of_any_scenario_compiles_anything():
    """All loops are compiled, for all types that runs of the library ever give them."""
    assert _in_a_process(WARM_UP) == []
    assert _in_a_process(ANY_RUN) == []


def test_parameters_of_another_process_need_no_loops_of_their_own():
    """Compiled code takes them for what they were before they were sent."""
    ours = rough_parameters()
    theirs = pickle.loads(pickle.dumps(ours))
    assert [typeof(value) for value in theirs.values().values()] == [typeof(value) for value in ours.values().values()]
