"""Parameters by school year, as what a scenario changes leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from scenarios.dated import joined, latest_first
from scenarios.overrides import Override, overridden
from scenarios.parameter_files import Provenance
from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters


def scheduled(
    parameters: Parameters,
    earlier: Earlier,
    overrides: Iterable[Override],
    sources: Mapping[str, Provenance],
    base_year: int,
) -> tuple[Parameters, Earlier] | None:
    """The parameters in the end, and those of earlier years, once ``overrides`` have changed them in their order.

    A lever acts after the ``base_year`` alone. ``sources`` have each parameter's range, by its path. None, with problems
    noted in the overrides' files, if anything cannot be.
    """
    overrides = tuple(overrides)
    if [override for override in overrides if not override.check_first(base_year)]:  # all of them are told
        return None
    ends = {last for last, _ in earlier}
    for override in overrides:
        ends.update(turn - 1 for turn in override.turns(base_year))
    found: list[tuple[int, Parameters]] = []
    for last in latest_first(ends):
        acting = [override for override in overrides if override.acts_in(last, base_year)]
        changed = _changed(in_force(last, earlier, parameters), acting, sources, last)
        if changed is None:
            return None
        found.append((last, changed))
    return joined(found, _equal)


def _changed(
    before: Parameters, overrides: Iterable[Override], sources: Mapping[str, Provenance], year: int
) -> Parameters | None:
    changes: dict[str, np.ndarray] = {}
    good = True
    for override in overrides:
        old = changes.get(override.path, np.asarray(before.value(override.path)))
        new = overridden(override, old, year, sources[override.path])
        good = good and new is not None
        changes[override.path] = old if new is None else new
    return before.with_values(changes) if good else None


def _equal(one: Parameters, other: Parameters) -> bool:
    beside = other.values()
    return all(value is beside[path] or np.array_equal(value, beside[path]) for path, value in one.values().items())
