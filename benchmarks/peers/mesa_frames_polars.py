"""The toy with Mesa-frames: people as rows of a Polars frame. Arguments: people, years; prints JSON."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF


class People(AgentSetPolars):
    """All people."""

    def step(self) -> None:
        """A year: older by one; whoever leaves is replaced by a newcomer, who takes the row."""
        age = self.agents["age"] + 1
        chance = 1.0 / (1.0 + (3.0 - 0.03 * (age - 40)).exp())
        leaves = pl.Series(self.model.random.random(len(age))) < chance
        self.model.left += int(leaves.sum())
        self["age"] = age.zip_with(~leaves, pl.Series(np.full(len(age), 25)))


class Toy(ModelDF):
    """Everybody, year by year."""

    def __init__(self, people: int) -> None:
        super().__init__()
        self.left = 0
        group = People(self)
        group.add(pl.DataFrame({"unique_id": np.arange(people), "age": 25 + np.arange(people) % 40}))
        self.agents += group

    def step(self) -> None:
        """One year."""
        self.agents.do("step")


if __name__ == "__main__":
    people, years = map(int, sys.argv[1:])
    model = Toy(people)
    start = time.process_time()
    for _ in range(years):
        model.step()
    print(json.dumps({"seconds": time.process_time() - start, "left": model.left, "people": people}))
