"""A folder of results, read once: what report, workbook and deck say of it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.charts import charts
from analysis.charts.drawing import Source
from analysis.charts.gains import lines as in_chart
from analysis.errors import UserError
from analysis.figures.lines import Line, asked_as, figures, gains, needs_of_groups, shown_in
from analysis.figures.lines import needs as needs_of
from analysis.figures.words import capital, count, listed, said, sample, small_counts_below, within
from analysis.output.suppress import is_small, unpublished
from analysis.store.select import labels_of
from analysis.studies.compare.stored import figures_of, unlike
from analysis.studies.compare.summing import Cell, Comparison, Outcome, values, with_zeros
from analysis.studies.reach import rows as told_of
from analysis.studies.reach import tables as reach
from analysis.studies.value import outcomes as money
from scenarios.places import place_name
from simulation.census.measure import Kind, measures
from simulation.structure import MAJORITY
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    from analysis.charts.drawing.source import Need, Others
    from analysis.figures.tables import Table
    from analysis.store import Store
    from scenarios.scenario import Scenario
    from scenarios.targets import Point

COST, STARTS = "cost_of_programmes", "starts_on_programmes"


@dataclass(frozen=True)
class Group:
    """A figure for one of the groups that may gain."""

    by: str
    """The dimension in which the groups differ, such as ``sex``."""
    line: Line
    source: Source

    @property
    def label(self) -> str:
        """The group in words: ``women``, ``second fifth of schools``; of a figure that tells groups apart, whom it is about."""
        label = dict(self.line.where).get(self.by)
        if label is None:
            majority = self.source.labels("ethnic_group")[MAJORITY]
            return "women" if self.by == "sex" else f"all but {said('ethnic_group', majority)}"
        words = label if self.by == "region" else said(self.by, label)  # a register has named its regions
        return f"{words} of schools" if self.by == "disadvantage" else words


class Study:
    """The results of a folder, with the lines that are shown of them and what may not be published."""

    def __init__(self, source: Source) -> None:
        """Read a store's ``source``. Raise :exc:`UserError` for a design, and for results without any run."""
        self.source, self.store, self.db, self.manifest = source, source.store, source.db, source.manifest
        self.store.require_scenarios()
        if not self.store.done():
            raise UserError(str(self.store.folder), "no run is done yet", "Run the same command again to finish it.")
        self.scenarios: list[dict[str, Any]] = self.manifest["scenarios"]
        self.below = small_counts_below(self.manifest)
        """Counts of people below this are not to be published."""
        self.unlike = unlike(self.manifest)
        """Why the scenarios cannot all be compared; None if they can."""
        self.stamp: str = self.manifest.get("stamp", "")
        """What is said where runs are missing."""
        source.hold_together(lambda: self._beside)

    @classmethod
    @contextmanager
    def of(cls, store: Store, others: Others | None = None) -> Iterator[Study]:
        """A store's results as they are now, until the end of the ``with`` block."""
        with Source.of(store, others) as source:
            yield cls(source)

    @property
    def title(self) -> str:
        """What was run, in a line: ``A, compared with B``."""
        base, *policies = (s["title"] for s in self.scenarios)
        if not policies:
            return base
        if self.unlike is not None:
            return listed([*policies, base])
        return f"{' and '.join(policies) if len(policies) < 3 else f'{len(policies)} policies'}, compared with {base}"

    @property
    def period(self) -> str:
        """The projected school years: ``2026/27 to 2040/41``."""
        first, last = self.span
        return school_years(first + 1, last)

    @property
    def span(self) -> tuple[int, int]:
        """The base year and the last school year; of scenarios that begin together, the last that all of them have."""
        first = {s["base_year"] for s in self.scenarios}
        last = [s["base_year"] + s["years"] for s in self.scenarios]
        return min(first), min(last) if len(first) == 1 else max(last)

    @property
    def runs(self) -> int:
        """Replicates that are done of the scenario that has fewest."""
        done = [r["scenario"] for r in self.store.records().values()]
        return min(done.count(s["name"]) for s in self.scenarios)

    @property
    def sampled(self) -> bool:
        """Whether a part of the schools was simulated."""
        return self.scenarios[0]["scale"] != 1

    @property
    def place(self) -> str:
        """Where it is about: ``England, 210 schools, a sample of 2%``."""
        first = self.scenarios[0]
        parts = [capital(place_name(first["resolved"]["context"])), f"{first['schools']:,} schools"]
        # "a sample of 2%", and no more words: the schools stand before it
        return ", ".join([*parts, *([sample(first["scale"]).removesuffix(" of schools")] if self.sampled else [])])

    @property
    def coverage(self) -> str:
        """The schools and years that the figures are about, in a sentence."""
        every = dict.fromkeys((s["resolved"]["context"], s["scale"], s["schools"]) for s in self.scenarios)
        parts = [
            f"the school system: {place_name(context)}, {sample(scale, 'its schools')} ({schools:,} schools)"
            for context, scale, schools in every
        ]
        runs = f"{count(self.runs, 'run')} of each scenario"
        return f"Coverage: {'; '.join(parts)}; school years {self.period}; {runs}."

    @property
    def reservations(self) -> list[str]:
        """What stands before everything else: that runs are missing, and that not all scenarios can be compared."""
        said = [f"Not complete: {self.stamp}."] if self.stamp else []
        alike = self.unlike is None or len(self.scenarios) == 1
        return said if alike else [*said, f"Scenarios are not compared where they are no pairs: {self.unlike}."]

    @property
    def command(self) -> str:
        """The command line that made the runs."""
        return shlex.join(self.manifest.get("command", []))

    @cached_property
    def programmes(self) -> dict[str, dict[str, Any]]:
        """Every programme of a scenario, as it was resolved, by name."""
        return {name: known for s in self.scenarios for name, known in s["resolved"]["programmes"].items()}

    @property
    def figures_of_programmes(self) -> list[tuple[dict[str, Any], str, dict[str, Any]]]:
        """The programme, path and figure, for every figure of every programme, as the last scenario has it."""
        return [(p, path, f) for p in self.programmes.values() for path, f in p["figures"].items()]

    @cached_property
    def groups(self) -> list[Group]:
        """Figures for groups of people and places."""
        found = gains("workbook", lambda _, by: self._labels(by))
        for name in self.programmes:
            starts = figures()[STARTS].of("programme", name)
            for by in ("disadvantage", "region"):
                found[by] += [starts.of(by, label) for label in self._labels(by)]
        return [Group(by, line, self.source) for by, lines in found.items() for line in lines]

    def _labels(self, by: str) -> Sequence[str]:
        from simulation.census.dimensions import DIMENSIONS

        return DIMENSIONS.get(by) or labels_of(self.db, by, order=self.source.labels(by))

    @cached_property
    def costs(self) -> list[Line]:
        """Costs by item: of staffing schools, then of each programme."""
        found = [
            (figures()["cost"], "Staffing schools", "cost"),
            *((figures()[COST].of("programme", n), p["title"], "programme_cost") for n, p in self.programmes.items()),
        ]
        lines = [
            (one, f"{title}: {words}")
            for line, title, by in found
            for one, words in [(line, "all"), *((line.of(by, item), within(item)) for item in self._labels(by))]
        ]
        return [replace(line, name=asked_as(line.measure, line.where), label=label) for line, label in lines]

    @cached_property
    def of_programmes(self) -> dict[str, dict[str, Line]]:
        """What is counted of each programme, by its name and the figure's."""
        every = shown_in("programmes in a workbook")
        return {name: {line.name: line.of("programme", name) for line in every} for name in self.programmes}

    @cached_property
    def gains_in_report(self) -> dict[str, list[Line]]:
        """Figures for groups by dimension, as far as the results have them; a region alone is no breakdown."""

        def labels(line: Line, by: str) -> Sequence[str]:
            found = self.source.labels_there(by, line.measure, dict(line.where))
            return found if by != "region" or len(found) > 1 else []

        return {by: lines for by, lines in gains("report", labels).items() if lines}

    @cached_property
    def who_gets(self) -> reach.Asked | None:
        """What is told of who gets and gives each programme, and of what is moved; None if no scenario runs any."""
        if not self.programmes:
            return None
        scenarios = {s["name"]: (s["title"], s["resolved"]["programmes"], s["resolved"]) for s in self.scenarios}
        labels = {by: labels_of(self.db, by, None, ("programme",), order=self.source.labels(by)) for by in told_of.BY}
        ladder, scale = self.source.labels("role"), self.scenarios[0]["scale"]
        return reach.asked_of(scenarios, labels.__getitem__, ladder, self.period, scale)

    @cached_property
    def reached(self) -> list[Table]:
        """Who gets and gives the programmes, and what is moved, as far as it may be published."""
        return self.reach(self.below)

    def reach(self, below: int | None = None) -> list[Table]:
        """Who gets and gives the programmes, and what is moved, of every scenario that runs some.

        Counts of people ``below`` a threshold are kept back, with what would tell them; None keeps nothing back.
        """
        asked = self.who_gets
        if asked is None:
            return []
        names, years = [s["name"] for s in self.scenarios], range(self.span[0], self.span[1] + 1)
        done = {(record["scenario"], record["replicate"]) for record in self.store.records().values()}
        runs = sorted({replicate for _, replicate in done})
        found = np.moveaxis(figures_of(self.db, asked.lines, names, runs, years, self.source.table), 0, 1)
        finished = np.array([[(name, run) in done for run in runs] for name in names])
        arms = with_zeros(found, [measures()[line.measure].kind is Kind.COUNT for line in asked.lines], finished)
        if below is not None:
            as_counted = reach.figures_from(names, asked.lines, found)
            asked = replace(asked, small=lambda name, line: is_small(line, as_counted(name, line)[..., 0], below))
        return reach.tables(asked, reach.figures_from(names, asked.lines, arms))

    @property
    def costs_in_report(self) -> list[Line]:
        """Costs by item and by programme, and how many start, as far as the results have them."""
        cost, starts = figures()[COST], figures()[STARTS]
        items = [cost.of("programme_cost", item) for item in self._labels("programme_cost")]
        known = self.source.labels_there("programme", cost.measure)
        of_each = [line.of("programme", name) for name in known for line in (cost, starts)]
        return [*shown_in("costs in a report"), *items, *of_each]

    @cached_property
    def _beside(self) -> list[Line]:
        """All that reports, charts, workbooks and slides compare beside the headlines, but for places by themselves."""
        of_report = [line for of in self.gains_in_report.values() for line in of]
        return [*of_report, *in_chart(self.source), *(g.line for g in self.groups), *self.costs_in_report, *self.costs]

    @cached_property
    def levels(self) -> Levels:
        """Every line that is shown, in every year."""
        lines = [*shown_in("comparison"), *(g.line for g in self.groups), *self.costs]
        lines += [line for of in self.of_programmes.values() for line in of.values()]
        if (
            self.below is not None
        ):  # what the report shows beside: what may not be published is found among all together
            lines += [*(line for of in self.gains_in_report.values() for line in of), *self.costs_in_report]
        return Levels(self, lines)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The headlines compared; None if there is nothing to compare."""
        return self.source.compared(shown_in("comparison"))

    @property
    def publishable(self) -> Comparison | None:
        """The headlines compared that may be published, for words about them."""
        return None if self.comparison is None else self.without_hidden(self.comparison)

    @cached_property
    def answered(self) -> Comparison | None:
        """The same, with who gets and gives the programmes as far as that may be published: what the answer on one page reads."""
        found = self.publishable
        return None if found is None else replace(found, reach=tuple(self.reached))

    def without_hidden(self, found: Comparison) -> Comparison:
        """A comparison without the figures that may not be published; all of it where nothing is kept back."""
        if self.below is None:
            return found
        return found.only(
            [i for i in range(len(found.cells)) if not any(self.is_hidden(found, o, i) for o in found.outcomes)]
        )

    def is_hidden(self, found: Comparison, outcome: Outcome, i: int) -> bool:
        """Whether a figure of a comparison may not be published: if either side's may not."""
        line, year = found.lines[found.cells[i].line], found.cells[i].year
        return any(self.levels.is_hidden(name, line, year) for name in (found.base.name, outcome.policy.name))


