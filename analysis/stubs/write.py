"""Write the stub of something new where it belongs, and say what is left to do.

A programme or a scenario is a file of the user's own. The other kinds are part of the model: they are written into the
clone that Headway runs from, with the lines elsewhere that make them load and pass the tests of their kind.
"""

from __future__ import annotations

import ast
import keyword
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UserError

STUBS = Path(__file__).resolve().parent
ROOT = STUBS.parents[1]
"""The clone, if Headway runs from one."""

MOST = 64
"""Letters of a name."""


@dataclass(frozen=True)
class Kind:
    """Something that can be added."""

    pattern: str
    allowed: str
    """What names are allowed, in words."""
    plan: Callable[[str, Path], dict[Path, str]]
    """Files by path, as they are to be, of a name and a folder."""
    example: str
    left: list[str]
    """What is left to do; NAME and FILE stand for those of this one."""
    renews: str = ""
    """Module that writes a page of reference anew."""


def write(kind: str, name: str, folder: Path | None = None) -> tuple[list[Path], list[str]]:
    """Write the stub of ``kind`` and give the files made or changed, and what is left to do.

    ``folder`` is for programmes and scenarios, and is the current one if not given. Raise :exc:`UserError`, before
    anything is written, for a name that cannot be, one that is taken, and a place that cannot be written.
    """
    asked, of = f"new {kind} {name}", KINDS[kind]
    if len(name) > MOST or not re.fullmatch(of.pattern, name) or any(map(keyword.iskeyword, name.split("."))):
        advice = f"Allowed are {of.allowed}, {MOST} at most and no word of Python's own: {of.example}, for example."
        raise UserError(asked, "this cannot be its name", advice)
    own = kind in ("programme", "scenario")
    if own:
        folder = folder or Path()
        if not folder.is_dir():
            raise UserError(f"--out {folder}", "there is no such folder", "Make it first, or name another.")
    elif folder is not None:
        raise UserError(f"--out {folder}", f"a {kind} is part of the model and has its place", "Leave --out away.")
    elif not all((ROOT / part).exists() and os.access(ROOT / part, os.W_OK) for part in ("pyproject.toml", "tests")):
        advice = f"Get a clone of Headway's project, and there run: python3 make.py {asked}"
        raise UserError(asked, f"a {kind} is part of the model, and {ROOT} is no clone that can be written", advice)
    files = of.plan(name, folder if own and folder else ROOT)
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        for path, was in before.items():
            path.unlink(missing_ok=True) if was is None else path.write_bytes(was)
        raise UserError(str(error.filename), f"cannot be written ({error.strerror})", "Name another place.") from None
    made = list(files)
    if of.renews:
        pages = {page: page.read_bytes() for page in (ROOT / "docs" / "reference").glob("*.md")}
        subprocess.run([sys.executable, "-m", of.renews], cwd=ROOT, check=True)
        made += [page for page, was in pages.items() if page.read_bytes() != was]
    return made, [line.replace("NAME", name).replace("FILE", str(made[0])) for line in of.left]


def _stub(kind: str, name: str, path: Path, taken: str | None = None) -> dict[Path, str]:
    """The stub of ``kind`` under its new name, to be written to ``path``; refuse to write over anything."""
    if taken or path.exists() or path.is_symlink():
        raise UserError(f"new {kind} {name}", f"there is one already: {taken or path}", "Choose another name.")
    text = (STUBS / f"{kind}{path.suffix}").read_text(encoding="utf-8")
    words = re.sub(r"[-_]", " ", name)
    for placeholder, new in (("new_measure", name), ("new-chart", name), ("new process", words)):
        text = text.replace(f'"{placeholder}"', f'"{new}"')
    return {path: re.sub(r"\bNEW\b", words[0].upper() + words[1:], text)}


def _of_user(kind: str) -> Callable[[str, Path], dict[Path, str]]:
    def plan(name: str, folder: Path) -> dict[Path, str]:
        from scenarios.places import in_library, library_names

        taken = in_library(name, kind).file if name in library_names(kind) else None
        return _stub(kind, name, folder / f"{name}.yaml", taken)

    return plan


def _measure(name: str, root: Path) -> dict[Path, str]:
    from simulation.census.measure import measures

    taken = f"the measure {name}" if name in measures() else None
    return _stub("measure", name, root / "simulation" / "census" / "measures" / f"{name}.py", taken)


def _chart(name: str, root: Path) -> dict[Path, str]:
    from analysis.charts import charts

    taken = f"the chart {name}" if name in charts() else None
    files = _stub("chart", name, root / "analysis" / "charts" / f"{name.replace('-', '_')}.py", taken)
    page = root / "docs" / "reference" / "charts.md"
    words = name.replace("-", " ").capitalize()
    row = f"| `{name}` | {words}? | leavers by role in the first scenario |\n"
    return {**files, page: _after_last(page.read_text(encoding="utf-8"), r"\| \[?`.*\n", row)}


