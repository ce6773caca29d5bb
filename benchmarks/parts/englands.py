"""Registers of several Englands, for worlds larger than any that the library has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.register import Register

REGIONS = 5
"""Regions of each England, two of the nine in one: 22 Englands need no more than the 127 that a column of regions can tell apart."""


def fewer_regions(register: Register) -> Register:
    """The register with its regions joined, in their order, to :data:`REGIONS`; in a sample that joins some, all are one market."""
    joined = np.arange(len(register.region_names)) * REGIONS // len(register.region_names)
    names = tuple(
        " and ".join(name for name, to in zip(register.region_names, joined, strict=True) if to == region)
        for region in range(REGIONS)
    )
    found = replace(register, region=joined[register.region].astype(np.int8), region_names=names)
    if register.joined_regions is None:
        return found
    return replace(found, joined_regions=np.zeros((len(register.joined_regions), REGIONS), np.int8))


def several(register: Register, count: int) -> Register:
    """``count`` copies side by side: each with schools, communities, authorities, clusters and regions of its own.

    Raise :exc:`ValueError` if the numbers of schools or regions run out.
    """
    regions, authorities = len(register.region_names), int(register.local_authority.max()) + 1
    if count * regions > np.iinfo(np.int8).max or count * authorities > np.iinfo(np.int16).max:
        raise ValueError(f"{count} copies have more regions or authorities than their columns can tell apart")
    copies, n, clusters = np.arange(count), len(register), len(register.cluster_key)
    urns, communities = int(register.urn.max()) + 1 - int(register.urn.min()), int(register.community.max()) + 1

    def shifted(column: np.ndarray, by: int) -> np.ndarray:
        """The column of each copy, higher by ``by`` than that of the one before."""
        return (column + (copies * by)[:, None]).ravel().astype(column.dtype)

    cluster, joined = shifted(register.cluster, clusters), register.joined_regions
    return replace(
        register,
        urn=shifted(register.urn, urns),
        name=tuple(f"{name}, {copy + 1}" for copy in copies for name in register.name),
        region=shifted(register.region, regions),
        local_authority=shifted(register.local_authority, authorities),
        community=shifted(register.community, communities),
        cluster=np.where(np.tile(register.cluster, count) < 0, -1, cluster).astype(np.int32),
        cluster_key=shifted(register.cluster_key, urns),
        cluster_name=tuple(f"{name}, {copy + 1}" for copy in copies for name in register.cluster_name),
        region_names=tuple(f"{name}, {copy + 1}" for copy in copies for name in register.region_names),
        local_authority_names={
            code + int(copy) * authorities: f"{name}, {copy + 1}"
            for copy in copies
            for code, name in register.local_authority_names.items()
        },
        **{
            name: np.tile(getattr(register, name), count)
            for name in ("phase", "kind", "pupils", "disadvantage", "religion")
        },
        cluster_kind=np.tile(register.cluster_kind, count),
        joined_regions=None
        if joined is None
        else np.hstack([joined + copy * regions for copy in range(count)]).astype(np.int8),
        notes=(*register.notes, f"{count} copies of {n:,} schools."),
    )
