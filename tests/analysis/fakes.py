"""A study made up for tests: a few measures over a few years, with more spread as the years go by."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from analysis.charts import draw_all
from analysis.charts.drawing import Source
from analysis.figures.lines import Line, Over
from analysis.store import Rows, Run, Store, run_key
from simulation.register import Register

DIMENSIONS = ("phase", "role", "years")
LABELS = {
    "measure": ("leaver_rate", "posts_readvertised", "retention_new_to_post"),
    "phase": ("primary", "secondary", "special"),
    "role": ("classroom_teacher", "head"),
    "years": ("1", "3", "5"),
}

TITLES = {"england": "England as it is", "coaching": "Coaching for new heads"}
LINES = (
    Line(
        "again", "", "posts_readvertised", "share", Over.POOLED, (("role", "head"),), long="Head posts advertised again"
    ),
    Line("leaving", "", "leaver_rate", "share", Over.POOLED, long="Teachers who leave"),
)


def shown_in(place: str) -> tuple[Line, ...]:
    """In place of :func:`analysis.figures.lines.shown_in`: what the table of a run shows."""
    return {"table of a run": LINES}.get(place, ())


def register() -> Register:
    """Three schools."""
    one_each = np.arange(3)
    return Register(
        urn=one_each + 100, name=("A", "B", "C"), phase=one_each, region=one_each * 0, local_authority=one_each * 0,
        kind=one_each * 0, pupils=one_each + 90, disadvantage=one_each / 10, community=one_each, cluster=one_each * 0 - 1,
        cluster_key=one_each[:0], cluster_kind=one_each[:0], cluster_name=(), region_names=("North",), notes=("Made up.",),
    )  # fmt: skip


WIDE = {
    "posts_readvertised": [{"role": "head", "region": region} for region in ("North West", "London")],
    "leaver_rate_headcount": [
        {"role": "head"},
        *({"region": r} for r in ("North West", "London")),
        {"disadvantage": "third"},
    ],
    "leaver_rate_by_sex": [{"sex": "female"}, {"sex": "male"}],
    "leaver_rate_by_ethnic_group": [{"ethnic_group": "asian"}],
    "leader_destinations": [{"role": "head", "destination": d} for d in ("retired", "left_state_schools")],
    "appointments_by_ring": [{"role": "head", "ring": r} for r in ("own_school", "elsewhere")],
    "vacancy_chain_lengths": [{"role": "head", "chain_length": n} for n in ("1", "2")],
    "vacancy_chain_length": [{"role": "head"}],
    "programme_costs": [{}],
}
"""Groups that some charts need, beside those of :func:`rows`."""


def wide_rows(replicate: int, years: int, drift: float) -> Rows:
    """One run with a few figures of every measure that a chart reads."""
    plain, noise = rows(replicate, years, drift), np.random.default_rng(1000 + replicate)
    names = tuple(sorted({d for groups in WIDE.values() for group in groups for d in group} | {"phase", "years"}))
    values: dict[str, list[str]] = {n: list(LABELS.get(n, ())) for n in ("measure", *names)}
    columns: dict[str, list[float]] = {n: [] for n in ("year", "measure", *names, "value", "base")}
    for i in range(len(plain.columns["year"])):
        for n, column in columns.items():
            column.append(plain.columns[n][i] if n in plain.columns else -1)
    for step in range(years + 1):
        for measure, groups in WIDE.items():
            for group in groups:
                for n, label in (("measure", measure), *((n, group.get(n)) for n in names)):
                    if label is not None and label not in values[n]:
                        values[n].append(label)
                    columns[n].append(-1 if label is None else values[n].index(label))
                columns["year"].append(2025 + step)
                columns["value"].append(0.3 + 0.01 * noise.normal() + 0.001 * drift * (step > 0))
                columns["base"].append(900.0)
    kinds = {"year": np.int16, "measure": np.int16, "value": np.float64, "base": np.float64}
    return Rows(
        {n: np.array(c, kinds.get(n, np.int8)) for n, c in columns.items()}, {n: tuple(v) for n, v in values.items()}
    )


def rows(replicate: int, years: int = 15, drift: float = 4.0, wide: bool = False) -> Rows:
    """One run: head posts advertised again drift upwards, rates wander about a level."""
    if wide:
        return wide_rows(replicate, years, drift)
    noise = np.random.default_rng(replicate)
    records = []
    for step in range(years + 1):
        wander = noise.normal(0, 1, 4)
        year = 2025 + step
        spread = 1 + step**0.5
        records += [
            (year, 1, -1, 1, -1, 0.25 + 0.001 * (drift * step + 6 * spread * wander[0]), 3100.0),
            (year, 0, -1, -1, -1, 0.086 + 0.0008 * spread * wander[1], 513_000.0),
            (year, 2, 0, 1, 1, 0.82 + 0.004 * spread * wander[2], 1200.0),
            (year, 2, 1, 1, 1, 0.73 + 0.009 * spread * wander[3], 340.0),
        ]
    names = ("year", "measure", "phase", "role", "years", "value", "base")
    kinds = (np.int16, np.int16, np.int8, np.int8, np.int8, np.float64, np.float64)
    columns = {n: np.array([r[i] for r in records], kind) for i, (n, kind) in enumerate(zip(names, kinds, strict=True))}
    return Rows(columns, LABELS)


def run(replicate: int, scenario: str = "england") -> Run:
    """The record of one run."""
    return Run(scenario, replicate, 1, f"{replicate:064x}", 0.5)


def manifest(*names: str, replicates: int = 40, years: int = 15) -> dict:
    """The part of a manifest that charts read."""
    return {
        "scenarios": [
            {
                "name": n,
                "title": TITLES.get(n, n),
                "replicates": replicates,
                "scale": 1.0,
                "seed": 1,
                "base_year": 2025,
                "years": years,
            }
            for n in names
        ]
    }


def key(replicate: int, scenario: str = "england") -> str:
    """The key of a run."""
    return run_key(scenario, 1, replicate)


def store(folder: Path, described: dict, scenarios: dict[str, int]) -> Store:
    """A folder made ready; ``scenarios`` gives the replicates by name."""
    expected = {key(r, name): (name, None, r) for name, count in scenarios.items() for r in range(count)}
    return Store.create(folder, {"digest": "made up", **described}, expected)


def made(folder: Path, scenarios: dict[str, float], replicates: int, years: int = 15, wide: bool = False) -> Store:
    """A store with all its runs; ``scenarios`` gives the yearly drift by name."""
    described = manifest(*scenarios, replicates=replicates, years=years)
    new = store(folder, described, dict.fromkeys(scenarios, replicates))
    for name, drift in scenarios.items():
        for replicate in range(replicates):
            new.commit(key(replicate, name), run(replicate, name), rows(replicate, years, drift, wide))
    new.compact(everything=True)
    return new


def write(folder: Path, scenarios: dict[str, float], replicates: int, charts: bool = True) -> Path:
    """A results folder on disk; ``scenarios`` gives the yearly drift, in tenths of a point, by name."""
    made = store(folder, manifest(*scenarios, replicates=replicates), dict.fromkeys(scenarios, replicates))
    for name, drift in scenarios.items():
        for replicate in range(replicates):
            made.commit(key(replicate, name), run(replicate, name), rows(replicate, drift=drift))
    made.compact(everything=True)
    if charts:
        with Source.of(made) as source:
            made.note(charts=draw_all(source, folder / "charts"))
    return folder
