"""Which doubts are in a figure and which are not, in the words that every output says them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.figures.words import count

OUTSIDE = (
    "Not in: how wrong the model's own rules are, and figures that were set for these scenarios, which are choices. So what "
    "happens may still lie outside."
)
FIXED = (
    "Chance alone: parameters and programmes' figures were held at their values (--fixed), and doubt about them and about the "
    "model itself comes on top, so what happens may lie outside these intervals."
)
NO_DRAWS = "parameters of the model stand at their values: no calibrated draws"


def doubts_in(scenarios: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was drawn in each of a manifest's scenarios; none where everything stood at its value."""
    return [one["doubt"] for one in scenarios if "doubt" in one]


def drawn(doubts: Iterable[Mapping[str, Any]]) -> str:
    """What runs differ by, beside chance: ``28 parameters of the model (200 calibrated draws) and 11 figures of programmes``."""
    every = list(doubts)
    parameters = max((len(one["parameters"]) for one in every), default=0)
    draws = max((one["posterior_draws"] for one in every), default=0)
    figures = len({known_as for one in every for _, _, known_as, *_ in one["figures"]})
    parts = []
    if parameters:
        parts.append(f"{count(parameters, 'parameter')} of the model ({count(draws, 'calibrated draw')})")
    if figures:
        parts.append(
            f"{count(figures, 'figure')} of programmes, drawn from {'its range' if figures == 1 else 'their ranges'}"
        )
    return " and ".join(parts)


def which(doubts: Iterable[Mapping[str, Any]]) -> str:
    """Which doubts are in the figures and which are not, in a few sentences."""
    every = list(doubts)
    if not every:
        return FIXED
    inside = drawn(every)
    said = f"In these ranges: chance{' and ' if inside else ''}{inside}."
    lacking = "" if any(one["parameters"] for one in every) else f" As to the rest, {NO_DRAWS}."
    return f"{said}{lacking} {OUTSIDE}"
