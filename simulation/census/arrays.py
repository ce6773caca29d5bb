"""Arrays as the compiled passes of the census take them."""

from __future__ import annotations

import numpy as np

from simulation.kernels import kernel


def fixed(array: np.ndarray) -> np.ndarray:
    """``array`` to be read only: a compiled function would be compiled once more for arrays that can be written."""
    view = array.view()
    view.flags.writeable = False
    return view


def small(codes: np.ndarray) -> np.ndarray:
    """Codes as int8. Raise :exc:`IndexError` for one that is too large."""
    if codes.dtype == np.bool_:
        codes = codes.view(np.int8)
    elif codes.dtype != np.int8:
        if len(codes) and (codes.min() < -1 or codes.max() > 127):
            raise IndexError(
                f"a measure gives codes from {codes.min()} to {codes.max()}: an axis has 127 labels at most"
            )
        codes = codes.astype(np.int8)
    return fixed(np.ascontiguousarray(codes))


def true_places(mask: np.ndarray) -> np.ndarray:
    """The places at which ``mask`` is true, ascending; int64. Unlike ``flatnonzero``, as fast for a tenth as for none."""
    found = np.empty(np.count_nonzero(mask) + 1, np.int64)
    _true_places(mask, found)
    return found[:-1]


@kernel
def _true_places(mask: np.ndarray, found: np.ndarray) -> None:
    n = 0
    for i in range(mask.shape[0]):
        found[n] = i  # no branch: it is hard to predict
        n += mask[i]
