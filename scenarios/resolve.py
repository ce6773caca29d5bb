"""From a name or a path to everything that a run needs, with where each number came from."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from scenarios.cites import cited_in
from scenarios.evidence import Citation
from scenarios.given import scenario_in, with_levers
from scenarios.grammar import ScenarioFile, read_context, read_scenario
from scenarios.outcomes import outcomes_beside
from scenarios.overrides import sources_after
from scenarios.parameter_files import Known, Provenance, group_hint, group_of, read_group
from scenarios.places import Found, locate, locate_from
from scenarios.posterior import posterior_beside
from scenarios.problems import InputError, Problem, echo
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.run import Programmes
from scenarios.register_settings import RegisterSettings
from scenarios.scenario import Context, Scenario
from scenarios.schedule import Schedule
from scenarios.strict import Node, Scalar, Source, in_reading_order, parse, read
from scenarios.strict.fields import listed
from scenarios.structure_files import carried, lacking, words_after
from scenarios.system.listed import Listed, read_listed
from scenarios.targets import CHECKS, targets_beside
from simulation.parameters import Earlier, Parameters, declared
from simulation.structure import ENGLAND, Structure

LONGEST_CHAIN = 8


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
        made = _assemble(
            start.name, chosen, context, *changed, schedule, sources, programmes, changes, chain, written, cites
        )
        return replace(made, root=root_found if len(files) > 1 else None)

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
            posterior_beside(files[0][0]), outcomes_beside(files[0][0]), targets_beside(files[0][0], CHECKS),
            next((draws for found, _ in files[1:] if (draws := posterior_beside(found))), None),
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
        worth=tuple({one.figure: one for file in reversed(files) for one in file.worth}.values()),
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
        posterior=context.posterior,
        outcomes=context.outcomes,
        checks=context.checks,
        lent=context.lent,
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


def base_of(scenario: Scenario, context: str | Path | None = None) -> Scenario:
    """The scenario at the end of what ``scenario`` extends, in the same school system; itself if it extends none."""
    if scenario.root is None:
        return scenario
    return _load(scenario.root, None if context is None else locate(context, "context"))


def _load(found: Found, elsewhere: Found | None) -> Scenario:
    reading = Reading()
    scenario = reading.scenario(found, elsewhere)
    reading.finish()
    assert scenario is not None
    return scenario
