"""The model's loops are compiled the first time that they are needed, and kept beside it; whoever waits is told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from time import monotonic

import numpy as np
from numba.core import event
from numba.core.dispatcher import Dispatcher

from analysis.runs.replicate import Arm, recorded, replicate
from analysis.telling import say
from simulation.world import Setup

FEW = 40
"""Schools that are enough for everything to be compiled."""
SELDOM = 5.0
"""Seconds between two lines."""


@contextmanager
def told() -> Iterator[None]:
    """Say how far it is whenever this process compiles a loop of the model that is kept on disk."""
    with event.install_listener("numba:compile", _Teller()):
        yield


def compile_once(setups: Iterable[Setup], measures: tuple[str, ...] | None = None) -> None:
    """Simulate a year of a few schools, so that what runs of ``setups`` need is on disk before other processes look there.

    The setup with the most programmes stands for all. ``measures`` are those that will be taken (None: all).
    """
    setup = max(setups, key=lambda s: len(s.programmes))
    few = setup.register.take(np.arange(min(FEW, len(setup.register))))
    with told():
        replicate([Arm(replace(setup, register=few, warm_up_years=1, years=1), recorded(""))], 0, 0, measures=measures)


class _Teller(event.Listener):
    def __init__(self) -> None:
        self.latest = -SELDOM

    def on_start(self, event: event.Event) -> None:
        kept = _kept()
        # Others are parts of these, or are compiled in every process and take no time to speak of.
        if event.data["dispatcher"] in kept and monotonic() - self.latest >= SELDOM:
            self.latest = monotonic()
            ready = sum(bool(loop.signatures) for loop in kept)
            say(f"Compiling the model, once: {ready} of {len(kept)} parts are ready ...")

    def on_end(self, event: event.Event) -> None:
        pass


def _kept() -> list[Dispatcher]:
    """The loops that numba keeps on disk, of those modules of the model that are loaded."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("simulation.")]
    loops = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Dispatcher)}
    return [loop for loop in loops.values() if loop.stats.cache_path is not None]
