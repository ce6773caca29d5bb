"""What a programme is meant to move, and what it is known to leave alone."""

from __future__ import annotations

from scenarios.cites import read_sources
from scenarios.problems import echo
from scenarios.programme_files.effects import Setting, check_there
from scenarios.programme_files.known import Expectation
from scenarios.strict import Node, choice, did_you_mean, fields, items, text, whole
from simulation.census import outcomes as closed_list
from simulation.programmes.channels import On
from simulation.programmes.programme import Unit

MOST_YEARS_AFTER = 20
DIRECTIONS = ("up", "down")

OUTCOMES: dict[str, Unit] = {outcome.name: outcome.of for outcome in closed_list.OUTCOMES.values()}
"""Every outcome, and what it is a number of."""
OUTCOME_NAMES = tuple(OUTCOMES)


GROUPS: dict[On, tuple[Unit, ...]] = {
    On.TEAM: (Unit.PERSON,),
    On.SCHOOL: (Unit.PERSON, Unit.SCHOOL),
    On.CLUSTER: (Unit.PERSON, Unit.SCHOOL),
    On.HELPER: (Unit.PERSON, Unit.SCHOOL),
    On.PEERS: (Unit.PERSON, Unit.SCHOOL),
}
"""Those around the units that joined of whom an outcome may be claimed, and of what it may be a number there: of each of
the people, or of each of their schools."""


def read_moves(node: Node, setting: Setting) -> tuple[Expectation, ...] | None:
    """Outcomes meant to move, at least one; None, with problems noted, if anything is wrong."""
    members = items(node, "moves")
    if not members and hasattr(node, "items"):
        node.place.wrong("E0509", "moves needs at least one outcome", "such as {outcome: in_state_teaching, …}")
    found = [_read(member, "a move", setting, ("direction",)) for member in members]
    good = tuple(move for move in found if move is not None)
    return good if good and len(good) == len(found) else None


def read_leaves_alone(node: Node, setting: Setting, moves: tuple[Expectation, ...]) -> tuple[Expectation, ...] | None:
    """Outcomes that the evidence says it does not move; None, with problems noted, if anything is wrong."""
    members = items(node, "leaves_alone")
    found = [_read(member, "an outcome left alone", setting, ("sources",)) for member in members]
    good = tuple(alone for alone in found if alone is not None)
    moved = {(move.outcome, move.years_after, move.on) for move in moves}
    for member, alone in zip(members, found, strict=True):
        if alone is not None and (alone.outcome, alone.years_after, alone.on) in moved:
            message = f"{alone.outcome} after {alone.years_after} years is under moves and under leaves_alone"
            member.place.wrong("E0509", message, "take one of the two out")
            return None
    return good if len(good) == len(found) else None


def _read(node: Node, what: str, setting: Setting, more: tuple[str, ...]) -> Expectation | None:
    parts = fields(node, what, ("outcome", "years_after", *more), ("on",))
    on = _read_group(parts["on"], setting) if "on" in parts else None
    if "on" in parts and on is None:
        return None
    outcome = _read_outcome(parts["outcome"], setting.unit, on) if "outcome" in parts else None
    years = whole(parts["years_after"], 0, MOST_YEARS_AFTER, "years_after") if "years_after" in parts else None
    direction = choice(parts["direction"], DIRECTIONS, "direction") if "direction" in parts else None
    sources = read_sources(parts["sources"]) if "sources" in parts else ()
    if outcome is None or years is None or any(key not in parts for key in more):
        return None
    if "direction" in more and direction is None:
        return None
    return Expectation(outcome, years, direction or "none", sources, on)


def _read_group(node: Node, setting: Setting) -> On | None:
    """Those around the units that joined; None, with problems noted, where the programme has none of them."""
    word = choice(node, [on.name.lower() for on in GROUPS], "on")
    if word is None:
        return None
    on = On[word.upper()]
    return on if check_there(node, on, setting, "E0509", "leave on out for those who join") else None


def _read_outcome(node: Node, unit: Unit, on: On | None) -> str | None:
    name = text(node, 100, "outcome")
    if name is None:
        return None
    units = GROUPS[on] if on is not None else [other for other in Unit if other >= unit]
    allowed = [other for other, of in OUTCOMES.items() if of in units]
    if name in allowed:
        return name
    if name in OUTCOMES and on is not None:
        message = f"{name} is an outcome of {OUTCOMES[name].name.lower()}s, and cannot be read on: {on.name.lower()}"
        node.place.wrong("E0509", message, f"allowed: {', '.join(allowed)}")
        return None
    if name in OUTCOMES:
        of = "people" if OUTCOMES[name] is Unit.PERSON else "schools"
        message = f"{name} is an outcome of {of}, and this programme is joined by {unit.name.lower()}s"
        node.place.wrong(
            "E0509", message, f"say of whom, such as on: {unit.name.lower()}; without on: {', '.join(allowed)}"
        )
        return None
    hint = did_you_mean(name, OUTCOMES) or f"allowed: {', '.join(allowed)}"
    node.place.wrong("E0509", f"there is no outcome {echo(name)}", hint)
    return None
