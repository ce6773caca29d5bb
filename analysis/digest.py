"""One number that says whether two runs are the same: SHA-256 over canonical tables.

Canonical means: columns by name, rows sorted, integers and booleans exactly, text as it is, floats to 12 significant
digits. So the digest depends on what a table holds and not on the order in which it was made, nor on the last bits in
which processors differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

Columns = Mapping[str, np.ndarray]


def _keys(values: np.ndarray) -> Iterator[np.ndarray]:
    """What a column counts for in sorting and in the digest: one array per entry of a row."""
    for part in values.reshape(len(values), -1).T if values.ndim > 1 else [values]:
        if part.dtype.kind == "f":
            yield np.char.mod("%.11e", part + 0.0)  # + 0.0 makes one zero of two
        elif part.dtype.kind in "biu":
            yield part.astype("<u8" if part.dtype.kind == "u" else "<i8")
        else:
            yield part.astype(np.str_)


def _bytes(key: np.ndarray) -> bytes:
    return "\0".join(key.tolist()).encode() if key.dtype.kind == "U" else key.tobytes()


def _order(keys: list[np.ndarray]) -> np.ndarray:
    """Rows sorted by whole numbers first; text and floats, which take longer, are looked at only to break ties."""
    exact = [key for key in keys if key.dtype.kind in "iu"]
    rest = [key for key in keys if key.dtype.kind not in "iu"]
    if not keys:
        return np.empty(0, np.intp)
    if exact:
        order = np.lexsort(exact[::-1])
        differs = np.zeros(max(len(order) - 1, 0), bool)
        for key in exact:
            differs |= key[order[1:]] != key[order[:-1]]
        if differs.all():
            return order
    return np.lexsort((exact + rest)[::-1])


def table_digest(columns: Columns) -> str:
    """SHA-256, in hexadecimal, of a table given as equally long columns.

    Raise :exc:`ValueError` if the columns differ in length.
    """
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"digest: columns of different lengths {sorted(lengths)}")
    keys = {f"{name}/{i}": key for name in sorted(columns) for i, key in enumerate(_keys(np.asarray(columns[name])))}
    order = _order(list(keys.values()))
    digest = hashlib.sha256(json.dumps([len(order), *keys]).encode())
    for key in keys.values():
        digest.update(_bytes(key[order]))
    return digest.hexdigest()


def run_digest(results: Columns, labels: Mapping[str, Sequence[str]], state: Mapping[str, Columns] | None = None) -> str:
    """Digest of a run: its results, what their codes mean and, where given, the people and schools that it ended with.

    Of ``state``, a table per name, the integer and boolean columns count: the exact history that the run arrived at.
    """
    parts = {"results": table_digest(results), "labels": {name: list(values) for name, values in labels.items()}}
    for name, table in (state or {}).items():
        parts[f"state.{name}"] = table_digest({c: v for c, v in table.items() if np.asarray(v).dtype.kind in "biu"})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
