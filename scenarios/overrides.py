"""What a scenario changes: parameters set anew, multiplied, or added to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

import numpy as np

from scenarios.dated import Dated, Rule, read_dated
from scenarios.parameter_files import Backing, Provenance, apart_from_backing, as_text
from scenarios.problems import echo
from scenarios.programme_files.conditions import read_place
from scenarios.strict import Mapping, Node, Scalar, did_you_mean, fields, kind, nearest, number
from scenarios.strict.values import is_number, scalar
from scenarios.tables import ALL, Cells, cell_name, check_sums, read_cells
from simulation.declaring import UNITS, Declaration
from simulation.parameters import declared
from simulation.programmes.programme import Condition
from simulation.structure import Structure
from simulation.vocabulary import school_year

RELATIVE = ("change", "times", "add")
"""Ways to change a parameter from what it was; each acts on every cell of a table."""
PLACE = "where"
"""Key beside a way to change a value, or a table: the schools where it changes."""
WAYS = (*RELATIVE, "to")
"""Keys that say how a value changes; ``to`` gives the new value, where dates stand beside it."""


@dataclass(frozen=True)
class Override:
    """One parameter that a scenario changes."""

    path: str
    """Of the parameter."""
    part: str
    """As written: the parameter's path, perhaps with labels of a part of its table behind it."""
    node: Node
    set_by: str
    """``lever`` (a government can choose it) or ``uncertainty`` (nobody can)."""
    dated: Dated
    """What it does to the value that the base has, by school year."""
    declaration: Declaration
    """Of the parameter."""
    backing: Backing | None = None
    """What the scenario says that it rests on."""
    where: tuple[Condition, ...] = ()
    """The place in which it does so: conditions on schools; none for everywhere."""

    @property
    def written(self) -> str:
        """What it does, as the scenario writes it, without the place."""
        node = self.node
        if isinstance(node, Mapping):
            node = Mapping(node.place, node.keys, {key: value for key, value in node.values.items() if key != PLACE})
        return as_text(node)

    def check_first(self, base_year: int) -> bool:
        """Whether it begins when it can; a problem is noted for a lever with a date before the base year."""
        too_early = self.set_by == "lever" and any(turn < base_year for turn in self.dated.turns)
        if too_early:
            message = f"a lever cannot be pulled in {school_year(self.dated.turns[0])}, before the base year {school_year(base_year)}"
            hint = (
                f"it holds from {school_year(base_year + 1)} on; what differs in the past belongs under uncertainties:"
            )
            self.node.place.wrong("E0416", message, hint)
        return not too_early

    def acts_in(self, year: int, base_year: int) -> bool:
        """Whether it can change anything in a school year: no lever has been pulled up to the base year."""
        return self.set_by == "uncertainty" or year > base_year

    def turns(self, base_year: int) -> tuple[int, ...]:
        """School years from which on it does something else than in the year before."""
        pulled = (base_year + 1,) if self.set_by == "lever" else ()
        return (*pulled, *(turn for turn in self.dated.turns if self.acts_in(turn, base_year)))


def read_overrides(node: Node, set_by: str, structure: Structure) -> list[Override]:
    """The parameters under ``levers`` or ``uncertainties``, by the labels of a context; problems are noted in the file's source."""
    if not isinstance(node, Mapping):
        node.place.wrong("E0301", f"parameters by path are due here, got {kind(node)}", "such as leave.step_down: …")
        return []
    found = []
    for path, value in node.values.items():
        part = part_of(path, structure)
        if part is None:
            node.keys[path].place.wrong("E0302", f"there is no parameter {echo(path)}", path_hint(path, structure))
            continue
        apart = apart_from_backing(value, path)
        if apart is None:
            continue
        inner, where = _split_place(apart[0], part)
        dated = read_dated(inner, path, partial(_read_rule, declaration=part))
        if dated is not None and where is not None:
            whole = parameter_of(path)
            dated = dated.within(partial(_within_table, cell_of(path, structure)))
            found.append(Override(whole, path, apart[0], set_by, dated, declared(structure)[whole], apart[1], where))
    return found