def _process(name: str, root: Path) -> dict[Path, str]:
    from simulation.phases import PHASES

    words = name.replace("_", " ")
    taken = f"the process {words}" if words in {process.name for process in PHASES} else None
    files = _stub("process", name, root / "simulation" / "processes" / f"{name}.py", taken)
    phases, odd = root / "simulation" / "phases.py", root / "docs" / "background" / "odd.md"
    text = phases.read_text(encoding="utf-8").replace(
        "    census.PROCESS,", f"    {name}.PROCESS,\n    census.PROCESS,"
    )
    modules = sorted({*re.findall(r"^    (\w+),$", text, re.MULTILINE), name})
    text = re.sub(r"(import \(\n)(    \w+,\n)+", lambda m: m[1] + "".join(f"    {m},\n" for m in modules), text)
    rules = odd.read_text(encoding="utf-8").replace("→ census.", f"→ {words} → census.")
    number = len(PHASES)
    rule = f"### {number}. {words.capitalize()}\n\nwell-being = 1 · well-being, of people in service.\n\n"
    rules = rules.replace(f"### {number}. Census", f"{rule}### {number + 1}. Census")
    return {**files, phases: text, odd: rules}


def _parameter(path: str, root: Path) -> dict[Path, str]:
    from typing import get_type_hints

    from scenarios.parameter_files import groups
    from scenarios.places import in_library, library_names
    from scenarios.strict import did_you_mean
    from scenarios.strict.fields import listed
    from simulation.parameters import Parameters, declared

    group, name = path.split(".")
    if path in declared():
        raise UserError(f"new parameter {path}", "there is one already", "Choose another name.")
    if group not in groups():
        advice = did_you_mean(group, groups()) or f"Groups are {listed(groups())}."
        raise UserError(f"new parameter {path}", f"there is no group {group}", advice)
    meaning, note = "added to what, per what", "a placeholder that changes nothing"
    declarations, tried = root / "simulation" / "parameters.py", root / "tests" / "reference" / "base_parameters.py"
    rules = root / "docs" / "background" / "odd.md"
    line = f'    {name}: Number = parameter("log-odds", "{meaning}")\n'
    text = declarations.read_text(encoding="utf-8")
    files = {declarations: _below(text, _class(text, get_type_hints(Parameters)[group].__name__).body[-1], line)}
    for context in library_names("context"):
        file = in_library(context, "context").path
        if not re.search("^extends:", file.read_text(encoding="utf-8"), re.MULTILINE):
            values = file.parent / "parameters" / f"{group}.yaml"
            files[values] = (
                f"{values.read_text(encoding='utf-8').rstrip()}\n\n{name}: # {meaning}\n  value: 0\n  unit: log-odds\n"
                f"  range: [-1, 1]\n  sources: []\n  grade: J\n  note: {note}\n"
            )
    text = tried.read_text(encoding="utf-8")
    last = [v for k, v in _entries(text, "VALUES") if k.startswith(f"{group}.")][-1]
    files[tried] = _below(text, last, f'    "{path}": 0.0,\n')
    text = rules.read_text(encoding="utf-8")
    section = re.search(rf"`{group}\.(?s:.*?)(?=\n#|\Z)", text)
    assert section is not None
    told = f"{section[0].rstrip()}\n\n`{path}` is declared, and no rule reads it yet.\n"
    files[rules] = text[: section.start()] + told + text[section.end() :]
    return files


def _class(text: str, name: str) -> ast.ClassDef:
    return next(n for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == name)


def _entries(text: str, name: str) -> list[tuple[str, ast.expr]]:
    """Keys and values of the literal dictionary ``name`` of a module."""
    assigned = [n for n in ast.parse(text).body if isinstance(n, ast.AnnAssign) and isinstance(n.value, ast.Dict)]
    (found,) = [n.value for n in assigned if isinstance(n.target, ast.Name) and n.target.id == name]
    assert isinstance(found, ast.Dict)
    return [(ast.literal_eval(k), v) for k, v in zip(found.keys, found.values, strict=True) if k]


def _below(text: str, node: ast.stmt | ast.expr, line: str) -> str:
    """``text`` with a line put below the lines of ``node``."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: node.end_lineno], line, *lines[node.end_lineno :]])


def _after_last(text: str, pattern: str, line: str) -> str:
    """``text`` with a line put below the last that ``pattern`` matches from its beginning."""
    end = [m.end() for m in re.finditer(f"^{pattern}", text, re.MULTILINE)][-1]
    return text[:end] + line + text[end:]


PLANS = {
    "programme": _of_user("programme"),
    "scenario": _of_user("scenario"),
    "measure": _measure,
    "chart": _chart,
    "process": _process,
    "parameter": _parameter,
}


def _kinds() -> dict[str, Kind]:
    told = tomllib.loads((STUBS / "kinds.toml").read_text(encoding="utf-8"))
    found = {}
    for kind, one in told["kinds"].items():
        pattern, allowed = told["names"][one.pop("names")]
        found[kind] = Kind(pattern, allowed, PLANS[kind], **one)
    return found


KINDS = _kinds()
"""Everything that ``headway new`` can write."""
