"""Teachers, leaders, schools and clusters as Mesa agents: light views of rows.

A view holds an id and finds its row by it, so it stays right when rows move. The model hands out views
(``model.teachers``, ``model.agent(...)``); nobody makes one. While anybody holds a view, asking again gives the same
object, and once nobody does it is forgotten: nothing is lost, because the state is in the columns.

Reading: every column of the table is an attribute (``teacher.wellbeing``), codes come back as members
(``teacher.role is Role.HEAD``), links as agents (``teacher.school.cluster``), programmes by name (``teacher.programmes``,
all that were ever joined; ``teacher.completed``), and what programmes add this year as a number for each channel
(``teacher.shift["workload"]``). Writing: measures of state such as
``teacher.wellbeing`` or ``school.culture`` may be written, and hold until the process that owns the column next updates
them; what the yearly accounts rest on (role, school, status, posts, ...) may not, and the error says what to do instead.

Attributes of one's own are declared, with the value everybody starts from, on a class of one's own that the model is
told of, see :class:`simulation.model.PipelineModel`.
"""

from __future__ import annotations

import difflib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

import mesa
import numpy as np

from simulation.roster import DERIVED, Roster, Sort
from simulation.vocabulary import Role, Status, label

if TYPE_CHECKING:
    from simulation.agentset import ColumnAgentSet


class View(mesa.Agent):
    """A row of a table as a Mesa agent."""

    _sort: ClassVar[Sort]
    pos: Any = None
    """For Mesa's spaces; the model itself does not use it."""
    unique_id: Any

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        """Raise :exc:`TypeError`: views are handed out by the model."""
        raise TypeError(
            f"{type(self).__name__} is a view of a row that the model already has; ask the model for it: "
            "model.teachers, model.leaders, model.schools, model.clusters or model.agent(unique_id). "
            "For agents of another kind, subclass mesa.Agent."
        )

    @classmethod
    def create_agents(cls, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise :exc:`TypeError`: people enter through recruitment, schools through the register."""
        raise TypeError(
            f"{cls.__name__} agents are not created by hand: people enter through the process 'recruit', "
            "schools and clusters come from the register of the setup."
        )

    @classmethod
    def _of(cls, model: Any, key: int, row: int) -> Self:
        view = object.__new__(cls)
        view.__dict__.update(
            model=model, unique_id=key, _row=row, _generation=model.roster.tables[cls._sort].generation
        )
        return view

    def remove(self) -> NoReturn:
        """Raise :exc:`TypeError`: people leave through the process ``leave``, schools and clusters stay."""
        raise TypeError(
            f"{self!r} cannot be removed by hand, because every year's leavers must add up: people leave through the "
            "process 'leave'. To make leaving likelier, change what it reads (such as wellbeing) or add a process."
        )

    def _find(self) -> int | None:
        """The row now, or None if the model no longer has it."""
        roster: Roster = self.model.roster
        generation = roster.tables[self._sort].generation
        if self._generation != generation:
            row = int(roster.find(self._sort, np.array([self.unique_id], np.uint64))[0])
            self.__dict__.update(_row=row, _generation=generation)
        return None if self._row < 0 else self._row

    def _at(self) -> int:
        row = self._find()
        if row is None:
            raise LookupError(
                f"{type(self).__name__} {self.unique_id} is no longer in the model "
                "(retired, or out of service for so long that a return is not modelled)"
            )
        return row

    def _code(self, name: str) -> int:
        return int(getattr(self.model.roster.tables[self._sort], name)[self._at()])

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            row = self._at()
            with suppress(KeyError):
                return self.model.roster.one(self._sort, name, row)
        # Given name and obj, Python itself suggests a near name, and only when somebody gets to read the message.
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    def __setattr__(self, name: str, value: Any) -> None:
        table = self.model.roster.tables[self._sort]
        declared = getattr(type(self), name, None)
        if name in table.columns:
            table.poke(name, self._at(), value)
        elif name in {"model", "unique_id"} or name in DERIVED[self._sort]:
            raise AttributeError(f"{type(self).__name__}.{name} follows from the state and cannot be set")
        elif isinstance(declared, property) and declared.fset is None:
            raise AttributeError(f"{type(self).__name__}.{name} is worked out when asked and cannot be set")
        elif hasattr(type(self), name):
            object.__setattr__(self, name, value)
            self.model.roster.keep(self)
        else:
            raise AttributeError(
                f"{type(self).__name__} has no attribute {name!r}{self._suggest(name)}. To keep something of your "
                f"own, declare it on your own class with the value that everybody starts from "
                f"(class My{type(self).__name__}({type(self).__name__}): {name} = ...), and name that class in "
                "your model."
            )

    def _suggest(self, name: str) -> str:
        near = difflib.get_close_matches(name, dir(self), n=1)
        return f" (did you mean {near[0]!r}?)" if near else ""

    def __dir__(self) -> list[str]:
        columns = self.model.roster.tables[self._sort].columns
        return sorted({*super().__dir__(), *columns, *DERIVED[self._sort]})

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        # A view names a row of its model; a copy would be a second object for the same row.
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}>"


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

    ``posts``, ``filled`` and ``target_posts`` are arrays by role: ``school.posts[Role.HEAD]``.
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
        return _only(self.teachers.where(role=Role.HEAD))

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
        return _only(self._people(Status.CENTRAL).where(role=Role.TRUST_LEADER))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}, {self.name}>"


def _only(agents: ColumnAgentSet) -> Any:
    """The first of ``agents``, of which there is at most one because a post has one holder; None if there is none."""
    return agents.to_list()[0] if len(agents) else None
