"""Where results live: a folder with two Parquet tables, the charts and a manifest, complete or not there at all.

``results.parquet`` is one tidy table: scenario, replicate, school year, measure, a column per dimension (empty for
"all"), the value, and its base (what a rate is out of). ``runs.parquet`` has a row per run. ``manifest.json`` says what
was run with what, and holds the SHA-256 of every file. Parquet, because every tool reads it, two programs may read it
at once, and it will still open in ten years.

A folder is written under a temporary name beside its own and moved into place when it is complete.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError

if TYPE_CHECKING:
    import duckdb
    import numpy as np

MANIFEST, RESULTS, RUNS = "manifest.json", "results.parquet", "runs.parquet"
FORMAT = 1
"""Raised when the layout of a results folder changes."""


@dataclass(frozen=True)
class Rows:
    """Results of one run as columns of equal length."""

    columns: Mapping[str, np.ndarray]
    """``year``, ``measure`` and every dimension as integer codes (-1: all), ``value`` and ``base`` as float64 (NaN: none)."""
    labels: Mapping[str, tuple[str, ...]]
    """What the codes of ``measure`` and of every dimension mean, in order of code."""


@dataclass(frozen=True)
class Run:
    """One run of one scenario."""

    scenario: str
    replicate: int
    seed: int
    digest: str
    """See :func:`analysis.digest.run_digest`."""
    seconds: float
    """Wall time, the only figure here that differs between two runs of the same thing."""


def check_out(out: Path) -> None:
    """Raise :exc:`UserError` unless ``out`` is free to be written: absent, empty, or an earlier result and no more."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise UserError(f"--out {out}", "this is a file, and results go into a folder", "Name a new folder.")
    if any(out.iterdir()) and not _is_ours(out):
        raise UserError(
            f"--out {out}",
            "the folder is not empty and holds files that are not results of headway",
            "Name a new folder, or empty this one: results replace only results.",
        )


def _is_ours(folder: Path) -> bool:
    try:
        listed = set(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()} <= listed | {MANIFEST}


class Writer:
    """Takes runs one by one, into a folder that nobody sees before it is complete."""

    def __init__(self, folder: Path, dimensions: tuple[str, ...]) -> None:
        import duckdb

        self.folder, self.dimensions, self.runs = folder, dimensions, list[Run]()
        self._parts = folder / "parts"
        self._parts.mkdir()
        self._db = duckdb.connect()
        self._db.execute("SET enable_progress_bar = false")

    def add(self, run: Run, rows: Rows) -> None:
        """Add a run and its results."""
        columns = {"year": rows.columns["year"], "value": rows.columns["value"], "base": rows.columns["base"]}
        chosen = [
            _sql_text(run.scenario) + " AS scenario",
            f"{run.replicate}::INTEGER AS replicate",
            "year::SMALLINT AS year",
        ]
        for name in ("measure", *self.dimensions):
            if name in rows.columns:
                columns[name] = rows.columns[name]
                listed = ", ".join(map(_sql_text, rows.labels[name]))
                chosen.append(f"([{listed}]::VARCHAR[])[{name}::INTEGER + 1] AS {name}")
            else:
                chosen.append(f"NULL::VARCHAR AS {name}")
        chosen += [f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}" for name in ("value", "base")]
        part = self._parts / f"{len(self.runs):06d}.parquet"
        self._db.register("given", columns)
        self._db.execute(f"COPY (SELECT {', '.join(chosen)} FROM given) TO {_sql_text(str(part))} (FORMAT parquet)")
        self._db.unregister("given")
        self.runs.append(run)

    def tables(self) -> duckdb.DuckDBPyConnection:
        """Close the tables, sorted so that one measure is read in one piece, and open them for reading."""
        order = ", ".join(("measure", "scenario", *self.dimensions, "year", "replicate"))
        source = _sql_text(str(self._parts / "*.parquet"))
        self._db.execute(
            f"COPY (SELECT * FROM read_parquet({source}) ORDER BY {order}) "
            f"TO {_sql_text(str(self.folder / RESULTS))} (FORMAT parquet, COMPRESSION zstd)"
        )
        self._db.execute(
            "CREATE TABLE runs (scenario VARCHAR, replicate INTEGER, seed UBIGINT, digest VARCHAR, seconds DOUBLE)"
        )
        self._db.executemany(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?)", [tuple(asdict(run).values()) for run in self.runs]
        )
        self._db.execute(f"COPY runs TO {_sql_text(str(self.folder / RUNS))} (FORMAT parquet)")
        self._db.close()
        shutil.rmtree(self._parts)
        return _open(self.folder)

    def close(self) -> None:
        """Let go of the database; the files stay."""
        self._db.close()

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, with the digest of every file beside it."""
        files = {
            p.relative_to(self.folder).as_posix(): _sha256(p) for p in sorted(self.folder.rglob("*")) if p.is_file()
        }
        text = json.dumps({"format": FORMAT, **manifest, "files": files}, indent=2, ensure_ascii=False)
        (self.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


@contextlib.contextmanager
def writing(out: Path, dimensions: tuple[str, ...]) -> Iterator[Writer]:
    """A writer whose folder becomes ``out`` if the block ends well, and vanishes if it does not.

    Raise :exc:`UserError` before anything is run if ``out`` cannot be written.
    """
    check_out(out)
    made = [p for p in reversed(out.parents) if not p.exists()]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise UserError(
            f"--out {out}", f"cannot write there ({error.strerror})", "Name a folder that you may write."
        ) from None
    done = False
    writer = Writer(folder, dimensions)
    try:
        yield writer
        _into_place(folder, out)
        done = True
    except Exception as error:
        if not _storage_failed(error):
            raise
        raise UserError(
            f"--out {out}", f"writing failed, and nothing was kept: {error}", "Is the disk full?"
        ) from error
    finally:
        writer.close()
        if not done:
            shutil.rmtree(folder, ignore_errors=True)
            for parent in reversed(made):
                with contextlib.suppress(OSError):
                    parent.rmdir()


def _storage_failed(error: Exception) -> bool:
    import duckdb

    return isinstance(error, duckdb.IOException) or getattr(error, "errno", None) in (
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EIO,
    )


def _into_place(folder: Path, out: Path) -> None:
    folder.chmod(0o755)
    for path in [*(p for p in folder.rglob("*") if p.is_file())]:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    check_out(out)
    if out.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent)) / "old"
        out.rename(aside)
        folder.rename(out)
        shutil.rmtree(aside.parent)
    else:
        folder.rename(out)
    if os.name != "nt":
        handle = os.open(out.parent, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def manifest(folder: Path | str) -> dict[str, Any]:
    """The manifest of a results folder. Raise :exc:`UserError` if there is none."""
    try:
        return json.loads((Path(folder) / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UserError(
            str(folder), "no results of headway here", "Name a folder that headway run has written."
        ) from None


def read(folder: Path | str) -> duckdb.DuckDBPyConnection:
    """Results as SQL views ``results`` and ``runs``, on files that the connection cannot change.

    Raise :exc:`UserError` if the folder holds no results, or a file in it is damaged or was changed since.
    """
    folder = Path(folder)
    for name, digest in manifest(folder)["files"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != digest:
            raise UserError(
                str(folder / name), "missing, damaged or changed since it was written", "Run the scenario again."
            )
    return _open(folder)


def _open(folder: Path) -> duckdb.DuckDBPyConnection:
    import duckdb

    db = duckdb.connect()
    for view, name in (("results", RESULTS), ("runs", RUNS)):
        db.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet({_sql_text(str(folder.resolve() / name))})")
    return db


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sql_text(text: str) -> str:
    """``text`` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
