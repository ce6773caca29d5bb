"""Scenarios and levers that are given in Python: written down as a scenario file would say them, and read as one.

So everything is checked as it is in a file; a message names the path of a value (``levers: leave.step_down``) in place
of file, line and column.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from scenarios.grammar import MOST_TITLE
from scenarios.overrides import RELATIVE
from scenarios.places import PACKAGE, Found
from scenarios.problems import InputError, Problem
from scenarios.programme_files.settings import PREFIX, in_programme
from scenarios.strict.parse import MOST_DEPTH
from scenarios.strict.values import is_number

HEAD = "# Given in Python."
"""First line of what is written; whatever is wrong with the whole is said of it."""

_PLAIN = re.compile(r"(?!- |-\Z)[\w£+./-][\w£+./%,-]*(?: [\w£+./%,-]+)*\Z", re.ASCII)
"""Text that YAML reads as it is; other text is put in quotes, and so is text that would be read as something else."""

_Line = tuple[str, str]
"""A line, and where the user gave what it says."""


def scenario_in(values: Mapping[str, Any], name: str | None = None) -> Found:
    """A scenario given as a mapping with the keys of a scenario file; ``title`` and ``summary`` may be left out.

    ``name`` is what it goes by; if not given, it is made from the title.
    """
    title = values.get("title")
    name = name or (plain_name(title) if isinstance(title, str) else "") or "scenario"
    told = {"title": name.replace("-", " ").capitalize(), "summary": "Given in Python.", **values}
    lines = [(HEAD, name), *(line for key, value in told.items() for line in _entry(key, value, 0, f"{name}: {key}"))]
    return _found(lines, Path(), name)


def with_levers(base: Found, title: str, levers: Mapping[str, Any], uncertainties: Mapping[str, Any]) -> Found:
    """The scenario ``base``, which has that ``title``, with levers and uncertainties by path.

    Paths are those of a sweep's design: ``leave.step_down``, ``programmes.npq.places.number``, and with a last
    ``.times``, ``.add`` or ``.change`` for values relative to what the scenario has.
    """
    extends = base.name if base.root == PACKAGE else Path(base.file).name
    changed = ", ".join(f"{path} {value}" for path, value in [*levers.items(), *uncertainties.items()])
    told = f"{title}, with {changed}"
    top = {
        "title": told if len(told) <= MOST_TITLE else told[: MOST_TITLE - 1] + "…",
        "summary": HEAD[2:],
        "extends": extends,
    }
    lines = [(HEAD, "levers"), *(line for key, value in top.items() for line in _entry(key, value, 0, "levers"))]
    programmes: dict[str, list[tuple[str, str, Any]]] = {}
    own = {}
    for path, value in levers.items():
        if in_programme(str(path)).startswith(PREFIX):
            name, _, inner = in_programme(path).removeprefix(PREFIX).partition(".")
            programmes.setdefault(name, []).append((path, inner, value))
        else:
            own[path] = value
    if own:
        lines += [("levers:", "levers"), *_paths(own, "levers")]
    if programmes:
        lines.append(("programmes:", "levers"))
    for name, chosen in programmes.items():
        for path, inner, value in chosen:
            if not inner:  # the programme as a whole, as it would stand under programmes:
                lines += _entry(name, value, 1, f"levers: {path}")
        if inside := [(path, inner, value) for path, inner, value in chosen if inner]:
            lines.append((f"  {_word(name)}:", f"levers: {inside[0][0]}"))
            lines += [line for path, inner, value in inside for line in _by_path(inner, value, 2, f"levers: {path}")]
    if uncertainties:
        lines += [("uncertainties:", "uncertainties"), *_paths(uncertainties, "uncertainties")]
    folder = Path() if base.root == PACKAGE else Path(base.file).parent
    return _found(lines, folder, f"{base.name}-with-levers", base)


def plain_name(title: str) -> str:
    """A name made of a title's letters and digits: ``More places, 2027`` is ``more-places-2027``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _found(lines: list[_Line], folder: Path, name: str, below: Found | None = None) -> Found:
    file = folder / f"{name}.yaml"
    root = folder.resolve() if below is None else below.root
    text = "".join(f"{line}\n" for line, _ in lines)
    return Found(file, root, str(file), name, text, tuple(at for _, at in lines), below)


def _paths(values: Mapping[str, Any], what: str) -> Iterator[_Line]:
    for path, value in values.items():
        yield from _by_path(path, value, 1, f"{what}: {path}")


def _by_path(path: str, value: Any, depth: int, at: str) -> Iterator[_Line]:
    """A value by a path that may end in a way to change it: ``leave.step_down.times``."""
    inner, _, way = str(path).rpartition(".")
    if inner and way in RELATIVE:
        yield f"{'  ' * depth}{_word(inner)}:", at
        yield from _entry(way, value, depth + 1, at)
    else:
        yield from _entry(path, value, depth, at)


def _entry(key: Any, value: Any, depth: int, at: str) -> Iterator[_Line]:
    return _lines(f"{'  ' * depth}{_word(str(key))}:", value, depth + 1, at)


def _lines(start: str, value: Any, depth: int, at: str) -> Iterator[_Line]:
    """``value`` after the ``start`` of its line, each member of a mapping or list in lines of its own."""
    if depth > MOST_DEPTH:
        raise InputError([Problem(at, None, None, "E0105", f"nested more than {MOST_DEPTH} deep")])
    value = value.tolist() if hasattr(value, "tolist") else value  # NumPy's and pandas' numbers and arrays
    if isinstance(value, Mapping) and value:
        yield start, at
        for key, inner in value.items():
            yield from _entry(key, inner, depth, f"{at}: {key}")
    elif isinstance(value, list | tuple) and value:
        yield start, at
        for inner in value:
            yield from _lines(f"{'  ' * depth}-", inner, depth + 1, at)
    else:
        yield f"{start} {_scalar(value, at)}".rstrip(), at


def _scalar(value: Any, at: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, Mapping | list | tuple):
        return "{}" if isinstance(value, Mapping) else "[]"
    if isinstance(value, str | Path):
        return _word(str(value))
    given = f"a number, text, a list or a mapping is due here, got {type(value).__name__}"
    raise InputError([Problem(at, None, None, "E0301", given)])


def _word(text: str) -> str:
    other = is_number(text) or text.lower() in {"true", "false", "null"}
    return text if _PLAIN.match(text) and not other else json.dumps(text, ensure_ascii=False)
