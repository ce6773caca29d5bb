"""The back-test: the model from a past base year on, held against what happened since.

A few parameters may be fitted to the first years: each to the one series that it moves most, by steps in log-odds. The years after
are foretold. Series that were fed to the run, and years of a declared shock, are counted apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import UserError
from analysis.figures.words import listed
from analysis.runs import plan as run
from analysis.studies.predicting import Departures
from analysis.studies.validate import Card, compare, simulated
from simulation.numerics import logit
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from scenarios.outcomes import Fitted, Outcomes, Series
    from scenarios.scenario import Scenario

IN_SAMPLE, FORETOLD, SHOCK, GIVEN = PERIODS = ("in_sample", "foretold", "shock", "given")
"""What a figure is to the run: fitted to or within the years of the fit, after them, of a year with a declared shock, fed to it."""
ROUNDS = 4
"""Steps of a fit: each closes most of what is left, and chance is the same in all."""
FITTED_YEARS = 5
"""Years after the base year that are fitted to unless somebody says otherwise."""

Values = dict[tuple[int, int], list[float]]
"""What runs have of a series in a school year, run by run."""


@dataclass(frozen=True)
class Figure:
    """One published figure beside the simulated one."""

    year: int
    """School year of the census at which it is seen."""
    period: str
    """One of :data:`PERIODS`."""
    published_low: float
    published_high: float
    least: float
    """Lower end of the published figure's 95% interval."""
    most: float
    simulated: float | None
    """Mean over runs; None where nobody could be measured."""
    simulated_low: float | None
    """Interval of that mean; None for one run."""
    simulated_high: float | None
    inside: bool
    """Whether the simulated figure is inside the published one's interval."""
    miss: float | None
    """How far it is from what is published, in the unit: above or, negative, below."""
    errors: float | None
    """The same in standard errors of what is published (tolerances / 1.96 where no base is published)."""
    sources: tuple[str, ...]
    predicted: bool | None = None
    """Whether it is within what nine in ten predictions are, by how runs differ, its own error and, after the years of the fit, what the runs
    miss figures of those years by; None for fewer than eight runs."""
    by_runs_alone: bool | None = None
    """Whether it is by how runs differ and its own error alone."""


@dataclass(frozen=True)
class Score:
    """How well one series is met in some of its years."""

    figures: int
    inside: int
    error: float
    """Mean absolute error, in the unit."""
    bias: float
    """Mean error, simulated less published, in the unit."""
    in_errors: float
    """Mean absolute error in standard errors of what is published."""


@dataclass(frozen=True)
class Held:
    """One series, with what the run has of it."""

    series: int
    title: str
    definition: str
    measure: str
    where: dict[str, str]
    unit: str
    reason: str
    """Why the run cannot show what happened, as far as it is known."""
    figures: tuple[Figure, ...]
    path: tuple[tuple[int, float], ...]
    """The simulated figure of every school year that has one: the mean over runs."""

    def score(self, *periods: str) -> Score | None:
        """How well it is met in years of these periods; None if it has none."""
        some = [f for f in self.figures if f.period in periods and f.miss is not None and f.errors is not None]
        if not some:
            return None
        misses, n = [f.miss or 0.0 for f in some], len(some)
        return Score(
            n,
            sum(f.inside for f in some),
            sum(map(abs, misses)) / n,
            sum(misses) / n,
            sum(abs(f.errors or 0.0) for f in some) / n,
        )

    @property
    def missed(self) -> bool:
        """Whether more than half of what is foretold is outside its interval."""
        score = self.score(FORETOLD)
        return score is not None and 2 * score.inside < score.figures


@dataclass(frozen=True)
class BackTest:
    """What a back-test found."""

    title: str
    """Of the scenario."""
    base_year: int
    last_year: int
    fit_until: int
    """Last school year that is fitted to; the base year if nothing is."""
    shocks: tuple[int, ...]
    fitted: dict[str, float]
    """What a fit multiplies parameters by, or adds to them, by path with ``times`` or ``add`` behind it."""
    replicates: int
    scale: float
    tested: tuple[Held, ...]
    drawn: bool = False
    """Whether each run was on a draw of the parameters, and not at their values."""


