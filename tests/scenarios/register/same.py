"""Compares registers field by field."""

from dataclasses import fields

import numpy as np

from simulation.register import Register


def differences(a: Register, b: Register) -> list[str]:
    """Names of the fields in which two registers differ, in value or in dtype."""
    result = []
    for f in fields(Register):
        x, y = getattr(a, f.name), getattr(b, f.name)
        same = x.dtype == y.dtype and np.array_equal(x, y) if isinstance(x, np.ndarray) else x == y
        if not same:
            result.append(f.name)
    return result
