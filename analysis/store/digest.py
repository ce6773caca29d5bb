"""One number that says whether two runs are the same: SHA-256 over canonical tables.

Canonical means: columns by name, rows sorted, integers and booleans exactly, text as it is, floats to 12 significant
digits. So the digest depends on what a table holds and not on the order in which it was made, nor on the last bits in
which processors differ.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

Columns = Mapping[str, np.ndarray]


_POWERS = np.array([float(f"1e{k}") for k in range(-308, 310)])
_NAN, _INFINITE, _TINY = 1 << 62, 1 << 61, 1e-290


def _twelve_digits(values: np.ndarray) -> np.ndarray:
    """Floats as whole numbers that hold sign, twelve significant decimal digits and exponent; int64.

    Below 1e-290 in size they count as zero, of which there is one.
    """
    size = np.abs(values)
    plain = np.isfinite(values) & (size >= _TINY)
    size = np.where(plain, size, 1.0)
    exponent = np.floor(np.log10(size)).astype(np.int64)
    exponent += size >= _POWERS[exponent + 309]  # where the logarithm was rounded down ...
    exponent -= size < _POWERS[exponent + 308]  # ... or up
    digits = np.rint(np.where(exponent >= 11, size / _POWERS[exponent + 297], size * _POWERS[319 - exponent])).astype(
        np.int64
    )
    carried = digits == 10**12
    digits, exponent = np.where(carried, 10**11, digits), exponent + carried
    code = np.sign(np.where(plain, values, 0)).astype(np.int64) * (digits * 1000 + exponent + 400)
    code = np.where(np.isinf(values), np.where(values > 0, _INFINITE, -_INFINITE), code)
    return np.where(np.isnan(values), _NAN, code).astype("<i8")


def _keys(values: np.ndarray) -> Iterator[np.ndarray]:
    """What a column counts for in sorting and in the digest: one array per entry of a row."""
    for part in values.reshape(len(values), math.prod(values.shape[1:])).T:
        if part.dtype.kind == "f":
            yield _twelve_digits(part.astype(np.float64))
        elif part.dtype.kind in "biu":
            yield part.astype("<u8" if part.dtype.kind == "u" else "<i8")
        else:
            yield part.astype(np.str_)


def _bytes(key: np.ndarray) -> bytes:
    return "\0".join(key.tolist()).encode() if key.dtype.kind == "U" else key.tobytes()


def packed(keys: list[np.ndarray]) -> list[np.ndarray]:
    """Fewer whole-number keys that sort rows in the same order: small ranges share an int64."""
    packed: list[np.ndarray] = []
    room = 0
    for key in keys:
        low, high = (int(key.min()), int(key.max())) if len(key) else (0, 0)
        width = high - low + 1
        if width > 1 << 62:
            packed.append(key)
            room = 0
        elif width > room:
            packed.append((key - key.dtype.type(low)).astype(np.int64))
            room = (1 << 62) // width
        else:
            packed[-1] = packed[-1] * width + (key - key.dtype.type(low)).astype(np.int64)
            room //= width
    return packed


def _order(keys: list[np.ndarray]) -> np.ndarray:
    """Rows sorted by whole numbers first; text and floats, which take longer, are looked at only to break ties."""
    exact = packed([key for key in keys if key.dtype.kind in "iu"])
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


def ordered_digest(columns: Columns) -> str:
    """SHA-256, in hexadecimal, of whole-number columns whose rows already stand in a canonical order.

    Costs a fraction of the memory of :func:`table_digest`, which matters for a million people.
    """
    digest = hashlib.sha256()
    for name in sorted(columns):
        values = np.asarray(columns[name])
        digest.update(json.dumps([name, list(values.shape)]).encode())
        for key in _keys(values):
            digest.update(key.tobytes())
    return digest.hexdigest()


def _meanings(codes: np.ndarray, words: Sequence[str]) -> list[tuple[int, str]]:
    """The codes from 0 up that occur, each with its word."""
    return [(code, words[code]) for code in np.unique(codes).tolist() if code >= 0]


def run_digest(
    results: Columns, labels: Mapping[str, Sequence[str]], state: Mapping[str, Columns] | None = None
) -> str:
    """Digest of a run: its results, what their codes mean and, where given, the people and schools that it ended with.

    Labels that no row has do not count, so a programme that starts after the last year leaves the digest as it is.
    Of ``state``, a table per name with rows in order of their key, the integer and boolean columns count: the exact
    history that the run arrived at.
    """
    meanings = {name: _meanings(results[name], words) for name, words in labels.items() if name in results}
    parts = {"results": table_digest(results), "labels": meanings}
    for name, table in (state or {}).items():
        parts[f"state.{name}"] = ordered_digest({c: v for c, v in table.items() if np.asarray(v).dtype.kind in "biu"})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
