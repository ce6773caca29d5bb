"""A plan for a stress test where only scenarios are named: what may come, within what the system allows, as a file that can be changed."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.errors import UserError
from analysis.store import files
from scenarios.parameter_table import bounds
from scenarios.places import is_path
from scenarios.problems import InputError
from scenarios.resolve import load
from scenarios.scenario import Scenario

FUTURES, REPLICATES = 64, 2
"""Futures that are tried, and pairs of runs in each, unless others are asked for."""


@dataclass(frozen=True)
class Asked:
    """What a plan is made of."""

    scenarios: Sequence[str]
    """The base first, by name or path."""
    futures: int = FUTURES
    replicates: int = REPLICATES
    seed: int = 1
    years: int | None = None
    scale: float | None = None


@cache
def known() -> tuple[Mapping[str, Any], ...]:
    """What may come, as ``futures.toml`` has it."""
    text = (Path(__file__).parent / "futures.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["futures"])


def words(path: str) -> str | None:
    """How a sentence names what may come; None for what is not in the table."""
    return next((str(one["words"]) for one in known() if one["path"] == path), None)


def text(asked: Asked, folder: Path) -> str:
    """The plan as YAML, with paths as ``folder`` sees them. Raise ``scenarios.InputError`` for scenarios that cannot be used, :exc:`UserError` if nothing can be varied in them."""
    scenarios = [load(name) for name in asked.scenarios]
    lines = list(_lines(scenarios))
    if not lines:
        raise UserError(
            scenarios[0].name, "none of what usually may come can be varied in it", "Write a plan with futures:."
        )
    named = [os.path.relpath(name, folder) if is_path(name) else name for name in asked.scenarios]
    policies = " and ".join(one.title for one in scenarios[1:])
    more = {"years": asked.years, "scale": asked.scale}
    return "\n".join([
        f"title: {json.dumps(f'{policies}: whatever comes', ensure_ascii=False)[:200]}",
        "summary: Policies against futures, to see where they fail. The first scenario is the base.",
        f"scenarios: {json.dumps(named, ensure_ascii=False)}",
        *(f"{name}: {value}" for name, value in more.items() if value is not None),
        f"seed: {asked.seed}",
        f"replicates: {asked.replicates}",
        "futures:", *lines,
        f"draws: {asked.futures}", "",
    ])  # fmt: skip


def _lines(scenarios: Sequence[Scenario]) -> Iterator[str]:
    for one in known():
        path, way, low, high = (one[name] for name in ("path", "way", "low", "high"))
        try:
            spans = [bounds(scenario, f"{path}.{way}" if way else path) for scenario in scenarios]
        except InputError:
            continue  # a context without it
        low, high = max(low, *(span[0] for span in spans)), min(high, *(span[1] for span in spans))
        if low < high:
            inner = f"{{uniform: [{low:.6g}, {high:.6g}]}}"
            yield f"  {path}: {f'{{{way}: {inner}}}' if way else inner} # {one['why']}"


def planned(names: Sequence[str], out: Path, given: Mapping[str, float | None]) -> Path:
    """Where the plan is: it is the only one of ``names``, or is written beside ``out`` for a base and policies.

    ``given`` has what was asked for beside, by the names of :class:`Asked`, None where nothing was. Raise :exc:`UserError` if a plan says that
    already, or another stands where this one is to be.
    """
    asked = {name: value for name, value in given.items() if value is not None}
    if len(names) == 1:
        if asked:
            raise UserError(next(iter(asked)), "the plan says that", f"Change it in {names[0]}.")
        return Path(names[0])
    path = out.with_name(f"{out.name}.yaml")
    made = text(Asked(names, **asked), path.parent)  # type: ignore[arg-type]  # checked by whoever asks
    if not path.exists():
        files.put(path, made.encode())
    elif path.read_text(encoding="utf-8") != made:
        advice = f"Name it in place of the scenarios to go on with it, or another folder than {path.stem}."
        raise UserError(str(path), "there is another plan already", advice)
    return path
