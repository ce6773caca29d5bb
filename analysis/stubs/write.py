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
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
"""The clone, if Headway runs from one."""

DASHED = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
UNDERSCORED = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
MOST = 64
"""Letters of a name."""


@dataclass(frozen=True)
class Kind:
    """Something that can be added."""

    pattern: str
    allowed: str
    """What names are allowed, in words."""
    example: str
    plan: Callable[[str, Path], dict[Path, str]]
    """Files by path, as they are to be, of a name and a folder."""
    left: str
    """What is left to do, a line each; NAME and FILE stand for those of this one."""
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
    left = of.left.strip().replace("NAME", name).replace("FILE", str(next(iter(files)))).splitlines()
    return made, left


def _stub(kind: str, name: str, path: Path, taken: str | None = None) -> dict[Path, str]:
    """The stub of ``kind`` under its new name, to be written to ``path``; refuse to write over anything."""
    if taken or path.exists() or path.is_symlink():
        raise UserError(f"new {kind} {name}", f"there is one already: {taken or path}", "Choose another name.")
    text = (Path(__file__).parent / f"{kind}{path.suffix}").read_text(encoding="utf-8")
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

    from scenarios.parameter_files import declared, groups
    from scenarios.places import in_library, library_names
    from scenarios.strict import did_you_mean
    from scenarios.strict.fields import listed
    from simulation.parameters import Parameters

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


KINDS = {
    "programme": Kind(
        DASHED,
        "small letters, digits and single hyphens",
        "peer-mentors",
        _of_user("programme"),
        """
Say in title and summary what it is and why it should work; then who, places, effects and costs
For each figure: value, range, sources and grade; headway check FILE says what is wrong
Read it back in words: headway explain FILE
Run it from a scenario, under programmes: NAME: {file: NAME.yaml}
""",
    ),
    "scenario": Kind(
        DASHED,
        "small letters, digits and single hyphens",
        "more-returners",
        _of_user("scenario"),
        """
Say first in the summary what it assumes, and with what to compare it
Set levers, programmes and uncertainties; headway check FILE says what is wrong
Read it back in words: headway explain FILE
Hold it against its base: headway compare england FILE
""",
    ),
    "measure": Kind(
        UNDERSCORED,
        "small letters, digits and single underscores",
        "long_service",
        _measure,
        """
Write in definition who is counted, out of whom and what counts as what; ids of evidence in source, if it is published
Find the cases in _cases, and choose kind, unit and axes; simulation/census/measure.py says what there is
Renew its page: python -m simulation.census.reference
Test it in a world put together by hand, as tests/simulation/test_census_definitions.py does
""",
        "simulation.census.reference",
    ),
    "chart": Kind(
        DASHED,
        "small letters, digits and single hyphens",
        "time-to-headship",
        _chart,
        """
Write its question, and say in its row of docs/reference/charts.md what it shows
Choose measure and dimensions; write title, subtitle and text alternative from the data
Give it a place in ORDER in analysis/charts/__init__.py, or it comes last
Look at it as a picture: headway run england --scale 0.02 draws it
""",
    ),
    "process": Kind(
        UNDERSCORED,
        "small letters, digits and single underscores",
        "swap_schools",
        _process,
        """
Put its line in PHASES in simulation/phases.py where it belongs: order is a modelling claim
Write its rule in docs/background/odd.md, in the place that the order gives it, and in the slow model of tests/reference/
Name it as owner of the columns that it writes, in simulation/tables.py
Draw by decisions of its own, new numbers in simulation.draws.Decision
""",
    ),
    "parameter": Kind(
        rf"{UNDERSCORED}\.{UNDERSCORED}",
        "a group, a point, and small letters, digits and single underscores",
        "leave.per_hour_of_travel",
        _parameter,
        """
Write unit, axes and meaning in simulation/parameters.py
Write value, range, sources and grade in the group's file of each context that extends no other
Let a process read it, and write the rule in docs/background/odd.md and in the slow model of tests/reference/
Give it a value that matters in tests/reference/base_parameters.py
Renew its page: python -m scenarios.reference
""",
        "scenarios.reference",
    ),
}
"""Everything that ``headway new`` can write."""
