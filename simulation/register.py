"""A register of schools: the fixed facts about schools and clusters that a run starts from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Register:
    """Schools and what binds them, one entry per school, sorted by URN.

    Sorted, so that a run is the same whatever the order of the file that it came from.
    """

    urn: np.ndarray
    """Unique reference number, 1 to 16,777,215; int32, ascending, no duplicates."""
    name: tuple[str, ...]
    phase: np.ndarray
    """Codes of the context's phases, see :class:`~simulation.structure.Structure`; int8."""
    region: np.ndarray
    """Index into ``region_names``; int8."""
    local_authority: np.ndarray
    """Local authority code; int16."""
    kind: np.ndarray
    """:class:`~simulation.vocabulary.SchoolKind` codes; int8."""
    pupils: np.ndarray
    """Pupils on roll in the base year, 1 or more; int32."""
    disadvantage: np.ndarray
    """Share of pupils ever eligible for free school meals in six years, 0 to 1; float64."""
    community: np.ndarray
    """Neighbourhood labour market, 0 to n - 1, each of one phase and one :attr:`market`; int32."""
    cluster: np.ndarray
    """Row of the cluster, -1 for none; int32."""
    cluster_key: np.ndarray
    """Key of each cluster, ascending; int32."""
    cluster_kind: np.ndarray
    """:class:`~simulation.vocabulary.ClusterKind` codes, one per cluster; int8."""
    cluster_name: tuple[str, ...]
    region_names: tuple[str, ...]
    local_authority_names: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What was left out or imputed when the register was made, in plain English, for the manifest."""
    joined_regions: np.ndarray | None = None
    """Of a sample, by phase and region, the first of the regions that are one market for posts there; None if none are joined."""
    religion: np.ndarray = field(default_factory=lambda: np.empty(0, np.int8))
    """:class:`~simulation.vocabulary.Religion` codes; int8. Empty for schools none of which has a religious character."""
    own: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Further columns that the table of schools brought along: by name, a text per school, empty where it says nothing."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if the entries contradict each other."""
        n = len(self.urn)
        if not len(self.religion):
            object.__setattr__(self, "religion", np.zeros(n, np.int8))
        for name in (
            "name",
            "phase",
            "region",
            "local_authority",
            "kind",
            "pupils",
            "disadvantage",
            "community",
            "cluster",
            "religion",
        ):
            if len(getattr(self, name)) != n:
                raise ValueError(f"register: {name} has {len(getattr(self, name))} entries for {n} schools")
        for name, texts in self.own.items():
            if len(texts) != n:
                raise ValueError(f"register: column {name} has {len(texts)} entries for {n} schools")
        if n and (np.diff(self.urn.astype(np.int64)) <= 0).any():
            raise ValueError("register: URNs must ascend without duplicates")
        if n and (self.urn[0] < 1 or self.urn[-1] >= 1 << 24):
            raise ValueError("register: a URN must be from 1 to 16,777,215")
        if n and self.pupils.min() < 1:
            raise ValueError("register: every school needs at least one pupil")
        if n and not ((self.disadvantage >= 0) & (self.disadvantage <= 1)).all():
            raise ValueError("register: disadvantage must be a share from 0 to 1")
        if n and (self.cluster.min() < -1 or self.cluster.max() >= len(self.cluster_key)):
            raise ValueError("register: a school names a cluster that does not exist")

    def __len__(self) -> int:
        return len(self.urn)

    @property
    def market(self) -> np.ndarray:
        """The wider labour market of each school, in which senior posts are seen: its region, or those that are joined with it."""
        return self.region if self.joined_regions is None else self.joined_regions[self.phase, self.region]

    @property
    def lead_school(self) -> np.ndarray:
        """Row of the lead school of each cluster, its largest, and of those the one with the lowest URN; -1 for one without schools."""
        lead, inside = np.full(len(self.cluster_key), -1, np.int32), np.flatnonzero(self.cluster >= 0)
        cluster = self.cluster[inside]
        order = np.lexsort((self.urn[inside], -self.pupils[inside], cluster))
        _, first = np.unique(cluster[order], return_index=True)
        lead[cluster[order][first]] = inside[order][first]
        return lead

    @property
    def cluster_size(self) -> np.ndarray:
        """Schools in each cluster."""
        return np.bincount(self.cluster[self.cluster >= 0], minlength=len(self.cluster_key))

    def take(self, schools: np.ndarray) -> Register:
        """The register with only ``schools`` (mask or row numbers), in URN order; empty clusters are dropped.

        Communities are renumbered in order of their old numbers, so the result does not depend on row order.
        """
        rows = np.flatnonzero(schools) if np.asarray(schools).dtype == bool else np.asarray(schools)
        rows = rows[np.argsort(self.urn[rows], kind="stable")]
        used = np.unique(self.cluster[rows])
        used = used[used >= 0]
        new_cluster = np.full(len(self.cluster_key) + 1, -1, np.int32)
        new_cluster[used] = np.arange(len(used))
        _, community = np.unique(self.community[rows], return_inverse=True)
        per_school = ("urn", "phase", "region", "local_authority", "kind", "pupils", "disadvantage", "religion")
        return replace(
            self,
            **{name: getattr(self, name)[rows] for name in per_school},
            name=tuple(self.name[i] for i in rows),
            own={name: tuple(texts[i] for i in rows) for name, texts in self.own.items()},
            community=community.astype(np.int32),
            cluster=new_cluster[self.cluster[rows]],
            cluster_key=self.cluster_key[used],
            cluster_kind=self.cluster_kind[used],
            cluster_name=tuple(self.cluster_name[i] for i in used),
        )
