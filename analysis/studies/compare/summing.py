"""What pairs of runs say: figures of runs as cells, and the differences of policies from a base, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.errors import UserError
from analysis.figures.estimates import FEWEST_FOR_INTERVAL, Paired, by_draw, paired, simultaneous_half_widths
from analysis.figures.lines import Line, Over, left_out
from analysis.figures.words import pairs_of_runs, sample
from analysis.studies.compare.doubted import Doubted
from analysis.studies.compare.precision import half_widths, stops_after
from analysis.studies.value.outcomes import Account
from scenarios.doubt import Input, inputs
from scenarios.places import place_name

if TYPE_CHECKING:
    from analysis.figures.tables import Table
    from analysis.runs.plan import Plan
    from analysis.store import Rows, Told
    from analysis.studies.compare.precision import Precision


def figures(rows: Rows, lines: Sequence[Line], years: Sequence[int]) -> np.ndarray:
    """Values, and what they are out of, of a run: lines × years × 2, NaN for what the run does not have."""
    found = np.full((len(lines), len(years), 2), np.nan)
    measure, year = rows.columns["measure"], rows.columns["year"]
    dimensions = [name for name in rows.labels if name != "measure"]
    for i, line in enumerate(lines):
        where = dict(line.where)
        if line.measure not in rows.labels["measure"] or any(w not in rows.labels[d] for d, w in where.items()):
            continue
        mine = np.flatnonzero(measure == rows.labels["measure"].index(line.measure))
        for d in dimensions:
            code = rows.labels[d].index(where[d]) if d in where else -1
            mine = mine[rows.columns[d][mine] == code]
        at = np.searchsorted(years, year[mine])
        inside = (at < len(years)) & (np.asarray(years)[np.minimum(at, len(years) - 1)] == year[mine])
        found[i, at[inside], 0] = rows.columns["value"][mine[inside]]
        found[i, at[inside], 1] = rows.columns["base"][mine[inside]]
    return found


@dataclass(frozen=True)
class Cell:
    """One figure of the table."""

    line: int
    """Number of the line."""
    year: int | None
    """School year, by the calendar year in which it starts; None for all years together."""


def values(
    figures_of_runs: np.ndarray, lines: Sequence[Line], years: Sequence[int], cells: Sequence[Cell]
) -> np.ndarray:
    """A number per run and cell, from figures of runs × lines × years × 2; NaN for what a run does not have."""
    found = np.empty((len(figures_of_runs), len(cells)))
    for number, cell in enumerate(cells):
        line, figure = lines[cell.line], figures_of_runs[:, cell.line]
        value, base = figure[..., 0], figure[..., 1]
        if line.cases:
            value = np.rint(value * base)
        if cell.year is not None:
            found[:, number] = value[:, years.index(cell.year)]
        elif line.over is Over.SUM:
            found[:, number] = value.sum(axis=1)
        elif line.over is Over.MEAN:
            found[:, number] = value.mean(axis=1)
        else:
            known = ~np.isnan(value)
            weight = np.where(known, base, 0.0).sum(axis=1)
            amount = np.where(known, value * base, 0.0).sum(axis=1)
            found[:, number] = np.divide(amount, weight, out=np.full(len(value), np.nan), where=weight > 0)
    return found


def with_zeros(figures_of_arms: np.ndarray, counts: Sequence[bool], finished: np.ndarray) -> np.ndarray:
    """Figures of arms × runs × lines × years × 2 in which a count that only some runs report is 0 in the others.

    A programme's costs, say: a run without the programme does not report them. ``finished`` says which runs (arms ×
    runs) came to their end; the others stay NaN.
    """
    filled = figures_of_arms.copy()
    for line, is_count in enumerate(counts):
        value = filled[:, :, line, :, 0]
        if is_count and not np.isnan(value).all():
            value[np.isnan(value) & finished[:, :, None]] = 0.0
    return filled


MOST = 1000
"""Pairs after which a target for precision is given up."""
LEVEL = 0.9


@dataclass(frozen=True)
class Asked:
    """What is to be compared, and how."""

    measures: Sequence[str] = ()
    """Names of lines or measures; none for the headlines."""
    by: Sequence[str] = ()
    precision: str | None = None
    """Target at which to stop; None to run as many replicates as the options say."""
    most: int = MOST
    level: float = LEVEL
    all_years: bool = False
    out: Path | None = None
    accounts: bool = False
    """Keep what each policy costs and gains in each year, whatever is compared; with the headlines it always is."""
    if_there: bool = False
    """Leave out measures of which no run has a figure, as headlines are, and do not refuse them."""


@dataclass(frozen=True)
class Side:
    """A base or a policy, as far as what is said about it goes."""

    name: str
    title: str
    seed: int
    """Of its runs."""
    context: str = "england"
    """The school system."""
    schools: int = 0
    """That were simulated; 0 where that is not known."""
    scale: float = 1.0
    """Share of the schools that these are."""
    programmes: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Those that it runs, as they were resolved, by name."""

    @classmethod
    def of(cls, plan: Plan | Side) -> Side:
        """What is said of a plan."""
        if isinstance(plan, Side):
            return plan
        context = str(plan.resolved.get("context", "england"))
        programmes = plan.resolved.get("programmes", {})
        return cls(plan.name, plan.title, plan.seed, context, len(plan.setup.register), plan.scale, programmes)

    @property
    def system(self) -> str:
        """The schools that were simulated: ``210 schools of England, a sample of 1% of its schools``."""
        known = f"{self.schools:,} schools of {place_name(self.context)}" if self.schools else place_name(self.context)
        return known if self.scale == 1 else f"{known}, {sample(self.scale, 'its schools')}"


