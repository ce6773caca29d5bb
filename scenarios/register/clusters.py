"""Binds schools into trusts, local clusters and federations where a register does not say who belongs together.

No open file gives membership in one table with the census, so it is drawn from published distributions. The draws are
keyed by school and by a seed that is part of the settings, never by the seed of a run: a register is data. Whatever
the order of the rows, and whichever scenario uses the register, the same schools are bound together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import erf, log, sqrt
from typing import NamedTuple

import numpy as np

from simulation.register import Register
from simulation.vocabulary import ClusterKind, SchoolKind


@dataclass(frozen=True)
class ClusterSettings:
    """How schools are bound together."""

    academies_in_trusts: float = 0.851
    """Share of academies in trusts of two or more schools; the others are trusts of one, bound to nobody.

    Source: 9,603 schools in such trusts (December 2023, row ``d_schools_per_mat_2023``) over 11,280 academies (January
    2025, row ``academies_count_2024``). In an England of that time it puts 43.7% of all schools in such trusts (row
    ``d_share_schools_in_mats_2023``); an older register with fewer academies has a smaller share.
    """
    trust_log_mean: float = 1.4
    """Mean of the log of the number of schools in a trust, before cutting to 2 or more.

    With ``trust_log_spread`` 1.0 and ``largest_trust`` 90: mean 7.8 schools, 76% with 2 to 9 (rows
    ``mat_mean_size_2024``, ``d_schools_per_mat_2023`` and ``mat_share_2_9_2024``: 7.3 to 8, 75%).
    """
    trust_log_spread: float = 1.0
    """Standard deviation of the log of the number of schools in a trust; see ``trust_log_mean``."""
    largest_trust: int = 90
    """Schools in the largest trust. Source: row ``mat_max_size_2024``."""
    maintained_in_local_clusters: float = 0.5
    """Share of maintained schools in a local cluster. Grade J: no count is published."""
    local_cluster_sizes: tuple[float, ...] = (0.25, 0.25, 0.20, 0.15, 0.15)
    """Shares of local clusters with 3, 4, 5, 6 and 7 schools; mean 4.7. Grade J."""
    maintained_in_federations: float = 0.05
    """Share of maintained schools in a federation, one governing body over several schools. Grade J."""
    federation_sizes: tuple[float, ...] = (0.8, 0.2)
    """Shares of federations with 2 and 3 schools. Grade J."""
    seed: int = 20_190_117
    """Seed of the draws: fixed, so that a register is the same in every run (the date of a spring school census)."""

    def __post_init__(self) -> None:
        """Raise :exc:`ValueError` if a share is not a share or a trust could have fewer than two schools."""
        for name in ("academies_in_trusts", "maintained_in_local_clusters", "maintained_in_federations"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be a share from 0 to 1, got {getattr(self, name)!r}")
        if self.maintained_in_local_clusters + self.maintained_in_federations > 1:
            raise ValueError("maintained_in_local_clusters and maintained_in_federations must not exceed 1 together")
        for name in ("local_cluster_sizes", "federation_sizes"):
            if abs(sum(getattr(self, name)) - 1) > 1e-9 or min(getattr(self, name)) < 0:
                raise ValueError(f"{name} must be shares that sum to 1, got {getattr(self, name)!r}")
        if self.largest_trust < 2 or self.trust_log_spread <= 0:
            raise ValueError("largest_trust must be 2 or more and trust_log_spread above 0")


def trust_sizes(settings: ClusterSettings) -> np.ndarray:
    """Chances that a trust has 2, 3, ... ``largest_trust`` schools: a log-normal size, rounded down and cut."""
    edges = np.array(
        [
            0.5 * (1 + erf((log(size) - settings.trust_log_mean) / (settings.trust_log_spread * sqrt(2))))
            for size in range(2, settings.largest_trust + 2)
        ]
    )
    chances = np.diff(edges)
    return chances / chances.sum()


@dataclass(frozen=True)
class Known:
    """A trust, federation or local cluster that a file names."""

    kind: ClusterKind
    name: str
    schools: np.ndarray
    """Rows of its schools in the register."""


def assign_clusters(
    register: Register, settings: ClusterSettings | None = None, known: Sequence[Known] = ()
) -> Register:
    """Replace the clusters of ``register`` by those of ``known``, the others drawn, and note how many there are.

    Where one cluster of a kind is known, all of that kind are: the others of the kind are not drawn.
    Trusts lie within a region, the others within a local authority; neighbours are bound together, and a trust has
    the phases of the area in which it lies. A cluster's key is the smallest URN in it. Those that are drawn are named after
    the area and counted in it: ``Local cluster 3 in Norfolk``.
    """
    from simulation.draws import Decision, Key, school_ids

    settings = settings or ClusterSettings()
    key, ids = Key(settings.seed), school_ids(register.urn)
    joins = key.uniform(Decision.SCHOOL_CLUSTER, 0, ids)
    size_draw = key.uniform(Decision.CLUSTER_SIZE, 0, ids)
    academy = register.kind == SchoolKind.ACADEMY
    local, federated = settings.maintained_in_local_clusters, settings.maintained_in_federations
    in_trust = academy & (joins < settings.academies_in_trusts)
    in_cluster = ~academy & (joins < local)
    in_federation = ~academy & (joins >= local) & (joins < local + federated)
    bound = np.zeros(len(register), bool)
    for cluster in known:
        bound[cluster.schools] = True
    walk, authority = neighbours(register), register.local_authority
    plans = (
        (ClusterKind.TRUST, in_trust, register.region, 2, trust_sizes(settings)),
        (ClusterKind.LOCAL_CLUSTER, in_cluster, authority, 3, np.array(settings.local_cluster_sizes)),
        (ClusterKind.FEDERATION, in_federation, authority, 2, np.array(settings.federation_sizes)),
    )
    found = [_Found(int(register.urn[k.schools].min()), k.kind, k.schools, k.name) for k in known]
    settled = {cluster.kind for cluster in known}
    for kind, members, area, smallest, chances in plans:
        if kind in settled:
            continue
        drawn = smallest + np.searchsorted(np.cumsum(chances)[:-1], size_draw, side="right")
        for code in np.unique(area[members & ~bound]):
            schools = walk[(members & ~bound & (area == code))[walk]]
            for group in cut(schools, drawn, smallest, smallest + len(chances) - 1):
                key_of = int(register.urn[group].min())
                found.append(_Found(key_of, kind, group, ""))
    found.sort(key=lambda cluster: cluster.key)
    found = _named(register, found)
    return _bound(register, found, [cluster.kind for cluster in known])


def spanning(names: Sequence[str], cluster: np.ndarray, regions: Sequence[str], by_name: Collection[str]) -> list[str]:
    """A note on clusters, told apart ``by_name`` alone, that lie in several regions: each may be two of one name.

    ``cluster`` and ``regions`` are the row of its cluster, -1 for none, and the name of its region for each school.
    """
    its: list[set[str]] = [set() for _ in names]
    for row, region in zip(cluster.tolist(), regions, strict=True):
        if row >= 0:
            its[row].add(region)
    wide = [
        f"{name} ({', '.join(sorted(where))})"
        for name, where in zip(names, its, strict=True)
        if len(where) > 1 and name in by_name
    ]
    if not wide:
        return []
    more = f" and {len(wide) - 5:,} more" if len(wide) > 5 else ""
    one = f"Schools of one cluster's name in several regions are one cluster: {'; '.join(wide[:5])}{more}."
    return [f"{one} If they are two, tell them apart in a column cluster_id."]


_WORDS = {ClusterKind.TRUST: "Trust", ClusterKind.FEDERATION: "Federation", ClusterKind.LOCAL_CLUSTER: "Local cluster"}


def _named(register: Register, found: Sequence[_Found]) -> list[_Found]:
    """Those without a name, in the order of their keys, after their authority or, of trusts, their region."""
    told: Counter[tuple[ClusterKind, str]] = Counter()
    return [one if one.name else one._replace(name=_after_its_area(register, one, told)) for one in found]


def _after_its_area(register: Register, one: _Found, told: Counter[tuple[ClusterKind, str]]) -> str:
    """A name with the next number in its area, which is noted in ``told``."""
    first = int(one.schools[0])
    area = register.region_names[int(register.region[first])]
    if one.kind != ClusterKind.TRUST:
        area = register.local_authority_names.get(int(register.local_authority[first]), area)
    told[one.kind, area] += 1
    return f"{_WORDS[one.kind]} {told[one.kind, area]} in {area}"


class _Found(NamedTuple):
    key: int
    kind: ClusterKind
    schools: np.ndarray
    name: str


def _bound(register: Register, found: list[_Found], known: Sequence[ClusterKind]) -> Register:
    """``register`` with the clusters of ``found``, in order of their keys; ``known`` are the kinds of those not drawn."""
    cluster = np.full(len(register), -1, np.int32)
    for row, (_, _, group, _) in enumerate(found):
        cluster[group] = row
    count = Counter(one.kind for one in found)
    words = {
        ClusterKind.TRUST: "trusts of two or more academies",
        ClusterKind.LOCAL_CLUSTER: "local clusters",
        ClusterKind.FEDERATION: "federations of maintained schools",
    }
    drawn = [f"{count[kind]:,} {said}" for kind, said in words.items() if kind not in known]
    told = Counter(known)
    notes = []
    if known:
        named = ", ".join(f"{_WORDS[kind].lower()}s {told[kind]:,}" for kind in words if told[kind])
        notes.append(f"Schools belong together as the files say: {named}.")
    if drawn:
        *most, last = drawn
        listed = f"{', '.join(most)} and {last}" if most else last
        who = (
            "Which others do, the files do not say"
            if known
            else "The register does not say which schools belong together"
        )
        notes.append(f"{who}; drawn from published distributions: {listed}.")
    return replace(
        register,
        cluster=cluster,
        cluster_key=np.array([one.key for one in found], np.int32),
        cluster_kind=np.array([one.kind for one in found], np.int8),
        cluster_name=tuple(one.name for one in found),
        notes=(*register.notes, *notes),
    )


def neighbours(register: Register) -> np.ndarray:
    """Rows so that neighbours are next to each other, the phases of each authority mixed in proportion.

    Within an authority each phase is put in order of community and URN and spread evenly from 0 to 1.
    """
    order = np.lexsort((register.urn, register.community, register.phase, register.local_authority))
    market = register.local_authority[order].astype(np.int64) * 8 + register.phase[order]
    starts = np.flatnonzero(np.diff(market, prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    along = np.empty(len(order))
    along[order] = (np.arange(len(order)) - np.repeat(starts, sizes) + 0.5) / np.repeat(sizes, sizes)
    return np.lexsort((register.urn, along, register.local_authority))


def cut(schools: np.ndarray, drawn: np.ndarray, smallest: int, largest: int) -> list[np.ndarray]:
    """Cut ``schools`` (rows in order) into groups as large as ``drawn`` says for the first school of each.

    What is left over at the end and too small to stand alone joins the group before it, halved if it gets too large.
    """
    groups: list[np.ndarray] = []
    at = 0
    while len(schools) - at >= smallest:
        groups.append(schools[at : at + int(drawn[schools[at]])])
        at += len(groups[-1])
    if at < len(schools) and groups:
        last = np.concatenate([groups.pop(), schools[at:]])
        groups.extend([last] if len(last) <= largest else np.array_split(last, 2))
    return groups
