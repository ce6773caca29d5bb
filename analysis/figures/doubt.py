"""Which doubts are in a figure and which are not, in the words that every output says them with."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.figures.words import count
from simulation.parameters import declared

if TYPE_CHECKING:
    from scenarios.doubt import Input

_WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "hinges.toml").read_text(encoding="utf-8")
)

OUTSIDE = (
    "Not in: how wrong the model's own rules are, and figures that were set for these scenarios, which are choices. So what "
    "happens may still lie outside."
)
FIXED = (
    "Chance alone: parameters and programmes' figures stand at their values, and doubt about them and about the "
    "model itself comes on top, so what happens may lie outside these intervals."
)
ALONE = "chance alone"
"""What stands beside an interval that holds nothing else."""
NO_DRAWS = "parameters of the model stand at their values: no calibrated draws"


def doubts_in(scenarios: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What was drawn in each of a manifest's scenarios, with its name; none where everything stood at its value."""
    return [{**one["doubt"], "scenario": one["name"]} for one in scenarios if "doubt" in one]


def drawn(doubts: Iterable[Mapping[str, Any]]) -> str:
    """What runs differ by, beside chance: ``28 parameters of the model (200 calibrated draws) and 11 figures of programmes``."""
    every = list(doubts)
    parameters = max((len(one.get("numbers") or one["parameters"]) for one in every), default=0)
    draws = max((one["posterior_draws"] for one in every), default=0)
    figures = len({figure["known_as"] for one in every for figure in one["figures"]})
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


def hinge(drawn: Input) -> str:
    """What is drawn, in words that end a sentence: ``how far mentoring keeps people in state schools``."""
    figure = drawn.figure
    if figure is None and drawn.says:
        return _WORDS["other"]["number"].format(says=drawn.says)
    if figure is None:
        path = drawn.parameter.partition("[")[0]
        return _WORDS["other"]["parameter"].format(meaning=declared()[path].meaning, path=drawn.parameter)
    return figure_words(figure.title, figure.path, figure.channel)


def figure_words(title: str, path: str, channel: str = "") -> str:
    """The same of a figure of the programme ``title`` by its path, and the channel that it is an effect on, if it is one."""
    words = _WORDS["channels"].get(channel) or _WORDS["figures"].get(path) or _WORDS["other"]["figure"]
    return words.format(title=title, path=path)


def differ_by(doubts: Iterable[Mapping[str, Any]]) -> str:
    """What runs differ by, within a sentence."""
    return "chance and draws of what is not known" if any(doubts) else ALONE


def which_in_a_line(doubts: Iterable[Mapping[str, Any]]) -> str:
    """The same as :func:`which`, for the foot of a chart or a slide."""
    inside = drawn(doubts)
    if not inside:
        return "Ranges hold chance alone. Doubt about parameters, programmes' figures and the model comes on top."
    return f"Ranges hold chance and {inside}. How wrong the model's own rules are is not in them."
