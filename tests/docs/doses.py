"""The table of the guide to programmes that shows what mentors' time, skill and training do: ``python -m tests.docs.doses``.

Everybody who starts on Excellence in Leadership in its first year is held against the same person in the same future without
it, for eight ways of delivering it, in a twentieth of England, on the same random draws.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import scenarios
from analysis.figures.estimates import Estimate, estimate
from analysis.studies.evaluate.pairs import with_programme
from scenarios.programme_files.known import Expectation
from scenarios.scenario import Scenario
from simulation.model import PipelineModel
from simulation.programmes.programme import Programme
from tests.analysis.expectations import base_run, differences
from tests.docs.between import put

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "programmes.md"
START, END = "<!-- python -m tests.docs.doses -->", "<!-- to here -->"
NAME, SEED, SCALE, REPLICATES = "excellence-in-leadership", 5, 0.05, 10
BETTER = f"programmes.{NAME}.delivery.helpers.better"
WAYS: dict[str, dict[str, object]] = {
    "a quarter of the hours": {"delivery.hours": 0.125, "delivery.helpers.hours": 0.25},
    "the planned hours": {},
    "twice the hours": {"delivery.hours": 1, "delivery.helpers.hours": 2},
    "mentors one standard deviation worse": {BETTER: -1},
    "mentors one standard deviation better": {BETTER: 1},
    "the best of the willing first": {"delivery.helpers.first": "people"},
    "mentors not trained": {"delivery.helpers.training": 0},
    "mentors trained for twice as long": {"delivery.helpers.training": 40},
}
"""Ways to deliver it: the levers, or what is uncertain, that each sets."""
READ = (Expectation("wellbeing", 1), Expectation("management", 1), Expectation("aspiration", 1))
HEADS = (
    "well-being after a year",
    "skill in running a school after a year",
    "wish for the next post after a year",
)


@dataclass(frozen=True)
class Row:
    """What one way does for those who start, with 95% intervals of the means over replicates, and what it costs."""

    way: str
    effects: tuple[Estimate, ...]
    beside: tuple[Estimate, ...]
    """The same less that of the planned way, pair by pair."""
    cost: float
    """GBP for each in delivery in the first year, with mentors' time."""


def delivered(way: dict[str, object]) -> Programme:
    """The programme as a scenario with these levers has it."""
    given: dict[str, object] = {"extends": NAME, "programmes": {NAME: {k: v for k, v in way.items() if k != BETTER}}}
    if BETTER in way:
        given["uncertainties"] = {BETTER: way[BETTER]}
    scenario = scenarios.load(given)
    (programme,) = (p for p in scenario.programmes if p.name == NAME)
    return programme.programme(scenario.base_year)


def cost(scenario: Scenario, programme: Programme) -> float:
    """What a place costs in its first year, in GBP, whoever pays."""
    model = PipelineModel(with_programme(replace(scenario, years=1).setup(), programme), SEED, measures=())
    model.run()
    return float(model.world.log.programme_costs.sum()) / len(model.world.enrolments)


def table(replicates: int = REPLICATES, scale: float = SCALE) -> list[Row]:
    """All ways, each on the same replicates."""
    scenario = replace(scenarios.load("england"), scale=scale, years=2)
    ways = {way: delivered(levers) for way, levers in WAYS.items()}
    setup, found = scenario.setup(), {way: [] for way in ways}
    for number in range(replicates):
        base = base_run(setup, [next(iter(ways.values()))], SEED, number)
        for way, programme in ways.items():
            found[way].append(differences(base, programme, READ))
        print(number, {way: [round(x, 4) for x in runs[-1]] for way, runs in found.items()}, file=sys.stderr)
    planned = found["the planned hours"]
    return [
        Row(way, _estimates(runs), _estimates(_less(runs, planned)), cost(scenario, ways[way]))
        for way, runs in found.items()
    ]


def _less(runs: Sequence[Sequence[float]], others: Sequence[Sequence[float]]) -> list[list[float]]:
    return [[a - b for a, b in zip(run, other, strict=True)] for run, other in zip(runs, others, strict=True)]


def _estimates(runs: Sequence[Sequence[float]]) -> tuple[Estimate, ...]:
    return tuple(estimate(list(values)) for values in zip(*runs, strict=True))


def told(rows: Sequence[Row]) -> str:
    """The rows as a table of the page."""
    lines = ["| | " + " | ".join(HEADS) + " | a place a year |", "|---|" + "---|" * (len(HEADS) + 1)]
    for row in rows:
        cells = [_cell(*pair) for pair in zip(row.effects, row.beside, strict=True)]
        lines.append(f"| {row.way} | {' | '.join(cells)} | £{row.cost:,.0f} |")
    return "\n".join(lines)


def _cell(effect: Estimate, beside: Estimate) -> str:
    cell = f"{effect.mean:+.3f} ± {effect.half:.3f}"
    return cell if beside.mean == beside.half == 0 else f"{cell} ({beside.mean:+.3f} ± {beside.half:.3f})"


if __name__ == "__main__":
    put(GUIDE, START, END, told(table()))
