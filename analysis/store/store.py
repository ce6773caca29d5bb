"""A folder of runs: create or open it, commit to it, see how far it is, read it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import PartialError, UserError
from analysis.store import batch, extract, files, layout, run_file
from analysis.store.batch import sql_text
from analysis.store.layout import EXPECTED, FORMAT, MANIFEST
from analysis.store.lock import locked
from analysis.store.record import Failure, Place, Rows, Run, Status, Told, place_text, tell
from analysis.store.run_file import Record

if TYPE_CHECKING:
    import duckdb
    import numpy as np

SHORT_WAIT = 5.0
"""Seconds to wait for another process that makes the same folder ready."""
MOST_NAMED = 5
"""Missing runs that a message names."""
_NO_ROWS = (
    "SELECT NULL::VARCHAR AS run, NULL::VARCHAR AS scenario, NULL::INTEGER AS point, NULL::INTEGER AS replicate, "
    "NULL::SMALLINT AS year, NULL::VARCHAR AS measure, NULL::VARCHAR AS breakdown, NULL::DOUBLE AS value, NULL::DOUBLE AS base WHERE false"
)
_FAILURES = {
    "run": "VARCHAR", "scenario": "VARCHAR", "point": "INTEGER", "replicate": "INTEGER", "stage": "VARCHAR",
    "type": "VARCHAR", "message": "VARCHAR", "traceback": "VARCHAR", "tries": "INTEGER", "command": "VARCHAR",
}  # fmt: skip


_OF_A_FAILURE = ("key", *(field.name for field in fields(Failure)))


class Store:
    """The runs of one study in one folder.

    An object knows what was there when it was opened and what it has committed itself; :meth:`refresh` looks again.
    Several processes may commit to one folder at once, and any number may read it.
    """

    def __init__(self, folder: Path | str) -> None:
        """Open a folder: see :meth:`open` and :meth:`create`."""
        self.folder = Path(folder)
        self._lock: Path | None = None
        self._loaded: dict[Path, batch.Batch] = {}
        self.refresh()

    def __repr__(self) -> str:
        status = self.status()
        return f"<Store {self.folder}: {status.stamp or f'all {status.expected:,} runs'}>"

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """Open a folder that is there, to read it or to add to it.

        Raise :exc:`UserError` if it holds no results and :exc:`DamagedError` if a file that says what it holds is damaged.
        """
        return cls(folder)

    @classmethod
    def create(cls, folder: Path | str, manifest: Mapping[str, Any], expected: Mapping[str, Place]) -> Store:
        """Open the folder of a study, made new if it is not there; runs that are there already are kept.

        ``manifest["digest"]`` says which study it is: it must stand for everything but which replicates or points are
        run. What scenarios say that no run depends on is kept as it is said now. ``expected`` has the place of each run by key;
        it is added to what the folder expects already. Raise
        :exc:`UserError` if the folder holds another study or other files, or cannot be written.
        """
        folder = Path(folder)
        layout.check_folder(folder)
        layout.make_folders(folder)
        study = manifest["digest"]
        known, there = _known(folder, study)
        if not there or expected.keys() - known.keys():
            with locked(folder, SHORT_WAIT):
                known, there = _known(folder, study)
                if not there or expected.keys() - known.keys():
                    both = {**known, **{key: place for key, place in expected.items() if key not in known}}
                    files.put(folder / EXPECTED, layout.expecting(study, both))
                    files.put(folder / MANIFEST, files.sealed({"format": FORMAT, **manifest}, indent=2))
        if there:
            _tell_anew(folder, manifest)
        return cls(folder)

    def refresh(self) -> dict[str, bytes]:
        """Look again at what is there; returns the files of runs that are in no batch, by key. Raise :exc:`DamagedError`."""
        self._manifest = layout.manifest_of(self.folder)
        self._expected = layout.expected_in(self.folder, self._manifest["digest"])
        return self.snapshot()

    def snapshot(self) -> dict[str, bytes]:
        """Look at batches and runs as they are at one moment; returns the files of runs that are in no batch, by key."""
        for _ in range(100):
            self._read_batches()
            paths = [p for p in layout.runs(self.folder) if p.stem not in self._batched]
            try:
                bodies = {path.stem: run_file.read(path) for path in paths}
            except FileNotFoundError:  # folded into a batch in the meantime: that is there now
                continue
            self._tail = {key: run_file.record_of(data) for key, data in bodies.items()}
            return bodies
        raise UserError(str(self.folder), "files keep vanishing while they are read", "Is something deleting them?")

    def _read_batches(self) -> None:
        found = layout.batches(self.folder)
        self._loaded = {path: self._loaded.get(path) or batch.load(path) for path in found}
        self._batched: dict[str, Record] = {}
        self._twice: dict[Path, list[str]] = {}
        for path, one in self._loaded.items():
            for record in one.records:
                first = self._batched.setdefault(record["key"], record)
                if first is not record:
                    self._twice.setdefault(path, []).append(record["key"])
                    if first["digest"] != record["digest"]:
                        raise files.DamagedError(
                            path, f"it and another batch have different results for run {record['key']}"
                        )

    @property
    def manifest(self) -> dict[str, Any]:
        """What was run with what; with how far it is: ``complete``, ``expected``, ``done``, ``failed`` and ``stamp``."""
        status = self.status()
        counts = {"expected": status.expected, "done": status.done, "failed": status.failed}
        return {**self._manifest, "complete": status.complete, **counts, "stamp": status.stamp}

    @property
    def expected(self) -> dict[str, Place]:
        """The place of every run that the study is to have, by key."""
        return dict(self._expected)

    def records(self) -> dict[str, Record]:
        """What is known of each run that is done, by key, in order of place."""
        return dict(sorted((self._batched | self._tail).items(), key=lambda item: place_order(item[1])))

    def batches(self) -> dict[Path, batch.Batch]:
        """The batches, by the path of their index."""
        return dict(self._loaded)

    def done(self) -> set[str]:
        """Keys of the runs that are done."""
        return self._batched.keys() | self._tail.keys()

    def failed(self) -> dict[str, Failure]:
        """The runs that have failed and are not done, by key."""
        found = (files.unsealed(path, *_OF_A_FAILURE) for path in layout.failures(self.folder))
        missing = self._expected.keys() - self.done()
        return {content.pop("key"): Failure(**content) for content in found if content["key"] in missing}

    def status(self) -> Status:
        """How far the study is: counted, never stored."""
        done = self.done()
        missing = tuple(key for key in self._expected if key not in done)
        return Status(len(self._expected), len(self._expected) - len(missing), len(self.failed()), missing)

    def require_scenarios(self) -> None:
        """Raise :exc:`UserError` for a design, whose runs are of many points and not of scenarios to hold side by side."""
        if any(point is not None for _, point, _ in self._expected.values()):
            raise UserError(
                str(self.folder), "this is a design with many points, not scenarios to report on",
                "Take what you need with: headway export",
            )  # fmt: skip

    def require_complete(self, allow_partial: bool = False) -> None:
        """Raise :exc:`PartialError`, naming what is missing, unless every run is done or ``allow_partial``."""
        status = self.status()
        if status.complete or allow_partial:
            return
        named = [f"{place_text(self._expected[key])} ({key[:12]})" for key in status.missing[:MOST_NAMED]]
        more = f" and {len(status.missing) - MOST_NAMED:,} more" if len(status.missing) > MOST_NAMED else ""
        raise PartialError(
            str(self.folder), f"{status.stamp}; missing: {'; '.join(named)}{more}",
            "Run the same command again to finish it, or add --allow-partial: what is shown then says that it is partial.",
        )  # fmt: skip

    def measure(self, name: str, **where: str) -> dict[str, np.ndarray]:
        """A measure as columns: see :func:`analysis.store.select.read_measure`."""
        from analysis.store.select import read_measure

        with self.connect() as db:
            return read_measure(db, name, **where)

    def digest(self) -> str:
        """SHA-256 of all runs, by key and digest: equal for equal results, whatever the order, shards or batches."""
        return batch.digest_of((self._batched | self._tail).values())

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only one who writes here. Raise :exc:`UserError`, saying who it is, if another process does.

        Commits are safe without it; what needs it takes it for a moment if it is not held.
        """
        if self._lock is not None:
            yield
            return
        layout.make_folders(self.folder)
        with locked(self.folder) as lock:
            self._lock = lock
            try:
                yield
            except BaseException as error:
                self.note_what_is_kept(error)
                raise
            finally:
                self._lock = None

    def note_what_is_kept(self, error: BaseException) -> None:
        """Let an error say what is kept, for whoever tells the user of it; nothing if it says so already or none is."""
        done = self.done() & self._expected.keys()
        if done and not any(str(self.folder) in note for note in getattr(error, "__notes__", ())):
            kept = f"{len(done):,} of {len(self._expected):,} runs are kept in {self.folder}; the same command goes on."
            error.add_note(kept)

    def commit(self, key: str, run: Run, rows: Rows) -> bool:
        """Keep a run, whole or not at all; return whether it was new.

        Once this returns, the run outlasts a crash and never changes. Committing it again does nothing if its digest is
        the same, and raises :exc:`UserError` if not.
        """
        return self.keep(run_file.pack(key, run, rows))

    def keep(self, data: bytes) -> bool:
        """As :meth:`commit`, of a run that is a file's content already: see :func:`analysis.store.run_file.pack`."""
        run = run_file.record_of(data)
        key = run["key"]
        there = self._batched.get(key) or self._tail.get(key)
        path = self.folder / "runs" / f"{key}.run"
        new = there is None and files.put_new(path, data)
        if there is None:
            there = self._tail[key] = run if new else run_file.record_of(run_file.read(path))
        if there["digest"] != run["digest"]:
            place = place_text((run["scenario"], run["point"], run["replicate"]))
            raise UserError(
                f"{self.folder}: {place}", f"done before with other results ({there['digest'][:12]} and now {run['digest'][:12]})",
                "The same inputs must give the same results: the programs or libraries that made the two differ.",
            )  # fmt: skip
        self._of_failure(key).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.touch()
        return new

    def fail(self, key: str, place: Place, stage: str, error: BaseException | Told, command: str) -> Failure:
        """Keep the record of a run that failed; the number of tries goes up each time."""
        told, path = error if isinstance(error, Told) else tell(error), self._of_failure(key)
        tries = files.unsealed(path, *_OF_A_FAILURE)["tries"] if path.exists() else 0
        scenario, point, replicate = place
        failure = Failure(
            scenario, replicate, point, stage, told.type, told.message, told.traceback, tries + 1, command
        )
        self.keep_failure(key, failure)
        return failure

    def keep_failure(self, key: str, failure: Failure) -> None:
        """Keep a record of a failure in place of the one that is there."""
        files.put(self._of_failure(key), files.sealed({"key": key, **asdict(failure)}, indent=2))

    def _of_failure(self, key: str) -> Path:
        return self.folder / "failures" / f"{key}.json"

    def compact(self, everything: bool = False) -> int:
        """Fold runs into batches once there are enough of them, or ``everything``; return how many were folded.

        Costs nothing if there is nothing to do, so call it after every commit. Raise :exc:`UserError` if another process
        is at it.
        """
        waiting = self._tail.values()
        if not (waiting if everything else batch.is_full(len(waiting), sum(r["rows"] for r in waiting))):
            if everything and self._lock is not None:  # the end of some work: what others left half-written goes too
                self._sweep_up()
            return 0
        folded = 0
        with self.writing():
            bodies = self.refresh()
            self._sweep_up()
            in_order = sorted(self._tail.values(), key=place_order)
            for records in batch.split(in_order, whole_only=not everything):
                runs = [(record, run_file.rows_of(bodies.pop(record["key"]))) for record in records]
                made = batch.write(self.folder, runs)
                self._loaded[made.index] = made
                for key in (record["key"] for record in records):
                    (self.folder / "runs" / f"{key}.run").unlink(missing_ok=True)
                    self._batched[key] = self._tail.pop(key)
                folded += len(records)
        return folded

    def _sweep_up(self) -> None:
        """Delete what processes that ended in the middle have left: half-written files, and runs that a batch holds."""
        temporary = (path for where in (".*.tmp", "*/.*.tmp", "tables/*/.*.tmp") for path in self.folder.glob(where))
        stray = [path for path in temporary if files.is_stray(path)]
        folded = [path for path in layout.runs(self.folder) if path.stem in self._batched]
        named = {table["name"] for one in self._loaded.values() for table in one.tables.values()}
        tables = [path for path in self.folder.glob("tables/*/*-*.parquet") if path.name not in named]
        for path in (*stray, *folded, *tables):
            files.drop(path)

    def note(self, **more: Any) -> None:
        """Add to the manifest, such as the charts that were drawn."""
        with self.writing():
            described = {**files.unsealed(self.folder / MANIFEST), **more}
            files.put(self.folder / MANIFEST, files.sealed(described, indent=2))
            self._manifest = described

    def connect(self, only: Sequence[Path] | None = None) -> duckdb.DuckDBPyConnection:
        """Results as SQL: ``results``, ``runs`` and ``failures``, as they are now, in a database of the caller's own.

        With ``only`` it touches these and the files named there and nothing else: no other file, nothing from a network, and
        no variable of Python's. Every file that is read is checked against its SHA-256 first; raise :exc:`DamagedError` if
        one is damaged.
        """
        bodies = self.snapshot()
        tail = [(record, run_file.rows_of(data)) for data in bodies.values() for record in [run_file.record_of(data)]]
        db = batch.database()
        parts = self._parts()
        if tail:
            batch.view_rows(db, "newest", tail)
            parts.append("SELECT * FROM newest")
        db.execute(f"CREATE VIEW results AS {' UNION ALL BY NAME '.join(parts) or _NO_ROWS}")
        batch.make_runs(db, "runs", list(self.records().values()))
        failed = [{**vars(failure), "run": key} for key, failure in self.failed().items()]
        batch.make_table(db, "failures", failed, _FAILURES)
        if only is not None:
            batch.close(db, [*only, *(one.path("results").resolve() for one in self._loaded.values())])
        return db

    def _parts(self) -> list[str]:
        """The batches as SQL. Runs that two of them hold, which a crash can leave, are read from the first."""
        plain: dict[tuple[str, ...], list[str]] = {}
        parts = []
        for index, one in self._loaded.items():
            path = sql_text(str(one.verified("results").resolve()))
            if twice := self._twice.get(index):
                parts.append(f"SELECT * FROM read_parquet({path}) WHERE run NOT IN ({', '.join(map(sql_text, twice))})")
            else:
                plain.setdefault(tuple(one.tables["results"]["columns"]), []).append(path)
        return parts + [f"SELECT * FROM read_parquet([{', '.join(paths)}])" for paths in plain.values()]

    def bad_charts(self) -> list[Path]:
        """Files of charts that the manifest names and that are not as they were written."""
        charts = self._manifest.get("charts", [])
        named = {self.folder / n: d for chart in charts for n, d in chart.get("files", {}).items()}
        return [path for path, digest in named.items() if not path.is_file() or files.sha256(path) != digest]

    def verify(self) -> list[UserError]:
        """Check every file, bit by bit; return what is wrong."""
        wrong: list[UserError] = []
        checks: list[Callable[[], object]] = [
            partial(one.verified, table) for one in self._loaded.values() for table in one.tables
        ]
        for check in (*checks, self.failed):
            try:
                check()
            except UserError as error:
                wrong.append(error)
        changed = "missing, damaged or changed since it was written"
        wrong += [files.DamagedError(path, changed) for path in self.bad_charts()]
        if extract.is_damaged(self.folder):
            advice = "Delete that folder: it is made anew when it is needed."
            wrong.append(files.DamagedError(self.folder / extract.FOLDER, f"something in it is {changed}", advice))
        if strange := self.done() - self._expected.keys():
            problem = f"holds {len(strange)} runs that its study does not have, such as {min(strange)}"
            advice = "They were put there from elsewhere; run the study into a new folder."
            wrong.append(UserError(str(self.folder), problem, advice))
        return wrong


