"""Teachers, leaders, schools and clusters as Mesa agents: see :mod:`simulation.view` for what may be read and written."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.agentset import ColumnAgentSet
from simulation.sorts import Sort
from simulation.view import View
from simulation.vocabulary import Status, label


class Teacher(View):
    """A person, whatever their role and whether or not in service; people in a leadership post are :class:`Leader`.

    Besides the columns of people (:data:`simulation.tables.PEOPLE`): ``age``, ``years_qualified``, ``years_in_role`` and
    ``years_in_school`` (whole years at the census of ``model.year``), ``phase`` (of the school) and ``programmes`` (names
    of those ever joined).
    """

    _sort = Sort.PERSON

    @property
    def school(self) -> School | None:
        """Where the post is, or was when not in service."""
        return self.model.roster.at(Sort.SCHOOL, self._code("school"))

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, federation or trust that the school belongs to."""
        school = self.school
        return None if school is None else school.cluster

    def __repr__(self) -> str:
        if self._find() is None:
            return f"<{type(self).__name__} {self.unique_id}, gone>"
        return f"<{type(self).__name__} {self.unique_id}, {label(self.role)}, {label(self.status)}>"


class Leader(Teacher):
    """A person who holds a leadership post now: middle leader to head in a school, or leader of a trust.

    A person's class is settled whenever the model hands the object out, and again at the end of each step, so a deputy
    who steps down is a plain :class:`Teacher` from then on, and a teacher who is promoted becomes a :class:`Leader`. It
    is the same object all along.
    """


class School(View):
    """A school. Besides the columns of schools (:data:`simulation.tables.SCHOOLS`): ``name``, ``region_name``, ``programmes``.

    ``posts``, ``filled`` and ``target_posts`` are arrays by role: ``school.posts[model.roles.HEAD]``.
    """

    _sort = Sort.SCHOOL

    @property
    def cluster(self) -> Cluster | None:
        """The cluster, federation or trust it belongs to."""
        return self.model.roster.at(Sort.CLUSTER, self._code("cluster"))

    @property
    def teachers(self) -> ColumnAgentSet:
        """Everybody in service here, leaders included."""
        people = self.model.world.people
        return self.model._set(Sort.PERSON, (people.school == self._at()) & (people.status == Status.IN_SERVICE))

    @property
    def leaders(self) -> ColumnAgentSet:
        """Those in service here who hold a leadership post."""
        return self.teachers.select(agent_type=Leader)

    @property
    def head(self) -> Leader | None:
        """The head; None while the post is vacant."""
        return _only(self.teachers.where(role=self.model.world.ladder.head))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}, {self.name}>"


class Cluster(View):
    """A local cluster, federation or trust.

    Besides its columns (:data:`simulation.tables.CLUSTERS`): ``name`` and ``programmes``.
    """

    _sort = Sort.CLUSTER

    @property
    def schools(self) -> ColumnAgentSet:
        """Its schools."""
        return self.model._set(Sort.SCHOOL, self.model.world.schools.cluster == self._at())

    @property
    def lead_school(self) -> School | None:
        """Its largest school, seat of the central team."""
        return self.model.roster.at(Sort.SCHOOL, self._code("lead_school"))

    @property
    def chair(self) -> Teacher | None:
        """The head who chaired it this year, even if they gave up the headship before the census; None for nobody."""
        chair = self._code("chair")
        return self.model.roster.view(Sort.PERSON, chair) if chair else None

    def _people(self, status: Status) -> ColumnAgentSet:
        world = self.model.world
        here = np.append(world.schools.cluster == self._at(), False)  # the last entry stands for school -1, none
        return self.model._set(Sort.PERSON, here[world.people.school] & (world.people.status == status))

    @property
    def teachers(self) -> ColumnAgentSet:
        """Everybody in service in its schools, leaders included."""
        return self._people(Status.IN_SERVICE)

    @property
    def leaders(self) -> ColumnAgentSet:
        """Those in service in its schools who hold a leadership post."""
        return self.teachers.select(agent_type=Leader)

    @property
    def leader(self) -> Leader | None:
        """The leader of a trust; None while the post is vacant, and in clusters that are no trust."""
        return _only(self._people(Status.CENTRAL).where(role=self.model.world.ladder.trust_leader))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}, {self.name}>"


def _only(agents: ColumnAgentSet) -> Any:
    """The first of ``agents``, of which there is at most one because a post has one holder; None if there is none."""
    return agents.to_list()[0] if len(agents) else None
