"""What counts as having stayed: each definition once, for the measures of the census and for the outcomes of programmes."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from simulation.structure import Ladder
from simulation.vocabulary import Status


class Followed:
    """People at an earlier census and what has become of them by this one, an entry each."""

    role: np.ndarray
    """Roles held then; int8."""
    school: np.ndarray
    """Schools worked in then, rows of schools; int16 or int32."""

    @property
    def status_now(self) -> np.ndarray:
        """Their status at this census; int8."""
        raise NotImplementedError

    @property
    def role_now(self) -> np.ndarray:
        """Their role at this census, or when last in service; int8."""
        raise NotImplementedError

    @property
    def school_now(self) -> np.ndarray:
        """Their school at this census, or when last in service, rows of schools; int32."""
        raise NotImplementedError

    @cached_property
    def stayed(self) -> np.ndarray:
        """In service at this census too."""
        return self.status_now == int(Status.IN_SERVICE)

    @cached_property
    def same_school(self) -> np.ndarray:
        """In service at this census too, in the same school."""
        return self.stayed & (self.school_now == self.school)

    @cached_property
    def in_same_post(self) -> np.ndarray:
        """In service at this census too, in the same role and school."""
        return self.same_school & (self.role_now == self.role)

    @cached_property
    def at_level(self) -> np.ndarray:
        """In service at this census too, in the same role or a higher one, in any school of any phase."""
        return self.stayed & (self.role_now >= self.role)

    @cached_property
    def at_level_in_own_school(self) -> np.ndarray:
        """In service at this census too, in the same role or a higher one, in the same school."""
        return self.same_school & (self.role_now >= self.role)

    def in_senior_team(self, ladder: Ladder) -> np.ndarray:
        """In service at this census in a senior team, heads included, in any school of any phase."""
        return self.stayed & (self.role_now >= ladder.senior)

    def in_phase(self, phase: np.ndarray) -> np.ndarray:
        """In service at this census too, in a school of the same phase; ``phase`` is that of each school."""
        return self.stayed & (phase.take(self.school_now) == phase.take(self.school))

    def at_level_in_phase(self, phase: np.ndarray) -> np.ndarray:
        """In service at this census too, in the same role or a higher one, in a school of the same ``phase``.

        The department's retention of leaders: a step down, a change of phase, a trust's central team, a break and leaving are losses.
        """
        return self.in_phase(phase) & (self.role_now >= self.role)
