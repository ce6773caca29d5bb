"""Tables whose columns are declared once and written only by the processes that own them.

State lives in NumPy columns. A :class:`Column` says what it holds, in which unit, what stands for "missing", and which
process may write it. Everybody reads through read-only views. The model alone can open columns, and hands each process
its own: no process can ask for another's, so a stray write fails at once instead of corrupting a run.

Rows come at the end and go by being set aside: rows from the end move into their places, so that nothing costs more than
the rows that move. What is set aside stands behind the others, and only columns that are *lasting* are kept of it.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Any, TypeVar

import numpy as np

Tuple = TypeVar("Tuple", bound=tuple)


def picked(kind: type[Tuple], *sources: object, **given: Any) -> Tuple:
    """A named tuple for a compiled kernel: each field from ``given``, or else from the first of ``sources`` that has it.

    With it a kernel reads ``people.role[i]`` as rules on objects would. The tuple names the columns and parameters that
    the kernel uses and no others, because each costs compile time; what a kernel calls for every row can be slower with a
    tuple than with the columns in it. Raise :exc:`AttributeError` for a field that nobody
    has, and :exc:`TypeError` for something given that is no field.
    """
    missing = object()

    def found(name: str) -> Any:
        for source in sources:
            if (value := getattr(source, name, missing)) is not missing:
                return value
        raise AttributeError(f"{kind.__name__}: none of its sources has {name!r}")

    return kind(**given, **{name: found(name) for name in kind._fields if name not in given})  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds and who may write it."""

    name: str
    dtype: str
    unit: str
    meaning: str
    owners: tuple[str, ...] = ()
    """The process that may write it, by name. Rows are born complete (``append``), so a lifelong trait has no owner."""
    missing: Any = 0
    width: int = 1
    """Entries per row: above 1 the column is two-dimensional, shape (rows, width)."""
    by_entry: bool = False
    """Of a two-dimensional column: each entry of all rows stands together, for what reads an entry at a time."""
    closed: bool = False
    """Users may not write it although it is a measure of state, because the accounts or a process rest on it."""
    shared: str = ""
    """Why several processes write it, where they do."""
    lasting: bool = False
    """Kept of rows that are set aside, see :meth:`Table.set_aside`."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if several processes write it and no reason is given, or the other way round."""
        if (len(self.owners) > 1) != bool(self.shared):
            raise ValueError(f"column {self.name}: a column has one owner, or says in `shared` why it has several")

    @property
    def bytes_a_row(self) -> int:
        """Memory that a row takes."""
        return np.dtype(self.dtype).itemsize * self.width

    @property
    def open_to_users(self) -> bool:
        """Whether behaviour from outside the processes may write it: a measure of state that a process updates.

        Codes, counts, years and links are closed, because the yearly accounts rest on them; so are lifelong traits.
        """
        return bool(self.owners) and np.dtype(self.dtype).kind == "f" and not self.closed


class Columns:
    """The columns of a table as somebody may touch them: a process's own can be written, all others read.

    Those that can be written are made by the model that runs the table, see :meth:`Table.hand_out`. Each column is looked
    up when it is asked for, so that it is right after rows have come and gone.
    """

    __slots__ = ("_aside", "_mine", "_table")

    def __init__(self, table: Table, mine: frozenset[str] = frozenset(), aside: bool = False) -> None:
        self._table, self._mine, self._aside = table, mine, aside

    @property
    def everyone(self) -> Columns:
        """The same with the rows that are set aside, of which only lasting columns are kept."""
        return Columns(self._table, self._mine, aside=True)

    def __getattr__(self, name: str) -> np.ndarray:
        found = self._table._view(name, self._aside)
        if name not in self._mine:
            found.flags.writeable = False
        return found


def _room(column: Column, rows: int) -> np.ndarray:
    """Memory for ``rows`` entries straight from the system: what is not written yet costs nothing, and all is given back at once.

    Memory from the heap would stay with the process in pieces, tens of megabytes in a national run.
    """
    shape = (rows,) if column.width == 1 else (rows, column.width)
    # To be copied on writing, so that a process that forks does not share it with its child.
    memory = mmap.mmap(-1, rows * column.bytes_a_row, access=mmap.ACCESS_COPY) if rows else bytearray()
    return np.frombuffer(memory, column.dtype).reshape(shape, order="F" if column.by_entry else "C")


def _items(column: Column, data: np.ndarray) -> list[np.ndarray]:
    """A column's memory as arrays of one item a row, of which NumPy moves rows much faster than of those with several."""
    if column.by_entry:
        return list(data.T)
    return [data if column.width == 1 else data.view(f"V{column.bytes_a_row}").reshape(-1)]