def back_test(scenario: str, options: run.Options, fit_until: int | None = None) -> BackTest:
    """Fit to the years up to ``fit_until`` (five after the base year if None), run to the end, and hold it against what happened.

    Each run takes a draw of the parameters, its context's own or those of the context that it extends, which are of a later year; the
    fit is to the mean over draws. Raise :exc:`~analysis.errors.UserError` for a context of which no outcomes are held, or a
    year of the fit that is not within the run.
    """
    from scenarios.outcomes import outcomes_in

    loaded = _shifted(scenario, options, {})
    if loaded.outcomes is None:
        raise _no_outcomes(loaded)
    happened = outcomes_in(loaded.outcomes, loaded.structure)
    base, last = loaded.base_year, loaded.base_year + (options.years or loaded.years)
    until = min(base + FITTED_YEARS, last) if fit_until is None else fit_until
    if not base <= until <= last:
        raise UserError(
            f"--fit-until {school_year(until)}", f"{loaded.name} runs from {school_year(base)} to {school_year(last)}",
            f"Name a school year from {school_year(base)} (fit to nothing) to {school_year(last)}.",
        )  # fmt: skip
    shifts = _fit(scenario, happened, options, base, until) if until > base else {}
    values = _values(_shifted(scenario, options, shifts), happened.series, options)
    departures = _departures(happened, values, until)
    tested = tuple(_tested(series, happened, values, until, departures) for series in happened.series)
    return BackTest(
        loaded.title, base, last, until, tuple(sorted(happened.shocks)), shifts, options.replicates,
        options.scale or loaded.scale, tested, loaded.posterior is not None and not options.fixed,
    )  # fmt: skip


def _no_outcomes(loaded: Scenario) -> UserError:
    from scenarios.outcomes import FILE
    from scenarios.places import library_names, place_name

    have = [name for name in library_names("context") if _has_outcomes(name)]
    return UserError(
        loaded.name, f"nothing is held of what happened in {place_name(loaded.context)} after {school_year(loaded.base_year)}",
        f"Name a scenario of {listed(have)}, or put {FILE} beside a context.yaml of yours.",
    )  # fmt: skip


def _has_outcomes(context: str) -> bool:
    from scenarios.outcomes import outcomes_beside
    from scenarios.places import in_library

    return outcomes_beside(in_library(context, "context")) is not None


def _shifted(scenario: str, options: run.Options, shifts: dict[str, float]) -> Scenario:
    import scenarios

    loaded = scenarios.load(scenario, options.context, uncertainties=shifts)
    return replace(loaded, posterior=loaded.posterior or loaded.lent)


def _fit(scenario: str, happened: Outcomes, options: run.Options, base: int, until: int) -> dict[str, float]:
    """What each fitted parameter is multiplied by, or gains: the mean of runs is then as published, on average up to ``until``."""
    from scenarios.outcomes import WAYS

    by_number = {series.number: series for series in happened.series}
    series = tuple(by_number[n] for n in dict.fromkeys(fitted.series for fitted in happened.fitted))
    shifts = {f"{fitted.path}.{fitted.way}": WAYS[fitted.way] for fitted in happened.fitted}
    short = replace(options, years=until - base)
    loaded = _shifted(scenario, options, {})
    bounds = {fitted.path: _bounds(loaded, fitted) for fitted in happened.fitted}
    for _ in range(ROUNDS):
        values = _values(_shifted(scenario, options, shifts), series, short, "Fitting")
        for fitted in happened.fitted:
            gap = _gap(by_number[fitted.series], happened.shocks, values, until)
            low, high = bounds[fitted.path]
            moved = _moved(fitted, shifts[f"{fitted.path}.{fitted.way}"], gap)
            shifts[f"{fitted.path}.{fitted.way}"] = min(max(moved, low), high)
    return shifts


