"""Nanoseconds per draw: keyed draws against numpy's generator.

python -m benchmarks.draws
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter

import numpy as np

from simulation.draws import Decision, Key

LIMIT = 5.0
"""Nanoseconds that a keyed draw may take."""


def best(draw: Callable[[], object], n: int, repeats: int) -> float:
    """Nanoseconds per draw of the fastest of ``repeats`` calls, the first one left out."""
    draw()
    seconds = []
    for _ in range(repeats):
        start = perf_counter()
        draw()
        seconds.append(perf_counter() - start)
    return 1e9 * min(seconds) / n


def main() -> None:
    """Time both, and a draw about pairs."""
    arguments = argparse.ArgumentParser(description="Keyed draws against numpy's generator.")
    arguments.add_argument("--n", type=int, default=500_000)
    arguments.add_argument("--repeats", type=int, default=30)
    given = arguments.parse_args()
    ids = np.arange(given.n, dtype=np.uint64) * np.uint64(2654435761)
    subs = np.arange(given.n, dtype=np.int64) % 60_000
    key, generator = Key(1, 2), np.random.default_rng(1)  # numpy's own, for comparison only
    rows = {
        "keyed draw": lambda: key.uniform(Decision.RETIRE, 2025, ids),
        "keyed draw about a pair": lambda: key.uniform(Decision.SEE_MOVE, 2025, ids, subs),
        "numpy Generator.random": lambda: generator.random(given.n),
    }
    timed = {name: best(draw, given.n, given.repeats) for name, draw in rows.items()}
    for name, nanoseconds in timed.items():
        print(f"{name:26}{nanoseconds:>7.2f} ns")
    holds = timed["keyed draw"] <= min(LIMIT, timed["numpy Generator.random"])
    print(f"at most {LIMIT:g} ns and no slower than numpy: {'holds' if holds else 'DOES NOT HOLD'}")


if __name__ == "__main__":
    main()