def _split_place(node: Node, declaration: Declaration) -> tuple[Node, tuple[Condition, ...] | None]:
    """What is done, and the place in which: None, with problems noted, for one that cannot be."""
    if not isinstance(node, Mapping) or PLACE not in node.values:
        return node, ()
    rest = {key: value for key, value in node.values.items() if key != PLACE}
    inner = Mapping(node.place, {key: node.keys[key] for key in rest}, rest)
    if declaration.everywhere:
        message = f"{parameter_of(declaration.path)} has no place: {declaration.everywhere}"
        node.keys[PLACE].place.wrong("E0418", message, "take where out: it then holds in all places")
        return inner, None
    return inner, read_place(node.values[PLACE], declaration.path, declaration.structure)


def parameter_of(path: str) -> str:
    """The path of the parameter that ``path`` is a part of: ``leave.retire_role_odds.head`` is of ``leave.retire_role_odds``."""
    return ".".join(path.split(".")[:2])


def part_of(path: str, structure: Structure) -> Declaration | None:
    """The parameter of that path, or the part of a table that labels behind its path choose; None if there is none."""
    whole = declared(structure).get(parameter_of(path))
    labels = path.split(".")[2:]
    if whole is None or len(labels) > len(whole.axes):
        return None
    if any(label not in known for label, known in zip(labels, whole.labels, strict=False)):
        return None
    # Whether shares still sum to one is seen in the whole table.
    return replace(whole, path=path, axes=whole.axes[len(labels) :], sums_to_one_over=None) if labels else whole


def cell_of(path: str, structure: Structure) -> tuple[int, ...]:
    """Where in its table the cell or the part lies that labels behind a parameter's path choose; ``()`` for the whole."""
    known = declared(structure)[parameter_of(path)].labels
    return tuple(labels.index(label) for label, labels in zip(path.split(".")[2:], known, strict=False))


def _within_table(at: tuple[int, ...], rule: Rule) -> Rule:
    return partial(_changed_at, at, rule) if at else rule


def _changed_at(at: tuple[int, ...], rule: Rule, old: np.ndarray) -> np.ndarray:
    new = old.copy()
    new[at] = rule(old[at])
    return new


def _anew(new: np.ndarray, _old: np.ndarray) -> np.ndarray:
    return new


def _times(by: float | np.ndarray, old: np.ndarray) -> np.ndarray:
    return old * by


def _more(by: np.ndarray, old: np.ndarray) -> np.ndarray:
    return old + by


def path_hint(path: str, structure: Structure) -> str:
    """Which parameter may have been meant by a path that does not exist."""
    known = declared(structure)
    whole = known.get(parameter_of(path))
    if whole is not None:
        by = f"it is a table by {', '.join(whole.axes)}" if whole.axes else "it is one number"
        labels = [label for names in whole.labels for label in names]
        guesses = [
            near for label in path.split(".")[2:] if label not in labels and (near := did_you_mean(label, labels))
        ]
        return f"{whole.path} is there, and {by}; {guesses[0]}" if guesses else f"{whole.path} is there, and {by}"
    inside = [other for other in known if other.startswith(f"{path}.")]
    if inside:
        return f"a parameter is named in one, by its group and name, such as {inside[0]}"
    near = did_you_mean(path, known)
    if near:
        return near
    named = [other for other in known if other.split(".")[1] == path.rsplit(".", maxsplit=1)[-1]]
    if named:
        return f"did you mean {' or '.join(named)}?"
    return "a parameter is named by its group and name, such as leave.step_down"


def _read_rule(node: Node, declaration: Declaration) -> Rule | None:
    if isinstance(node, Mapping) and (not declaration.axes or _names_a_way(node, declaration)):
        return _read_change(node, declaration)
    if isinstance(node, Scalar) and node.text.startswith("+") and is_number(node.text.removesuffix("%")):
        by = node.text[1:]
        hint = f"by so much more: {{change: {node.text}}}; so many points: {{add: {by}}}; or without + if this is the value"
        node.place.wrong("E0401", f"{declaration.path} is set to a value, got {echo(node.text)}", hint)
        return None
    cells = read_cells(node, declaration)
    if cells is None or not check_sums(cells, declaration, node):
        return None
    new = cells.values
    return partial(_anew, new)


