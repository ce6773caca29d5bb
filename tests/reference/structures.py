"""Ladders, phases and groups of other contexts than England, with England's parameters laid out along them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.parameters import Parameters, declarations
from simulation.structure import ENGLAND, Ladder, Rung, Structure, Tier

TWO_RUNGS = Structure(
    Ladder((Rung("teacher", Tier.CLASSROOM), Rung("headteacher", Tier.HEAD))), ("all_through",), ("one", "other")
)
LONG = Structure(
    Ladder(
        (
            Rung("teacher", Tier.CLASSROOM),
            Rung("team_leader", Tier.MIDDLE, 0.7),
            Rung("head_of_department", Tier.MIDDLE, 0.3),
            Rung("assistant_head", Tier.SENIOR),
            Rung("vice_principal", Tier.SENIOR),
            Rung("deputy_head", Tier.SENIOR),
            Rung("head", Tier.HEAD),
            Rung("trust_leader", Tier.TRUST),
        )
    ),
    ("infant", "junior", "secondary", "special"),
    ("everybody",),
)
NO_SENIORS = Structure(
    Ladder((Rung("teacher", Tier.CLASSROOM), Rung("subject_leader", Tier.MIDDLE), Rung("head", Tier.HEAD))),
    ("primary", "secondary"),
    ENGLAND.ethnic_groups,
)
OTHERS = (TWO_RUNGS, LONG, NO_SENIORS)
LIKE = {Tier.CLASSROOM: 0, Tier.MIDDLE: 1, Tier.SENIOR: 2, Tier.HEAD: 4, Tier.TRUST: 5}
"""Which of England's rungs another is like that has none of its names."""


def without(dropped: list[str]) -> Structure:
    """England with fewer rungs."""
    rungs = tuple(rung for rung in ENGLAND.ladder.rungs if rung.name not in dropped)
    return replace(ENGLAND, ladder=Ladder(rungs))


def sources(structure: Structure) -> dict[str, list[int]]:
    """England's label, by place, whose values each label of a structure takes, by axis."""
    names = ENGLAND.ladder.names
    return {
        "role": [names.index(r.name) if r.name in names else LIKE[r.tier] for r in structure.ladder.rungs],
        "phase": [place % len(ENGLAND.phases) for place in range(len(structure.phases))],
        "ethnic_group": [place % len(ENGLAND.ethnic_groups) for place in range(len(structure.ethnic_groups))],
    }


def fitted(parameters: Parameters, structure: Structure) -> Parameters:
    """England's parameters as a context of another structure has them; shares still add up."""
    values = {}
    for declaration in declarations():
        value = np.asarray(parameters.value(declaration.path))
        for place, axis in enumerate(declaration.axes):
            if axis in sources(structure):
                value = np.take(value, sources(structure)[axis], axis=place)
        if declaration.sums_to_one_over == "ethnic_group":
            value = value / value.sum(axis=-1, keepdims=True)
        values[declaration.path] = value if declaration.axes else float(value)
    return Parameters.from_values(values)
