"""Medians by code and place, by copying each case into every group that it belongs to: medians are of few cases."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np


def medians(
    amount: np.ndarray,
    places: np.ndarray,
    codes: Sequence[np.ndarray],
    sizes: Sequence[int],
    totals: Sequence[bool],
    rows: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Twice the middle amount of the cases of each row, and their number; 0 where there are none. Both int64.

    ``amount`` is in whole numbers, ``places`` has the published places of each case, shape (cases, groupings). ``sizes`` are
    the labels along each axis, which a row for the total follows if ``totals`` says so. The first axis is the slowest
    among the ``rows``, and places are the fastest.
    """
    above = amount - amount.min(initial=0)
    ascending = _in_order(above, above.max(initial=0))
    row = np.zeros((len(amount), 1), np.int64)
    for own, size, total in zip(codes, sizes, totals, strict=True):
        each = own[ascending].astype(np.int64)[:, np.newaxis]
        row = _further(row, size + total, np.hstack([each, np.full_like(each, size)]) if total else each)
    row = _further(
        row, rows // prod(size + total for size, total in zip(sizes, totals, strict=True)), places[ascending]
    )
    value, flat = np.repeat(amount[ascending], row.shape[1]), row.ravel()
    value = value[_in_order(flat, rows)]
    count = np.bincount(flat, minlength=rows)
    some = np.flatnonzero(count)
    start = np.cumsum(count)[some] - count[some]
    twice = np.zeros(rows, np.int64)
    twice[some] = value[start + (count[some] - 1) // 2] + value[start + count[some] // 2]
    return twice, count


def _in_order(numbers: np.ndarray, most: int) -> np.ndarray:
    """Places of numbers from 0 to ``most`` in ascending order; those of 16 bits are sorted in linear time."""
    return np.argsort(numbers.astype(np.min_scalar_type(most)), kind="stable")


def _further(row: np.ndarray, size: int, choices: np.ndarray) -> np.ndarray:
    """Rows along one more axis, for each of a case's choices along it; shape (cases, rows of a case)."""
    return (row[:, :, np.newaxis] * size + choices[:, np.newaxis, :]).reshape(len(row), row.shape[1] * choices.shape[1])
