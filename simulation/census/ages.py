"""Ages in the bands and groups in which measures are given."""

from __future__ import annotations

import numpy as np


def age_band(age: np.ndarray) -> np.ndarray:
    """Code of "age_band": five years each, from 20; int8."""
    return np.clip((age - 20) // 5, 0, 9).astype(np.int8)


def age_group(age: np.ndarray) -> np.ndarray:
    """Code of "age_group": under 35, 35 to 54, 55 and over; int8."""
    return (age >= 35).view(np.int8) + (age >= 55)
