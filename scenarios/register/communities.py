"""Divides schools into neighbourhood labour markets: the communities in which most moves of leaders happen.

A study of headteachers' moves (EPI 2024, evidence rows ``head_move_community_primary`` and
``head_move_community_secondary``) found 521 communities of primary schools and 146 of secondary schools. Which school
is in which was not published, so they are made here: a community is schools of one phase in one local authority. A
secondary or special community is the whole authority (about 150 in England). Schools of the first phase that a context
names, primary schools in England, are put in order of neighbourhood and cut into blocks of about :data:`PRIMARIES_PER_COMMUNITY`, which gives about 521 in England.
"""

from __future__ import annotations

import numpy as np

FIRST_PHASE = 0
PRIMARIES_PER_COMMUNITY = 32.5
"""Primary schools in a community, on average: about 17,000 primary and nursery schools over 521 communities."""


def communities(phase: np.ndarray, local_authority: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Number each school's community, 0 to n - 1 (int32), in order of authority, phase and place.

    ``place`` gives each school's position among its neighbours: only its order counts, and it must not have ties.
    """
    result = np.empty(len(phase), np.int32)
    order = np.lexsort((place, phase, local_authority))
    market = local_authority[order].astype(np.int64) * (int(phase.max(initial=0)) + 1) + phase[order]
    starts = np.flatnonzero(np.diff(market, prepend=-1))
    used = 0
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        schools = order[start:end]
        local = phase[schools[0]] == FIRST_PHASE
        blocks = max(1, round(len(schools) / PRIMARIES_PER_COMMUNITY)) if local else 1
        result[schools] = used + np.arange(len(schools)) * blocks // len(schools)
        used += blocks
    return result
