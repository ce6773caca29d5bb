"""``who:`` – the conditions of those who may join, help or be led."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from scenarios.problems import InputError, Problem, echo
from scenarios.register.csv_text import OWN_NAME
from scenarios.strict import Mapping, Node, Scalar, Sequence, choice, did_you_mean, fields, items, number, text, whole
from scenarios.strict.fields import listed
from scenarios.strict.suggest import distance, simple
from simulation.declaring import UNITS
from simulation.processes.eligibility import COLUMNS, NO_ROLE, OF_PROGRAMMES, Eligible, codes_of, column_of
from simulation.programmes.programme import Condition, Unit
from simulation.register import Register
from simulation.structure import ENGLAND, Structure, Tier

REGIONS = (
    "East Midlands",
    "East of England",
    "London",
    "North East",
    "North West",
    "South East",
    "South West",
    "West Midlands",
    "Yorkshire and the Humber",
)
"""England's regions; a user's register may have others."""

CODED = (*codes_of(ENGLAND), "acting_role")
"""Columns that hold codes, for which files have words."""
AUTHORITIES = ("school.local_authority", "cluster.local_authority")
LISTS = (*CODED, "school.region", *AUTHORITIES, *OF_PROGRAMMES)
"""Columns of which a condition lists the values; of all others it gives a range."""

_BOUNDS: dict[str, tuple[float, float]] = {
    "years": (0, 60),
    "hundredths": (0, 100),
    "standard deviations": (-10, 10),
    "share": (0, 1),
    "pupils": (1, 1e5),
    "people": (0, 1000),
    "schools": (1, 10_000),
    "hours a week": (0, 100),
    "own": (-1e9, 1e9),
}
OF_PLACES = (
    "school.phase",
    "school.region",
    "school.local_authority",
    "school.kind",
    "school.disadvantage",
    "school.pupils",
    "school.cluster_size",
    "cluster.kind",
    "cluster.local_authority",
    "cluster.schools",
)
"""Columns by which a place can be told: facts of the register, which a run does not change."""

_OWN_BOUNDS: dict[str, tuple[float, float]] = {"age": (18, 80), "years_as_head": (-1, 60)}


@dataclass(frozen=True)
class References:
    """What conditions may refer to."""

    programmes: Collection[str]
    """Names of programmes."""
    own: str
    """The name of the programme that the file describes."""
    structure: Structure = ENGLAND
    """Of the context that it runs in."""


def words_of(column: str, structure: Structure) -> tuple[str, ...]:
    """What a column that holds codes can be in a context, in order."""
    if column == "acting_role":
        return (NO_ROLE, *structure.ladder.names)
    return codes_of(structure)[column]


def read_word(node: Node, column: str, structure: Structure, what: str) -> str | None:
    """One of the words of a column; England's, in which the library is written, are known where nobody is meant by them."""
    if isinstance(node, Scalar) and node.text in words_of(column, ENGLAND):
        return node.text
    return choice(node, words_of(column, structure), what)


def in_order(words: Iterable[str], column: str, structure: Structure) -> tuple[str, ...]:
    """Words of a column in the order of the context, England's own behind."""
    known = list(dict.fromkeys((*words_of(column, structure), *words_of(column, ENGLAND))))
    return tuple(sorted(words, key=known.index))


def condition_plain(condition: Condition) -> dict[str, Any]:
    """A condition as plain values, codes in words."""
    if condition.ranked:
        end = {"top": round(1 - condition.least, 10)} if condition.most == 1 else {"bottom": condition.most}
        return {"column": condition.column, **end}
    if condition.any_of is None:
        ends = {"least": condition.least, "most": condition.most}
        return {"column": condition.column, **{name: end for name, end in ends.items() if not math.isinf(end)}}
    return {"column": condition.column, "none_of" if condition.none_of else "any_of": list(condition.any_of)}


def read_conditions(node: Node, what: str, unit: Unit, references: References) -> tuple[Condition, ...] | None:
    """The conditions of a mapping from columns to values; None, with problems noted, if anything is wrong."""
    if not isinstance(node, Mapping):
        fields(node, what)
        return None
    found = [_read_condition(column, key, node, what, unit, references) for column, key in node.keys.items()]
    conditions = tuple(condition for condition in found if condition is not None)
    if len(conditions) < len(found) or _contradict(conditions, node, references):
        return None
    return tuple(sorted(conditions, key=lambda condition: condition.column))