def _bounds(loaded: Scenario, fitted: Fitted) -> tuple[float, float]:
    """Least and most that a parameter can be moved by so that all its cells stay within their range in every year."""
    from scenarios.overrides import cell_of, parameter_of

    whole = parameter_of(fitted.path)
    low, high = loaded.provenance[whole].range
    held = [loaded.parameters, *(parameters for _, parameters in loaded.earlier)]
    cells = np.array([np.asarray(one.value(whole))[cell_of(fitted.path, loaded.structure)] for one in held])
    if fitted.way == "add":
        return float(low - cells.min()), float(high - cells.max())
    some = cells[cells > 0]
    return float(low / some.min()), float(high / some.max())


def _gap(series: Series, shocks: frozenset[int], values: Values, until: int) -> float:
    """Published less simulated log-odds of a share, on average over the years of the fit; 0 without any."""
    gaps = [
        logit((point.low + point.high) / 2) - logit(sum(found) / len(found))
        for year, point in series.points.items()
        if year <= until
        and year not in shocks
        and (found := values.get((series.number, year)))
        and 0 < sum(found) < len(found)
    ]
    return sum(gaps) / len(gaps) if gaps else 0.0


def _moved(fitted: Fitted, shift: float, gap: float) -> float:
    step = gap if fitted.raises else -gap
    return shift + step if fitted.way == "add" else shift * math.exp(step)


def _values(loaded: Scenario, series: Sequence[Series], options: run.Options, what: str = "Simulating") -> Values:
    """What runs have of each series in each year from the base year on, whether anything is published of it or not."""
    chosen = run.plan(loaded, options)
    years = range(chosen.setup.base_year, chosen.setup.last_year + 1)
    wanted = [(one.first, year) for one in series for year in years]
    found = simulated(chosen, wanted, options.workers, what)
    return dict(zip(((one.number, year) for one in series for year in years), found, strict=True))


def _period(series: Series, happened: Outcomes, year: int, until: int) -> str:
    if series.given:
        return GIVEN
    return SHOCK if year in happened.shocks else IN_SAMPLE if year <= until else FORETOLD


def _departures(happened: Outcomes, values: Values, until: int) -> Departures:
    """What the runs miss the figures of fitted years by: all that is known by then of how wrong the model may be later."""
    return Departures.of(
        (point, values[series.number, year])
        for series in happened.series
        for year, point in series.points.items()
        if _period(series, happened, year, until) == IN_SAMPLE and (series.number, year) in values
    )


def _tested(series: Series, happened: Outcomes, values: Values, until: int, departures: Departures) -> Held:
    figures = []
    for year, point in series.points.items():
        found = values.get((series.number, year))
        if found is None:  # outside the run
            continue
        period = _period(series, happened, year, until)
        later = departures if period in (FORETOLD, SHOCK) else None
        figures.append(_figure(compare(point, found, later), year, period))
    first = series.first
    path = tuple(
        (year, sum(found) / len(found))
        for (number_, year), found in values.items()
        if number_ == series.number and found
    )
    return Held(
        series.number, series.title, series.definition, first.measure, dict(first.where), first.unit, series.reason,
        tuple(figures), path,
    )  # fmt: skip


def _figure(card: Card, year: int, period: str) -> Figure:
    miss = None
    if card.simulated is not None:
        miss = max(card.simulated - card.published_high, 0.0) - max(card.published_low - card.simulated, 0.0)
    from scenarios.targets import NORMAL

    error = (card.most - card.published_high) / NORMAL
    return Figure(
        year, period, card.published_low, card.published_high, card.least, card.most, card.simulated, card.interval_low,
        card.interval_high, card.inside, miss, None if miss is None else miss / error, tuple(card.sources), card.predicted,
        card.by_runs_alone,
    )  # fmt: skip
