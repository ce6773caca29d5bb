"""Sets of agents that answer Mesa's ``AgentSet`` verbs over columns.

A :class:`ColumnAgentSet` holds ids, not objects. What columns can answer (``get``, ``set``, ``agg``, ``groupby`` and
``sort`` by a column, ``select`` by class, ``where``) it answers without making a single object; whatever takes a
function of an agent makes the objects one by one and lets go of them again. Signatures and results are those of
``mesa.agent.AgentSet``.
"""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from random import Random
from typing import Any, Self

import numpy as np
from mesa.agent import Agent, AgentSet

from simulation.roster import Roster
from simulation.sorts import CODED, LINKS, Sort
from simulation.view import twin

try:
    from mesa.agentset import GroupBy  # Mesa 3.5
except ImportError:
    from mesa.agent import GroupBy  # Mesa 3.3

_REQUIRED = object()


class ColumnAgentSet(AgentSet):
    """Agents in an order, found by id.

    A set is settled when it is asked for, like the result of Mesa's ``select``: who is hired later is not in it, who
    leaves service stays in it, and who is no longer in the model drops out. The order is that of the rows unless
    shuffled or sorted.
    """

    def __init__(
        self, roster: Roster, sorts: np.ndarray, ids: np.ndarray, random: Random, rows: np.ndarray | None = None
    ) -> None:
        """Made by the model: ``sorts`` (:class:`~simulation.sorts.Sort` codes) and ``ids`` (uint64) side by side.

        ``rows`` are the rows that the ids have now, where the caller knows them.
        """
        self._roster = roster
        self._sorts = sorts.astype(np.int8, copy=False)
        self._ids = ids.astype(np.uint64, copy=False)
        self.random = random
        self._lookup: set[tuple[int, int]] | None = None
        if rows is None:
            self._settle()
        else:
            self._rows, self._stamp = rows, roster.stamp
            self._kinds = _kinds(self._sorts)

    # --- members -----------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Find the rows and drop members that the model no longer has."""
        self._stamp = self._roster.stamp
        rows = np.full(len(self._ids), -1, np.int64)
        for sort in _kinds(self._sorts):
            mine = self._sorts == sort
            rows[mine] = self._roster.find(sort, self._ids[mine])
        here = rows >= 0
        if not here.all():
            self._sorts, self._ids, rows = self._sorts[here], self._ids[here], rows[here]
        self._rows = rows
        self._kinds = _kinds(self._sorts)
        self._lookup = None

    def _refresh(self) -> None:
        if self._stamp != self._roster.stamp or Sort.OTHER in self._kinds:
            self._settle()

    def _take(self, places: np.ndarray | slice) -> ColumnAgentSet:
        """A new set of the members in ``places``, in that order."""
        taken = object.__new__(type(self))
        taken.__dict__.update(self.__dict__, _sorts=self._sorts[places], _ids=self._ids[places], _lookup=None)
        taken._rows = self._rows[places]
        taken._kinds = _kinds(taken._sorts)
        return taken

    def _become(self, other: ColumnAgentSet) -> Self:
        self.__dict__.update(other.__dict__)
        return self

    def _agents_at(self, places: Iterable[int]) -> Iterator[Any]:
        """The members in ``places`` as objects; whoever has meanwhile gone from the model is passed over."""
        roster, stamp = self._roster, self._stamp
        chosen = np.fromiter(places, np.int64)
        sorts, ids, rows = self._sorts[chosen], self._ids[chosen], self._rows[chosen]
        leads = np.zeros(len(chosen), bool)
        people = sorts == Sort.PERSON
        leads[people] = roster.leading(rows[people])
        for sort, key, row, leading in zip(sorts.tolist(), ids.tolist(), rows.tolist(), leads.tolist(), strict=True):
            same = roster.stamp == stamp
            agent = roster.view(sort, key, row if same else None, leading if same else None)
            if agent is not None:
                yield agent

    def _from_iterable(self, agents: Iterable[Any]) -> ColumnAgentSet:
        """A set of ``agents``: what the operators ``|``, ``&``, ``-`` and ``^`` build their result with."""
        unique = dict.fromkeys(agents)
        sorts = np.array([getattr(agent, "_sort", Sort.OTHER) for agent in unique], np.int8)
        ids = np.array([agent.unique_id for agent in unique], np.uint64)
        return ColumnAgentSet(self._roster, sorts, ids, self.random)

    def __len__(self) -> int:
        self._refresh()
        return len(self._ids)

    def __iter__(self) -> Iterator[Any]:
        self._refresh()
        return self._agents_at(range(len(self._ids)))

    def __contains__(self, agent: object) -> bool:
        self._refresh()
        if not isinstance(agent, Agent) or agent.model is not self._roster.model:
            return False
        if self._lookup is None:
            self._lookup = set(zip(self._sorts.tolist(), self._ids.tolist(), strict=True))
        return (int(getattr(agent, "_sort", Sort.OTHER)), int(agent.unique_id)) in self._lookup

    def __getitem__(self, item: int | slice) -> Any:
        """The agent at a place, or the list of agents in a slice."""
        self._refresh()
        places = range(len(self._ids))[item]
        return list(self._agents_at(places)) if isinstance(places, range) else next(self._agents_at([places]))

    def to_list(self) -> list[Any]:
        """All members as objects."""
        return list(self)

    def add(self, agent: Any) -> None:
        """Put ``agent`` at the end, if it is not in the set."""
        if agent not in self:
            self._become(self._from_iterable([*self._bare(), agent]))

    def discard(self, agent: Any) -> None:
        """Take ``agent`` out, if it is in the set; the model itself is not touched."""
        if agent in self:
            mine = (self._sorts == getattr(agent, "_sort", Sort.OTHER)) & (self._ids == np.uint64(agent.unique_id))
            self._become(self._take(np.flatnonzero(~mine)))

    def remove(self, agent: Any) -> None:
        """Take ``agent`` out; raise :exc:`KeyError` if it is not in the set."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def _bare(self) -> list[Any]:
        return list(self._agents_at(range(len(self._ids))))

    def copy(self) -> ColumnAgentSet:
        """The same members as a set of its own."""
        self._refresh()
        return self._take(slice(None))

    __copy__ = copy

    def __deepcopy__(self, memo: dict[int, Any]) -> ColumnAgentSet:
        """The same members as a set of its own; in a copy of what holds it, those of the model's copy."""
        return twin(self, memo) if memo else self.copy()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_lookup": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)}>"

    # --- values ------------------------------------------------------------------------------------------------------

    def in_columns(self, name: str) -> bool:
        """Whether columns alone know what every member shows as ``name``, so that no object need be made to tell."""
        self._refresh()
        return all(self._roster.answers(sort, name) for sort in self._kinds)

    def array(self, name: str) -> np.ndarray:
        """A column, or something derived from columns (``age``), as it is stored: one entry for each member, in order.

        Codes and rows of other tables stay integers. Raise :exc:`AttributeError` if no column is called that.
        """
        self._refresh()
        stored = self._roster.stored(self._kinds[0], name, self._rows) if len(self._kinds) == 1 else None
        if stored is None:
            if not len(self._ids):
                return np.empty(0)
            kinds = " and ".join(sort.name.lower() for sort in self._kinds)
            raise AttributeError(f"no column {name!r} for agents of the kind {kinds}; agents.get({name!r}) asks each")
        stored.flags.writeable = False
        return stored

    def where(self, mask: np.ndarray | None = None, /, **equals: Any) -> ColumnAgentSet:
        """The members for which ``mask`` (booleans, one for each member) holds and columns equal the given values.

        A tuple, list or set of values means "one of these": ``leaders.where(role=(roles.DEPUTY_HEAD, roles.HEAD))``.
        Agents stand for links: ``teachers.where(school=some_school)``. No object is made.
        """
        self._refresh()
        chosen = np.ones(len(self._ids), bool)
        if mask is not None:
            given = np.asarray(mask)
            if given.dtype != bool or given.shape != chosen.shape:
                raise ValueError(f"where: a mask of {len(chosen)} booleans is needed, got {given.dtype}{given.shape}")
            chosen &= given
        for name, value in equals.items():
            allowed = value if isinstance(value, tuple | list | set | frozenset) else (value,)
            codes = [self._code(name, entry) for entry in allowed]
            chosen &= np.isin(self.array(name), codes) if len(self._ids) else chosen
        return self._take(np.flatnonzero(chosen))

    def _code(self, name: str, value: Any) -> Any:
        if value is None:
            return -1
        if name in LINKS and isinstance(value, Agent):
            return self._roster.find(LINKS[name], np.array([value.unique_id], np.uint64))[0]
        return value

    def _values(self, name: str, default: Any = _REQUIRED) -> list[Any]:
        """What each member shows as ``name``; from columns where they know."""
        values: list[Any] = [None] * len(self._ids)
        for sort in self._kinds:
            places = np.flatnonzero(self._sorts == sort)
            shown = self._roster.shown(sort, name, self._rows[places])
            if shown is None:
                ask = (name,) if default is _REQUIRED else (name, default)
                shown = [getattr(agent, *ask) for agent in self._agents_at(places)]
            if len(places) == len(values):
                return shown
            for place, value in zip(places.tolist(), shown, strict=True):
                values[place] = value
        return values

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """An attribute of every member as a list, or a list of lists for several names; see Mesa's ``AgentSet.get``."""
        if handle_missing not in {"error", "default"}:
            raise ValueError(f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        self._refresh()
        default = _REQUIRED if handle_missing == "error" else default_value
        if isinstance(attr_names, str):
            return self._values(attr_names, default)
        columns = [self._values(name, default) for name in attr_names]
        return [list(entries) for entries in zip(*columns, strict=True)] if columns else [[] for _ in range(len(self))]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of every member to ``value``; see :mod:`simulation.view` for what may be written."""
        self._refresh()
        table = self._roster.tables.get(self._kinds[0]) if len(self._kinds) == 1 else None
        if table is not None and attr_name in table.columns:
            table.poke(attr_name, self._rows, value)
        else:
            for agent in self:
                setattr(agent, attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable | Iterable[Callable]) -> Any:
        """Apply ``func``, or each of several, to the values of an attribute; see Mesa's ``AgentSet.agg``."""
        self._refresh()
        if isinstance(func, Callable):  # type: ignore[arg-type]
            return self._apply(func, attribute)  # type: ignore[arg-type]
        return [self._apply(f, attribute) for f in func]  # type: ignore[union-attr]

    def _apply(self, func: Callable, attribute: str) -> Any:
        """NumPy's own functions take the column as it is, in the type that they would make of the list."""
        numeric = len(self._kinds) == 1 and self._roster.answers(self._kinds[0], attribute)
        if numeric and (getattr(func, "__module__", None) == "numpy" or isinstance(func, np.ufunc)):
            stored = self.array(attribute)
            if stored.ndim == 1 and stored.dtype.kind == "f":
                return func(stored)
            if stored.ndim == 1 and stored.dtype.kind == "i" and attribute not in CODED[self._kinds[0]]:
                return func(stored.astype(np.int64))
        return func(self._values(attribute))

    # --- choosing and ordering ---------------------------------------------------------------------------------------

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: int | float = math.inf,
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> ColumnAgentSet:
        """The first ``at_most`` members of ``agent_type`` for which ``filter_func`` holds; see Mesa's ``select``.

        A fraction (a float up to 1.0) is taken of all members before choosing.
        """
        self._refresh()
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self._ids) * at_most)
        limit = len(self._ids) if at_most == math.inf else max(0, math.ceil(at_most))
        places = np.arange(len(self._ids)) if agent_type is None else np.flatnonzero(self._are(agent_type))
        if filter_func is not None:
            places = self._passing(filter_func, places, limit)
        chosen = self._take(places[:limit])
        return self._become(chosen) if inplace else chosen

    def _are(self, agent_type: type) -> np.ndarray:
        """Which members are instances of ``agent_type``."""
        found = np.zeros(len(self._ids), bool)
        for sort in self._kinds:
            places = np.flatnonzero(self._sorts == sort)
            if sort is Sort.OTHER:
                found[places] = [isinstance(agent, agent_type) for agent in self._agents_at(places)]
                continue
            fits = np.array([issubclass(cls, agent_type) for cls in self._roster.classes[sort]])
            is_leader = self._roster.leading(self._rows[places]) if sort is Sort.PERSON else np.zeros(len(places), bool)
            found[places] = fits[is_leader.astype(int)]
        return found

    def _passing(self, filter_func: Callable[[Any], bool], places: np.ndarray, limit: int) -> np.ndarray:
        if limit == 0:
            return places[:0]
        passing: list[int] = []
        for place, agent in zip(places.tolist(), self._agents_at(places), strict=False):
            if filter_func(agent):
                passing.append(place)
                if len(passing) == limit:
                    break
        return np.array(passing, np.int64)

    def _shuffled(self) -> list[int]:
        self._refresh()
        places = list(range(len(self._ids)))
        self.random.shuffle(places)
        return places

    def shuffle(self, inplace: bool = False) -> ColumnAgentSet:
        """The members in random order, drawn from the model's ``random`` as Mesa draws it."""
        shuffled = self._take(np.array(self._shuffled(), np.int64))
        return self._become(shuffled) if inplace else shuffled

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> ColumnAgentSet:
        """The members ordered by an attribute or a function, largest first unless ``ascending``."""
        self._refresh()
        keys = self._keys(key)
        places = sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending)
        ordered = self._take(np.array(places, np.int64))
        return self._become(ordered) if inplace else ordered

    def _keys(self, by: Callable[[Any], Any] | str) -> list[Any]:
        if isinstance(by, str) and "." not in by:
            return self._values(by)
        ask = operator.attrgetter(by) if isinstance(by, str) else by
        return [ask(agent) for agent in self]

    def groupby(self, by: Callable | str, result_type: str = "agentset") -> ColumnGroupBy:
        """Members grouped by an attribute or a function, groups in order of first appearance."""
        self._refresh()
        groups: dict[Any, list[int]] = defaultdict(list)
        for place, key in enumerate(self._keys(by)):
            groups[key].append(place)
        if result_type == "agentset":
            return ColumnGroupBy({key: self._take(np.array(places)) for key, places in groups.items()})
        return ColumnGroupBy({key: list(self._agents_at(places)) for key, places in groups.items()})

    # --- doing -------------------------------------------------------------------------------------------------------

    def do(self, method: str | Callable, *args: Any, **kwargs: Any) -> Self:
        """Call a method by name, or a function of the agent, on every member in order."""
        for agent in self:
            _call(agent, method, args, kwargs)
        return self

    def shuffle_do(self, method: str | Callable, *args: Any, **kwargs: Any) -> Self:
        """As :meth:`do`, in random order; the order of the set stays."""
        for agent in self._agents_at(self._shuffled()):
            _call(agent, method, args, kwargs)
        return self

    def map(self, method: str | Callable, *args: Any, **kwargs: Any) -> list[Any]:
        """As :meth:`do`, and return what the calls return."""
        return [_call(agent, method, args, kwargs) for agent in self]


class ColumnGroupBy(GroupBy):
    """Mesa's ``GroupBy``, aggregating each group over columns."""

    def agg(self, attr_name: str, func: Callable) -> dict[Hashable, Any]:
        """Apply ``func`` to the values of an attribute in each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, ColumnAgentSet)
            else func([getattr(agent, attr_name) for agent in group])
            for key, group in self.groups.items()
        }


def _kinds(sorts: np.ndarray) -> tuple[Sort, ...]:
    return tuple(Sort(int(code)) for code in np.flatnonzero(np.bincount(sorts, minlength=1)))


def _call(agent: Any, method: str | Callable, args: tuple, kwargs: dict[str, Any]) -> Any:
    if isinstance(method, str):
        return getattr(agent, method)(*args, **kwargs)
    return method(agent, *args, **kwargs)
