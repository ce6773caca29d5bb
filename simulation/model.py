"""The pipeline model: a Mesa model whose step is one school year."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from itertools import count
from random import Random
from time import perf_counter
from typing import Any, ClassVar, Self

import mesa
import numpy as np

from simulation.agents import Cluster, Leader, School, Teacher
from simulation.agentset import ColumnAgentSet
from simulation.census.publish import choose, form_of
from simulation.census.results import Results
from simulation.conservation import Opening, check
from simulation.draws import Key
from simulation.phases import PHASES
from simulation.processes.base import Process
from simulation.programmes.programme import Programme
from simulation.roster import Roster
from simulation.seeds import Generator, Seed, fresh_seed, generator_at, generator_from, seed_from, start_of_generators
from simulation.sorts import Sort
from simulation.vocabulary import Status, school_year
from simulation.world import Setup, World


class PipelineModel(mesa.Model):
    """Teachers, leaders, schools and clusters of a school system, year by year.

    ``step()`` simulates one school year by running ``phases`` in order, ``run()`` all years of the setup, warm-up
    included. The processes draw from ``key`` only; ``random`` and ``rng`` are Mesa's generators, seeded from the same
    (seed, replicate) for behaviour that you add yourself.

    To add behaviour, subclass: override :meth:`step`, or hand in ``phases`` with a process of your own. To give agents
    methods or attributes of your own, subclass the agent and name your class here (``leader_class = MyLeader``).
    """

    teacher_class: ClassVar[type[Teacher]] = Teacher
    leader_class: ClassVar[type[Leader]] = Leader
    school_class: ClassVar[type[School]] = School
    cluster_class: ClassVar[type[Cluster]] = Cluster

    random: Random
    rng: Generator

    def __init__(
        self,
        setup: Setup,
        seed: int | None = None,
        replicate: int = 0,
        checks: bool = True,
        phases: Sequence[Process] | None = None,
        measures: Iterable[str] | None = None,
        *,
        rng: Seed | None = None,
        scenario: Any = None,
    ) -> None:
        """Make the world as it is at the census of ``setup.first_year``.

        Args:
            setup: what to simulate.
            seed: whole number from 0 to 2**64 - 1; runs to be compared share it. If neither this nor ``rng`` is given,
                a fresh one is drawn; :attr:`seed` has it.
            replicate: number of the run among those that share a seed.
            checks: after each year, check that people, posts and vacancy chains add up.
            phases: processes of a year in order; None for the standard :data:`simulation.phases.PHASES`.
            measures: names of the measures to take at each census from the base year on, into :attr:`results`; None
                for all of them, ``()`` for none. Without a census among ``phases`` none is taken.
            rng: the same as Mesa takes it, as passed by ``batch_run(..., rng=[1, 2, 3])`` of Mesa 3.5: a whole number, a
                list of them, a NumPy ``SeedSequence``, or a generator, which then is the model's ``rng``.
            scenario: a ``Scenario`` of Mesa 3.5 or later, whose ``rng`` then is the one meant.

        Raises:
            ValueError: if ``seed`` and ``rng`` contradict each other, or a number is out of range.
            KeyError: for a measure that does not exist.

        """
        if seed is not None and rng is not None and seed is not rng and seed != rng:
            raise ValueError(f"seed={seed!r} and rng={rng!r} name the same thing: give one of them")
        given = seed if rng is None else rng
        if scenario is not None:
            self.key = self._start_scenario(scenario, given, replicate)
        else:
            self.key = Key(fresh_seed() if given is None else seed_from(given), replicate)
            super().__init__(rng=start_of_generators(given, self.key))
        self._where_luck_starts = self.random.getstate(), self.rng.bit_generator.state
        self._last_id = 0
        self.seed = self.key.seed
        """The seed, as it was given or drawn."""
        if getattr(self, "_seed", self.seed) is None:  # as Mesa 3.3 leaves its own name for it
            self._seed = self.seed
        self.setup = setup
        self.checks = checks
        self.phases: tuple[Process, ...] = PHASES if phases is None else tuple(phases)
        taken = any(process.name == "census" for process in self.phases)
        self.measures = tuple(measure.name for measure in choose(measures)) if taken else ()
        self.results = Results()
        """What the censuses measured, year by year."""
        names = [*(process.name for process in self.phases), "checks", "measures"]
        self.timings: dict[str, float] = dict.fromkeys(names, 0.0)
        """Seconds spent so far in each process, in the checks and in measuring."""
        self.world = self.make_world()
        self._prepare()
        self.roster = Roster(self, self.world, self._classes())
        self._measure()

    def _start_scenario(self, scenario: Any, rng: Any, replicate: int) -> Key:
        """Begin as Mesa does for one of its scenarios, and the key that follows."""
        if rng is not None:
            raise ValueError("give the seed as rng of the scenario, or without one, not both")
        super().__init__(scenario=scenario)
        seed = fresh_seed() if scenario.rng is None else seed_from(scenario.rng)
        return Key(seed, replicate)

    def _prepare(self) -> None:
        """Take the right to write the world's columns, and lay out what is measured in it."""
        self._own = self.world.hand_out()
        self._form = form_of(self.world, self.measures) if self.measures else None
        self._closing: Opening | None = None

    def make_world(self) -> World:
        """The world before the first step. Override it to start from a world of your own."""
        from simulation.population import initial_world

        return initial_world(self.setup, self.key)

    @classmethod
    def _classes(cls) -> dict[Sort, tuple[type, ...]]:
        for base in (Teacher, Leader, School, Cluster):
            name = f"{base.__name__.lower()}_class"
            if not issubclass(getattr(cls, name), base):
                raise TypeError(
                    f"{cls.__name__}.{name} must be a subclass of {base.__name__}, not {getattr(cls, name)!r}"
                )
        return {
            Sort.PERSON: (cls.teacher_class, cls.leader_class),
            Sort.SCHOOL: (cls.school_class,),
            Sort.CLUSTER: (cls.cluster_class,),
        }

    @property
    def roles(self) -> type[IntEnum]:
        """The rungs of the context's ladder, bottom to top, as members in capitals: ``model.roles.HEAD``.

        In England this is :class:`~simulation.vocabulary.Role`.
        """
        return self.setup.structure.role

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes of the setup, in order of name."""
        return self.setup.programmes

    # --- time --------------------------------------------------------------------------------------------------------

    @property
    def year(self) -> int:
        """The school year whose census the state shows, by the calendar year in which it starts."""
        return self.world.year

    @property
    def school_year(self) -> str:
        """The school year as people write it, such as ``"2027/28"``."""
        return school_year(self.world.year)

    def step(self) -> None:
        """Simulate one school year.

        Raise :exc:`RuntimeError` after the last one, and :exc:`~simulation.conservation.ConservationError` if
        ``checks`` are on and the year's accounts do not add up.
        """
        if self.world.year >= self.setup.last_year:
            raise RuntimeError(
                f"the run ended with {self.school_year}, the last year of its setup; for a longer run, "
                f"give Setup(years=...) more than {self.setup.years}"
            )
        opening = self._taken_over() if self.checks else None
        self.world.turn_year()
        for process in self.phases:
            start = perf_counter()
            standard = process in PHASES
            process.run(self, self._own(process.name if standard else None))
            if not standard:
                for table in self.world.tables:
                    table.check_open(process.name)
            self.timings[process.name] += perf_counter() - start
        if opening is not None:
            start = perf_counter()
            self._closing = check(opening, self.world)
            self.timings["checks"] += perf_counter() - start
        self._measure()
        self.roster.refresh()
        if self.world.year >= self.setup.last_year:
            self.running = False

    def _taken_over(self) -> Opening:
        """What stands as the year begins: what was counted as the last one closed, if it was."""
        closing, self._closing = self._closing, None
        return closing if closing is not None and closing.year == self.world.year else Opening.of(self.world)

    def _measure(self) -> None:
        """Measure what the census saw; the years before the base year only give careers a past."""
        if self._form is not None and self.world.year >= self.setup.base_year:
            start = perf_counter()
            self.results.add(self._form.filled_in(self.world))
            self.timings["measures"] += perf_counter() - start

    def run(self, progress: Callable[[int], None] | None = None) -> None:
        """Simulate all years that are left, calling ``progress`` with each year that is done."""
        while self.running:
            self.step()
            if progress is not None:
                progress(self.year)

    # --- agents ------------------------------------------------------------------------------------------------------

    def _set(self, sort: Sort, mask: np.ndarray) -> ColumnAgentSet:
        rows = np.flatnonzero(mask)
        sorts = np.full(len(rows), sort, np.int8)
        return ColumnAgentSet(self.roster, sorts, self.roster.ids(sort)[rows], self.random, rows)

    @property
    def teachers(self) -> ColumnAgentSet:
        """Everybody in service in a school, leaders included: those whom the school workforce census sees."""
        return self._set(Sort.PERSON, self.world.people.status == Status.IN_SERVICE)

    @property
    def leaders(self) -> ColumnAgentSet:
        """Everybody in a leadership post: middle leaders to heads in service, and leaders of trusts.

        Leaders of trusts are the only ones who are not in :attr:`teachers`: the school census does not see them.
        """
        return self._set(Sort.PERSON, self.roster.leading(np.arange(len(self.world.people))))

    @property
    def people(self) -> ColumnAgentSet:
        """Everybody who is or may come back in service: also on a break, in a trust's central team or out.

        Whoever has left for good goes a year later; what measures look back on is in ``world.people.everyone``.
        """
        return self._set(Sort.PERSON, np.ones(len(self.world.people), bool))

    @property
    def schools(self) -> ColumnAgentSet:
        """All schools that are open."""
        return self._set(Sort.SCHOOL, self.world.is_open)

    @property
    def clusters(self) -> ColumnAgentSet:
        """All clusters, federations and trusts that have schools."""
        return self._set(Sort.CLUSTER, self.world.clusters.schools > 0)

    @property
    def agents(self) -> ColumnAgentSet:
        """All agents: teachers and leaders, then schools, clusters, and agents that you registered yourself.

        Like everything here over everybody, whether or not an object has been made for them.
        """
        people = self.world.people
        working = self.roster.leading(np.arange(len(people))) | (people.status == Status.IN_SERVICE)
        parts = [(Sort.PERSON, self.roster.ids(Sort.PERSON)[working])]
        there: dict[Sort, Any] = {
            Sort.SCHOOL: self.world.is_open,
            Sort.CLUSTER: self.world.clusters.schools > 0,
            Sort.OTHER: slice(None),
        }
        parts += [(sort, self.roster.ids(sort)[rows]) for sort, rows in there.items()]
        sorts = np.concatenate([np.full(len(ids), sort, np.int8) for sort, ids in parts])
        return ColumnAgentSet(self.roster, sorts, np.concatenate([ids for _, ids in parts]), self.random)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """:attr:`agents` by their exact class, as in Mesa: teachers here are those who are not leaders.

        A class whose last agent has gone is still there, with nobody in it.
        """
        people = self.world.people
        in_service, leading = people.status == Status.IN_SERVICE, self.roster.leading(np.arange(len(people)))
        by_type: dict[type, Any] = {
            self.teacher_class: self._set(Sort.PERSON, in_service & ~leading),
            self.leader_class: self.leaders,
            self.school_class: self.schools,
            self.cluster_class: self.clusters,
        }
        for agent_type in super().agents_by_type:
            ids = [key for key, agent in self.roster.others.items() if type(agent) is agent_type]
            sorts = np.full(len(ids), Sort.OTHER, np.int8)
            by_type[agent_type] = ColumnAgentSet(self.roster, sorts, np.array(ids, np.uint64), self.random)
        return by_type

    @property
    def agent_types(self) -> list[type]:
        """The classes of :attr:`agents`."""
        return list(self.agents_by_type)

    def agent(self, unique_id: int, kind: type | None = None) -> Any:
        """The agent with this id: the structured id of a person, the URN of a school, or the key of a cluster.

        A URN and a key can be the same number: say ``kind=School`` or ``kind=Cluster`` then. Raise :exc:`LookupError`
        if there is no such agent, or more than one.
        """
        found = [
            view
            for sort in Sort
            if 0 <= unique_id < 1 << 64
            and (view := self.roster.view(sort, int(unique_id))) is not None
            and (kind is None or isinstance(view, kind))
        ]
        if not found:
            raise LookupError(f"no agent has the id {unique_id!r}")
        if len(found) > 1:
            raise LookupError(f"{len(found)} agents have the id {unique_id!r}: {found}; say which kind is meant")
        return found[0]

    def register_agent(self, agent: Any) -> None:
        """Take in an ordinary Mesa agent; Mesa calls it when one is made."""
        super().register_agent(agent)
        self._last_id = max(self._last_id, agent.unique_id)
        self.roster.others[agent.unique_id] = agent

    def deregister_agent(self, agent: Any) -> None:
        """Let go of an ordinary Mesa agent; Mesa calls it when one is removed."""
        super().deregister_agent(agent)
        self.roster.others.pop(agent.unique_id, None)

    # --- copies and generators ---------------------------------------------------------------------------------------

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle of the model holds: everything that is not made anew from it."""
        return {name: value for name, value in self.__dict__.items() if name not in {"_own", "_form"}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become the model that ``state`` is of, a world of its own."""
        self.__dict__.update(state)
        self._prepare()
        if self._form is not None:
            self.results = self.results.under(self._form)
        if hasattr(mesa.Agent, "_ids"):  # Mesa 3.3 counts ids by model, and would begin again for a new one
            mesa.Agent._ids[self] = count(self._last_id + 1)

    def __copy__(self) -> Self:
        """A model of its own, as by :func:`copy.deepcopy`: two models cannot share one world."""
        return copy.deepcopy(self)

    def reset_randomizer(self, seed: int | None = None) -> None:
        """Begin ``random`` again: from ``seed``, or from where it last began. The processes' own draws are not touched."""
        if seed is None:
            self.random.setstate(self._where_luck_starts[0])
            return
        self.random.seed(seed)
        self._seed = seed
        self._where_luck_starts = self.random.getstate(), self._where_luck_starts[1]

    def reset_rng(self, rng: Seed | None = None) -> None:
        """Begin ``rng`` again: from what ``rng`` stands for, or from where it last began."""
        if rng is not None:
            self._where_luck_starts = self._where_luck_starts[0], generator_from(rng).bit_generator.state
        self._rng = self._where_luck_starts[1]
        self.rng = generator_at(self._rng)
