"""Folders of results made up for tests of the report: every measure that it shows, cheap, with chance that is paired."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analysis.figures.lines import needs as needs_of
from analysis.figures.lines import shown_in
from analysis.output.study import needs
from analysis.store import Rows, Run, Store, run_key

YEARS = 3
BASE_YEAR = 2025
REGION = "North"


def described(names: dict[str, str], replicates: int, years: int = YEARS, **resolved: Any) -> dict[str, Any]:
    """A manifest for scenarios with these titles."""
    scenarios = [
        {
            "name": name, "title": title, "seed": 1, "replicates": replicates, "base_year": BASE_YEAR, "years": years,
            "warm_up_years": 2, "scale": 1.0, "schools": 3, "register_digest": "0" * 64, "register_notes": ["Made up."],
            "resolved": {"title": title, "summary": f"About {title}.", "context": "england",
                         "base_year": "2025/26", "parameters": {}, "programmes": {},
                         **resolved},
        }
        for name, title in names.items()
    ]  # fmt: skip
    return {
        "digest": "made up",
        "made": "2026-01-01T00:00:00+00:00",
        "command": ["headway", "compare", *names],
        "scenarios": scenarios,
        "model_version": "0" * 12,
        "git": None,
        "versions": {"headway": "0", "python": "3.11"},
    }


@cache
def shape(region: str = REGION, years: int = YEARS) -> tuple[dict[str, np.ndarray], dict[str, tuple[str, ...]]]:
    """Columns without values, and their labels: every group of every measure that the report asks for, in every year."""
    from simulation.census.dimensions import DIMENSIONS
    from simulation.structure import ENGLAND

    wanted = sorted({*needs(), *needs_of(shown_in("table of a run"))})
    dimensions = sorted({d for _, by in wanted for d in by})
    labels = {"measure": tuple(sorted({m for m, _ in wanted}))}
    own = {"role": ENGLAND.ladder.names, "phase": ENGLAND.phases, "ethnic_group": ENGLAND.ethnic_groups}
    own |= {"region": (region, "South"), "programme": ("coached",)}
    labels |= {d: own.get(d) or DIMENSIONS[d] for d in dimensions}
    records = []
    for measure, by in wanted:
        codes = [[]]
        for d in by:
            codes = [[*c, n] for c in codes for n in range(len(labels[d]))]
        for code in codes:
            at = dict(zip(by, code, strict=True))
            group = [labels["measure"].index(measure), *(at.get(d, -1) for d in dimensions)]
            records += [[year, *group] for year in range(BASE_YEAR, BASE_YEAR + years + 1)]
    table = np.array(records)
    return {name: table[:, i] for i, name in enumerate(("year", "measure", *dimensions))}, labels


def rows(replicate: int, effect: float, region: str = REGION, years: int = YEARS) -> Rows:
    """One run: chance is the same in base and policy, but for a little of it."""
    columns, labels = shape(region, years)
    n = len(columns["year"])
    noise = np.random.default_rng(replicate).normal(size=(2, n))
    value = 0.5 + 0.05 * noise[0] + effect * (columns["year"] > BASE_YEAR) * (0.02 + 0.002 * noise[1])
    return Rows({**columns, "value": value, "base": np.full(n, 100.0)}, labels)


def write(
    folder: Path,
    names: dict[str, str] | None = None,
    replicates: int = 4,
    done: int | None = None,
    region: str = REGION,
    years: int = YEARS,
    **resolved: Any,
) -> Store:
    """A folder in which the first ``done`` replicates of each scenario are there."""
    names = {"base": "As it is", "policy": "A policy"} if names is None else names
    expected = {run_key(n, 1, r): (n, None, r) for n in names for r in range(replicates)}
    store = Store.create(folder, described(names, replicates, years, **resolved), expected)
    for arm, name in enumerate(names):
        for r in range(replicates if done is None else done):
            digest = hashlib.sha256(f"{arm} {r}".encode()).hexdigest()
            store.commit(run_key(name, 1, r), Run(name, r, 1, digest, 0.5), rows(r, float(arm), region, years))
    store.compact(everything=True)
    return store
