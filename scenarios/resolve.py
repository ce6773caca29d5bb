"""From a name or a path to everything that a run needs, with where each number came from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from scenarios.cites import cited_in
from scenarios.evidence import Citation
from scenarios.given import scenario_in, with_levers
from scenarios.grammar import ScenarioFile, read_context, read_scenario
from scenarios.overrides import Override, sources_after
from scenarios.parameter_files import Known, Provenance, group_hint, group_of, read_group
from scenarios.places import Found, locate, locate_from
from scenarios.problems import InputError, Problem, echo
from scenarios.programme_files.conditions import check_register
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.run import Programmes
from scenarios.register.scale import scale_register
from scenarios.register_settings import RegisterSettings
from scenarios.schedule import Schedule
from scenarios.strict import Node, Scalar, Source, in_reading_order, parse, read
from scenarios.strict.fields import listed
from scenarios.structure_files import carried, lacking, words_after
from scenarios.system.listed import Listed, in_words, read_listed, settled
from scenarios.system.trajectories import changes_of
from scenarios.tables import as_plain
from scenarios.targets import targets_beside
from simulation.in_force import in_force
from simulation.parameters import Earlier, Parameters, declared
from simulation.programmes.programme import Condition
from simulation.register import Register
from simulation.structure import ENGLAND, Structure
from simulation.vocabulary import Ring, school_year
from simulation.zones import Zone

if TYPE_CHECKING:
    from simulation.world import Setup

LONGEST_CHAIN = 8
FORMAT = 2
"""Raised whenever :meth:`Scenario.resolved` changes its shape: digests compare only within a format."""


@dataclass(frozen=True)
class Context:
    """A school system: its register, its parameters and the year that they describe."""

    name: str
    title: str
    summary: str
    base_year: int
    """School year, by the calendar year in which it starts."""
    warm_up_years: int
    structure: Structure
    words: dict[str, dict[str, str]]
    """What readers see for labels of the context's own, by axis and label."""
    register: RegisterSettings
    known: dict[str, Known]
    chain: tuple[str, ...]
    """Files read, the context itself first."""
    targets: Found | None
    """Its file of published figures; None if it has none."""