@dataclass(frozen=True)
class Outcome:
    """What the pairs of one policy say; arrays of one entry per cell."""

    policy: Side
    statistics: Paired
    half: np.ndarray
    """Half-width of the interval of each difference alone."""
    adjusted_half: np.ndarray
    """Half-width of the intervals that hold for all cells of all policies at once."""
    identical: bool
    """Every run was the base's, to the last bit of its digest."""
    doubt: Doubted = field(default_factory=Doubted.nothing)
    """The pairs' differences, with what was drawn in each."""


@dataclass(frozen=True)
class Reached:
    """How a target for precision ended."""

    target: Precision
    half_width: float
    """The widest of the policies' half-widths at the end."""
    reached: bool


@dataclass(frozen=True, repr=False)
class Comparison:
    """A base, its policies, and what pairs of runs say about their differences."""

    base: Side
    outcomes: list[Outcome]
    lines: list[Line]
    cells: list[Cell]
    first: int
    """First school year in which anything differs; the first projected one if nothing does."""
    last: int
    level: float
    replicates: int
    """Pairs that were run for each policy, failed ones included."""
    failures: list[tuple[str, int, Told]]
    """Scenario, replicate and error of every run that did not come to its end."""
    precision: Reached | None
    folder: Path | None
    """Where the runs are kept, if they are."""
    ends: Mapping[str, int] = field(default_factory=dict)
    """The last school year of each scenario by name, where they differ: ``last`` is that of the shortest."""
    reach: tuple[Table, ...] = ()
    """Who gets and gives the programmes of the scenarios, and what they move; none where it was not asked for, or none runs."""
    left_out: str = ""
    """Which of the figures that are usually compared the school system cannot have, and why; see :func:`~analysis.figures.lines.left_out`."""
    doubts: Sequence[Mapping[str, Any]] = ()
    """What was drawn in each scenario, as :meth:`scenarios.doubt.Doubt.told` has it; none where runs differ by chance alone."""
    out_of: np.ndarray | None = field(default=None, repr=False)
    """Of each cell that is a rate, how many in a year of the base it is out of, on average; NaN of counts. None where not known."""
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """By policy, what it costs and gains in each pair and year; empty where that was not kept. See :func:`analysis.studies.value.value.values_of`."""

    @property
    def is_drawn(self) -> bool:
        """Whether ranges hold more than chance, of pairs enough to say what the evidence allows."""
        return bool(self.doubts) and self.replicates >= FEWEST_FOR_INTERVAL

    def __repr__(self) -> str:
        policies = " and ".join(outcome.policy.name for outcome in self.outcomes)
        return f"<Comparison of {policies} with {self.base.name}: {len(self.lines)} figures, {pairs_of_runs(self.replicates)}>"

    @property
    def done(self) -> int:
        """Pairs that came to their end, of the policy that has fewest."""
        return min((int(o.statistics.pairs.max(initial=0)) for o in self.outcomes), default=0)

    @property
    def over_all(self) -> list[int]:
        """Places of the cells of all years together; of the one year, if there is no other."""
        return [i for i, cell in enumerate(self.cells) if cell.year is None or self.first == self.last]

    def line_of(self, cell: int) -> Line:
        """The line that a cell is of, by its place."""
        return self.lines[self.cells[cell].line]

    def held_as_in(self, others: Sequence[Comparison]) -> Comparison:
        """With the intervals of the first of ``others`` that has a figure too, so that it has one wherever it is told.

        All years together are another figure where others begin or end in another year.
        """
        known: dict[Any, tuple[Comparison, int]] = {}
        for other in reversed(others):
            known |= {other._key(i): (other, i) for i in range(len(other.cells))}
        outcomes = []
        for number, o in enumerate(self.outcomes):
            half = o.adjusted_half.copy()
            for i in range(len(self.cells)):
                if (there := known.get(self._key(i))) is not None:
                    half[i] = there[0].outcomes[number].adjusted_half[there[1]]
            outcomes.append(replace(o, adjusted_half=half))
        return replace(self, outcomes=outcomes)

    def _key(self, cell: int) -> tuple[Any, ...]:
        """What a cell is of, whatever it is called."""
        line, year = self.line_of(cell), self.cells[cell].year
        span = (self.first, self.last) if year is None else year
        return line.measure, frozenset(line.where), line.over, line.cases, span

    def only(self, cells: Sequence[int]) -> Comparison:
        """These cells of it alone, by their places, with the intervals that hold for all of its cells together."""
        chosen = list(cells)
        outcomes = [
            replace(
                o, half=o.half[chosen], adjusted_half=o.adjusted_half[chosen], doubt=o.doubt.only(chosen),
                statistics=Paired(**{f.name: getattr(o.statistics, f.name)[chosen] for f in fields(Paired)}),
            )
            for o in self.outcomes
        ]  # fmt: skip
        out_of = None if self.out_of is None else self.out_of[chosen]
        return replace(self, outcomes=outcomes, cells=[self.cells[i] for i in chosen], out_of=out_of)


