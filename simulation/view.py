"""Agents as light views of rows.

A view holds an id and finds its row by it, so it stays right when rows move. The model hands out views
(``model.teachers``, ``model.agent(...)``); nobody makes one. While anybody holds a view, asking again gives the same
object, and once nobody does it is forgotten: nothing is lost, because the state is in the columns.

Reading: every column of the table is an attribute (``teacher.wellbeing``), codes come back as members
(``teacher.role is model.roles.HEAD``), links as agents (``teacher.school.cluster``), programmes by name (``teacher.programmes``,
all that were ever joined; ``teacher.completed``), and what programmes add this year as a number for each channel
(``teacher.shift["workload"]``). Writing: measures of state such as
``teacher.wellbeing`` or ``school.culture`` may be written, and hold until the process that owns the column next updates
them; what the yearly accounts rest on (role, school, status, posts, ...) may not, and the error says what to do instead.

Attributes of one's own are declared, with the value everybody starts from, on a class of one's own that the model is
told of, see :class:`simulation.model.PipelineModel`.
"""

from __future__ import annotations

import copy
import difflib
from typing import Any, ClassVar, NoReturn, Self, TypeVar

import mesa
import numpy as np

from simulation.sorts import DERIVED, Sort


class GoneError(LookupError, AttributeError):
    """Somebody is no longer in the model, and so has no attributes any more."""


Held = TypeVar("Held")


def twin(thing: Held, memo: dict[int, Any]) -> Held:
    """The deep copy of an object, whatever its own way of being copied is; one for each ``memo`` of :mod:`copy`."""
    if id(thing) not in memo:
        copied = memo[id(thing)] = object.__new__(type(thing))
        copied.__dict__.update(copy.deepcopy(thing.__dict__, memo))
    return memo[id(thing)]


class View(mesa.Agent):
    """A row of a table as a Mesa agent."""

    _sort: ClassVar[Sort]
    pos: Any = None
    """For Mesa's spaces; the model itself does not use it."""
    current_action: Any = None
    """For the actions of Mesa 4; the model itself does not use it."""
    unique_id: Any

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Raise :exc:`TypeError`: views are handed out by the model."""
        raise TypeError(
            f"{type(self).__name__} is a view of a row that the model already has; ask the model for it: "
            "model.teachers, model.leaders, model.schools, model.clusters or model.agent(unique_id). "
            "For agents of another kind, subclass mesa.Agent."
        )

    @classmethod
    def create_agents(cls, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise :exc:`TypeError`: people enter through recruitment, schools through the register."""
        raise TypeError(
            f"{cls.__name__} agents are not created by hand: people enter through the process 'recruit', "
            "schools and clusters come from the register of the setup."
        )

    @classmethod
    def _of(cls, model: Any, key: int, row: int) -> Self:
        view = object.__new__(cls)
        view.__dict__.update(
            model=model, unique_id=key, _row=row, _generation=model.roster.tables[cls._sort].generation
        )
        return view

    def remove(self) -> NoReturn:
        """Raise :exc:`TypeError`: people leave through the process ``leave``, schools and clusters stay."""
        raise TypeError(
            f"{self!r} cannot be removed by hand, because every year's leavers must add up: people leave through the "
            "process 'leave'. To make leaving likelier, change what it reads (such as wellbeing) or add a process."
        )

    def _find(self) -> int | None:
        """The row now, or None if the model no longer has it."""
        roster = self.model.roster
        generation = roster.tables[self._sort].generation
        if self._generation != generation:
            row = int(roster.find(self._sort, np.array([self.unique_id], np.uint64))[0])
            self.__dict__.update(_row=row, _generation=generation)
        return None if self._row < 0 else self._row

    def _at(self) -> int:
        row = self._find()
        if row is None:
            raise GoneError(
                f"{type(self).__name__} {self.unique_id} is no longer in the model "
                "(retired, or out of service for so long that a return is not modelled)"
            )
        return row

    def _code(self, name: str) -> int:
        return int(getattr(self.model.roster.tables[self._sort], name)[self._at()])

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            row = self._at()
            try:
                return self.model.roster.one(self._sort, name, row)
            except KeyError:
                pass
        # Given name and obj, Python itself suggests a near name, and only when somebody gets to read the message.
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        table = self.model.roster.tables[self._sort]
        declared = getattr(type(self), name, None)
        if name in table.columns:
            table.poke(name, self._at(), value)
        elif name in {"model", "unique_id"} or name in DERIVED[self._sort]:
            raise AttributeError(f"{type(self).__name__}.{name} follows from the state and cannot be set")
        elif isinstance(declared, property) and declared.fset is None:
            raise AttributeError(f"{type(self).__name__}.{name} is worked out when asked and cannot be set")
        elif hasattr(type(self), name):
            object.__setattr__(self, name, value)
            self.model.roster.keep(self)
        else:
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r}{self._suggest(name)}. To keep something of your "
                f"own, declare it on your own class with the value that everybody starts from "
                f"(class My{type(self).__name__}({type(self).__name__}): {name} = ...), and name that class in "
                "your model."
            )

    def _suggest(self, name: str) -> str:
        near = difflib.get_close_matches(name, dir(self), n=1)
        return f" (did you mean {near[0]!r}?)" if near else ""

    def __dir__(self) -> list[str]:
        columns = self.model.roster.tables[self._sort].columns
        return sorted({*super().__dir__(), *columns, *DERIVED[self._sort]})

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Itself, because a copy would be a second object for the same row; in a copy of what holds it, of the model's copy."""
        return twin(self, memo) if memo else self

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"