@dataclass(frozen=True, repr=False)
class Scenario:
    """What to run: a context, a horizon and the parameters, with where each value came from."""

    name: str
    title: str
    summary: str
    context: str
    base_year: int
    """School year, by the calendar year in which it starts, that register and parameters describe."""
    warm_up_years: int
    """Years simulated before the base year."""
    years: int
    """Years projected after the base year."""
    scale: float
    """Fraction of the context's schools to run, above 0 and at most 1."""
    suppress_below: int | None
    """Counts of people below this are not published; None where any may be."""
    structure: Structure
    """The context's ladder, phases and groups."""
    words: dict[str, dict[str, str]]
    """What readers see for labels of the context's own, by axis and label."""
    parameters: Parameters
    """In force from the last change on; see :meth:`parameters_in`."""
    earlier: Earlier
    """Parameters of earlier years: up to the base year without levers, which nobody has pulled yet, and so on."""
    schedule: Schedule
    """What the two follow from, and what holds in places of its own."""
    provenance: dict[str, Provenance]
    """Where each parameter came from, by its path."""
    programmes: tuple[KnownProgramme, ...]
    """Programmes that run, by name, with where each of their figures came from."""
    register: RegisterSettings
    changes: tuple[Listed, ...]
    """Events of schools that are listed, those of the file that is extended first."""
    chain: tuple[str, ...]
    """Files read, the scenario itself first."""
    targets: Found | None
    """The context's file of published figures of its base year; None if it has none."""
    written: dict[str, str]
    """What was given in Python, as the file of that name in ``chain`` would say it."""
    cites: dict[str, Citation] = field(default_factory=dict)
    """Publications that the files read name by themselves."""

    @property
    def ladder(self) -> tuple[str, ...]:
        """Rungs that exist, bottom to top."""
        return self.structure.ladder.names

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.title}>"

    def parameters_in(self, year: int) -> Parameters:
        """The parameters in force in a school year, by the calendar year in which it starts."""
        return in_force(year, self.earlier, self.parameters)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that it asks of people, schools and clusters: where values hold, and who joins, helps and is led."""
        places = (condition for place in self.schedule.places for condition in place)
        return (*places, *(condition for programme in self.programmes for condition in programme.conditions))

    def with_overrides(self, overrides: Iterable[Override]) -> Scenario | None:
        """The scenario with further parameters changed; None, with problems noted in their files, if that cannot be."""
        overrides = tuple(overrides)
        schedule = self.schedule.then(overrides)
        changed = schedule.checked()
        if changed is None:
            return None
        provenance = sources_after(overrides, self.provenance)
        return replace(self, parameters=changed[0], earlier=changed[1], schedule=schedule, provenance=provenance)

    def setup(self, register: Register | None = None) -> Setup:
        """What the model needs to run this: the register at the scenario's scale, parameters, years and ladder.

        ``register`` takes the place of the one that the context describes. In a sample there are fewer posts and
        fewer seekers elsewhere in a region; each is seen that much more often, so that markets stay as tight.

        Raise :exc:`~scenarios.problems.InputError` if the register's settings cannot be met, or if it lacks a column, or a
        word in one, that a condition goes by.
        """
        whole = self.register.register() if register is None else register
        check_register(self.conditions, whole)
        return self.setup_in(scale_register(whole, self.scale, self.register.settings.seed), len(whole))

    def setup_in(self, sample: Register, schools: int) -> Setup:
        """As :meth:`setup`, in a sample that is there already, of a register of so many ``schools``."""
        from simulation.world import Setup

        def of_sample(parameters: Parameters) -> Parameters:
            see = parameters.appoint.see.copy()
            see[:, Ring.ELSEWHERE] = np.minimum(1.0, see[:, Ring.ELSEWHERE] * schools / max(len(sample), 1))
            return parameters.replace(appoint__see=see)

        register, listed = settled(self.changes, sample, len(sample) >= schools, self.base_year)
        years = range(self.base_year + 1, self.base_year + self.years + 1)
        made_up = self.register.settings

        def zone_of_sample(zone: Zone) -> Zone:
            return Zone(of_sample(zone.parameters), tuple((last, of_sample(before)) for last, before in zone.earlier))

        elsewhere = zone_of_sample(Zone(self.parameters, self.earlier))
        zone, zones = self.schedule.zones(register)
        return Setup(
            register=register,
            changes=changes_of(register, listed, self.parameters_in, years, made_up.clusters, made_up.seed),
            parameters=elsewhere.parameters,
            earlier=elsewhere.earlier,
            zone=zone,
            zones=tuple(map(zone_of_sample, zones)),
            base_year=self.base_year,
            warm_up_years=self.warm_up_years,
            years=self.years,
            structure=self.structure,
            programmes=tuple(programme.programme(self.base_year) for programme in self.programmes),
        )

    def resolved(self) -> dict[str, Any]:
        """Everything that the files say, as plain values: equal for files that differ in form only.

        Names of files and places in them are left out; every value, source, grade and note is in.
        """
        return {
            "format": FORMAT,
            "title": self.title,
            "summary": self.summary,
            "context": self.context,
            "base_year": school_year(self.base_year),
            "warm_up_years": self.warm_up_years,
            "years": self.years,
            "scale": self.scale,
            # Only where it is set: it changes no run of a scenario that says nothing of it.
            **({} if self.suppress_below is None else {"suppress_below": self.suppress_below}),
            **({} if not self.cites else {"cites": {n: c.resolved() for n, c in sorted(self.cites.items())}}),
            "ladder": list(self.ladder),
            **_structure_plain(self.structure),
            **({"words": self.words} if self.words else {}),
            "register": self.register.resolved(),
            **({"changes": in_words(self.changes)} if self.changes else {}),
            "parameters": {
                path: {
                    "value": as_plain(np.asarray(self.parameters.value(path))),
                    **self._until(path),
                    **({"places": places} if (places := self.schedule.inside_places(path)) else {}),
                    "unit": source.unit,
                    "range": list(source.range),
                    "sources": list(source.sources),
                    "grade": source.grade,
                    "note": source.note,
                    "set_by": source.set_by,
                }
                for path, source in self.provenance.items()
            },
            "programmes": {programme.name: programme.resolved() for programme in self.programmes},
        }

    def values_until(self, path: str) -> dict[int, Any]:
        """What a parameter is in earlier years, by the last school year of each, as plain values."""
        return {last: as_plain(np.asarray(before.value(path))) for last, before in self.earlier}

    def _until(self, path: str) -> dict[str, Any]:
        """The values of earlier years of a parameter that is dated: beyond what a lever leaves as it was."""
        final, earlier = as_plain(np.asarray(self.parameters.value(path))), self.values_until(path)
        if self.provenance[path].set_by == "lever":
            earlier.pop(self.base_year, None)
        if all(before == final for before in earlier.values()):
            return {}
        return {"until": {school_year(last): before for last, before in earlier.items()}}

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of :meth:`resolved` as canonical JSON."""
        canonical = json.dumps(self.resolved(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class _Extends(Protocol):
    @property
    def extends(self) -> Scalar | None: ...
    @property
    def node(self) -> Node: ...


_File = TypeVar("_File", bound=_Extends)


class Reading:
    """One reading of everything that a scenario or context rests on; problems of all files are kept to the end."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.sources: list[Source] = []
        self.structure: Structure | None = None
        """Of the context read last, if it has one, whatever else is wrong with it."""

    def finish(self) -> None:
        """Raise :exc:`InputError` if anything was wrong in any file."""
        if self.problems:
            raise InputError(in_reading_order(self.problems))

    def tree(self, found: Found, origin: str | None = None) -> Node | None:
        """The tree of a file; None, with the problems kept, if it has none."""
        try:
            if found.text is None:
                node = read(found.path, found.file, found.root, origin)
            else:
                node = parse(found.text, found.file, origin, found.at)
        except InputError as error:
            self.problems.extend(error.problems)
            return None
        node.place.source.problems = self.problems  # from here on, all files share one list
        self.sources.append(node.place.source)
        return node

    def chain(
        self, start: Found, kind: str, read_file: Callable[[Node], _File], origin: str | None = None
    ) -> list[tuple[Found, _File]]:
        """The file and all that it extends, itself first."""
        files: list[tuple[Found, _File]] = []
        seen: dict[Path, str] = {}
        found: Found | None = start
        while found is not None:
            node = self.tree(found, origin)
            if node is None:
                break
            seen[found.path.resolve()] = found.file
            file = read_file(node)
            files.append((found, file))
            if file.extends is None:
                break
            origin = f"{file.extends.place} extends it"
            found = found.below or self._next(file.extends, found, kind, seen)
        return files

    def _next(self, extends: Scalar, found: Found, kind: str, seen: dict[Path, str]) -> Found | None:
        following = locate_from(extends, found, kind)
        if following is None:
            return None
        if os.path.realpath(following.path) in {str(path) for path in seen}:
            extends.place.wrong(
                "E0122",
                f"the chain of extends comes back to {echo(following.file)}",
                "one of the files must extend another",
            )
            return None
        if len(seen) >= LONGEST_CHAIN:
            extends.place.wrong("E0122", f"a chain of extends may be {LONGEST_CHAIN} files long; this is one more")
            return None
        return following

    def scenario(self, start: Found, elsewhere: Found | None = None) -> Scenario | None:
        """The scenario, in the context ``elsewhere`` if given; None if anything was wrong."""
        before = len(self.sources)
        files = self.chain(start, "scenario", read_scenario)
        if not files or files[-1][1].context is None:
            return None
        root_found, root = files[-1]
        assert root.context is not None
        where = elsewhere or locate_from(root.context, root_found, "context")
        origin = None if elsewhere else f"{root.context.place} names it"
        context = self.context(where, origin) if where is not None else None
        if context is None:
            for _, file in files:  # what else is wrong is told all the same
                if self.structure is not None:
                    file.overrides(self.structure)
            return None
        overrides = [override for _, file in reversed(files) for override in file.overrides(context.structure)]
        sources = {path: known.provenance for path, known in context.known.items()}
        schedule = Schedule(_parameters(context.known), tuple(overrides), sources, context.base_year)
        changed = schedule.checked()
        sources = sources_after(overrides, sources)
        changes = tuple(
            one for found, file in reversed(files) if file.system is not None for one in read_listed(file.system, found)
        )
        programmes, read_too = Programmes(self, context.structure).of(files)
        cites = cited_in(self.sources[before:])
        if self.problems or changed is None:
            return None
        chosen = [file for _, file in files]
        chain = (*(found.file for found, _ in files), *read_too)
        written = {found.file: found.text for found, _ in files if found.text is not None}
        return _assemble(
            start.name, chosen, context, *changed, schedule, sources, programmes, changes, chain, written, cites
        )

    def context(self, start: Found, origin: str | None = None) -> Context | None:
        """The context with its parameters; None if anything was wrong."""
        before = len(self.problems)
        files = self.chain(start, "context", read_context, origin)
        known: dict[str, Known] = {}
        read_files = [found.file for found, _ in files]
        structure: Structure | None = None
        words: dict[str, dict[str, str]] = {}
        registers: list[RegisterSettings] = []
        for found, file in reversed(files):
            own = file.structure_on(structure)
            if own is not None:
                known = carried(known, structure or own, own, file.structure)
                words = words_after(words, file.structure)
            self.structure, structure = own, own or structure or ENGLAND
            read_files += self._parameters(found, known, structure, complete=file.extends is None)
            registers = [register for register in (file.register_in(structure), *registers) if register is not None]
        if files and len(self.problems) == before and (lacks := lacking(known)):
            problem = _lacking(files[0][0].file, lacks)
            self.problems.append(problem)
        if len(self.problems) > before or not files or structure is None:
            return None
        first = [file for _, file in files]
        register = replace(registers[0], phases=structure.phases)
        return Context(
            start.name, first[0].title, first[0].summary,
            _first(file.base_year for file in first), _first(file.warm_up_years for file in first),
            structure, words, register,
            {path: known[path] for path in declared(structure)}, tuple(read_files), targets_beside(files[0][0]),
        )  # fmt: skip

    def _parameters(self, context: Found, known: dict[str, Known], structure: Structure, complete: bool) -> list[str]:
        """Read the context's folder of parameters into ``known``; every parameter must be there if ``complete``."""
        folder = context.path.parent / "parameters"
        paths = sorted(path for path in folder.glob("*") if path.suffix in {".yaml", ".yml"}) if folder.is_dir() else []
        before = len(self.problems)
        read_files = []
        for path in paths:
            file = str(Path(context.file).parent / "parameters" / path.name)
            read_files.append(file)
            group = group_of(path)
            if group is None:
                message = "there is no group of parameters of this name"
                self.problems.append(Problem(file, None, None, "E0306", message, hint=group_hint(path)))
                continue
            node = self.tree(Found(path, context.root, file, group))
            if node is not None:
                known.update(read_group(node, group, structure, known))
        missing = [path for path in declared() if path not in known]
        if complete and missing and len(self.problems) == before:
            message = f"the context lacks {listed(missing)}"
            self.problems.append(
                Problem(
                    str(Path(context.file).parent / "parameters"),
                    None,
                    None,
                    "E0303",
                    message,
                    hint="each group has a file of its own",
                )
            )
        return read_files


def _parameters(known: dict[str, Known]) -> Parameters:
    return Parameters.from_values({path: parameter.values for path, parameter in known.items()})


def _lacking(file: str, values: list[str]) -> Problem:
    message = f"the context lacks values for labels of its own: {'; '.join(values)}"
    hint = "give them in its folder parameters (a table names only what differs), or let the label say like: one that is there"
    return Problem(file, None, None, "E0303", message, hint=hint)


def _structure_plain(structure: Structure) -> dict[str, Any]:
    """What a structure has beyond the names of its rungs; nothing of England's, with rungs left out or not."""
    known = {rung.name: rung for rung in ENGLAND.ladder.rungs}
    rungs = [
        [rung.name, rung.tier.value, rung.share] for rung in structure.ladder.rungs if rung != known.get(rung.name)
    ]
    axes = {
        axis: list(names) for axis, names in structure.axes.items() if axis != "role" and names != ENGLAND.axes[axis]
    }
    return axes | ({"rungs": rungs} if rungs else {})


def _first(values: Any) -> Any:
    return next(value for value in values if value is not None)


def _assemble(
    name: str, files: list[ScenarioFile], context: Context, parameters: Parameters, earlier: Earlier,
    schedule: Schedule, sources: dict[str, Provenance], programmes: tuple[KnownProgramme, ...],
    changes: tuple[Listed, ...], chain: tuple[str, ...], written: dict[str, str], cites: dict[str, Citation],
) -> Scenario:  # fmt: skip
    return Scenario(
        name=name,
        title=files[0].title,
        summary=files[0].summary,
        context=context.name,
        base_year=context.base_year,
        warm_up_years=context.warm_up_years,
        years=_first(file.years for file in files),
        scale=_first([*(file.scale for file in files), 1.0]),
        suppress_below=next((file.suppress_below for file in files if file.suppress_below is not None), None),
        structure=context.structure,
        words=context.words,
        parameters=parameters,
        earlier=earlier,
        schedule=schedule,
        provenance=sources,
        programmes=programmes,
        register=context.register,
        changes=changes,
        chain=(*chain, *context.chain),
        targets=context.targets,
        written=written,
        cites=cites,
    )


def load(
    scenario: str | Path | Mapping[str, Any],
    context: str | Path | None = None,
    *,
    levers: Mapping[str, Any] | None = None,
    uncertainties: Mapping[str, Any] | None = None,
    name: str | None = None,
) -> Scenario:
    """Read a scenario with all that it extends.

    Args:
        scenario: name in the library, path of a file, or the keys of a scenario file as a mapping.
        context: another school system to put it into than its own: the name of one of the library's, or a path.
        levers: what a government chooses, by path: ``leave.step_down`` of a parameter, ``programmes.npq.places.number``
            of a programme, which runs then. Each holds after the base year. A last ``.times``, ``.add`` or ``.change``
            makes a value relative to what the scenario has.
        uncertainties: what nobody can choose, by path; it is as uncertain about the years before the base year.
        name: what the scenario goes by, in place of its own name.

    Raises:
        InputError: with every problem of every file if anything is wrong, and of what was given in Python.

    """
    found = scenario_in(scenario, name) if isinstance(scenario, Mapping) else locate(scenario)
    elsewhere = None if context is None else locate(context, "context")
    read_in = _load(found, elsewhere)
    for what, values in (("levers", levers), ("uncertainties", uncertainties)):
        if values is not None and not isinstance(values, Mapping):
            message = f"parameters by path are due here, got {type(values).__name__}"
            raise InputError([Problem(what, None, None, "E0301", message, hint='such as {"leave.step_down": …}')])
    if levers or uncertainties:
        more = with_levers(found, read_in.title, levers or {}, uncertainties or {})
        read_in = replace(_load(more, elsewhere), name=read_in.name)
    return replace(read_in, name=name or read_in.name)


def _load(found: Found, elsewhere: Found | None) -> Scenario:
    reading = Reading()
    scenario = reading.scenario(found, elsewhere)
    reading.finish()
    assert scenario is not None
    return scenario
