"""What charts draw from: a folder of runs, and what validation and evaluation found, each if it is there; and what a chart is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.charts.drawing.figure import Figure
from analysis.figures.doubt import differ_by, doubts_in
from analysis.figures.estimates import FEWEST_RUNS, RUNS_LEVEL, tails
from analysis.figures.lines import needs, shown_in
from analysis.figures.naming import naming_in, speaking
from analysis.figures.rounding import span
from analysis.figures.words import capital, first_sentence, role_words, sample
from analysis.store.extract import Need, table_of
from analysis.store.record import breakdown
from analysis.store.select import dimensions, labels_of
from analysis.studies.value import outcomes as money
from simulation.structure import ENGLAND
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    import duckdb

    from analysis.figures.lines import Line
    from analysis.store import Store
    from analysis.studies.compare.summing import Comparison

Records = Sequence[Mapping[str, Any]]
POOLED = "sum(value * base) / nullif(sum(base), 0)"
"""A rate or mean of several years: the amounts of all over what they are out of."""
CASES = "sum(value * base) / count(DISTINCT year)"
"""Cases of a rate: their mean number in a year."""


@dataclass(frozen=True)
class Spread:
    """How one figure lies over runs."""

    middle: float
    low: float
    """Lower end of the central interval of runs, see :func:`~analysis.figures.estimates.tails`."""
    high: float
    runs: int

    def span(self, unit: str = "share") -> str:
        """The interval for reading."""
        return span(self.low, self.high, unit)


class Lead(NamedTuple):
    """The scenario that a chart of one scenario shows."""

    name: str
    title: str
    system: str
    """Context of the school system."""
    years: tuple[int, int]
    """First and last projected year."""
    assumes: tuple[str, ...] = ()
    """What it assumes, in a sentence; nothing where it does not say."""


@dataclass(frozen=True)
class Others:
    """What other commands found, to be shown with results: records as they print them."""

    validation: Records = ()
    """Of ``headway validate --json``."""
    evaluation: Records = ()
    """Of ``headway evaluate --out FILE.json``."""
    back_test: Records = ()
    """Of ``headway back-test --json``."""
    reckoner: Records = ()
    """Of ``headway reckoner --json``."""


@dataclass(frozen=True)
class Source:
    """Results to draw: a chart that needs what is not there is left out."""

    store: Store
    db: duckdb.DuckDBPyConnection
    """What the folder's runs say; charts may keep an extract of it in the folder."""
    manifest: Mapping[str, Any]
    """With ``stamp`` if runs are missing."""
    others: Others = Others()
    _gathered: set[Need] = field(default_factory=set, repr=False, compare=False)
    _tables: list[str] = field(default_factory=lambda: ["results"], repr=False, compare=False)
    _beside: list[Callable[[], Sequence[Line]]] = field(default_factory=list, repr=False, compare=False)
    _compared: dict[tuple[Line, ...], Comparison | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    @contextmanager
    def of(cls, store: Store, others: Others | None = None) -> Iterator[Source]:
        """A store's runs as they are now, and the words of their context, until the end of the ``with`` block."""
        with store.connect() as db, speaking(naming_in(store.manifest)):
            yield cls(store, db, store.manifest, others or Others())

    @property
    def scenarios(self) -> list[Mapping[str, Any]]:
        """The scenarios of the manifest of which there are runs, in its order."""
        there = {row[0] for row in self.db.execute("SELECT DISTINCT scenario FROM runs").fetchall()}
        return [s for s in self.manifest["scenarios"] if s["name"] in there]

    @property
    def titles(self) -> dict[str, str]:
        """Titles by name; a title that two share has the name behind it."""
        titles = [s["title"] for s in self.scenarios]
        return {
            s["name"]: s["title"] if titles.count(s["title"]) == 1 else f"{s['title']} ({s['name']})"
            for s in self.scenarios
        }

    @property
    def table(self) -> str:
        """The table to ask: all results, or those that :meth:`gather` has put together."""
        return self._tables[-1]

    def gather(self, needs: Iterable[Need]) -> None:
        """Read all that several charts need in one pass over the results: folders with many runs are large."""
        there = set(dimensions(self.db))
        wanted = {(measure, tuple(sorted(by))) for measure, by in needs if set(by) <= there}
        if wanted <= self._gathered:
            return
        self._gathered.update(wanted)
        name = f"gathered_{len(self._tables)}"
        runs = self.store.digest() if self.store.status().complete else None
        table_of(self.store.folder, runs, self.db, self._gathered, name)
        self._tables.append(name)

    def labels_there(self, dimension: str, measure: str, fixed: Iterable[str] = ()) -> list[str]:
        """The labels that results of a measure have along a dimension, where those of ``fixed`` are broken down too, in order.

        Empty if the results do not have these dimensions.
        """
        if not {dimension, *fixed} <= set(dimensions(self.db)):
            return []
        if self._gathered:  # else all is read from the results themselves
            self.gather([(measure, (*fixed, dimension))])
        return labels_of(self.db, dimension, measure, fixed, self.table, self.labels(dimension))

    def hold_together(self, lines: Callable[[], Sequence[Line]]) -> None:
        """Let the intervals of these figures, which various outputs tell beside the headlines, hold at once wherever one stands."""
        self._beside.append(lines)

    def compared(self, lines: Sequence[Line]) -> Comparison | None:
        """All scenarios held against the first, pair by pair; None without pairs.

        Intervals hold for the headlines at once, those of other figures for all that outputs tell beside them.
        """
        found = self._alone(lines)
        headlines = shown_in("comparison")
        if found is None or tuple(lines) == headlines:
            return found
        families = [headlines, *(tuple(dict.fromkeys(beside())) for beside in self._beside)]
        return found.held_as_in([whole for of in families if of and (whole := self._alone(of)) is not None])

    def _alone(self, lines: Sequence[Line]) -> Comparison | None:
        """These figures compared, with intervals that hold for them at once."""
        from analysis.studies.compare.stored import stored

        key = tuple(lines)
        if key not in self._compared:
            if self._gathered:  # else all is read from the results themselves
                self.gather(needs([*lines, *money.lines()]))
            self._compared[key] = stored(self.db, self.manifest, lines, table=self.table)
        return self._compared[key]

    @property
    def differ(self) -> str:
        """What runs differ by: ``chance alone``, or also draws of what is not known."""
        return differ_by(doubts_in(self.manifest["scenarios"]))

    @property
    def coverage(self) -> str:
        """How much of the system was simulated, if not all of it: `` , in a sample of 3% of schools``."""
        scale = min(s["scale"] for s in self.manifest["scenarios"])
        return "" if scale == 1 else f", in {sample(scale)}"

    def difference_from(self, found: Comparison) -> str:
        """What a comparison's figures are: ``Difference from “England”, 2026/27 to 2035/36``."""
        years = school_years(found.first, found.last)
        return f"Difference from “{self.titles[found.base.name]}”{self.coverage}, {years}"

    @property
    def lead(self) -> Lead | None:
        """The first scenario that has runs; None if none has."""
        if not (there := self.scenarios):
            return None
        first, base = there[0], there[0]["base_year"]
        system = first.get("resolved", {}).get("context", "england")
        summary = first_sentence(first.get("resolved", {}).get("summary", ""))
        assumes = (summary,) if summary else ()
        return Lead(first["name"], self.titles[first["name"]], system, (base + 1, base + first["years"]), assumes)

    def labels(self, dimension: str) -> Sequence[str]:
        """Labels that the lead scenario's context has along a dimension, in order; empty for what no context names."""
        found = self._resolved.get("ladder" if dimension == "role" else dimension)
        return found or ENGLAND.axes.get(dimension, ())

    @property
    def _resolved(self) -> Mapping[str, Any]:
        return self.scenarios[0].get("resolved", {}) if self.scenarios else {}

    @property
    def roles(self) -> Mapping[str, str]:
        """Roles of the lead scenario's context in the plural, from the top of a school down, then trusts."""
        ladder = list(self.labels("role"))
        schools = ladder.index("head") + 1
        return {role: role_words(role) for role in (*reversed(ladder[:schools]), *ladder[schools:])}

    def figure(
        self, title: str, subtitle: Sequence[str], told: Sequence[str], note: str, chart: dict[str, Any],
        data: list[dict[str, Any]], characters: int, named: bool = True,
    ) -> Figure:  # fmt: skip
        """A figure of these results, which says so if runs are missing; ``told`` is what the picture shows, in words.

        The text alternative begins with the title unless it is not ``named``.
        """
        stamp = self.manifest.get("stamp")
        lines = (f"{capital(stamp)}.", *subtitle) if stamp else tuple(subtitle)
        alt = " ".join([*([title + "."] if named else []), *lines, *told])
        return Figure(title, lines, alt, note, chart, data, characters)

    def spreads(
        self, scenario: str, measure: str, by: Sequence[str], how: str, years: tuple[int, int], **where: str
    ) -> dict[tuple[str, ...], Spread]:
        """How a figure lies over runs, for each label of ``by``, over the years of each run together.

        ``how`` is one of the constants above. Empty if the results do not have these dimensions or this measure.
        """
        if not {*by, *where} <= set(dimensions(self.db)):
            return {}
        tests = ["measure = ?", "breakdown = ?", *(f"{d} = ?" for d in where)]
        columns = "".join(f"{d}, " for d in by)
        low, high = tails(FEWEST_RUNS)
        sql = (
            f"SELECT {columns} median(figure), quantile_cont(figure, {low:g}), quantile_cont(figure, {high:g}), min(figure), "
            f"max(figure), count(figure) FROM (SELECT {columns} replicate, {how} AS figure FROM {self.table} "
            f"WHERE {' AND '.join(tests)} AND scenario = ? AND year BETWEEN ? AND ? AND value IS NOT NULL "
            f"GROUP BY {columns} replicate) GROUP BY ALL HAVING count(figure) > 0 ORDER BY ALL"
        )
        arguments = [measure, breakdown((*by, *where)), *where.values(), scenario, *years]
        found = {}
        for row in self.db.execute(sql, arguments).fetchall():
            middle, low, high, least, most, runs = row[len(by) :]
            ends = (least, most) if runs < FEWEST_RUNS else (low, high)
            found[row[: len(by)]] = Spread(middle, *ends, runs)
        return found


@dataclass(frozen=True)
class Chart:
    """A kind of chart: what a file in ``analysis/charts/`` declares."""

    name: str
    """Its name in files and commands, in lower case with hyphens."""
    question: str
    """The question it answers, in the reader's words."""
    draw: Callable[[Source], Figure | None]
    """Draw it; None where the source does not hold what it needs."""
    needs: tuple[Need, ...] = ()
    """What it reads of the results, so that several charts can be read for in one pass."""


def how_read(runs: int, differ: str, what: str = "Bars") -> str:
    """What the ends of an interval over runs are, which ``differ`` by what a source says."""
    if runs == 1:
        return f"One run: {differ} would give other figures."
    if runs < FEWEST_RUNS:
        return f"{what} span all {runs} runs, which differ by {differ}."
    return f"{what} hold {RUNS_LEVEL}% of {runs:,} runs, which differ by {differ}."