def place_order(record: Record) -> tuple[str, int, int]:
    """Sorts records by scenario, point and replicate."""
    return record["scenario"], -1 if record["point"] is None else record["point"], record["replicate"]


def _known(folder: Path, study: str) -> tuple[dict[str, Place], bool]:
    """What the folder expects already of a study, and whether its manifest is there. Raise :exc:`UserError` for another one."""
    if layout.is_taken(folder, study):
        raise UserError(
            str(folder), "it holds the results of another study, or of another version of the model",
            "Name a new folder, or delete this one if it is no longer needed.",
        )  # fmt: skip
    path, listed = folder / MANIFEST, folder / EXPECTED
    if path.exists() and not layout.is_of(files.unsealed(path), study):  # of a study that never had a run
        return {}, False
    return layout.expected_in(folder, study) if listed.exists() else {}, path.exists() and listed.exists()


def _tell_anew(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Let the scenarios of a study's manifest say what they say now, where they differ in what no run depends on."""
    now = {scenario["name"]: scenario.get("resolved") for scenario in manifest.get("scenarios", [])}

    def kept() -> dict[str, Any] | None:
        there = files.unsealed(folder / MANIFEST)
        anew = [{**one, "resolved": now.get(one["name"], one.get("resolved"))} for one in there.get("scenarios", [])]
        return {**there, "scenarios": anew} if anew != there.get("scenarios", []) else None

    if kept() is not None:
        with locked(folder, SHORT_WAIT):
            if (content := kept()) is not None:
                files.put(folder / MANIFEST, files.sealed(content, indent=2))