@dataclass
class Found:
    """What came of one replicate."""

    figures: np.ndarray
    """Plans × lines × years × 2; years from the base year on."""
    digests: list[str]
    """Of each plan's run; empty where it failed."""
    failures: list[tuple[str, int, Told]]
    draw: int | None = None
    """Number of the draw of what is not known that it takes; None where everything stands at its value."""


def draws_of(found: Sequence[Found]) -> np.ndarray | None:
    """The number of each replicate's draw; None where everything stands at its value."""
    numbers = [one.draw for one in found if one.draw is not None]
    return np.array(numbers, dtype=np.int64) if len(numbers) == len(found) else None


def drawn_in(
    doubts: Sequence[Mapping[str, Any]], scenarios: Sequence[str], draws: np.ndarray | None
) -> tuple[Input, ...]:
    """What is drawn in a base and a policy alone: what others of a comparison draw can move nothing of theirs."""
    if draws is None:
        return ()
    return tuple(inputs([one for one in doubts if one["scenario"] in scenarios], draws))


def sum_up(
    plans: Sequence[Plan | Side],
    years: list[int],
    lines: list[Line],
    target: Precision | None,
    asked: Asked,
    found: Sequence[Found],
    doubts: Sequence[Mapping[str, Any]] = (),
) -> Comparison:
    """What pairs say that are there: of a base (the first of ``plans``) and policies, in ``years`` from the base year on.

    Raise :exc:`UserError` if no pair came to its end.
    """
    sides = [Side.of(plan) for plan in plans]
    failures = [failure for one in found for failure in one.failures]
    arms = arms_of(found, lines)
    if all(not (one.digests[0] and any(one.digests[1:])) for one in found):
        if not failures:
            raise UserError(sides[0].name, "there is no pair of runs yet", "Run the base and a policy first.")
        name, number, failure = failures[0]
        raise UserError(f"{name}, replicate {number}", f"no pair of runs finished: {failure.type}: {failure.message}")
    reached = None if target is None else _reached(target_differences(found, lines, years, target), target)
    away = "" if asked.measures else left_out("comparison")
    lines, arms = _with_figures(lines, arms, asked, sides[0].system)
    differs = _differs(arms)
    affected = [year for year, d in zip(years[1:], np.any(differs[:, 1:], axis=0), strict=True) if d]
    first, last = min(affected, default=years[1]), years[-1]
    cells = _cells(lines, first, last, asked.all_years, target)
    shown = years.index(first)
    tables = [values(arm[:, :, shown:], lines, years[shown:], cells) for arm in arms]
    draws = draws_of(found)
    differences = [t - tables[0] for t in tables[1:]]
    family = simultaneous_half_widths(
        np.concatenate([d if draws is None else by_draw(d, draws) for d in differences], axis=1),
        asked.level, sides[0].seed,
    )  # fmt: skip
    outcomes = []
    for i, policy in enumerate(sides[1:]):
        statistics = paired(tables[0], tables[i + 1], draws)
        identical = not failures and all(one.digests[0] == one.digests[i + 1] for one in found)
        adjusted = family[i * len(cells) : (i + 1) * len(cells)]
        half, doubt = (
            statistics.half_width(asked.level),
            Doubted(differences[i], draws, drawn_in(doubts, (sides[0].name, policy.name), draws)),
        )
        outcomes.append(Outcome(policy, statistics, half, adjusted, identical, doubt))
    return Comparison(
        sides[0],
        outcomes,
        lines,
        cells,
        first,
        last,
        asked.level,
        len(found),
        failures,
        reached,
        asked.out,
        left_out=away,
        doubts=doubts,
        out_of=_out_of(arms[0][:, :, shown:], lines, years[shown:], cells),
    )