def read_place(node: Node, what: str, structure: Structure) -> tuple[Condition, ...] | None:
    """``where:`` – the conditions of a place in a context, which go by what the register says of schools; None, with problems noted."""
    conditions = read_conditions(node, f"where of {what}", Unit.SCHOOL, References((), "", structure))
    if conditions is None or not isinstance(node, Mapping):
        return None
    if not conditions:
        node.place.wrong("E0503", f"where of {what} names no place", "such as {school.region: North East}")
        return None
    moving = [c.column for c in conditions if c.column in COLUMNS and c.column not in OF_PLACES]
    for column in moving:
        hint = f"allowed: {', '.join(OF_PLACES)} and columns of your own register, as school.<column>"
        node.keys[column].place.wrong("E0502", f"{column} changes as a run goes, and a place stays where it is", hint)
    return None if moving else conditions


def check_register(conditions: Iterable[Condition], register: Register) -> None:
    """Raise :exc:`~scenarios.problems.InputError` for conditions on columns, or words in them, that a register does not have."""
    problems = [problem for condition in conditions if (problem := _not_there(condition, register)) is not None]
    if problems:
        raise InputError(list(dict.fromkeys(problems)))


def _not_there(condition: Condition, register: Register) -> Problem | None:
    own = condition.column.removeprefix("school.")
    if condition.column in COLUMNS:
        return None
    file, line, column = condition.at or (condition.column, None, None)
    if own not in register.own:
        there = f"its own columns: {listed(sorted(register.own))}" if register.own else "it has none of its own"
        hint = did_you_mean(own, register.own) or (
            f"{there}. To bring one, add the column {own} to your table of schools (headway schools import --keep {own}) "
            "and run with --schools FILE"
        )
        return Problem(file, line, column, "E0520", f"the register of schools has no column {own}", hint=hint)
    words = set(register.own[own])
    slips = [str(word) for word in condition.any_of or () if word not in words and did_you_mean(str(word), words)]
    if not slips:
        return None
    message = f"no school has {echo(slips[0])} in the column {own}"
    return Problem(file, line, column, "E0406", message, hint=did_you_mean(slips[0], words))


def change_conditions(
    old: tuple[Condition, ...], node: Node, unit: Unit, references: References
) -> tuple[Condition, ...] | None:
    """The conditions of ``old`` with those of a mapping added, each in the place of one on the same column.

    None, with problems noted, if anything is wrong.
    """
    new = read_conditions(node, "who", unit, references)
    if new is None or not isinstance(node, Mapping):
        return None
    columns = {condition.column for condition in new}
    both = (*(condition for condition in old if condition.column not in columns), *new)
    return None if _contradict(both, node, references) else tuple(sorted(both, key=lambda condition: condition.column))


def _read_condition(
    name: str, key: Scalar, parent: Mapping, what: str, unit: Unit, references: References
) -> Condition | None:
    allowed = [other.name for other in COLUMNS.values() if other.of >= unit]
    if name not in COLUMNS and not is_own(name):
        also = did_you_mean(name, COLUMNS) or _by_last_word(name)
        allowed.append("school.<a column of your own register>")
        key.place.wrong("E0502", f"{what} cannot go by {echo(name)}", also or f"allowed: {', '.join(allowed)}")
        return None
    column = column_of(name)
    if column.of < unit:
        joins = "schools" if unit is Unit.SCHOOL else "clusters"
        key.place.wrong(
            "E0502",
            f"{name} is a column of {_plural(column.of)}, and {what} is about {joins}",
            f"allowed: {', '.join(allowed)}",
        )
        return None
    value = parent.values[name]
    if column.unit == "own":
        found = _read_own(value, column, references)
        return found and replace(found, at=key.place.source.where(key.place.line, key.place.column))
    return _read_list(value, name, references) if name in LISTS else _read_bounds(value, column)


