"""How a school system calls its rungs, phases and groups, and which differences its reader finds worth telling.

Whatever readers see is said in the words of the context at hand.

Words are to figures what a language is to a program: one at a time, for all that is made while it holds. Whoever makes
something for a reader says once of which system it is, ``with speaking(…)``; :mod:`analysis.figures.words` and the table of
figures ask here. Without it, England is spoken of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from scenarios.register_settings import names_of_authorities
from simulation.structure import ENGLAND, MAJORITY, Structure


@dataclass(frozen=True)
class Least:
    """The smallest difference of a figure that is worth telling, as a scenario has it."""

    figure: str
    """Its name, or that of a measure, whomever that is asked of."""
    least: float = 0.0
    """In the figure's unit."""
    of_base: float = 0.0
    """As a share of the base's figure."""
    why: str = ""


AXES = ("role", "phase", "ethnic_group")
"""What each context names by itself."""


@dataclass(frozen=True)
class Naming:
    """The labels of a school system, and what its context says that readers see for them."""

    labels: tuple[tuple[str, ...], ...]
    """Along each of :data:`AXES`; of several systems, those of any."""
    own: tuple[tuple[str, str, str], ...] = ()
    """Axis, label and the context's words for it: rungs in the plural, others as they stand in a sentence."""
    worth: tuple[Least, ...] = ()
    """The smallest differences that scenarios set by themselves."""

    def words(self, axis: str, label: str) -> str | None:
        """The context's own words for a label; None if it has none."""
        return next((words for a, name, words in self.own if (a, name) == (axis, label)), None)

    def along(self, axis: str) -> tuple[str, ...]:
        """The labels along an axis."""
        return self.labels[AXES.index(axis)]

    def lacks(self, axis: str, label: str) -> bool:
        """Whether the system has nothing of this label; never of what no context names."""
        return axis in AXES and label not in self.along(axis)

    def least(self, figure: str) -> Least | None:
        """The smallest difference that a scenario sets of a figure or a measure; None if none does."""
        return next((one for one in self.worth if one.figure == figure), None)

    @property
    def majority(self) -> str:
        """Label of the group from which minorities are told."""
        return self.along("ethnic_group")[MAJORITY]


Words = Mapping[str, Mapping[str, str]]
"""A context's own words, by axis and label."""


class System(NamedTuple):
    """What a naming takes of one scenario."""

    structure: Structure
    words: Words
    worth: tuple[Least, ...] = ()


def system_of(structure: Structure, resolved: Mapping[str, Any]) -> System:
    """What a naming takes of a scenario as it was resolved."""
    return System(structure, words_of(resolved), worth_of(resolved))


def naming_of(*systems: System) -> Naming:
    """The naming of school systems that are told of together: words are those of the first, programmes and worth those of any."""
    axes, words = [one.structure.axes for one in systems], [one.words for one in systems]
    return _naming(axes, words, [one.worth for one in systems])


def worth_of(resolved: Mapping[str, Any]) -> tuple[Least, ...]:
    """The smallest differences that a scenario as it was resolved sets by itself."""
    return tuple(Least(figure, **said) for figure, said in resolved.get("worth", {}).items())


def words_of(resolved: Mapping[str, Any]) -> Words:
    """What a scenario as it was resolved has for readers in place of labels.

    Its context's words, names of authorities, and titles of programmes, with the name where two have one title.
    """
    titles = {name: str(known.get("title") or name) for name, known in resolved.get("programmes", {}).items()}
    many = Counter(titles.values())
    return {
        **resolved.get("words", {}),
        "local_authority": names_of_authorities(resolved.get("register", {})),
        "programme": {name: title if many[title] == 1 else f"{title} ({name})" for name, title in titles.items()},
    }


def naming_in(manifest: Mapping[str, Any]) -> Naming:
    """The naming of a manifest's scenarios, together; England's if it has none."""
    every = [scenario.get("resolved") or {} for scenario in manifest.get("scenarios", [])] or [{}]
    axes = [{"role": one.get("ladder"), **{axis: one.get(axis) for axis in AXES[1:]}} for one in every]
    return _naming(
        [{axis: of[axis] or ENGLAND.axes[axis] for axis in AXES} for of in axes],
        [words_of(one) for one in every],
        [worth_of(one) for one in every],
    )


def _naming(
    systems: Sequence[Mapping[str, Sequence[str]]], of_each: Sequence[Words], worth: Sequence[tuple[Least, ...]]
) -> Naming:
    programmes = {name: title for words in of_each for name, title in words.get("programme", {}).items()}
    words = {**of_each[0], "programme": programmes}
    labels = tuple(tuple(dict.fromkeys(label for axes in systems for label in axes[axis])) for axis in AXES)
    own = tuple((axis, label, said) for axis, of in words.items() for label, said in of.items())
    return Naming(labels, own, tuple({one.figure: one for of in reversed(worth) for one in of}.values()))


ENGLISH = naming_of(System(ENGLAND, {}))
"""England's, whose words are in ``words.toml``."""

_NOW: ContextVar[Naming] = ContextVar("naming", default=ENGLISH)


def spoken() -> Naming:
    """The naming that holds now."""
    return _NOW.get()


@contextmanager
def speaking(naming: Naming) -> Iterator[None]:
    """Say everything by a naming until the end of the ``with`` block."""
    before = _NOW.set(naming)
    try:
        yield
    finally:
        _NOW.reset(before)