def _with_figures(lines: list[Line], arms: np.ndarray, asked: Asked, system: str) -> tuple[list[Line], np.ndarray]:
    """The lines of which any run has a figure. Raise :exc:`UserError` for one that was asked for and has none."""
    has = ~np.isnan(arms[:, :, :, 1:, 0]).all(axis=(0, 1, 3))
    for line, some in zip(lines, has, strict=True):
        if not some and asked.measures and not asked.by and not asked.if_there:
            broken = "Ask for it broken down less finely, or run" if line.where else "Run"
            raise UserError(
                line.label, f"no run has such a figure: {system} have nobody, or nothing, that it is of",
                f"{broken} more schools (--scale) or years.",
            )  # fmt: skip
    return [line for line, some in zip(lines, has, strict=True) if some], arms[:, :, has]


def _differs(arms: np.ndarray) -> np.ndarray:
    """Whether any figure of any replicate in which both finished differs from the base's; policies × years."""
    value = arms[..., 0]
    both = ~np.isnan(value).all(axis=(2, 3))
    both = (both[1:] & both[0])[:, :, None, None]
    unequal = (value[1:] != value[0]) & ~(np.isnan(value[1:]) & np.isnan(value[0]))
    return (unequal & both).any(axis=(1, 2))


def _cells(lines: list[Line], first: int, last: int, all_years: bool, target: Precision | None) -> list[Cell]:
    found = []
    for number, line in enumerate(lines):
        years = set(range(first, last + 1)) if all_years else {last}
        if target is not None and target.year is not None and target.line == line and target.year >= first:
            years.add(target.year)
        found += [Cell(number, year) for year in sorted(years)]
        if first < last:
            found.append(Cell(number, None))
    return found


def _out_of(
    figures_of_runs: np.ndarray, lines: Sequence[Line], years: Sequence[int], cells: Sequence[Cell]
) -> np.ndarray:
    """How many in a year each cell is out of, from figures of runs × lines × years × 2; NaN of what is no rate."""
    found = np.full(len(cells), np.nan)
    for number, cell in enumerate(cells):
        if lines[cell.line].over is not Over.POOLED:
            continue
        value, base = figures_of_runs[:, cell.line, :, 0], figures_of_runs[:, cell.line, :, 1]
        of_years = slice(None) if cell.year is None else years.index(cell.year)
        there = base[:, of_years][~np.isnan(value[:, of_years] * base[:, of_years])]
        found[number] = there.mean() if len(there) else np.nan
    return found


def _reached(differences: np.ndarray, target: Precision) -> Reached:
    half = float(half_widths(differences, target.level)[-1].max())
    return Reached(target, half, stops_after(differences, target.half_width, target.level) is not None)


def arms_of(found: Sequence[Found], lines: list[Line]) -> np.ndarray:
    """Figures of plans × replicates × lines × years × 2."""
    from simulation.census.measure import Kind, measures

    finished = np.array([[bool(d) for d in one.digests] for one in found]).T
    counts = [measures()[line.measure].kind is Kind.COUNT for line in lines]
    return with_zeros(np.stack([one.figures for one in found], axis=1), counts, finished)


def target_differences(
    found: Sequence[Found], lines: list[Line], years: Sequence[int], target: Precision
) -> np.ndarray:
    """Differences in what the target is about, of replicates × policies; of draws, where what is not known is drawn."""
    line = [target.line]
    arms = arms_of(found, lines)[:, :, [lines.index(target.line)], 1:]
    cell = [Cell(0, target.year)]
    of = [values(arm, line, list(years)[1:], cell)[:, 0] for arm in arms]
    differences, draws = np.stack([policy - of[0] for policy in of[1:]], axis=1), draws_of(found)
    return differences if draws is None else by_draw(differences, draws)