def is_own(name: str) -> bool:
    """Whether a condition may go by a column of the user's own register: ``school.ofsted``, and no slip in another name."""
    start, _, own = name.partition(".")
    known = COLUMNS.keys() | {column.split(".")[-1] for column in COLUMNS}
    return (
        start == "school"
        and OWN_NAME.fullmatch(own) is not None
        and not (own in known or any(distance(name, other) <= 1 for other in COLUMNS))
    )


def _read_own(node: Node, column: Eligible, references: References) -> Condition | None:
    """Texts that a column of the register may hold, or a range where it holds numbers."""
    numeric = isinstance(node, Mapping) and any(end in node.values for end in ("least", "most", "top", "bottom"))
    return _read_bounds(node, column) if numeric else _read_list(node, column.name, references)


def columns_of_numbers(unit: Unit) -> list[str]:
    """Names of the columns of people, schools or clusters, and of what they belong to, that hold numbers."""
    return [column.name for column in COLUMNS.values() if column.of >= unit and column.name not in LISTS]


def _by_last_word(name: str) -> str | None:
    """``phase`` where ``school.phase`` is meant."""
    near = [other for other in COLUMNS if other.split(".")[-1] == name.rsplit(".", maxsplit=1)[-1]]
    return f"did you mean {' or '.join(near)}?" if near else None


def _plural(unit: Unit) -> str:
    return {Unit.PERSON: "people", Unit.SCHOOL: "schools", Unit.CLUSTER: "clusters"}[unit]


def _read_rank(parts: dict[str, Node], end: str, column: Eligible, node: Node) -> Condition | None:
    """The share of schools or clusters at one end of their order: ``{top: 50%}`` or ``{bottom: 20%}``."""
    if len(parts) > 1:
        node.place.wrong("E0306", f"{column.name} goes by rank or by value, not by both", f"such as {{{end}: 20%}}")
        return None
    if column.of is Unit.PERSON:
        hint = "write least or most; schools and clusters have ranks"
        node.place.wrong("E0503", f"{column.name} of people has no rank", hint)
        return None
    share = number(parts[end], "share", 0.0, 1.0, f"{end} {column.name}")
    if share is None:
        return None
    least, most = (1 - share, 1.0) if end == "top" else (0.0, share)
    return Condition(column.name, least, most, ranked=True)


def _read_bounds(node: Node, column: Eligible) -> Condition | None:
    if not isinstance(node, Mapping):
        shown = node.text if isinstance(node, Scalar) and not node.empty else "2"
        shape = "{least: " + shown[:20] + "}, {most: " + shown[:20] + "} or both"
        node.place.wrong("E0301", f"{column.name} needs its least or most, or both", f"such as {shape}")
        return None
    parts = fields(node, column.name, optional=("least", "most", "top", "bottom"))
    if ranks := [end for end in ("top", "bottom") if end in parts]:
        return _read_rank(parts, ranks[0], column, node)
    low, high = _OWN_BOUNDS.get(column.name) or _BOUNDS.get(column.unit) or UNITS[column.unit]
    unit = "number" if column.unit == "own" else column.unit
    ends = {end: number(part, unit, low, high, f"{end} {column.name}") for end, part in parts.items()}
    if not parts and not node.values:
        node.place.wrong("E0303", f"{column.name} lacks least or most", "such as {least: 2}")
    if not parts or None in ends.values():
        return None
    least, most = (ends.get(end) for end in ("least", "most"))
    condition = Condition(column.name, -math.inf if least is None else least, math.inf if most is None else most)
    if condition.least > condition.most:
        message = f"{column.name} cannot be at least {condition.least:g} and at most {condition.most:g}"
        node.place.wrong("E0503", message, "least comes below most")
        return None
    return condition


