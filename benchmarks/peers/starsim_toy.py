"""The toy with Starsim: people as arrays, a module of one's own with its drawn chances. Arguments: people, years; prints JSON."""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import starsim as ss


class Leaving(ss.Module):
    """Whoever leaves is replaced by a newcomer, who takes the place; ages rise by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.leaves = ss.bernoulli(p=self.chance)

    def chance(self, sim: ss.Sim, uids: np.ndarray) -> np.ndarray:
        """Chance of leaving in a year, by age."""
        return 1.0 / (1.0 + np.exp(3.0 - 0.03 * (sim.people.age[uids] - 40)))

    def step(self) -> None:
        """One year."""
        leavers = self.leaves.filter()
        self.sim.people.age[leavers] = 25
        self.left += len(leavers)


if __name__ == "__main__":
    people, years = map(int, sys.argv[1:])
    # Its first and its last year are both simulated.
    span = {"start": 2025, "dur": years - 1, "dt": 1}
    sim = ss.Sim(n_agents=people, modules=Leaving(), use_aging=True, verbose=0, **span)
    sim.init()
    sim.people.age[:] = 25.0 + np.arange(people) % 40
    start = time.process_time()
    sim.run()
    print(json.dumps({"seconds": time.process_time() - start, "left": next(iter(sim.modules)).left, "people": people}))
