"""One run as one file: a line with the SHA-256 of the rest, a line of JSON with the record, the columns."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.store import files
from analysis.store.files import DamagedError
from analysis.store.record import Rows, Run

if TYPE_CHECKING:
    import numpy as np

MAGIC = b"headway-run-1 "
PLAIN = ("year", "measure", "value", "base")
"""Columns that every run has; all others are dimensions."""

Record = dict[str, Any]
"""A :class:`Run` as JSON has it, with ``key`` and ``rows`` (how many)."""


def pack(key: str, run: Run, rows: Rows) -> bytes:
    """The file of a run. Raise :exc:`ValueError` if columns and labels do not fit together."""
    import numpy as np

    columns = {name: np.ascontiguousarray(column) for name, column in rows.columns.items()}
    count = _checked(columns, rows.labels)
    little = [c.astype(c.dtype.newbyteorder("<"), copy=False) for c in columns.values()]
    record = {"key": key, **asdict(run), "rows": count}
    header = {
        "record": record,
        "columns": [[name, c.dtype.str] for name, c in zip(columns, little, strict=True)],
        "labels": {name: list(words) for name, words in rows.labels.items()},
    }
    rest = json.dumps(header, ensure_ascii=False, allow_nan=False).encode() + b"\n" + _compressed(little)
    return MAGIC + hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def _compressed(columns: Sequence[np.ndarray]) -> bytes:
    """The bytes of all columns as one zlib stream (RFC 1950), in which floats stand as they are.

    Most columns of codes repeat one code, and level 1 is enough; floats would take most of the time and save half.
    """
    stream, checksum = [b"\x78\x01"], 1
    for floats, alike in groupby(columns, lambda column: column.dtype.kind == "f"):
        part = zlib.compressobj(0 if floats else 1, zlib.DEFLATED, -zlib.MAX_WBITS)
        for column in alike:
            data = column.tobytes()
            checksum = zlib.adler32(data, checksum)
            stream.append(part.compress(data))
        stream.append(part.flush(zlib.Z_FULL_FLUSH))
    return b"".join([*stream, b"\x03\x00", checksum.to_bytes(4, "big")])  # an empty last block, and the checksum


def _checked(columns: Mapping[str, Any], labels: Mapping[str, tuple[str, ...]]) -> int:
    """How many rows there are."""
    if missing := [name for name in PLAIN if name not in columns]:
        raise ValueError(f"rows without a column {missing[0]!r}")
    count = len(columns["value"])
    for name, column in columns.items():
        if column.shape != (count,):
            raise ValueError(f"column {name!r} has shape {column.shape}, others have {count} rows")
        if name in ("value", "base"):
            if column.dtype.kind != "f":
                raise ValueError(f"column {name!r} must be floating-point, not {column.dtype}")
        elif column.dtype.kind not in "iu":
            raise ValueError(f"column {name!r} must be whole numbers, not {column.dtype}")
        elif name != "year" and count and not -1 <= column.min() <= column.max() < len(labels[name]):
            raise ValueError(f"column {name!r} has codes without a label")
    return count


def read(path: Path) -> bytes:
    """A run's file. Raise :exc:`DamagedError` if a bit of it is not as written."""
    data = files.read(path)
    start = len(MAGIC) + 65
    seal, rest = data[:start], memoryview(data)[start:]
    if seal != MAGIC + hashlib.sha256(rest).hexdigest().encode() + b"\n":
        raise DamagedError(path, "damaged or changed since it was written: its SHA-256 does not match")
    if (key := record_of(data)["key"]) != path.stem:
        raise DamagedError(path, f"this file has been renamed: it holds the run {key}")
    return data


def record_of(data: bytes) -> Record:
    """The record in what :func:`pack` has made."""
    start = len(MAGIC) + 65
    return json.loads(data[start : data.index(b"\n", start)])["record"]


def rows_of(data: bytes) -> Rows:
    """The rows in what :func:`pack` has made."""
    import numpy as np

    start = len(MAGIC) + 65
    end = data.index(b"\n", start)
    header = json.loads(data[start:end])
    payload, count, at = zlib.decompress(memoryview(data)[end + 1 :]), header["record"]["rows"], 0
    columns = {}
    for name, kind in header["columns"]:
        dtype = np.dtype(kind)
        columns[name] = np.frombuffer(payload, dtype, count, at)
        at += count * dtype.itemsize
    return Rows(columns, {name: tuple(words) for name, words in header["labels"].items()})
