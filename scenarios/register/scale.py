"""Takes a part of a register that looks like the whole, for runs that must be quick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.register import Register
from simulation.structure import ENGLAND


def scale_register(register: Register, fraction: float, seed: int) -> Register:
    """A sample of about ``fraction`` of the schools, whole clusters kept together.

    First clusters are drawn: put in order of region, kind, main phase, size and a draw keyed by ``seed``, every
    (1 / fraction)-th is taken, so that each has the same chance and all sizes are there. Then schools in no cluster
    fill up each region and phase to its share. Where trusts alone exceed it, as may happen in samples of a few hundred
    schools, the share is exceeded. At least one cluster or school is always taken. Markets stay as large as they were where that can
    be: communities next to each other are joined until they are full again, and so, for the search for senior posts, are regions of
    which a sample has too few schools for two communities.

    Raise :exc:`ValueError` unless ``fraction`` is above 0 and at most 1.
    """
    from simulation.draws import Decision, Key, school_ids

    if not 0 < fraction <= 1:
        raise ValueError(
            f"scale must be above 0 and at most 1, got {fraction!r}; 0.1 keeps a tenth of the schools, 1 keeps all"
        )
    if fraction == 1 or not len(register):
        return register
    key = Key(seed)
    draw = key.uniform(Decision.SAMPLE_CLUSTER, 0, school_ids(register.urn))
    strata = _cells(register)
    # Strata draw under small numbers, schools under their ids, which are all larger.
    start = key.uniform(Decision.SAMPLE_CLUSTER, 0, np.arange(1 + int(strata.max()) + 1, dtype=np.uint64))
    taken = _clusters(register, fraction, draw, start[0])
    for stratum in np.unique(strata):
        here = strata == stratum
        short = fraction * here.sum() - (here & taken).sum()
        alone = np.flatnonzero(here & (register.cluster < 0))
        wanted = min(len(alone), max(0, int(np.floor(short + start[1 + stratum]))))
        alone = alone[np.lexsort((draw[alone], register.kind[alone]))]
        # Evenly spaced along the order, so that maintained schools and academies keep their shares.
        taken[alone[((np.arange(wanted) + start[1 + stratum]) * len(alone) / max(wanted, 1)).astype(np.int64)]] = True
    if not taken.any():
        luckiest = int(np.argmin(draw))
        cluster = register.cluster[luckiest]
        taken = register.cluster == cluster if cluster >= 0 else np.arange(len(register)) == luckiest
    sample = _with_joined_markets(register.take(taken), register)
    note = (
        f"A sample of {fraction:g} of the register: {len(sample):,} of {len(register):,} schools, whole clusters kept."
    )
    return replace(sample, notes=(*register.notes, note))


def _cells(register: Register) -> np.ndarray:
    """A number for each school's region and phase. England's phases have a place each, so that its samples stay what they are."""
    phases = max(len(ENGLAND.phases), int(register.phase.max()) + 1)
    return register.region.astype(np.int64) * phases + register.phase


def _with_joined_markets(sample: Register, whole: Register) -> Register:
    """Join regions next to each other in order of number, then communities within them, phase by phase, until they are full again."""
    n_regions = len(sample.region_names)
    joined = np.tile(np.arange(n_regions, dtype=np.int8), (int(whole.phase.max()) + 1, 1))
    community, found = np.empty(len(sample), np.int64), 0
    for phase in np.unique(sample.phase):
        full = float(np.unique(whole.community[whole.phase == phase], return_counts=True)[1].mean())
        here = np.flatnonzero(sample.phase == phase)
        joined[phase] = _markets(np.bincount(sample.region[here], minlength=n_regions), 2 * full)
        market = joined[phase][sample.region[here]]
        order = np.lexsort((sample.urn[here], sample.community[here], sample.region[here], market))
        for one in np.unique(market):
            rows = here[order[market[order] == one]]
            number, first = np.unique(sample.community[rows], return_index=True)
            wanted = min(len(number), max(1, round(len(rows) / full)))
            before = first[np.searchsorted(number, sample.community[rows])]  # schools of communities that come first
            community[rows] = found + before * wanted // len(rows)
            found += wanted
    _, numbered = np.unique(community, return_inverse=True)
    return replace(sample, community=numbered.astype(np.int32), joined_regions=joined)


def _markets(schools: np.ndarray, least: float) -> np.ndarray:
    """For each region, the first of those that it is joined with so that each market has at ``least`` so many ``schools``, or all."""
    market, start, held = np.zeros(len(schools), np.int8), 0, 0
    for region, count in enumerate(schools):
        if held >= least and schools[region:].sum() >= least:
            start, held = region, 0
        market[region], held = start, held + count
    return market


def _clusters(register: Register, fraction: float, draw: np.ndarray, start: float) -> np.ndarray:
    """Which schools (mask) are in the clusters taken. A cluster draws as its first school by URN does."""
    bound = np.flatnonzero(register.cluster >= 0)
    rows, first, size = np.unique(register.cluster[bound], return_index=True, return_counts=True)
    head = bound[first]
    phases = np.zeros((len(register.cluster_key), int(register.phase.max()) + 1), np.int64)
    np.add.at(phases, (register.cluster[bound], register.phase[bound]), 1)
    main_phase = phases[rows].argmax(axis=1)
    order = np.lexsort((draw[head], size, main_phase, register.cluster_kind[rows], register.region[head]))
    steps = np.floor(np.arange(len(order) + 1) * fraction + start)
    return np.isin(register.cluster, rows[order[np.diff(steps) > 0]])
