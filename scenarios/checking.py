"""Checking a file of any kind that Headway reads as YAML."""

from __future__ import annotations

from pathlib import Path

from scenarios.catalogue import is_programme, load_programme
from scenarios.grammar import CONTEXT_KEYS
from scenarios.parameter_files import group_hint, group_of, read_group
from scenarios.places import Found, is_path, locate
from scenarios.problems import InputError, Problem
from scenarios.resolve import Reading
from scenarios.strict import Mapping, Node, read
from scenarios.sweeps.design import is_design, load_design
from scenarios.sweeps.points import check_points
from scenarios.targets import read_targets


def check(name_or_path: str | Path) -> list[Problem]:
    """Everything that is wrong with a scenario of the library, or with a file.

    Files are scenarios, contexts, programmes, parameters, targets or designs of sweeps: which of them follows from their place and their
    keys. An empty list means that the file can be used.
    """
    try:
        found = locate(name_or_path)
        if not (isinstance(name_or_path, Path) or is_path(str(name_or_path))):
            return _check_scenario(found)
        node = read(found.path, found.file, found.root)
        if found.path.absolute().parent.name == "parameters":
            return _check_parameters(node, found)
        kind = _kind(node, found)
        if kind in ("scenario", "context"):
            return _check_context(found) if kind == "context" else _check_scenario(found)
        if kind == "design":
            check_points(load_design(found.path))
        elif kind == "programme":
            load_programme(found.path)
        else:
            read_targets(node)
        return []
    except InputError as error:
        return list(error.problems)


def _kind(node: Node, found: Found) -> str:
    keys = set(node.values) if isinstance(node, Mapping) else set()
    if is_programme(node, found):
        return "programme"
    if is_design(node):
        return "design"
    if "points" in keys or "targets" in keys:
        return "targets"
    context_keys = keys & (set(CONTEXT_KEYS) - {"extends"})
    return "context" if found.path.name == "context.yaml" or context_keys > {"base_year"} else "scenario"


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


def _check_parameters(node: Node, found: Found) -> list[Problem]:
    group = group_of(found.path)
    if group is None:
        message = "there is no group of parameters of this name"
        return [Problem(found.file, None, None, "E0306", message, hint=group_hint(found.path))]
    read_group(node, group)
    node.place.source.stop_if_wrong()
    return []
