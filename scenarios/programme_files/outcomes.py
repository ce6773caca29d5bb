"""What a programme is meant to move, and what it is known to leave alone."""

from __future__ import annotations

from scenarios.cites import read_sources
from scenarios.problems import echo
from scenarios.programme_files.known import Expectation
from scenarios.strict import Node, choice, did_you_mean, fields, items, text, whole
from simulation.census import outcomes as closed_list
from simulation.programmes.programme import Unit

MOST_YEARS_AFTER = 20
DIRECTIONS = ("up", "down")

OUTCOMES: dict[str, Unit] = {outcome.name: outcome.of for outcome in closed_list.OUTCOMES.values()}
"""Every outcome, and what it is a number of."""
OUTCOME_NAMES = tuple(OUTCOMES)


def read_moves(node: Node, unit: Unit) -> tuple[Expectation, ...] | None:
    """Outcomes meant to move, at least one; None, with problems noted, if anything is wrong."""
    members = items(node, "moves")
    if not members and hasattr(node, "items"):
        node.place.wrong("E0509", "moves needs at least one outcome", "such as {outcome: in_state_teaching, …}")
    found = [_read(member, "a move", unit, ("direction",)) for member in members]
    good = tuple(move for move in found if move is not None)
    return good if good and len(good) == len(found) else None


def read_leaves_alone(node: Node, unit: Unit, moves: tuple[Expectation, ...]) -> tuple[Expectation, ...] | None:
    """Outcomes that the evidence says it does not move; None, with problems noted, if anything is wrong."""
    members = items(node, "leaves_alone")
    found = [_read(member, "an outcome left alone", unit, ("sources",)) for member in members]
    good = tuple(alone for alone in found if alone is not None)
    moved = {(move.outcome, move.years_after) for move in moves}
    for member, alone in zip(members, found, strict=True):
        if alone is not None and (alone.outcome, alone.years_after) in moved:
            message = f"{alone.outcome} after {alone.years_after} years is under moves and under leaves_alone"
            member.place.wrong("E0509", message, "take one of the two out")
            return None
    return good if len(good) == len(found) else None


def _read(node: Node, what: str, unit: Unit, more: tuple[str, ...]) -> Expectation | None:
    parts = fields(node, what, ("outcome", "years_after", *more))
    outcome = _read_outcome(parts["outcome"], unit) if "outcome" in parts else None
    years = whole(parts["years_after"], 0, MOST_YEARS_AFTER, "years_after") if "years_after" in parts else None
    direction = choice(parts["direction"], DIRECTIONS, "direction") if "direction" in parts else None
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    if outcome is None or years is None or len(parts) < 2 + len(more) or ("direction" in more and direction is None):
        return None
    return Expectation(outcome, years, direction or "none", sources)


def _read_outcome(node: Node, unit: Unit) -> str | None:
    name = text(node, 100, "outcome")
    if name is None:
        return None
    allowed = [other for other, of in OUTCOMES.items() if of >= unit]
    if name in allowed:
        return name
    if name in OUTCOMES:
        message = f"{name} is an outcome of people, and this programme is joined by {unit.name.lower()}s"
        if OUTCOMES[name] is Unit.SCHOOL:
            message = f"{name} is an outcome of schools, and this programme is joined by clusters"
        node.place.wrong("E0509", message, f"allowed: {', '.join(allowed)}")
        return None
    hint = did_you_mean(name, OUTCOMES) or f"allowed: {', '.join(allowed)}"
    node.place.wrong("E0509", f"there is no outcome {echo(name)}", hint)
    return None
