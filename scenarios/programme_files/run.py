"""The programmes of a scenario, from all the files that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from scenarios.places import NAME, Found, in_library, is_path, library_names, locate_from
from scenarios.problems import echo
from scenarios.programme_files.conditions import in_order, roles_of
from scenarios.programme_files.known import KnownProgramme
from scenarios.programme_files.measure_reader import is_measure, read_measure
from scenarios.programme_files.reader import read_programme
from scenarios.programme_files.settings import ProgrammeSettings, UncertainFigure, apply_settings, apply_uncertainty
from scenarios.strict import Node, Scalar, did_you_mean
from scenarios.strict.fields import listed
from simulation.programmes.programme import MOST_PROGRAMMES, Condition
from simulation.structure import Structure

if TYPE_CHECKING:
    from scenarios.grammar import ScenarioFile


class _Reading(Protocol):
    def tree(self, found: Found, origin: str | None = None) -> Node | None: ...


class Programmes:
    """Puts together the programmes that the files of one scenario name."""

    def __init__(self, reading: _Reading, structure: Structure) -> None:
        self.reading, self.structure = reading, structure
        self.running: dict[str, KnownProgramme] = {}
        self.named: dict[str, Scalar] = {}
        """Where each was last named."""
        self.broken: set[str] = set()
        """Programmes whose file is wrong: nothing more is said about them."""
        self.shipped: dict[str, str] = {}
        """The name in the library of each that is described there."""

    def of(self, files: Sequence[tuple[Found, ScenarioFile]]) -> tuple[tuple[KnownProgramme, ...], tuple[str, ...]]:
        """Programmes by name, and the files read for them; problems are noted in the files.

        ``files`` are a scenario and all that it extends, itself first.
        """
        names = {settings.name for _, file in files for settings in file.programmes} | set(library_names("programme"))
        for found, file in reversed(files):
            for settings in file.programmes:
                self._set(settings, found, names)
            for figure in file.uncertain_figures:
                self._uncertain(figure)
        self._note_blocks()
        self._check_together()
        in_order = tuple(self.running[name] for name in sorted(self.running))
        return in_order, tuple(dict.fromkeys(programme.file for programme in in_order))

    def _set(self, settings: ProgrammeSettings, scenario: Found, names: set[str]) -> None:
        name, key = settings.name, settings.key
        if settings.off:
            if self.running.pop(name, None) is None and name not in self.broken:
                hint = did_you_mean(name, self.running) or "off takes out a programme of the scenario that this extends"
                key.place.wrong(
                    "E0510", f"{echo(name)} does not run in the scenario extended, so it cannot be off", hint
                )
            return
        self.named[name] = key
        described = settings.file is not None or settings.programme is not None or settings.measure is not None
        if described or name not in self.running:
            self.running.pop(name, None)
            programme = self._read(settings, scenario, names)
            if programme is None:
                self.broken.add(name)
                return
            self.running[name] = programme
        self.running[name] = apply_settings(self.running[name], settings, names, self.structure)

    def _read(self, settings: ProgrammeSettings, scenario: Found, names: set[str]) -> KnownProgramme | None:
        name, key = settings.name, settings.key
        if (settings.file or settings.programme or settings.measure) is not None and not NAME.match(name):
            kind = "measure" if settings.is_measure else "programme"
            key.place.wrong("E0115", f"a {kind} is named in small letters, digits and -, got {echo(name)}")
            return None
        self.shipped.pop(name, None)
        if settings.file and not is_path(settings.file.text):
            hint = f"programme: {echo(settings.file.text)} if it is one of the library; a path ends in .yaml"
            settings.file.place.wrong("E0121", f"file: takes a path, got {echo(settings.file.text)}", hint)
            return None
        if settings.measure is not None:
            return read_measure(settings.measure, name, names, self.structure)
        found = locate_from(settings.file, scenario, "programme") if settings.file else self._shipped(settings)
        node = self.reading.tree(found, f"{key.place} names it") if found is not None else None
        if node is None:
            return None
        read_one = read_measure if settings.is_measure or is_measure(node) else read_programme
        return read_one(node, name, names, self.structure)

    def _shipped(self, settings: ProgrammeSettings) -> Found | None:
        """The library's file of a programme, or of the one of which it is a block."""
        named = settings.programme or settings.key
        if settings.is_measure:
            hint = (
                f"describe it here (title, summary, of, who, …), or name its file: {{file: {echo(settings.name)}.yaml}}"
            )
            message = f"no measure called {echo(settings.name)} is in the scenario that this one extends"
            named.place.wrong("E0123", message, hint)
            return None
        name, known = settings.programme.text if settings.programme else settings.name, library_names("programme")
        if name in known:
            self.shipped[settings.name] = name
            return in_library(name, "programme")
        own = f"for a file of yours: {{file: {echo(name).removesuffix('.yaml')}.yaml}}"
        hint = did_you_mean(name, known) or f"it has {listed(known)}; {own}"
        named.place.wrong("E0123", f"the library has no programme called {echo(name)}", hint)
        return None

    def _note_blocks(self) -> None:
        """Note which programmes are blocks of one: those that the same file describes."""
        described: dict[str, list[str]] = {}
        for name in sorted(name for name, known in self.running.items() if not known.everybody):
            described.setdefault(self.running[name].file, []).append(name)
        for names in described.values():
            family = self.shipped.get(names[0], names[0])
            if names == [family]:
                continue
            for name in names:
                known = self.running[name]
                title = (
                    known.title if len(names) == 1 or name == family else f"{known.title} ({name.replace('-', ' ')})"
                )
                self.running[name] = replace(known, title=title, family=family)
            if family in self.running and family not in names:
                message = f"{names[0]} is a block of the library's {family}, and another programme is called that here"
                self.named[family].place.wrong("E0510", message, "give that another name")

    def _uncertain(self, figure: UncertainFigure) -> None:
        blocks = [
            name for name, library in self.shipped.items() if library == figure.programme and name in self.running
        ]
        named = [figure.programme] if figure.programme in self.running else blocks
        for name in named:
            self.running[name] = apply_uncertainty(self.running[name], figure)
        if named:
            return
        if figure.programme not in self.broken:
            near = did_you_mean(figure.programme, self.running)
            hint = near or f"write {echo(figure.programme) or 'its name'}: {{}} under programmes:"
            figure.key.place.wrong("E0510", f"no programme {echo(figure.programme)} runs in this scenario", hint)

    def _check_together(self) -> None:
        """Note what a programme needs of the context and of the other programmes, and does not find."""
        known = set(self.running) | self.broken | {programme.family for programme in self.running.values()}
        if len(self.running) > MOST_PROGRAMMES:
            place = self.named[max(self.running)].place
            place.wrong("E0510", f"at most {MOST_PROGRAMMES} programmes can run together, got {len(self.running)}")
        for name, programme in self.running.items():
            place = self.named[name].place
            for condition in programme.who:
                missing = _missing(condition, known)
                if missing:
                    message = f"{name} is for those who {condition.column} {missing}, which does not run here"
                    place.wrong("E0510", message, f"add {missing.split(' or ', maxsplit=1)[0]}: {{}} under programmes:")
            who = {"who": programme.who}
            for key, group in (
                ("delivery.helpers.who", programme.helpers),
                ("delivery.cascade.who", programme.cascade),
            ):
                who |= {key: group.who} if group is not None else {}
            for key, conditions in who.items():
                roles, ladder = roles_of(conditions, self.structure), self.structure.ladder.names
                if not roles & set(ladder):
                    message = f"{key} of {name} names {listed(in_order(roles, 'role', self.structure))}, and the context has no such post"
                    place.wrong("E0503", message, f"its ladder is {', '.join(ladder)}")


def _missing(condition: Condition, known: set[str]) -> str | None:
    """Programmes one of which somebody must have been in, if none of them runs."""
    if condition.column not in ("completed", "joined") or condition.none_of:
        return None
    needed = [str(name) for name in condition.any_of or ()]
    return None if set(needed) & known else " or ".join(needed)
