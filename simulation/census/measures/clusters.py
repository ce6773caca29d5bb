"""How well schools work together in their clusters."""

from __future__ import annotations

import numpy as np

from simulation.census.census import Census
from simulation.census.measure import Kind, Measure, Tally
from simulation.processes.collaborate import collaborates


def _strength(census: Census) -> Tally:
    schools, clusters = census.world.schools, census.world.clusters
    together = np.flatnonzero(np.append(collaborates(census.world), False)[schools.cluster])  # -1 picks the last: no
    cluster = schools.cluster[together]
    return Tally(census.school_rows[together], (clusters.kind[cluster],), clusters.strength[cluster])


MEASURE = Measure(
    "cluster_strength",
    "Strength of clusters (mean over schools)",
    "share",
    "Mean over schools that share a cluster, federation or trust with another school of how well it works together, 0 to "
    "1, by its kind. Large clusters weigh more, because more schools are in them.",
    "Headway",
    _strength,
    Kind.RATIO,
    ("cluster_kind",),
    ("cluster_kind",),
)