def _names_a_way(node: Mapping, declaration: Declaration) -> bool:
    """Whether any key is, or is meant to be, a way to change a table rather than a label of its first axis."""
    words = (*WAYS, *declaration.labels[0], ALL)
    return any(key in WAYS or ((near := nearest(key, words)) and near[0] in WAYS) for key in node.values)


def _read_change(node: Mapping, declaration: Declaration) -> Rule | None:
    what = f"the change of {declaration.path}"
    chosen = read_way(node, what)
    if chosen is None:
        return None
    way, operand = chosen
    if way == "to":
        return None if isinstance(operand, Mapping) and not declaration.axes else _read_rule(operand, declaration)
    if way == "change":
        factor = read_change(operand, what)
        return None if factor is None else partial(_times, factor)
    cells = _read_operand(operand, declaration, way, what)
    if cells is None:
        return None
    by = cells.values
    return partial(_times if way == "times" else _more, by)


def read_way(node: Mapping, what: str) -> tuple[str, Node] | None:
    """The one of :data:`WAYS` that a mapping uses, and by how much."""
    parts = fields(node, what, optional=WAYS)
    if len(parts) != 1:
        if len(node.values) != 1 or parts:
            node.place.wrong("E0306", f"{what} must be one of {', '.join(WAYS)}", "such as {change: +10%}")
        return None
    ((way, operand),) = parts.items()
    return way, operand


def _read_operand(node: Node, declaration: Declaration, way: str, what: str) -> Cells | None:
    """A number for all cells, or a table of the parameter's own shape."""
    low, high = UNITS[declaration.unit]
    unit, bounds = ("ratio", (0.0, 1000.0)) if way == "times" else (declaration.unit, (low - high, high - low))
    if isinstance(node, Scalar):
        value = number(node, unit, *bounds, f"{way} in {what}")
        return None if value is None else Cells(np.array(value), (node,))
    return read_cells(node, declaration, unit, what, bounds)


def read_change(node: Node, what: str) -> float | None:
    """The factor that a percentage with its sign stands for: ``-10%`` is 0.9."""
    found = scalar(node, what)
    if found is None:
        return None
    match = re.match(r"([+-]\d{1,4}(?:\.\d{1,6})?)%\Z", found.text, re.ASCII)
    if not match or found.quoted or Decimal(match[1]) < -100:
        hint = "such as +10% or -10%"
        bare = re.match(r"(\d+(?:\.\d+)?)%?\Z", found.text, re.ASCII)
        if bare:
            hint = f"did you mean +{bare[1]}% or -{bare[1]}%?"
        found.place.wrong(
            "E0401", f"{what} must be a percentage with its sign, from -100% on, got {echo(found.text)}", hint
        )
        return None
    return float(1 + Decimal(match[1]) / 100)


def overridden(override: Override, values: np.ndarray, year: int, source: Provenance) -> np.ndarray | None:
    """What the override makes of a parameter's ``values`` in a school year; None, with a problem noted, if it cannot be."""
    new = np.asarray(override.dated(values, year), dtype=np.float64) + 0.0
    declaration, (low, high) = override.declaration, source.range
    for flat, value in enumerate(new.ravel()):
        if not low <= value <= high:
            override.node.place.wrong(
                "E0409",
                f"{cell_name(declaration, flat)} becomes {value:.6g}, outside its range {low:g} to {high:g}",
                f"the range is given in {source.file} near line {source.line}",
            )
            return None
    return new if check_sums(Cells(new, ()), declaration, override.node) else None


def sources_after(overrides: Iterable[Override], sources: dict[str, Provenance]) -> dict[str, Provenance]:
    """Where each parameter comes from, by its path, once ``overrides`` have set some.

    Of a table of which several set parts, it comes from all of them.
    """
    found, parts = dict(sources), set()
    for override in overrides:
        written = as_text(override.node)
        if override.part != override.path:
            written = f"{{{override.part.removeprefix(override.path + '.')}: {written}}}"
        before = found[override.path]
        anew = before.set_anew(override.node, written, override.set_by, override.backing)
        found[override.path] = (
            anew.beside(before) if override.part != override.path and override.path in parts else anew
        )
        parts.add(override.path)
    return found
