"""What charts draw from: a folder of runs, and what validation and evaluation found, each if it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.store.extract import Need, table_of
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    import duckdb

    from analysis.figures.lines import Line
    from analysis.store import Store
    from analysis.studies.compare.summing import Comparison

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Source:
    """Results to draw. All parts are optional: a chart that needs what is not there is left out."""

    db: duckdb.DuckDBPyConnection | None = None
    """Opened with :meth:`analysis.store.Store.connect`."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """Of the same folder; with ``stamp`` if runs are missing."""
    validation: Records = ()
    """Records as ``headway validate --json`` prints them."""
    evaluation: Records = ()
    """Records as ``headway evaluate --out FILE.json`` keeps them."""
    store: Store | None = None
    """The folder that ``db`` reads, if charts may keep an extract in it."""
    _gathered: set[Need] = field(default_factory=set, repr=False, compare=False)
    _tables: list[str] = field(default_factory=lambda: ["results"], repr=False, compare=False)
    _compared: dict[tuple[Line, ...], Comparison | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    @contextmanager
    def of(cls, store: Store, validation: Records = (), evaluation: Records = ()) -> Iterator[Source]:
        """A store's runs as they are now, until the end of the ``with`` block."""
        with store.connect() as db:
            yield cls(db, store.manifest, validation, evaluation, store)

    @property
    def scenarios(self) -> list[Mapping[str, Any]]:
        """The scenarios of the manifest of which there are runs, in its order."""
        if self.db is None:
            return []
        there = {row[0] for row in self.db.execute("SELECT DISTINCT scenario FROM runs").fetchall()}
        return [s for s in self.manifest.get("scenarios", []) if s["name"] in there]

    @property
    def titles(self) -> dict[str, str]:
        """Titles by name; a title that two share has the name behind it."""
        titles = [s["title"] for s in self.scenarios]
        return {
            s["name"]: s["title"] if titles.count(s["title"]) == 1 else f"{s['title']} ({s['name']})"
            for s in self.scenarios
        }

    @property
    def table(self) -> str:
        """The table to ask: all results, or those that :meth:`gather` has put together."""
        return self._tables[-1]

    def gather(self, needs: Iterable[Need]) -> None:
        """Read all that several charts need in one pass over the results: folders with many runs are large."""
        from analysis.store.select import dimensions

        if self.db is None or self.store is None:
            return
        there = set(dimensions(self.db))
        wanted = {(measure, by) for measure, by in needs if set(by) <= there}
        if wanted <= self._gathered:
            return
        self._gathered.update(wanted)
        name = f"gathered_{len(self._tables)}"
        table_of(self.store, self.db, self._gathered, name)
        self._tables.append(name)

    def compared(self, lines: Sequence[Line]) -> Comparison | None:
        """All scenarios held against the first, pair by pair; None without pairs."""
        from analysis.studies.compare.stored import stored

        key = tuple(lines)
        if key not in self._compared:
            self._compared[key] = None if self.db is None else stored(self.db, self.manifest, lines, table=self.table)
        return self._compared[key]

    def stamped(self, *lines: str) -> tuple[str, ...]:
        """Lines of a subtitle, after the word that runs are missing if they are."""
        stamp = self.manifest.get("stamp")
        return (f"{stamp[0].upper()}{stamp[1:]}.", *lines) if stamp else lines

    @property
    def coverage(self) -> str:
        """How much of the system was simulated, if not all of it: `` , in a sample of 3% of schools``."""
        scale = min((s["scale"] for s in self.manifest.get("scenarios", [])), default=1)
        return "" if scale == 1 else f", in a sample of {100 * scale:.3g}% of schools"

    def period(self, first: int, last: int) -> str:
        """``2026/27 to 2035/36``, or one school year."""
        return school_years(first, last)
