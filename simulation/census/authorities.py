"""Local authorities by which a census can be told apart: those of a school system that has a few of them."""

from __future__ import annotations

import numpy as np

from simulation.register import Register

MOST = 25
"""Authorities beyond which a system is too large for a table of each: a region's or a small country's are told, England's are not."""


def authorities(register: Register) -> dict[int, str]:
    """Names of the register's local authorities by code, in order of name; empty for one alone, or too many.

    One without a name goes by its code, and two of one name have their codes behind it.
    """
    if len(register.local_authority_names) > MOST:
        return {}  # without a look at all schools
    codes = [int(code) for code in np.unique(register.local_authority)]
    if not 1 < len(codes) <= MOST:
        return {}
    names = {code: register.local_authority_names.get(code) or str(code) for code in codes}
    given = list(names.values())
    told = {code: name if given.count(name) == 1 else f"{name} ({code})" for code, name in names.items()}
    return dict(sorted(told.items(), key=lambda one: (one[1], one[0])))


def code_of_schools(register: Register) -> np.ndarray:
    """For each school of a register, the place of its authority among :func:`authorities`, which must have some; int8."""
    codes = np.array(list(authorities(register)))
    order = np.argsort(codes, kind="stable")
    return order[np.searchsorted(codes, register.local_authority, sorter=order)].astype(np.int8)