def _read_list(node: Node, name: str, references: References) -> Condition | None:
    none_of = False
    if isinstance(node, Mapping):
        parts = fields(node, name, optional=("any_of", "none_of"))
        if len(parts) != 1:
            if parts or not node.values:
                node.place.wrong("E0301", f"{name} needs either any_of or none_of", f"such as {name}: {{none_of: […]}}")
            return None
        ((way, node),) = parts.items()
        none_of = way == "none_of"
    members = items(node, name) if isinstance(node, Sequence) else (node,)
    values = [_read_member(member, name, references) for member in members]
    if not values:
        node.place.wrong("E0503", f"{name} lists nothing", "name at least one, or take the condition out")
    good: tuple[int | str, ...] = tuple(value for value in values if value is not None)
    if not good or len(good) < len(values):
        return None
    if len(set(good)) < len(good):
        node.place.wrong("E0503", f"{name} lists a value twice", "each stands once")
        return None
    if none_of and name in CODED and set(words_of(name, references.structure)) <= set(good):
        node.place.wrong("E0503", f"{name} leaves out every value, so nobody meets it", "take the condition out")
        return None
    if name in CODED:
        return Condition(name, any_of=in_order(map(str, good), name, references.structure), none_of=none_of)
    return Condition(name, any_of=tuple(sorted(good, key=str)), none_of=none_of)


def _read_member(node: Node, name: str, references: References) -> int | str | None:
    if name in CODED:
        return read_word(node, name, references.structure, name)
    if name in AUTHORITIES:
        return whole(node, 1, 999, name)
    named = text(node, 100, name)
    if named is None:
        return None
    if name in OF_PROGRAMMES and named not in references.programmes:
        hint = did_you_mean(named, references.programmes) or f"there are {listed(sorted(references.programmes))}"
        node.place.wrong("E0501", f"there is no programme {echo(named)}", hint)
        return None
    return _read_region(node, named) if name == "school.region" else named


def _read_region(node: Node, named: str) -> str | None:
    """A region of England by its name, however its words are joined, or one of another register."""
    if same := [region for region in REGIONS if simple(region) == simple(named)]:
        return same[0]
    if near := did_you_mean(named, REGIONS):
        node.place.wrong("E0406", f"there is no region {echo(named)}", near)
        return None
    return named


_WITHIN = (
    ("years_in_post", "years_in_role", 0),
    ("years_in_post", "years_in_school", 0),
    ("years_qualified", "age", 18),
    ("years_in_role", "age", 18),
    ("years_in_school", "age", 18),
    ("years_as_head", "age", 18),
)
"""Pairs of which the first is never greater than the second less some years."""


def _contradict(conditions: tuple[Condition, ...], node: Mapping, references: References) -> bool:
    """Note conditions that nobody can meet together; whether there are any."""
    by = {condition.column: condition for condition in conditions}
    wrong: list[tuple[str, str, str]] = []
    for inner, outer, years in _WITHIN:
        if inner in by and outer in by and by[inner].least > by[outer].most - years:
            least, most = by[inner].least, by[outer].most
            problem = f"nobody has {inner} of at least {least:g} and {outer} of at most {most:g}"
            wrong.append(
                (inner, problem, f"lower the one or raise the other; {outer} less {inner} is at least {years}")
            )
    trust_leaders = {rung.name for rung in references.structure.ladder.rungs if rung.tier is Tier.TRUST}
    if "role" in by and trust_leaders and roles_of((by["role"],), references.structure) == trust_leaders:
        problem = "leaders of trusts are in its central team, and only people in service take part"
        wrong.append(("role", problem, "name the roles from which people come to lead trusts, such as head"))
    completed, joined = by.get("completed"), by.get("joined")
    wrong += [
        (past.column, f"nobody can join {references.own} who has joined it before", "name another programme")
        for past in (completed, joined)
        if past and not past.none_of and past.any_of == (references.own,)
    ]
    if completed and joined and not completed.none_of and joined.none_of and _all_in(completed, joined):
        wrong.append(("completed", "nobody has completed a programme without joining it", "take one of the two out"))
    for column, message, hint in wrong:
        place = node.keys[column].place if column in node.keys else node.place
        place.wrong("E0503", message, hint)
    return bool(wrong)


def _all_in(one: Condition, other: Condition) -> bool:
    return set(one.any_of or ()) <= set(other.any_of or ())


def roles_of(conditions: tuple[Condition, ...], structure: Structure) -> set[str]:
    """Roles that conditions admit: of those that the context has, or any that they name."""
    condition = next((condition for condition in conditions if condition.column == "role"), None)
    if condition is None:
        return set(structure.ladder.names)
    named = {str(word) for word in condition.any_of or ()}
    return set(structure.ladder.names) - named if condition.none_of else named