class Levels:
    """How high figures are in each run, scenario and year from the base year on, and which may not be published."""

    def __init__(self, study: Study, lines: Sequence[Line]) -> None:
        """Read those of ``lines`` of which there are figures."""
        self.names = [s["name"] for s in study.scenarios]
        first, last = study.span
        self.years = list(range(first, last + 1))
        runs = set(study.db.execute("SELECT scenario, replicate FROM runs").fetchall())
        replicates = sorted({replicate for _, replicate in runs})
        chosen = list(dict.fromkeys(lines))
        arms = np.moveaxis(figures_of(study.db, chosen, self.names, replicates, self.years), 0, 1)
        done = np.array([[(name, r) in runs for r in replicates] for name in self.names])
        arms = with_zeros(arms, [measures()[line.measure].kind is Kind.COUNT for line in chosen], done)
        seen = ~np.isnan(arms[..., 0]).all(axis=(0, 1, 3))
        self.lines = [line for line, s in zip(chosen, seen, strict=True) if s]
        self._arms = arms[:, :, seen]
        self.away = (
            frozenset()
            if study.below is None
            else unpublished(self.names, self.lines, self.years, self._arms, study.below)
        )
        """Scenario, line and year of what may not be published."""

    def of(self, scenario: str, line: Line, year: int | None) -> np.ndarray:
        """A number per run that has one: of a year, or of all projected years together."""
        arm = self._arms[self.names.index(scenario)][:, [self.lines.index(line)]]
        past = 0 if year is not None else 1
        found = values(arm[:, :, past:], [line], self.years[past:], [Cell(0, year)])[:, 0]
        return found[~np.isnan(found)]

    def is_hidden(self, scenario: str, line: Line, year: int | None) -> bool:
        """Whether a figure may not be published; one of all years may only if that of each year may."""
        return any((scenario, line.name, y) in self.away for y in (self.years if year is None else [year]))


