"""From cases to rows: sums by place and axis that are the same whatever the order of the cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulation.census.dimensions import ALL, PLACES
from simulation.census.measure import Kind, Measure, Tally
from simulation.census.places import Places
from simulation.kernels import kernel

SCALE = 1 << 20
"""Real amounts are summed as whole numbers of 1/1,048,576, so that a sum does not depend on the order of its terms.

Whole amounts are summed as they are. A sum of real amounts must stay below 2**63 / SCALE, about 8.8e12.
"""


@dataclass
class Block:
    """Rows of one measure in one year."""

    codes: dict[str, np.ndarray]
    """int8 codes by dimension; dimensions that are not named are "all"."""
    value: np.ndarray
    base: np.ndarray
    """What a ratio is out of, or the number of cases of a median; NaN for a count."""


def _check_codes(codes: np.ndarray, known: int, least: int) -> None:
    """Raise :exc:`IndexError` for a code without a label: the compiled sums do not check where they write."""
    if len(codes) and not least <= codes.min() <= codes.max() < known:
        raise IndexError(f"a measure gives codes from {codes.min()} to {codes.max()} along an axis of {known} labels")


@kernel
def _in_parts(values: np.ndarray) -> np.ndarray:
    whole = np.empty(values.shape[0], np.int64)
    for i in range(values.shape[0]):
        whole[i] = int(np.floor(values[i] * SCALE + 0.5))
    return whole


def _whole(values: np.ndarray | None) -> tuple[np.ndarray, int]:
    """``values`` as int64 and the scale they are in; an empty array stands for one each."""
    if values is None:
        return np.empty(0, np.int64), 1
    if values.dtype.kind == "f":
        return _in_parts(values), SCALE
    return values.astype(np.int64), 1


@kernel
def _add_up(
    cell: np.ndarray,
    place: np.ndarray,
    places: int,
    amount: np.ndarray,
    out_of: np.ndarray,
    amounts: np.ndarray,
    bases: np.ndarray,
) -> None:
    """Add each case to ``amounts`` and ``bases``, flat tables of axis cells × places; empty arrays stand for constants."""
    for i in range(place.shape[0]):
        at = np.uint32(place[i])  # unsigned, so that an index needs no test for counting from the end
        if cell.shape[0]:
            at += np.uint32(cell[i] * places)
        amounts[at] += amount[i] if amount.shape[0] else 1
        bases[at] += out_of[i] if out_of.shape[0] else 1


def _with_total(table: np.ndarray, axis: int) -> np.ndarray:
    return np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)


def rows(measure: Measure, tally: Tally, places: Places, labels: Mapping[str, tuple[str, ...]]) -> Block:
    """The rows of ``measure``: for every published place and axis code, and for totals where the measure has them.

    Ratios and medians have a row where there is somebody to measure; counts, wherever there is a school, but only for
    the codes that the tally reports on if it says so. ``labels`` are those of every dimension.
    """
    sizes = [len(labels[axis]) for axis in measure.axes]
    if measure.kind is Kind.MEDIAN:
        return _median_rows(measure, tally, places, sizes)
    across = measure.axes.index(measure.across) if measure.across else None
    shape = [n + (axis == across) for axis, n in enumerate(sizes)]
    amounts, bases, scale = _sums(tally, places, shape, across)
    if across is not None:
        amounts = amounts.take(range(sizes[across]), axis=across)
        bases = np.broadcast_to(bases.sum(axis=across, keepdims=True), amounts.shape)
    for axis, name in enumerate(measure.axes):
        if name in measure.totals:
            amounts = _with_total(amounts, axis)
            bases = bases.take([0] * amounts.shape[axis], axis=axis) if axis == across else _with_total(bases, axis)
    place_codes, members = places.published(measure.places)
    adds = np.zeros((places.cells, len(place_codes)), np.int64)
    adds[np.arange(places.cells)[:, None], members] = 1
    amounts, bases = amounts @ adds, bases @ adds
    if measure.kind is Kind.COUNT:
        shown = np.broadcast_to(places.schools_per_cell @ adds > 0, amounts.shape)
        if tally.reports_on is not None:
            reported = np.ones(len(amounts), bool)
            reported[: sizes[0]] = np.isin(np.arange(sizes[0]), tally.reports_on)
            shown = shown & reported.reshape(-1, *[1] * (shown.ndim - 1))
    else:
        shown = bases > 0
    where = np.nonzero(shown)
    codes = _codes(measure, where, sizes, place_codes)
    amount_scale, base_scale = scale
    if measure.kind is Kind.COUNT:
        return Block(codes, amounts[where] / amount_scale, np.full(len(where[0]), np.nan))
    return Block(codes, amounts[where] / bases[where] * (base_scale / amount_scale), bases[where] / base_scale)


def _sums(
    tally: Tally, places: Places, shape: list[int], across: int | None
) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """Sums of amounts and bases by axis cell and finest place; base-only cases sit in the last cell across."""
    cell = np.empty(0, np.int32)
    if tally.codes:
        for axis, codes in enumerate(tally.codes):
            _check_codes(codes, shape[axis] - (axis == across), least=-1 if axis == across else 0)
            own = np.where(codes < 0, shape[axis] - 1, codes) if axis == across else codes
            cell = own.astype(np.int32) if axis == 0 else cell * shape[axis] + own
    amount, amount_scale = _whole(tally.amount)
    out_of, base_scale = _whole(tally.out_of)
    amounts = np.zeros(int(np.prod(shape, dtype=np.int64)) * places.cells, np.int64)
    bases = np.zeros_like(amounts)
    _add_up(cell, places.of(tally.school), places.cells, amount, out_of, amounts, bases)
    return (
        amounts.reshape(*shape, -1),
        bases.reshape(*shape, -1),
        (
            amount_scale * tally.amount_per,
            base_scale * tally.out_of_per,
        ),
    )


def _codes(
    measure: Measure, where: tuple[np.ndarray, ...], sizes: list[int], place_codes: np.ndarray
) -> dict[str, np.ndarray]:
    codes = {p: place_codes[where[-1], i] for i, p in enumerate(PLACES)}
    for axis, name in enumerate(measure.axes):
        codes[name] = np.where(where[axis] == sizes[axis], np.int64(ALL), where[axis]).astype(np.int8)
    return codes


def _median_rows(measure: Measure, tally: Tally, places: Places, sizes: list[int]) -> Block:
    """Medians, by copying each case into every group that it belongs to: medians are of few cases."""
    amount, scale = _whole(tally.amount)
    scale *= tally.amount_per
    place_codes, members = places.published(measure.places)
    ascending = np.argsort(amount, kind="stable")
    amount = amount[ascending]
    group = members[places.of_school[tally.school[ascending]]]
    shape = []
    for axis, name in enumerate(measure.axes):
        own = tally.codes[axis][ascending].astype(np.int64)[:, None]
        total = name in measure.totals
        shape.append(sizes[axis] + total)
        choices = np.concatenate([own, np.full_like(own, sizes[axis])], axis=1) if total else own
        wider = group[:, None, :] + len(place_codes) * choices[:, :, None] * int(np.prod(shape[:-1]))
        group = wider.reshape(len(group), choices.shape[1] * group.shape[1])
    value = np.repeat(amount, group.shape[1])
    flat = group.ravel()
    flat = flat.astype(np.min_scalar_type(flat.max(initial=0)))  # numbers of 16 bits are sorted in linear time
    order = np.argsort(flat, kind="stable")
    flat, value = flat[order], value[order]
    found, start, count = np.unique(flat, return_index=True, return_counts=True)
    middle = (value[start + (count - 1) // 2] + value[start + count // 2]) / (2 * scale)
    where: list[np.ndarray] = []
    rest = found // len(place_codes)
    for n in shape:
        where.append(rest % n)
        rest = rest // n
    where.append(found % len(place_codes))
    return Block(_codes(measure, tuple(where), sizes, place_codes), middle, count.astype(np.float64))
