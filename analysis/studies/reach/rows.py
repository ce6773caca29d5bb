"""What is told of a programme: the rows of the tables, their words and the figures that they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures.lines import Line, shown_in
from analysis.figures.words import JOINERS, WORDS, capital, plural, posts, role_words, said, within
from simulation.census.dimensions import DIMENSIONS
from simulation.programmes.programme import Unit

BY = ("role", "phase", "disadvantage", "region")
GETS, GIVES, PAYS, MOVES = (
    "who gets programmes", "who gives to programmes", "who pays for programmes", "what programmes move",
)  # fmt: skip
FUTURES = DIMENSIONS["future"]
STARTS, HAVE, EMPTY = "starts_on_programmes", "on_programmes", "empty_places_of_programmes"
OVER = ("completed_programmes", "dropped_out_of_programmes")
NEEDED, FOUND, SHORT = "helpers_needed", "helpers_of_programmes", "helpers_short"
HELPING = (NEEDED, FOUND, SHORT, "schools_that_help", "hours_of_help")
ENDS, HELP, COSTS = "ends", "help", "programme_costs"
"""Families of rows that are no figure's own."""
PROMOTED, LEAVE = "promotions_of_all", "leavers_of_all"


@dataclass(frozen=True)
class About:
    """What words about a programme need to know of it."""

    title: str
    joins: Unit = Unit.PERSON
    everybody: bool = False
    """A measure: nobody joins, and whoever meets its conditions has it."""
    withdrawn: bool = False
    helper: str = ""
    """What its helpers are called; empty if nobody helps."""

    def words(self, name: str) -> str:
        """A row's words."""
        helpers = plural(self.helper)
        words = WORDS["reach"]["withdrawn" if name == STARTS and self.withdrawn else name]
        who, that = capital(JOINERS[self.joins]), "who" if self.joins is Unit.PERSON else "that"
        return words.format(who=who, that=that, helpers=capital(helpers), helpers_=helpers)


