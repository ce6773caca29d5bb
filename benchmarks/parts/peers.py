"""h: Headway against what else there is, on what that can do: people age, leave and are replaced, agent-steps a second."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from numba import njit

from benchmarks.asked import Asked
from benchmarks.checkout import FOLDER
from benchmarks.children import FailedError, answer, call, finish
from benchmarks.parts.england import SCENARIO
from benchmarks.probe import compile_for, setup_of, simulate
from benchmarks.table import Line
from simulation.draws import Key, agent_ids, counter, threefry, unit
from simulation.vocabulary import Route

TITLE = "Peers on ageing, leaving and replacement: agent-steps a second"
PEERS = {"mesa": "mesa_agents.py", "mesa-frames": "mesa_frames_polars.py", "starsim": "starsim_toy.py"}
"""What is installed from the index, and the toy in its terms; see ``benchmarks/peers``."""
YEARS = 10
WHOLE_SCALE, WHOLE_YEARS = 0.1, 3
NEAR = 0.1
"""How far the share of people who leave in a toy may be from Headway's, relatively: more, and the work is not the same."""


def measure(asked: Asked) -> Iterator[Line]:
    """A line for each peer: the toy here against the toy there, and a whole year of Headway's beside them."""
    people = asked.sizes.agents
    ours = call(toy, people, YEARS)
    whole = call(whole_year, min(WHOLE_SCALE, asked.sizes.scale))
    rate = people * YEARS / ours["seconds"]
    for peer, script in PEERS.items():
        try:
            theirs = [answer(finish([environment(peer), script_of(script), str(people), str(YEARS)])) for _ in range(3)]
        except FailedError as error:
            yield Line(peer, note=f"left out, it does not install or run here: {str(error).splitlines()[-1][:200]}")
            continue
        if abs(theirs[0]["left"] / ours["left"] - 1) > NEAR:
            raise RuntimeError(f"{peer}: {theirs[0]['left']:,} have left, {ours['left']:,} here: not the same work")
        there = people * YEARS / median(run["seconds"] for run in theirs)
        figures = {"million a second": rate / 1e6, "there": there / 1e6}
        yield Line(f"the toy as Headway would write it ÷ {peer}", rate / there, figures)
        yield Line(
            f"Headway's whole year, market and all ÷ the toy in {peer}",
            whole / there,
            {"million a second": whole / 1e6},
        )


def script_of(name: str) -> Path:
    """A toy's file."""
    return Path(__file__).parents[1] / "peers" / name


def environment(peer: str) -> Path:
    """The Python of an environment that has ``peer``, made unless it is there. Raise :exc:`FailedError` if it cannot be."""
    folder = FOLDER / f"with-{peer}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        finish([sys.executable, "-m", "venv", "--clear", folder])
        finish([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:", peer])
        (folder / "complete").touch()
    return python


def toy(people: int, years: int) -> dict:
    """The toy as a compiled loop over columns with keyed draws, as Headway's processes are."""
    ids = agent_ids(Route.INITIAL, 2025, np.full(people, 100_001), np.arange(people))
    ages, key = 25 + np.arange(people) % 40, Key(1)
    _year(ids[:1].copy(), ages[:1].copy(), 0, np.uint64(key.seed), np.uint64(key.replicate))
    start, left = process_time(), 0
    for year in range(years):
        left += _year(ids, ages, 2025 + year, np.uint64(key.seed), np.uint64(key.replicate))
    return {"seconds": process_time() - start, "left": left}


@njit
def _year(ids, ages, year, k0, k1):  # type: ignore[no-untyped-def]
    left = 0
    for i in range(len(ids)):
        ages[i] += 1
        word, _ = threefry(ids[i], counter(70, year, 0), k0, k1)
        if unit(word) < 1.0 / (1.0 + math.exp(3.0 - 0.03 * (ages[i] - 40))):
            ages[i] = 25
            left += 1
    return left


def whole_year(scale: float) -> float:
    """Person-years a second of the whole model, with every phase and check and without measures."""
    compile_for(SCENARIO, 0, WHOLE_YEARS)
    _, run = simulate(setup_of(SCENARIO, scale, 0, WHOLE_YEARS), measures=())
    return run["person-years"] / (run["processor"] - run["making"])
