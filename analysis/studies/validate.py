"""The validation card: what is published, what is simulated, how sure that is, and whether it is close enough."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from analysis.errors import UserError
from analysis.figures.estimates import LEVEL, estimate
from analysis.figures.rounding import NONE, SHARE_UNITS, joined, number, percent
from analysis.figures.tables import Table, columns
from analysis.figures.words import listed, said
from analysis.runs import plan as run
from analysis.studies.predicting import Departures, holds, predictive
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.runs.replicate import Years
    from analysis.runs.work import Passed
    from scenarios.scenario import Scenario
    from scenarios.targets import Point


@dataclass(frozen=True)
class Card:
    """One line of the card."""

    number: int
    """Number of the target; a target can have several lines, by phase or age."""
    target: str
    measure: str
    where: dict[str, str]
    unit: str
    published_low: float
    published_high: float
    tolerance: float
    simulated: float | None
    """Mean over replicates; None if the base year's census has no such figure."""
    interval_low: float | None
    """Interval for that mean, given that replicates differ by chance; None for one replicate."""
    interval_high: float | None
    replicates: int
    tolerances_off: float | None
    """How far outside what is published, in tolerances; 0 inside it."""
    inside: bool
    """Whether the simulated mean is inside the published figure's own 95% interval: this is what meets a target."""
    sources: list[str]
    within_tolerance: bool
    least: float
    """Lower end of the published figure's 95% interval: what is published, widened by its error and discrepancy."""
    most: float
    """Upper end of it."""
    off: float | None
    """How far outside what is published, in halves of the interval: met up to 1."""
    rests_on: str
    """What the interval rests on: ``error``, or ``tolerance`` where no base is published."""
    runs_inside: int
    """Runs whose own figure is inside the interval."""
    kept_out: bool
    """Whether nothing may be fitted to it."""
    weight: float
    """Of its squared distance in the sum that sets of figures are compared by."""
    predicted_low: float | None = None
    """Lower end of what nine in ten figures would be that are published of a world like those of the runs: as widely as these differ, by chance
    and by what is drawn, by the published figure's own error and, of checks, by what the runs miss targets by; None for fewer than eight runs."""
    predicted_high: float | None = None
    """Upper end of it."""
    predicted: bool | None = None
    """Whether what is published is within."""
    by_runs_alone: bool | None = None
    """Whether it is within by how runs differ and its own error alone, as if the model were right in all that no draw holds."""
    reason: str = ""
    """Why the model does not show it, where that is known."""


HEADINGS = {
    "number": "No.",
    "target": "Target",
    "published": "Published",
    "reach": f"{LEVEL:.0%} interval of it",
    "simulated": "Simulated",
    "interval": f"{LEVEL:.0%} interval of the mean",
    "inside": "Inside",
    "off": "Intervals off",
    "within": "Within tolerance",
}


def card(
    scenario: str | Scenario, options: run.Options, published: Path | None = None, checks: bool = False
) -> list[Card]:
    """Simulate the base year ``options.replicates`` times and hold it against the targets of its context, or of the file ``published``.

    With ``checks``, against the figures of its context that nothing is fitted to: what the same runs miss its targets by is part of what
    they predict. Raise :exc:`~analysis.errors.UserError` for a context that
    has none where no file is given, and :exc:`InputError` for a file that is wrong.
    """
    import scenarios
    from analysis.studies.calibrate.about import other_model
    from analysis.telling import say
    from scenarios.places import locate
    from scenarios.scenario import Scenario
    from scenarios.targets import CHECKS, FILE, targets_in

    loaded = scenario if isinstance(scenario, Scenario) else scenarios.load(scenario, options.context)
    if checks and published is not None:
        raise UserError("--checks", "--targets names the figures", "Give one of the two.")
    held = loaded.checks if checks else loaded.targets
    given = held if published is None else locate(published)
    if given is None:
        raise _no_figures(loaded, CHECKS if checks else FILE)
    points = targets_in(given, loaded.structure)
    beside = targets_in(loaded.targets, loaded.structure) if checks and loaded.targets else []
    if not options.fixed and (note := other_model(loaded)):
        say(note)
    chosen = run.plan(scenario, options)
    chosen = replace(chosen, setup=replace(chosen.setup, years=0))  # the figures describe the base year
    base_year = chosen.setup.base_year
    values = simulated(chosen, [(point, base_year) for point in (*points, *beside)], options.workers)
    departures = Departures.of(zip(beside, values[len(points) :], strict=True))
    return [compare(target, found, departures) for target, found in zip(points, values[: len(points)], strict=True)]


