"""What one census publishes: the rows of the measures that are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from simulation.census.form import Form, YearRows
from simulation.census.measure import Measure, measures
from simulation.world import World


def choose(names: Iterable[str] | None) -> list[Measure]:
    """The measures called ``names`` (all for None), in order of name.

    Raise :exc:`KeyError` for a name that no measure has.
    """
    known = measures()
    if names is None:
        return list(known.values())
    wanted = set(names)
    for name in sorted(wanted - set(known)):
        near = get_close_matches(name, known, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise KeyError(f"no measure is called {name!r}; {hint}")
    return [measure for name, measure in known.items() if name in wanted]


def form_of(world: World, names: Iterable[str] | None = None) -> Form:
    """The form for the measures called ``names`` (all for None), to be filled in at each census of a run.

    Raise :exc:`KeyError` for an unknown name.
    """
    order = {name: number for number, name in enumerate(measures())}
    return Form(world, {order[measure.name]: measure for measure in choose(names)})


def measure_year(world: World, names: Iterable[str] | None = None) -> YearRows:
    """Take the measures called ``names`` (all for None) at the census of ``world.year``.

    A measure that needs more history than there is has no rows. Raise :exc:`KeyError` for an unknown name and
    :exc:`ValueError` if the census process has not run this year.
    """
    return form_of(world, names).filled_in(world)