def about(names: Sequence[str], resolved: Mapping[str, Any]) -> dict[str, About]:
    """What is to be known of the programmes of these names in a scenario as it was resolved; little of one made in Python."""
    known, found = resolved.get("programmes", {}), {}
    for name in names:
        one = known.get(name)
        found[name] = About(name) if one is None else About(
            one["title"], Unit[one["joins"].upper()], one.get("everybody", False), one.get("withdrawn", False),
            (one.get("helpers") or {}).get("kind", ""),
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Row:
    """A figure of a programme, or of what a scenario moves."""

    name: str
    """Of the figure in ``figures.toml``."""
    label: str
    line: Line
    level: int = 0
    """How far it is set in."""
    of: tuple[Line, ...] = ()
    """Of what its share is told, summed."""
    less: Line | None = None
    """What it is told against: the same without the policy."""
    during: Line | None = None
    """Of a stock: it is the mean of the years in which there are any of these; None for sums and rates."""
    by: str = ""
    """What is broken down, and by what, in words; empty if nothing is."""

    @property
    def family(self) -> str:
        """Rows that could tell each other's figures: they are kept back together."""
        if self.by or self.line.measure == COSTS:
            return self.by or COSTS
        return HELP if self.name in HELPING else ENDS if self.name in OVER else self.name

    @property
    def lines(self) -> list[Line]:
        """All that it reads."""
        return [self.line, *self.of, *(one for one in (self.less, self.during) if one is not None)]


def rows_of(name: str, one: About, labels: Callable[[str], Sequence[str]]) -> list[Row]:
    """What is told of a programme: all of it together, then by role, phase, disadvantage and region of ``labels``."""
    figure = {line.name: line for place in (GETS, GIVES, PAYS) for line in shown_in(place)}
    of = {key: line.of("programme", name) for key, line in figure.items()}
    main = of[HAVE if one.everybody else STARTS]
    by_role = of["on_programmes_by_role" if one.everybody else "starts_by_role"]

    def row(key: str, line: Line | None = None, **more: Any) -> Row:
        return Row(key, one.words(key), of[key] if line is None else line, **more)

    if one.everybody:
        found = [row(HAVE, during=main)]
    else:
        found = [row(STARTS), *(row(key, of=tuple(of[one] for one in OVER)) for key in OVER)]
        found += [row("refused_by_programmes"), row(EMPTY)]
    if one.helper:
        needed: dict[str, Any] = {"during": of[NEEDED]}
        found += [row(NEEDED, **needed), *(row(key, of=(of[NEEDED],), **needed) for key in (FOUND, SHORT))]
        found += [row("schools_that_help", **needed), row("hours_of_help")]
    cost = of["cost_of_programmes"]
    found.append(row("cost_of_programmes"))
    found += [
        Row(item, one.words(item), cost.of("programme_cost", item), 1, (cost,))
        for item in DIMENSIONS["programme_cost"]
        if item != "helper_time" or one.helper
    ]
    for by in BY if one.joins is Unit.PERSON else BY[1:]:
        key = HAVE if one.everybody else STARTS
        group, line = f"{one.words(key)}, {WORDS['reach'][by]}", by_role if by == "role" else main
        for label in _several(by, labels):
            here, during = line.of(by, label), main if one.everybody else None
            found.append(Row(key, _words(by, label), here, 1, (main,), during=during, by=group))
    for key in (NEEDED, FOUND, SHORT) if one.helper else ():
        for region in _several("region", labels):
            here, whole = (of[k].of("region", region) for k in (key, NEEDED))
            share, group = (whole,) if key == SHORT else (of[key],), f"{one.words(key)}, {WORDS['reach']['region']}"
            found.append(Row(key, region, here, 1, share, during=of[NEEDED], by=group))
    return found


def _several(by: str, labels: Callable[[str], Sequence[str]]) -> Sequence[str]:
    """The labels along a dimension; none where there is one alone, which tells nothing apart."""
    found = labels(by)
    return found if len(found) > 1 else []


def moved(roles: Sequence[str]) -> list[Row]:
    """What is told of all that a scenario's programmes move together: with less without them.

    ``roles`` are the rungs, bottom to top, to which people can be promoted.
    """
    found = []
    for line in shown_in(MOVES):
        words = WORDS["reach"][f"{line.name}_by"]
        both = [line.of("future", future) for future in FUTURES]
        found.append(Row(line.name, WORDS["reach"][line.name], both[0], less=both[1]))
        for whom in DIMENSIONS["whom"]:
            those = [one.of("whom", whom) for one in both]
            found.append(Row(line.name, f"{words}: {WORDS['reach'][whom]}", those[0], 1, less=those[1]))
            for role in reversed(roles) if line.name == PROMOTED and whom == "participants" else ():
                ours, theirs = (one.of("role", role) for one in those)
                found.append(Row(line.name, f"to {posts(role)}", ours, 2, less=theirs, by="post"))
    return found


def _words(by: str, label: str) -> str:
    if by == "region":
        return label
    if by == "disadvantage":
        return f"{capital(within(label))} of schools"
    return capital(role_words(label) if by == "role" else said(by, label))


def needs() -> list[tuple[str, tuple[str, ...]]]:
    """What all rows read of the results: measures, and the dimensions in which they are broken down."""
    placed = {STARTS: BY[1:], HAVE: BY[1:], "starts_by_role": ("role",), "on_programmes_by_role": ("role",)}
    placed |= dict.fromkeys((NEEDED, FOUND, SHORT), ("region",)) | {"cost_of_programmes": ("programme_cost",)}
    found = []
    for line in (line for place in (GETS, GIVES, PAYS) for line in shown_in(place)):
        found += [(line.measure, ("programme", *by)) for by in ((), *((d,) for d in placed.get(line.name, ())))]
    for row in moved([""]):
        found += [(line.measure, tuple(d for d, _ in line.where)) for line in row.lines]
    return list(dict.fromkeys(found))