def _no_figures(scenario: Scenario, file: str) -> UserError:
    """There is nothing published to hold the base year against: another system's figures would be of another place or time."""
    from scenarios.places import place_name
    from scenarios.targets import contexts_with_targets

    have = listed(place_name(name) for name in contexts_with_targets(file))
    return UserError(
        scenario.name,
        f"no published figures are held of {place_name(scenario.context)} and its base year {school_year(scenario.base_year)}, "
        f"so there is nothing to validate it against: there are figures of {have} alone",
        f"Give figures of your own with --targets FILE, or put them into {file} beside its context.yaml.",
    )


Wanted = Sequence[tuple["Point", int]]
"""Published figures, each with the school year in which runs are asked for it."""


def simulated(plan: run.Plan, wanted: Wanted, workers: int | None, what: str = "Simulating") -> list[list[float]]:
    """What the runs of a plan have of each that is wanted, run by run; of those that have nobody to measure, nothing."""
    from analysis.runs.executor import in_order
    from analysis.telling import progress

    values: list[list[float]] = [[] for _ in wanted]
    with progress(plan.replicates, what, "runs") as done:
        runs = in_order(_drawn, (plan, wanted), range(plan.replicates), [plan.setup], workers)
        for number, found in enumerate(runs, 1):
            for of_one, value in zip(values, found, strict=True):
                of_one.extend([] if value is None else [value])
            done(f"Run {number} of {plan.replicates}")
    return values


def _drawn(given: tuple[run.Plan, Wanted], number: int, passed: Passed) -> list[float | None]:
    return _of_run(given[0].in_draw(number), given[1], number, passed)


def _of_run(plan: run.Plan, wanted: Wanted, number: int, passed: Passed) -> list[float | None]:
    """What replicate ``number`` of a plan with nothing to draw has of each that is wanted; None where there is nobody to measure."""
    from analysis.runs.replicate import Arm, replicate

    def read(years: Years) -> list[float | None]:
        *_, model = years
        return [
            point.simulated(partial(model.results.value, point.measure, year), plan.scale) for point, year in wanted
        ]

    measures = tuple(dict.fromkeys(point.measure for point, _ in wanted))
    (found,) = replicate([Arm(plan.setup, read)], plan.seed, number, measures=measures, passed=passed)
    values: list[float | None] = found.get()
    return values


def figures_of(plan: run.Plan, targets: Sequence[Point], number: int, passed: Passed) -> list[float | None]:
    """What replicate ``number`` of a plan with nothing to draw has for each target; None where there is nobody to measure.

    A plan that goes on after its base year has the mean over the censuses from that year on.
    """
    years = range(plan.setup.base_year, plan.setup.last_year + 1)
    found = _of_run(plan, [(target, year) for target in targets for year in years], number, passed)
    every = [found[i : i + len(years)] for i in range(0, len(found), len(years))]
    known = [[value for value in values if value is not None] for values in every]
    return [sum(values) / len(values) if values else None for values in known]


def compare(target: Point, values: Sequence[float], departures: Departures | None = None) -> Card:
    """Hold the simulated values of one target, one per replicate, against what is published; predict it with ``departures``, if any."""
    found = estimate(values)
    mean, low, high = (value if math.isfinite(value) else None for value in (found.mean, found.low, found.high))
    if low is not None and high is not None and target.unit in SHARE_UNITS:
        low, high = max(low, 0.0), min(high, 1.0)
    off = None if mean is None else target.distance(mean)
    by_runs = predictive(target, values)
    predicted = by_runs if departures is None else predictive(target, values, departures)
    least, most = predicted or (None, None)
    return Card(
        target.target, target.title, target.measure, dict(target.where), target.unit, target.low, target.high, target.slack,
        mean, low, high, len(values), off, mean is not None and target.off(mean) <= 1, list(target.sources),
        off is not None and off <= 1, target.low - target.half, target.high + target.half,
        None if mean is None else target.off(mean), target.rests_on, sum(target.off(value) <= 1 for value in values),
        target.kept_out, target.weight, least, most,
        holds(target, predicted), holds(target, by_runs), target.reason,
    )  # fmt: skip


