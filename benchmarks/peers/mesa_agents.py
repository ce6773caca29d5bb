"""The toy with plain Mesa agents: one Python object a person. Arguments: people, years; prints JSON."""

from __future__ import annotations

import json
import math
import sys
import time

import mesa


class Person(mesa.Agent):
    """Somebody who ages, and may leave."""

    def __init__(self, model: mesa.Model, age: int) -> None:
        super().__init__(model)
        self.age = age

    def step(self) -> None:
        """A year: older by one; whoever leaves is replaced by a newcomer."""
        self.age += 1
        if self.random.random() < 1.0 / (1.0 + math.exp(3.0 - 0.03 * (self.age - 40))):
            self.remove()
            Person(self.model, 25)
            self.model.left += 1


class Toy(mesa.Model):
    """Everybody, year by year."""

    def __init__(self, people: int) -> None:
        super().__init__()
        self.left = 0
        for n in range(people):
            Person(self, 25 + n % 40)

    def step(self) -> None:
        """One year."""
        self.agents.do("step")


if __name__ == "__main__":
    people, years = map(int, sys.argv[1:])
    model = Toy(people)
    start = time.process_time()
    for _ in range(years):
        model.step()
    print(json.dumps({"seconds": time.process_time() - start, "left": model.left, "people": len(model.agents)}))
