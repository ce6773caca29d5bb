"""What a workbook or a deck is made from: a folder of results, read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.figures.labels import within
from analysis.figures.lines import Line, Over
from analysis.figures.small_counts import threshold
from analysis.output.sheet.levels import Levels, levels
from analysis.store.select import labels_of
from analysis.studies.compare.asking import headlines, line_of
from analysis.studies.compare.stored import stored, unlike
from analysis.studies.compare.summing import Comparison, Outcome
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    import duckdb

    from analysis.store import Store

BY_DISADVANTAGE = ("leaver_rate", "vacancy_rate", "pupil_progress")
BY_REGION = ("leaver_rate", "vacancy_rate", "pupil_progress")
OF_PROGRAMMES = (
    "programme_starts",
    "programme_participants",
    "programme_completed",
    "programme_helpers",
    "programme_dose",
)
COSTS = "programme_costs"
HEAD, DEPUTY = (("role", "head"),), (("role", "deputy_head"),)


@dataclass(frozen=True)
class Group:
    """A figure for one of the groups that may gain."""

    by: str
    """What the groups differ in, such as ``sex``."""
    label: str
    line: Line


class Study:
    """The results of a folder, with the lines that are shown of them and what may not be."""

    def __init__(self, store: Store, db: duckdb.DuckDBPyConnection) -> None:
        """Read ``store`` through ``db``. Raise :exc:`UserError` for a design, and for results without any run."""
        self.store, self.db, self.manifest = store, db, store.manifest
        self.scenarios: list[dict[str, Any]] = self.manifest["scenarios"]
        store.require_scenarios()
        if not store.done():
            raise UserError(str(store.folder), "no run is done", "Run the same command again.")
        self.below = threshold(self.manifest)
        """Counts of people below this are not shown."""
        self.unlike = unlike(self.manifest)
        """Why the scenarios cannot be compared; None if they can."""

    @property
    def title(self) -> str:
        """What was run, in a line: ``A, compared with B``."""
        base, *policies = (s["title"] for s in self.scenarios)
        if not policies:
            return base
        how = ", compared with " if self.unlike is None else " and "
        return f"{' and '.join(policies) if len(policies) < 3 else f'{len(policies)} policies'}{how}{base}"

    @property
    def period(self) -> str:
        """The projected school years: ``2026/27 to 2040/41``."""
        first = min(s["base_year"] + 1 for s in self.scenarios)
        last = max(s["base_year"] + s["years"] for s in self.scenarios)
        return school_years(first, last)

    @property
    def runs(self) -> int:
        """Replicates that are done of the scenario that has fewest."""
        done = [r["scenario"] for r in self.store.records().values()]
        return min(done.count(s["name"]) for s in self.scenarios)

    @cached_property
    def programmes(self) -> dict[str, dict[str, Any]]:
        """Every programme of a scenario, as it was resolved, by name."""
        return {name: known for s in self.scenarios for name, known in s["resolved"]["programmes"].items()}

    @cached_property
    def headlines(self) -> list[Line]:
        """The lines that every comparison shows."""
        return headlines()

    @cached_property
    def groups(self) -> list[Group]:
        """Figures for groups of people and places."""
        from simulation.census.dimensions import DIMENSIONS

        found = [
            Group("sex", "women", _line("female_share", HEAD)),
            *(Group("sex", "women" if s == "female" else "men", _line("promotion_rate", (*DEPUTY, ("sex", s)))) for s in DIMENSIONS["sex"]),
            Group("ethnic group", "all but White British", _line("minority_share", HEAD)),
            *(Group("ethnic group", within(e), _line("ethnic_group_share", (*HEAD, ("ethnic_group", e)))) for e in DIMENSIONS["ethnic_group"]),
        ]  # fmt: skip
        for by, labels, chosen in (
            ("disadvantage", DIMENSIONS["disadvantage"], BY_DISADVANTAGE), ("region", labels_of(self.db, "region"), BY_REGION)
        ):  # fmt: skip
            starts = [("programme_starts", (("programme", name),)) for name in self.programmes]
            found += [
                Group(by, _quintile(label) if by == "disadvantage" else label, _line(measure, (*where, (by, label))))
                for measure, where in [*((m, ()) for m in chosen), *starts]
                for label in labels
            ]
        return found

    @cached_property
    def costs(self) -> list[Line]:
        """Costs by item: of staffing schools, then of each programme."""
        from simulation.census.dimensions import DIMENSIONS

        of_schools = [("costs", (), "Staffing schools: all"), *(
            ("costs", (("cost", c),), f"Staffing schools: {within(c)}") for c in DIMENSIONS["cost"]
        )]  # fmt: skip
        of_programmes = [
            (COSTS, where, f"{self.programmes[name]['title']}: {words}")
            for name in self.programmes
            for where, words in (
                ((("programme", name),), "all"),
                *(((("programme", name), ("programme_cost", c)), within(c)) for c in DIMENSIONS["programme_cost"]),
            )
        ]
        return [
            replace(_line(measure, where), label=label, over=Over.SUM)
            for measure, where, label in (*of_schools, *of_programmes)
        ]

    @cached_property
    def of_programmes(self) -> dict[str, dict[str, Line]]:
        """What is counted of each programme, by its name and the measure's."""
        return {
            name: {m: _line(m, (("programme", name),)) for m in (*OF_PROGRAMMES, COSTS)} for name in self.programmes
        }

    @cached_property
    def levels(self) -> Levels:
        """Every line that is shown, in every year."""
        lines = [*self.headlines, *(g.line for g in self.groups), *self.costs]
        lines += [line for of in self.of_programmes.values() for line in of.values()]
        return levels(self.db, self.manifest, lines, self.below)

    @cached_property
    def comparison(self) -> Comparison | None:
        """The headlines compared; None if there is nothing to compare."""
        return self.compared(self.headlines)

    @cached_property
    def cost_differences(self) -> Comparison | None:
        """The costs compared."""
        return self.compared(self.costs)

    def compared(self, lines: Sequence[Line]) -> Comparison | None:
        """``lines`` compared, without figures that may not be published; None if there is nothing to compare."""
        if self.unlike is not None or self.runs < 1:
            return None
        there = [line for line in lines if line in self.levels.lines]
        return stored(self.db, self.manifest, there) if there else None

    def is_hidden(self, found: Comparison, outcome: Outcome, i: int) -> bool:
        """Whether a figure of a comparison may not be published: if either side's may not."""
        cell = found.cells[i]
        sides = (found.base.name, outcome.policy.name)
        return any(self.levels.is_hidden(name, found.lines[cell.line], cell.year) for name in sides)

    def publishable(self, found: Comparison) -> Comparison:
        """A comparison without the figures that may not be published, for words about it."""
        keep = [i for i in range(len(found.cells)) if not any(self.is_hidden(found, o, i) for o in found.outcomes)]
        return found.only(keep)


def _line(measure: str, where: tuple[tuple[str, str], ...]) -> Line:
    from simulation.census.measure import measures

    return line_of(measures()[measure], where)


def _quintile(label: str) -> str:
    return f"{within(label)} fifth of schools"