def readable(line: Card) -> dict[str, str]:
    """A line of the card for reading."""
    unit = line.unit
    narrowed = _narrowed(line)
    ends = line.interval_low, line.interval_high
    runs = f", {line.runs_inside} of {line.replicates} runs" if line.replicates > 1 else ""
    return {
        "number": str(line.number),
        "target": line.target + (f" ({narrowed})" if narrowed else "") + (", kept out" if line.kept_out else ""),
        "published": joined(number(line.published_low, unit), number(line.published_high, unit)),
        "reach": f"{number(line.least, unit)} to {number(line.most, unit)}" + ("" if line.rests_on == "error" else "*"),
        "simulated": number(line.simulated, unit),
        "interval": NONE if None in ends else " to ".join(number(end, unit) for end in ends),
        "inside": ("yes" if line.inside else "NO") + runs,
        "off": NONE if line.off is None else f"{line.off:.1f}",
        "within": f"{'yes' if line.within_tolerance else 'no'}, ± {number(line.tolerance, unit).replace('%', ' points')}",
    }


def table(cards: Sequence[Card], replicates: int) -> Table:
    """The card for reading, and its verdict."""
    headings = columns(HEADINGS, set(HEADINGS) - {"number", "target", "inside", "within"})
    return Table(
        "", headings, [readable(line) for line in cards], [vars(line) for line in cards], verdict(cards, replicates)
    )


def verdict(cards: Sequence[Card], replicates: int) -> str:
    """How many targets are met, of those to fit to and of those kept out, and how far off the furthest figure is."""
    runs = "one run" if replicates == 1 else f"{replicates:,} runs; the interval is for the mean over them"
    parts = []
    for kept_out, words in ((False, "to fit to"), (True, "kept out of every fit")):
        some = [c for c in cards if c.kept_out is kept_out]
        if some:
            numbers = {c.number for c in some}
            met, within = (
                len(numbers - {c.number for c in some if not getattr(c, how)}) for how in ("inside", "within_tolerance")
            )
            parts.append(
                f"{met} of {len(numbers)} targets {words} are met, all their figures inside their intervals "
                f"({sum(c.inside for c in some)} of {len(some)} figures; within tolerance {within} targets)"
            )
    known = [c for c in cards if c.off is not None]
    if known:
        far = max(known, key=lambda c: c.off or 0.0)
        parts.append(f"the furthest is {far.off:.1f} intervals off, target {far.number}")
        total = sum(c.weight * (c.off or 0.0) ** 2 for c in known)
        parts.append(f"the sum of squares of intervals off is {total:,.1f}")
    parts += coverage(cards)
    starred = (
        " * No base is published: the tolerance stands in for an interval."
        if any(c.rests_on == "tolerance" for c in cards)
        else ""
    )
    return f"{'; '.join(parts)} ({runs}).{starred}"


def coverage(cards: Sequence[Card]) -> list[str]:
    """How many published figures are within what nine in ten predictions are, and which are not, in words; nothing for few runs."""
    known = [one for one in cards if one.predicted is not None]
    if not known:
        return []
    outside = [
        f"{one.number} ({_narrowed(one) or one.target}: {'more' if (one.simulated or 0.0) > one.published_high else 'fewer'} in the runs)"
        for one in known
        if not one.predicted
    ]
    inside, alone = len(known) - len(outside), sum(bool(one.by_runs_alone) for one in known)
    with_departures = f", {alone} by how runs differ alone" if alone != inside else ""
    missed = f"; outside: {', '.join(outside)}" if outside else ""
    why = {one.number: one.reason for one in known if not one.predicted and one.reason}
    missed += "".join(f". {number_}: {reason}" for number_, reason in why.items())
    return [
        (
            f"nine in ten predictions, with the error of what is published in them, hold {inside} of {len(known)} figures "
            f"({percent(round(inside / len(known), 2))}){with_departures}{missed}"
        )
    ]


def _narrowed(line: Card) -> str:
    """Which part of a target a line is about, where it has several: ``secondary, after 3 years``."""
    words = (re.sub(r"(\d)_(\d)", r"\1–\2", said(axis, label)) for axis, label in line.where.items())
    title = line.target.lower()
    return ", ".join(w for w in words if not w.isdigit() and (w.removesuffix("head").strip() or w) not in title)
