"""Parameters by school year, as what a scenario changes leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from scenarios.dated import NO_END
from scenarios.overrides import Override, overridden
from scenarios.parameter_files import Provenance
from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters

Values = dict[str, "float | np.ndarray"]


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
    stretches: list[tuple[int, Values]] = []
    for last in (NO_END, *sorted(ends, reverse=True)):
        acting = [override for override in overrides if override.acts_in(last, base_year)]
        values = _changed(in_force(last, earlier, parameters).values(), acting, sources, last)
        if values is None:
            return None
        if not stretches or not _equal(values, stretches[-1][1]):
            stretches.append((last, values))
    build = Parameters.from_values
    return build(stretches[0][1]), tuple((last, build(values)) for last, values in reversed(stretches[1:]))


def _changed(
    values: Values, overrides: Iterable[Override], sources: Mapping[str, Provenance], year: int
) -> Values | None:
    good = True
    for override in overrides:
        new = overridden(override, np.asarray(values[override.path]), year, sources[override.path])
        good = good and new is not None
        if new is not None:
            values[override.path] = new
    return values if good else None


def _equal(one: Values, other: Values) -> bool:
    return all(np.array_equal(value, other[path]) for path, value in one.items())
