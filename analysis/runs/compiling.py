"""The model's loops are compiled the first time that they are needed, and kept on disk; whoever waits is told."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic

import numpy as np
from numba.core import event

from analysis.runs.replicate import Arm, recorded, replicate
from analysis.telling import say
from simulation.kernels import KERNELS
from simulation.world import Setup

FEW = 40
"""Schools that are enough for everything to be compiled."""
WARM_UP = 10
"""Years that come before, so that the census can look back as far as it ever does."""
ALL = "everything"
"""The scenario of the library that has programmes of every kind, and so needs all loops."""
SELDOM = 5.0
"""Seconds between two lines."""


@contextmanager
def told() -> Iterator[None]:
    """Say how far it is whenever this process compiles a loop of the model, and at the end if it cannot be kept."""
    teller = _Teller()
    with event.install_listener("numba:compile", teller):
        yield
    if teller.has_told and any(loop.signatures and not loop.stats.cache_path for loop in KERNELS):
        say(
            "What was compiled can be kept nowhere, so every process will compile it again. "
            "Name a folder that can be written in the environment variable NUMBA_CACHE_DIR."
        )


def compile_once(setups: Iterable[Setup], measures: tuple[str, ...] | None = None) -> None:
    """Simulate a few schools for a short time, so that what runs of ``setups`` need is on disk before other processes look there.

    The setup with the most programmes stands for all. ``measures`` are those that will be taken (None: all).
    """
    setup = max(setups, key=lambda s: len(s.programmes))
    few = setup.register.take(np.arange(min(FEW, len(setup.register))))
    short = replace(setup, register=few, warm_up_years=WARM_UP, years=1)
    with told():
        replicate([Arm(short, recorded(""))], 0, 0, measures=measures)


def warm_up() -> tuple[int, list[str]]:
    """Compile all that any run can need, unless it is kept; returns how many loops that is, and in which folders they are."""
    import scenarios

    compile_once([scenarios.load(ALL).setup()])
    return len(KERNELS), sorted({loop.stats.cache_path for loop in KERNELS if loop.stats.cache_path})


class _Teller(event.Listener):
    """Hears of each loop that is compiled: tells of it, and meanwhile has no garbage collected, which takes a sixth of the time."""

    def __init__(self) -> None:
        self.latest = -SELDOM
        self.has_told = False
        self.collects = gc.isenabled()

    def on_start(self, event: event.Event) -> None:
        if event.data["dispatcher"] not in KERNELS:  # a part of one
            return
        gc.disable()
        if monotonic() - self.latest >= SELDOM:
            self.latest, self.has_told = monotonic(), True
            ready = sum(bool(loop.signatures) for loop in KERNELS)
            say(f"Compiling the model, once: {ready} of {len(KERNELS)} parts are ready ...")

    def on_end(self, event: event.Event) -> None:
        if self.collects and event.data["dispatcher"] in KERNELS:
            gc.enable()
