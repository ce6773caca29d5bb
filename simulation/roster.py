"""The roster: finds the rows behind agents, and keeps one object for each row that somebody has asked for.

Everything that Mesa's world wants to know about "all agents" is answered here from columns; objects are made only for
the agents that are handed out, and are forgotten when nobody holds them any more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from simulation.columns import Table
from simulation.numerics import UNFIXED
from simulation.sorts import CODED, DERIVED, IDENTITY, PARTS, PROGRAMMES, Sort, members_of
from simulation.structure import CLASSROOM
from simulation.view import View
from simulation.vocabulary import Status
from simulation.world import World


class Roster:
    """Rows, values and objects of the agents of one model."""

    def __init__(self, model: Any, world: World, classes: dict[Sort, tuple[type[View], ...]]) -> None:
        self.model = model
        self.world = world
        self.classes = classes
        """Classes by sort; for people the class of teachers, then that of leaders."""
        self.others: dict[int, Any] = {}
        """Ordinary Mesa agents by ``unique_id``."""
        self.tables: dict[Sort, Table] = {
            Sort.PERSON: world.people,
            Sort.SCHOOL: world.schools,
            Sort.CLUSTER: world.clusters,
        }
        self._members = members_of(world.setup.structure)
        self._views: dict[int, WeakValueDictionary[int, View]] = {sort: WeakValueDictionary() for sort in self.tables}
        self._kept: dict[tuple[int, int], View] = {}
        self._readers: dict[tuple[Sort, str], Callable[[int], Any]] = {}
        self._index: dict[Sort, tuple[tuple[int, int], np.ndarray, np.ndarray]] = {}

    def __getstate__(self) -> dict[str, Any]:
        """With the objects that somebody holds now, so that they are the same objects to the copy's model too."""
        held = {sort: dict(views) for sort, views in self._views.items()}
        return {**self.__dict__, "_views": held, "_index": {}, "_readers": {}, "_members": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        held = {sort: WeakValueDictionary(views) for sort, views in state["_views"].items()}
        # Members of a context's own codes cannot be sent to another process; they are made there.
        self.__dict__.update(state, _views=held, _members=members_of(state["world"].setup.structure))

    @property
    def stamp(self) -> tuple[int, int, int]:
        """Changes whenever row numbers kept so far may point elsewhere."""
        return self.world.people.generation, self.world.schools.generation, self.world.clusters.generation

    def ids(self, sort: Sort) -> np.ndarray:
        """Ids of all rows, in row order; uint64."""
        if sort is Sort.OTHER:
            return np.fromiter(self.others, np.uint64, len(self.others))
        return getattr(self.tables[sort], IDENTITY[sort]).astype(np.uint64)

    def find(self, sort: Sort, ids: np.ndarray) -> np.ndarray:
        """The rows of ``ids`` (uint64); -1 where there is none any more."""
        if sort is Sort.OTHER:
            return np.array([0 if key in self.others else -1 for key in ids.tolist()], dtype=np.int64)
        table = self.tables[sort]
        state = (table.generation, len(table))
        if self._index.get(sort, (None,))[0] != state:
            everyone = self.ids(sort)
            order = np.argsort(everyone, kind="stable")
            self._index[sort] = (state, order, everyone[order])
        _, order, ordered = self._index[sort]
        if not len(ordered):
            return np.full(len(ids), -1, np.int64)
        places = np.minimum(np.searchsorted(ordered, ids), len(ordered) - 1)
        return np.where(ordered[places] == ids, order[places], -1)

    def leading(self, rows: np.ndarray) -> np.ndarray:
        """Which people hold a leadership post: middle leader to head, in service, or the leader of a trust."""
        people = self.world.people
        role, status = people.role[rows], people.status[rows]
        in_school = (status == Status.IN_SERVICE) & (role > CLASSROOM)
        return in_school | ((status == Status.CENTRAL) & (role == self.world.ladder.trust_leader))

    def view(self, sort: int, key: int, row: int | None = None, leads: bool | None = None) -> Any:
        """The agent with this id, always the same object while anybody holds it; None if there is no such row.

        Its class is that of leaders if the person holds a leadership post now, that of teachers if not. ``row`` and
        ``leads`` save looking these up where the caller knows them.
        """
        if sort == Sort.OTHER:
            return self.others.get(key)
        view = self._views[sort].get(key)
        if row is None or (sort == Sort.PERSON and leads is None):
            row = int(self.find(Sort(sort), np.array([key], np.uint64))[0]) if view is None else view._find()
            if row is None or row < 0:
                return None
            leads = sort == Sort.PERSON and bool(self.leading(np.array([row]))[0])
        proper = self.classes[sort][1 if leads else 0]  # type: ignore[index]
        if view is None:
            view = self._views[sort][key] = proper._of(self.model, key, row)
        elif type(view) is not proper:
            object.__setattr__(view, "__class__", proper)
        return view

    def at(self, sort: Sort, row: int) -> Any:
        """The agent in ``row`` of its table; None for -1."""
        if row < 0:
            return None
        return self.view(sort, int(getattr(self.tables[sort], IDENTITY[sort])[row]), int(row))

    def keep(self, view: View) -> None:
        """Hold on to ``view``, because it carries attributes that no column has."""
        self._kept[view._sort, view.unique_id] = view

    def refresh(self) -> None:
        """Bring the objects up to date after a year: who leads now, and whom the model no longer contains."""
        for key in list(self._views[Sort.PERSON]):
            self.view(Sort.PERSON, key)
        self._kept = {key: view for key, view in self._kept.items() if view._find() is not None}

    def stored(self, sort: Sort, name: str, rows: np.ndarray) -> np.ndarray | None:
        """The column ``name``, or what is derived under that name, as it is stored; None if there is neither."""
        if sort is Sort.OTHER:
            return None
        if name == "unique_id":
            return getattr(self.tables[sort], IDENTITY[sort])[rows]
        if name in self.tables[sort].columns:
            return getattr(self.tables[sort], name)[rows]
        derive = DERIVED[sort].get(name)
        return None if derive is None else derive(self.world, rows)

    def answers(self, sort: Sort, name: str) -> bool:
        """Whether columns alone know what an agent shows as ``name``: no class has an attribute of that name."""
        if sort is Sort.OTHER:
            return False
        known = name in self.tables[sort].columns or name in DERIVED[sort]
        return name == "unique_id" or (known and not any(hasattr(cls, name) for cls in self.classes[sort]))

    def shown(self, sort: Sort, name: str, rows: np.ndarray) -> list[Any] | None:
        """What agents in ``rows`` show as ``name``, as Python values; None if columns alone cannot tell."""
        stored = self.stored(sort, name, rows) if self.answers(sort, name) else None
        if stored is None:
            return None
        if name in CODED[sort]:
            members = self._members[sort][name]
            return [members.get(code) for code in stored.tolist()]
        if name in PROGRAMMES or name in PARTS[sort]:
            return [self._in_words(sort, name, entry) for entry in stored]
        return [entry.copy() for entry in stored] if stored.ndim > 1 else stored.tolist()

    def one(self, sort: Sort, name: str, row: int) -> Any:
        """What the agent in ``row`` shows as ``name``; raise :exc:`KeyError` if columns do not know."""
        reader = self._readers.get((sort, name))
        if reader is None:
            reader = self._readers[sort, name] = self._reader(sort, name)
        return reader(row)

    def _reader(self, sort: Sort, name: str) -> Callable[[int], Any]:
        """How to read ``name`` of a row."""
        table = self.tables[sort]
        read = partial(table.cell, name) if name in table.columns else partial(self._derived, DERIVED[sort][name])
        if name in PROGRAMMES or name in PARTS[sort]:
            return lambda row: self._in_words(sort, name, read(row))
        if name in CODED[sort]:
            members = self._members[sort][name]
            return lambda row: members.get(read(row))
        return read

    def _derived(self, derive: Callable[[World, np.ndarray], np.ndarray], row: int) -> Any:
        value = derive(self.world, np.array([row]))[0]
        return value.item() if isinstance(value, np.generic) else value

    def _in_words(self, sort: Sort, name: str, entry: Any) -> tuple[str, ...] | dict[str, float]:
        """Programmes by name; or what programmes add, by what they add it to."""
        if name in PROGRAMMES:
            return tuple(p.name for k, p in enumerate(self.world.setup.programmes) if int(entry) >> k & 1)
        unit = UNFIXED if name == "shift" else 1.0
        return dict(zip(PARTS[sort][name], (entry * unit).tolist(), strict=True))
