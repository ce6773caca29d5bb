"""The dimensions along which measures are broken down, and the labels along each.

A row of results holds a small code per dimension, or -1 for "all": summed over, or not a dimension of the measure.
"""

from __future__ import annotations

from simulation.census.authorities import authorities
from simulation.changes import Event
from simulation.log import PROGRAMME_COSTS
from simulation.processes.costs import CATEGORIES
from simulation.programmes.channels import SKILLS
from simulation.tables import HISTORY
from simulation.vocabulary import (
    AGE_BANDS,
    ClusterKind,
    Grade,
    LeaverReason,
    Move,
    Religion,
    Ring,
    SchoolKind,
    Sex,
    Status,
    label,
)
from simulation.world import Setup

ALL = -1
"""Code of "all"."""

PLACES: tuple[str, ...] = ("phase", "region", "disadvantage")
"""Dimensions that come from the school that places a case."""

REASONS = tuple(label(r) for r in LeaverReason if r is not LeaverReason.NONE)

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "phase": (),  # named by the context
    "region": (),  # named by the register
    "disadvantage": ("least_disadvantaged", "second", "third", "fourth", "most_disadvantaged"),
    "role": (),  # named by the context
    "sex": tuple(label(s) for s in Sex),
    "ethnic_group": (),  # named by the context
    "age_band": AGE_BANDS,
    "age_group": ("under_35", "35_54", "55_plus"),
    "school_kind": tuple(label(k) for k in SchoolKind),
    "years": tuple(str(k) for k in range(1, HISTORY - 1)),
    "reason": REASONS,
    "entry": ("returner", "newly_qualified", "new_to_sector"),
    "destination": ("promoted", "same_level_elsewhere", "lower_role", *REASONS),
    "origin": ("head", "senior_leader", "middle_leader", "classroom_teacher", "system_entrant"),
    "ring": tuple(label(r) for r in Ring),
    "move": tuple(label(m) for m in Move),
    "schools_worked_in": ("1", "2", "3", "4_plus"),
    "employer": ("local_authority", "trust_of_1", "trust_of_2_to_9", "trust_of_10_to_19", "trust_of_20_plus"),
    "exit": ("moved_elsewhere", "out_of_service"),
    "trust_size": ("1", "2_to_9", "10_to_19", "20_plus"),
    "chain_length": (*(str(n) for n in range(1, 10)), "10_plus"),
    "pool": (label(Status.ON_BREAK), label(Status.OUT)),
    "skill": SKILLS,
    "cost": CATEGORIES,
    "cluster_kind": tuple(label(k) for k in ClusterKind),
    "event": tuple(label(e) for e in Event),
    "grade": tuple(label(g) for g in Grade),
    "religion": tuple(label(r) for r in Religion),
    "grade_lowered": ("not_lowered", *(f"lowered_to_{label(g)}" for g in Grade if g is not Grade.OUTSTANDING)),
    "local_authority": (),  # named by the register
    "trait": (*SKILLS, "readiness", "aspiration", "wellbeing"),
    "school_state": ("leadership", "culture", "trust", "progress"),
    "programme": (),  # named by the setup
    "programme_cost": PROGRAMME_COSTS,
    "whom": ("participants", "helpers", "colleagues", "everybody_else"),
    "future": ("with_policy", "without_policy"),
}
"""Labels along each dimension, in order of code; none where they differ from setup to setup, see :func:`labels_of`."""


def labels_of(setup: Setup) -> dict[str, tuple[str, ...]]:
    """Labels along every dimension in a run of ``setup``, which names its own rungs, phases, groups, regions and programmes."""
    return {
        **DIMENSIONS,
        **setup.structure.axes,
        "region": setup.register.region_names,
        "local_authority": tuple(authorities(setup.register).values()),
        "programme": tuple(programme.name for programme in setup.programmes),
    }