def needs() -> list[Need]:
    """All that charts and the report read of the results."""
    cost, starts = (figures()[name].measure for name in (COST, STARTS))
    of_costs = [(cost, ("programme_cost",)), (cost, ("programme",)), (starts, ("programme",))]
    of_reach = told_of.needs()
    of_charts = (need for chart in charts().values() for need in chart.needs)
    return [
        *needs_of(shown_in("comparison")),
        *needs_of(money.lines()),
        *needs_of_groups("report"),
        *of_costs,
        *of_reach,
        *_needs_of_authorities(),
        *of_charts,
    ]


def gather_all(source: Source) -> None:
    """Read what charts and the report show, and what their intervals hold for beside: one pass for all of it, and one extract."""
    source.gather([*needs(), *needs_of_groups("workbook")])


def _needs_of_authorities() -> list[Need]:
    """What is told of local authorities."""
    by, found = "local_authority", needs_of_groups("authority")
    of_programmes: list[Need] = []
    for line in shown_in("programmes of an authority"):
        more = {"authority_costs": ["programme_cost"], "authority_given": ["trait"]}.get(line.name, [])
        of_programmes += [(line.measure, ("programme", by)), *((line.measure, ("programme", by, one)) for one in more)]
    return [*found, *of_programmes]


def prepare(store: Store) -> None:
    """Keep an extract of what a report reads, so that it is there at once however many runs there are.

    Nothing is kept while runs are missing.
    """
    if store.status().complete:
        with Source.of(store) as source:
            gather_all(source)


