"""Checking a file of any kind that Headway reads as YAML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scenarios.calibration import read_plan
from scenarios.catalogue import is_programme, load_programme
from scenarios.cites import cited_in
from scenarios.grammar import CONTEXT_KEYS
from scenarios.outcomes import read_outcomes
from scenarios.parameter_files import group_hint, group_of, read_group
from scenarios.places import PACKAGE, Found, is_path, library_names, locate
from scenarios.problems import InputError, Problem
from scenarios.resolve import Reading
from scenarios.strict import Mapping, Node, read
from scenarios.sweeps.design import is_design, load_design
from scenarios.sweeps.points import check_points
from scenarios.targets import read_targets
from simulation.structure import ENGLAND, Structure


def check(name_or_path: str | Path) -> list[Problem]:
    """Everything that is wrong with a scenario, programme or context of the library, or with a file.

    Files are scenarios, contexts, programmes, parameters, targets, outcomes, designs of sweeps or plans of calibrations: which of them follows from their place and their
    keys. An empty list means that the file can be used.
    """
    try:
        kind, found, node = kind_of(name_or_path)
        if kind == "parameters":
            return _check_parameters(node, found)
        if kind in ("scenario", "context"):
            return _check_context(found) if kind == "context" else _check_scenario(found)
        if kind == "design":
            check_points(load_design(found.path))
        elif kind == "programme":
            load_programme(found.name if found.root == PACKAGE else found.path)
        elif kind == "calibration":
            read_plan(found)
        elif kind == "outcomes":
            read_outcomes(node, _structure_of(found))
        else:
            read_targets(node, _structure_of(found))
        return []
    except InputError as error:
        return list(error.problems)


def kind_of(name_or_path: str | Path) -> tuple[str, Found, Node]:
    """What a name of the library or a file is.

    ``scenario``, ``context``, ``programme``, ``parameters``, ``design``, ``calibration``, ``targets`` or ``outcomes``.

    A name that several kinds share is a scenario's first. Raise :exc:`~scenarios.problems.InputError` for what cannot be read.
    """
    named = not (isinstance(name_or_path, Path) or is_path(str(name_or_path)))
    kinds = ("scenario", "programme", "context")
    kind = next((kind for kind in kinds if named and str(name_or_path) in library_names(kind)), "scenario")
    found = locate(name_or_path, kind)
    node = read(found.path, found.file, found.root)
    if named:
        return kind, found, node
    if found.path.absolute().parent.name == "parameters":
        return "parameters", found, node
    keys = set(node.values) if isinstance(node, Mapping) else set()
    if is_programme(node, found):
        return "programme", found, node
    if is_design(node):
        return "design", found, node
    marks = {"calibration": {"free"}, "targets": {"points", "targets"}, "outcomes": {"series"}}
    marked = next((kind for kind, of in marks.items() if keys & of), None)
    if marked is not None:
        return marked, found, node
    context_keys = keys & (set(CONTEXT_KEYS) - {"extends"})
    is_context = found.path.name == "context.yaml" or context_keys > {"base_year"}
    return "context" if is_context else "scenario", found, node


def _check_scenario(found: Found) -> list[Problem]:
    reading = Reading()
    reading.scenario(found)
    reading.finish()
    return []


def _check_context(found: Found) -> list[Problem]:
    reading = Reading()
    reading.context(found)
    reading.finish()
    return []


def _structure_of(found: Found) -> Structure:
    """The structure of the context in whose folder a file stands; England's if there is none."""
    context = found.path.parent / "context.yaml"
    if not context.is_file():
        return ENGLAND
    reading = Reading()
    reading.context(replace(found, path=context, file=str(Path(found.file).parent / context.name)))
    return reading.structure or ENGLAND


def _check_parameters(node: Node, found: Found) -> list[Problem]:
    group = group_of(found.path)
    if group is None:
        message = "there is no group of parameters of this name"
        return [Problem(found.file, None, None, "E0306", message, hint=group_hint(found.path))]
    context = found.path.parent.parent / "context.yaml"
    if context.is_file():  # it says which labels its tables have
        root = found.root if found.root == PACKAGE else context.parent.resolve()
        return _check_context(Found(context, root, str(Path(found.file).parent.parent / context.name), found.name))
    read_group(node, group, ENGLAND, {})
    cited_in([node.place.source])
    node.place.source.stop_if_wrong()
    return []
