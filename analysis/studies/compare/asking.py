"""Which lines are asked for: from ``leaver_rate[role=head]`` to a line of the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.figures.lines import Line, Over, asked_as, better, figures, shown_in
from analysis.figures.words import said

if TYPE_CHECKING:
    from simulation.census.measure import Measure
    from simulation.world import Setup

HOW = "Write a name, or NAME[DIMENSION=LABEL,...] such as leaver_rate[role=head]."
_FORM = re.compile(r"\s*(?P<name>[\w-]+)\s*(?:\[(?P<where>[^\[\]]*)\])?\s*")


def chosen(names: Sequence[str], by: Sequence[str], setups: Sequence[Setup]) -> list[Line]:
    """The lines asked for: each of ``names``, once for every label of every dimension of ``by``.

    Raise :exc:`UserError`, with what is allowed, for a measure, dimension or label that does not exist, and for a
    measure that has no figure unless more is said.
    """
    if by and not names:
        raise UserError(f"--by {by[0]}", "there is nothing to break down", "Name a measure too: --measure leavers")
    lines = [line for name in names for line in broken_down(name, by, setups)] or list(shown_in("comparison"))
    return list({line.name: line for line in lines}.values())


def one(text: str, setups: Sequence[Setup]) -> Line:
    """The single line that ``text`` asks for; raise :exc:`UserError` as :func:`chosen`."""
    return broken_down(text, (), setups)[0]


def broken_down(text: str, by: Sequence[str], setups: Sequence[Setup]) -> list[Line]:
    """The line that ``text`` asks for, once for every label of ``by``."""
    from simulation.census.measure import measures

    match = _FORM.fullmatch(text)
    if match is None:
        raise UserError(text, "this names no measure", HOW)
    name, given = match["name"], match["where"]
    ready = figures().get(name)
    if ready is not None and ((given is None and not by) or name not in measures()):
        if given is not None or by:
            more = f"Its measure can be: {asked_as(ready.measure, ready.where)}."
            raise UserError(text, f"{name} is a headline figure and is not broken down further", more)
        _whole(measures()[ready.measure], dict(ready.where), text, setups)
        return [ready]
    if name not in measures():
        raise UserError(text, f"there is no measure {name}", _near(name, [*figures(), *measures()]))
    measure = measures()[name]
    where = dict(_condition(part, measure, setups, text) for part in (given or "").split(",") if part.strip())
    for dimension in by:
        _known(dimension, measure, f"--by {dimension}")
        if dimension in where:
            raise UserError(
                f"--by {dimension}", f"{text} has chosen a {dimension} already", "Leave one of the two out."
            )
    _whole(measure, (*where, *by), text, setups)
    choices = [where]
    for dimension in by:
        choices = [{**choice, dimension: label} for choice in choices for label in _labels(dimension, setups)]
    return [line_of(measure, tuple(choice.items())) for choice in choices]


def _whole(measure: Measure, fixed: Iterable[str], text: str, setups: Sequence[Setup]) -> None:
    """Raise :exc:`UserError` for a measure that has no figure unless more dimensions are fixed."""
    if need := [axis for axis in measure.axes if axis not in {*measure.totals, *fixed}]:
        labels = ", ".join(_labels(need[0], setups))
        raise UserError(
            text,
            f"{measure.name} has no total over {need[0]}",
            f"Add [{need[0]}=LABEL], of {labels}; or --by {need[0]}.",
        )


def line_of(measure: Measure, where: tuple[tuple[str, str], ...]) -> Line:
    """The line of a measure for some people or posts, headed by the measure's title and the labels."""
    from simulation.census.measure import Kind

    words = ", ".join(said(d, label) if d != "years" else f"after {label} years" for d, label in where)
    label = f"{measure.title}: {words}" if words else measure.title
    over = Over.POOLED if measure.kind is Kind.RATIO else Over.MEAN
    name = asked_as(measure.name, where)
    return Line(name, label, measure.name, measure.unit, over, where, better(measure.name)).as_set(measure.name)


def _condition(part: str, measure: Measure, setups: Sequence[Setup], text: str) -> tuple[str, str]:
    dimension, equals, label = (piece.strip() for piece in part.partition("="))
    if not equals or not label:
        raise UserError(text, f"{part.strip()!r} is no DIMENSION=LABEL", HOW)
    _known(dimension, measure, text)
    allowed = _labels(dimension, setups)
    if label not in allowed:
        raise UserError(text, f"{dimension} has no {label}", _near(label, allowed))
    return dimension, label


def _known(dimension: str, measure: Measure, given: str) -> None:
    allowed = (*measure.places, *measure.axes)
    if dimension not in allowed:
        raise UserError(given, f"{measure.name} is not broken down by {dimension}", _near(dimension, allowed))


def _labels(dimension: str, setups: Sequence[Setup]) -> tuple[str, ...]:
    from simulation.census.dimensions import labels_of

    if dimension == "region":
        return setups[0].register.region_names
    return tuple(dict.fromkeys(label for setup in setups for label in labels_of(setup)[dimension]))


def _near(word: str, allowed: Sequence[str]) -> str:
    from scenarios.strict.suggest import did_you_mean

    guess = did_you_mean(word, allowed)
    if guess:
        return guess[0].upper() + guess[1:]
    return f"It may be {', '.join(allowed)}." if len(allowed) <= 12 else "All of them: headway measures"