@contextmanager
def named(described: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Scenario and context of one of the manifest's scenarios, as they can be named inside the ``with`` block.

    They are the library's, or read from the files that the manifest keeps.
    """
    given = described.get("given") or {}
    files: Mapping[str, str] = given.get("files") or {}
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            path = inside(Path(folder), name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = [given.get("scenario") or described["name"], given.get("context")]
        if not given:  # from a version that kept no more than the scenario as it was resolved
            found[1] = described["resolved"]["context"]
        scenario, context = (str(inside(Path(folder), n)) if n is not None and n in files else n for n in found)
        yield str(scenario), context


def inside(folder: Path, name: str) -> Path:
    """Where a file of the manifest goes in a folder: files that lay side by side still do, and none leads out of it."""
    parts = Path(os.path.normpath(name)).parts
    kept = [part for part in parts if part not in (os.sep, Path(name).anchor)]
    return folder.joinpath(*("up" if part == ".." else part.replace(":", "_") for part in kept))


def read_again(described: Mapping[str, Any]) -> Scenario | None:
    """The scenario of the manifest as it was run; None if it cannot be read again or has changed since."""
    import scenarios

    with named(described) as (name, context):
        try:
            found = scenarios.load(name, context)
        except scenarios.InputError:
            return None
    found = replace(found, name=described["name"], scale=described["scale"], years=described["years"])
    return found if found.resolved() == described["resolved"] else None


def published_of(described: Mapping[str, Any]) -> list[Point]:
    """What is published of the base year of a scenario of the manifest, by its context's labels; nothing if there is none."""
    import scenarios
    from scenarios.targets import contexts_with_targets, targets, targets_in

    with named(described) as (name, context):
        try:
            found = scenarios.load(name, context)
        except scenarios.InputError:  # as by a version that had this scenario
            system = described["resolved"]["context"]
            return targets(system) if system in contexts_with_targets() else []
        return [] if found.targets is None else targets_in(found.targets, found.structure)