def _others(start: int, stop: int, rows: np.ndarray) -> np.ndarray:
    """The row numbers from ``start`` to ``stop`` that are not among ``rows``."""
    others = np.ones(stop - start, bool)
    others[rows[(rows >= start) & (rows < stop)] - start] = False
    return start + np.flatnonzero(others)


class Table:
    """Rows of a kind, as columns that grow together.

    ``table.role`` is a read-only view of shape (rows,) or (rows, width); :class:`Columns` are the same memory as their
    owner gets it. Views go stale when rows are added or go: take them anew. Rows that are set aside are not among them:
    they follow the others in ``table.everyone``, whose first rows are the rows of the table.
    """

    def __init__(self, name: str, columns: Iterable[Column]) -> None:
        self.name = name
        self.columns: dict[str, Column] = {column.name: column for column in columns}
        self.generation = 0
        """Raised whenever a row may have changed its place; whoever keeps row numbers compares it."""
        self._rows = self._aside = 0
        self._handed_out = False
        self._data: dict[str, np.ndarray] = {c.name: _room(c, 0) for c in self.columns.values()}

    def __len__(self) -> int:
        return self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __getattr__(self, name: str) -> np.ndarray:
        view = self._view(name)
        view.flags.writeable = False
        return view

    @property
    def everyone(self) -> Columns:
        """All rows, then those that are set aside, in the columns that are lasting."""
        return Columns(self, aside=True)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take, with rows that are set aside and room for more."""
        return sum(data.nbytes for data in self._data.values())

    def _view(self, name: str, aside: bool = False) -> np.ndarray:
        try:
            data = self.__dict__["_data"][name]
        except KeyError:
            raise AttributeError(f"{self.__dict__.get('name', 'table')} has no column {name!r}") from None
        if not aside:
            return data[: self._rows]
        if not self.columns[name].lasting:
            raise AttributeError(f"{self.name}.{name} is not kept of rows that are set aside")
        return data[: self._rows + self._aside]

    def __getstate__(self) -> dict[str, Any]:
        """A copy is a table of its own, whose columns nobody has been given yet, without room for more."""
        used = {name: self._data[name][: self._used(column)] for name, column in self.columns.items()}
        return {**self.__dict__, "_handed_out": False, "_data": used}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Lay each column out as it was: compiled loops take it so, and a pickle keeps no order of memory."""
        rooms = {name: _room(column, len(state["_data"][name])) for name, column in state["columns"].items()}
        for name, room in rooms.items():
            room[:] = state["_data"][name]
        self.__dict__.update(state, _data=rooms)

    def __copy__(self) -> Table:
        copied = object.__new__(Table)
        copied.__setstate__(self.__getstate__())
        return copied

    def __deepcopy__(self, memo: dict[int, Any]) -> Table:
        copied = memo[id(self)] = self.__copy__()
        return copied

    def moved(self) -> Table:
        """The rows as a table of its own, whose columns nobody has been given yet; none are left here."""
        taken = Table(self.name, self.columns.values())
        for name in ("generation", "_rows", "_aside", "_data"):
            setattr(taken, name, getattr(self, name))
        self._rows = self._aside = 0
        self._data = {name: _room(column, 0) for name, column in self.columns.items()}
        self.generation += 1
        return taken

    def cell(self, name: str, row: int) -> Any:
        """What one row holds: a number of Python's own, or an array of its entries."""
        data = self._data[name]
        return data[row].copy() if data.ndim > 1 else data.item(row)

    def hand_out(self) -> Callable[[str | None], Columns]:
        """The right to open columns, which is given once: to the model that runs the table.

        What is returned gives the columns as the process of a name may touch them, or, for None, as a process of a
        user's own may. Raise :exc:`RuntimeError` if somebody has the right already.
        """
        if self._handed_out:
            raise RuntimeError(
                f"the columns of {self.name} are handed out by the model that runs them, to each process its own; "
                "a process finds what it may write in its argument `own`"
            )
        self._handed_out = True

        known: dict[str | None, frozenset[str]] = {}

        def columns_of(process: str | None) -> Columns:
            if process not in known:
                mine = (c.open_to_users if process is None else process in c.owners for c in self.columns.values())
                known[process] = frozenset(compress(self.columns, mine))
            return Columns(self, known[process])

        return columns_of

    def poke(self, name: str, rows: int | np.ndarray, values: Any) -> None:
        """Write ``values`` into ``rows`` of a column on a user's behalf (see :attr:`Column.open_to_users`).

        Raise :exc:`AttributeError` if the column is closed to users, naming those that are open, and
        :exc:`ValueError` if a value is no finite number or the shapes differ.
        """
        column = self.columns[name]
        if not column.open_to_users:
            written = f"written only by {', '.join(column.owners)}" if column.owners else "settled at birth"
            open_ones = ", ".join(c.name for c in self.columns.values() if c.open_to_users) or "none of these columns"
            raise AttributeError(
                f"{self.name}.{name} is {written}, so that every person, post and place stays accounted for. "
                f"Behaviour of your own may write {open_ones}. To change who leaves or who is appointed, change what "
                "those processes read (such as aspiration or wellbeing)."
            )
        try:
            given = np.asarray(values, dtype=column.dtype)
        except (TypeError, ValueError):
            raise ValueError(f"{self.name}.{name} holds numbers ({column.unit}), not {values!r}") from None
        if not np.isfinite(given).all():
            raise ValueError(f"{self.name}.{name} must be a finite number ({column.unit}), not {values!r}")
        self._data[name][: self._rows][rows] = given

    def check_open(self, process: str) -> None:
        """Raise :exc:`ValueError` if ``process``, one of a user's own, has left what is no finite number."""
        for name, column in self.columns.items():
            if column.open_to_users and not np.isfinite(self._view(name)).all():
                raise ValueError(f"process {process!r}: {self.name}.{name} must be finite numbers ({column.unit})")

    def _used(self, column: Column) -> int:
        return self._rows + self._aside * column.lasting

    def reserve(self, rows: int) -> None:
        """Make room for ``rows`` more, so that nothing is copied while they come."""
        for name, column in self.columns.items():
            used, data = self._used(column), self._data[name]
            if used + rows > len(data):
                self._data[name] = _room(column, max(used + rows, 2 * len(data)))
                self._data[name][:used] = data[:used]

    def append(self, rows: int, **values: np.ndarray | int | float) -> slice:
        """Add ``rows`` rows, filled with each column's missing value where ``values`` gives none; return their place.

        Raise :exc:`KeyError` for a name that is no column.
        """
        unknown = set(values) - set(self.columns)
        if unknown:
            raise KeyError(f"{self.name} has no column {sorted(unknown)}")
        self.reserve(rows)
        start, stop = self._rows, self._rows + rows
        making_way, end = min(rows, self._aside), stop + self._aside
        for name, column in self.columns.items():
            data = self._data[name]
            if column.lasting:
                data[end - making_way : end] = data[start : start + making_way]
            data[start:stop] = values.get(name, column.missing)
        self._rows = stop
        return slice(start, stop)

    def keep(self, rows: np.ndarray) -> None:
        """Keep ``rows`` only (row numbers or a mask), in that order, and all that are set aside."""
        numbers = np.arange(self._rows)[rows]
        stop, end = len(numbers), self._rows + self._aside
        for name, column in self.columns.items():
            data = self._data[name]
            data[:stop] = data[numbers]
            if column.lasting:
                data[stop : stop + self._aside] = data[self._rows : end]
        self._rows = stop
        self.generation += 1

    def set_aside(self, rows: np.ndarray, forgotten: np.ndarray) -> None:
        """Set ``rows`` aside, and let go of those that are ``forgotten``, whether set aside before or not.

        Both are row numbers of :attr:`everyone`, ascending, and have none in common. Rows from the end move into the
        places that become free.
        """
        before, end = self._rows, self._rows + self._aside
        going = np.sort(np.concatenate([rows, forgotten[forgotten < before]]))
        behind = forgotten[forgotten >= before]
        rows_now, end_now = before - len(going), end - len(forgotten)
        gaps, fill = going[going < rows_now], _others(rows_now, before, going)
        places = np.concatenate([np.arange(rows_now, min(before, end_now)), behind[behind < end_now]])
        moving = np.concatenate([rows, _others(max(before, end_now), end, behind)])
        for name, column in self.columns.items():
            for items in _items(column, self._data[name]):
                moved = items.take(moving) if column.lasting else None
                items[gaps] = items.take(fill)
                if moved is not None:
                    items[places] = moved
        self._rows, self._aside = rows_now, end_now - rows_now
        self.generation += 1

    def describe(self) -> list[dict[str, Any]]:
        """The declarations as records, for documentation."""
        return [
            {
                "table": self.name,
                "column": c.name,
                "type": c.dtype if c.width == 1 else f"{c.dtype} × {c.width}",
                "unit": c.unit,
                "meaning": c.meaning,
                "missing": c.missing,
                "written by": ", ".join(c.owners) or "birth only",
            }
            for c in self.columns.values()
        ]
