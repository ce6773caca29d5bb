"""One number that says whether two runs are the same: SHA-256 over what tables are called and over sums of their rows.

Each row is made a number of 64 bits from what it holds, column by column; the numbers of all rows are added up. So the
digest does not depend on the order of rows or columns, and nothing has to be sorted. Whole numbers, booleans and text count
exactly; floats to forty significant bits, about twelve digits, and so not by the last bits in which processors differ.

A row's number is the sum of its entries, each times an odd number of its column's own, mixed thoroughly (multilinear hashing,
`Carter & Wegman <https://doi.org/10.1016/0022-0000(81)90033-7>`_ 1981; the mixing is that of SplitMix64, Steele et al.
2014). Rows that differ in one entry never have the same number, others one time in 2**64.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

Columns = Mapping[str, np.ndarray]

Entry = tuple[str, np.uint64, np.ndarray, np.ndarray | None]
"""Name of a column of one entry a row, the odd number that it is multiplied by, and its values; or codes, and what each
of them counts for."""

BLOCK = 1 << 15
"""Rows that are taken at once: few enough to stay in the processor's cache."""
_NAN = np.int64(1) << 62


def _number(text: str) -> int:
    """A text as an odd number of 64 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") | 1


def _forty_bits(values: np.ndarray) -> np.ndarray:
    """Floats as whole numbers that hold sign, exponent and forty significant bits; int64. There is one zero and one NaN."""
    bits = (values.astype(np.float64) + 0.0).view(np.int64)
    return np.where(np.isnan(values), _NAN, (bits + (1 << 12)) >> 13)


def _entries(columns: Columns, words: Mapping[str, Sequence[str]]) -> Iterator[Entry]:
    """The columns of a table, those with several entries a row one by one."""
    for name, values in columns.items():
        if name in words or values.dtype.kind not in "biuf":
            found, codes = (words[name], values) if name in words else _coded(values)
            odd = np.uint64(_number(name))
            # Code -1, which is "all" and counts for nothing, finds the last.
            yield name, odd, codes, odd * np.array([*map(_number, found), 0], np.uint64)
            continue
        for i, part in enumerate(values.reshape(len(values), math.prod(values.shape[1:])).T):
            yield f"{name}/{i}", np.uint64(_number(f"{name}/{i}")), part, None


def _coded(texts: np.ndarray) -> tuple[list[str], np.ndarray]:
    found, codes = np.unique(texts.astype(np.str_), return_inverse=True)
    return found.tolist(), codes


def _mixed(number: np.ndarray) -> np.ndarray:
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


def table_digest(columns: Columns, words: Mapping[str, Sequence[str]] | None = None) -> str:
    """SHA-256, in hexadecimal, of a table given as equally long columns.

    ``words`` has what the codes of a column mean, in order of code, where they are codes: such a column counts by its words,
    and code -1 means "all". Raise :exc:`ValueError` if the columns differ in length.
    """
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"digest: columns of different lengths {sorted(lengths)}")
    rows = lengths.pop() if lengths else 0
    entries = list(_entries(columns, words or {}))
    total = 0
    for start in range(0, rows, BLOCK):
        number = np.zeros(min(BLOCK, rows - start), np.uint64)
        term = np.empty_like(number)
        for _, odd, values, numbers in entries:
            part = values[start : start + BLOCK]
            if numbers is not None:
                number += numbers.take(part)
            elif part.any():
                whole = _forty_bits(part) if part.dtype.kind == "f" else part
                number += np.multiply(whole, odd, out=term, dtype=np.uint64, casting="unsafe")
        total += int(_mixed(number).sum(dtype=np.uint64))
    described = [sorted(name for name, *_ in entries), rows, total % (1 << 64)]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def run_digest(
    results: Columns, labels: Mapping[str, Sequence[str]], state: Mapping[str, Columns] | None = None
) -> str:
    """Digest of a run: its results, what their codes mean and, where given, the people and schools that it ended with.

    Labels that no row has do not count, so a programme that starts after the last year leaves the digest as it is.
    Of ``state``, a table per name, the integer and boolean columns count: the exact history that the run arrived at.
    """
    parts = {"results": table_digest(results, labels)}
    for name, table in (state or {}).items():
        parts[f"state.{name}"] = table_digest({c: v for c, v in table.items() if v.dtype.kind in "biu"})
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
