"""Everything that a report says, gathered from a folder of results, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.figures.small_counts import warning
from analysis.output import lines
from analysis.output.html.assumed import assumed, cited
from analysis.output.html.exhibits import FROM_OTHERS, Column, Exhibit, Numbering, Records
from analysis.output.study import Study, needs, read_again
from analysis.studies import summary
from analysis.studies.compare.report import (
    closing,
    every_year,
    headings,
    note,
    records,
    table,
    told_lines,
    told_of,
    untold,
)
from analysis.studies.compare.stored import unlike
from simulation.vocabulary import school_year, school_years

if TYPE_CHECKING:
    from analysis.charts.drawing import Figure, Source
    from analysis.store import Store
    from analysis.studies.compare.summing import Comparison, Outcome

FIRST = ("differences",)
"""The chart that opens the comparison."""
GAINS, COSTS_DRAWN = ("gains", "regions"), ("cost-effect",)
"""Charts that stand with who gains, and with costs; the others stand with the comparison."""
COSTS = {"costs", "programme_costs"}
NUMERIC = {"base", "policy", "difference", "interval", "ratio", "pairs"}
MOST_SAID = 8
"""Differences of a policy that the message lists; if more can be told, those of :data:`FIRST_SAID` stand in front."""
FIRST_SAID = {
    "heads_leaving", "new_heads_retained_3", "head_posts_readvertised", "teachers", "pupil_progress", "wellbeing",
    "cost_of_programmes",
}  # fmt: skip
MOST_NAMED = 4
"""Figures that the message names of those that it cannot tell."""


@dataclass(frozen=True)
class Message:
    """What is said of one policy."""

    title: str
    lead: str
    said: Sequence[str] = ()
    """Differences that can be told, those first that are asked about first."""
    more: Sequence[str] = ()
    """The others that can be told."""
    unsaid: str = ""
    """How many figures there are of which no difference can be told, and which."""


@dataclass(frozen=True)
class Inputs:
    """What other commands found, to be shown with the runs."""

    validation: Records = ()
    """As ``headway validate --json`` prints it."""
    evaluation: Records = ()
    """As ``headway evaluate --out FILE.json`` keeps it."""


def gather(store: Store, inputs: Inputs | None = None, verify: bool = True) -> Report:
    """Read a folder of results. Raise :exc:`UserError` for a design, which is no set of scenarios to report on."""
    inputs = inputs or Inputs()
    with Study.of(store, inputs.validation, inputs.evaluation) as study:
        return Report(study, [error.render() for error in store.verify()] if verify else [])


class Report:
    """What a report says."""

    def __init__(self, study: Study, damage: list[str]) -> None:
        """Read all of it; ``damage`` is what is wrong with the files of the folder."""
        numbering, described = Numbering(), study.scenarios
        read = {s["name"]: read_again(s) for s in described}
        self.assumed, self.programmes = assumed(described, read, numbering)
        self.unread = [s["title"] for s in described if read[s["name"]] is None]
        """Scenarios that could not be read again, so that they are told without words on their programmes."""
        drawn, found = figures(study.source), study.comparison

        def of(*names: str) -> list[Exhibit]:
            return [numbering.figure(name, figure) for name, figure in drawn.items() if name in names]

        first = of(*FIRST)
        self.comparison = first + ([] if found is None else [one_policy(found, o, numbering) for o in found.outcomes])
        if found is None:
            self.comparison += _levels(study, numbering)
        self.reading = "" if found is None else note(found)
        self.figures = of(*(set(drawn) - {*FIRST, *GAINS, *COSTS_DRAWN, *FROM_OTHERS}))
        self.gains = (_gains(study.source, numbering) if found else []) + of(*GAINS)
        self.costs = (_costs(study.source, numbering) if found else []) + of(*COSTS_DRAWN)
        self.cited = cited(described, numbering)
        self.others = of(*FROM_OTHERS)
        """Figures of what other commands found."""
        self.exhibits = numbering.all
        self.study, self.damage, self.digest = study, damage, study.store.digest()
        self.warning = warning(study.manifest)
        """What is said of small counts that are shown."""
        self.pairs = found.replicates if found else 0
        self.why_not = "" if found else study.unlike or "no pair of runs is done"
        """Why there is no comparison; empty if there is one."""
        self.messages = [] if found is None else _messages(found, described)
        self.outlook = [f"{e.title}." for e in self.figures[:1]] if found is None else []
        """What is expected without a comparison, in words."""
        self.closing = [] if found is None else closing(found)
        self.how_sure = _how_often(described) if found is None else _how_sure(found)
        self.elsewhere = described[0]["resolved"]["context"] != "england"


def figures(source: Source) -> dict[str, Figure]:
    """All charts that the source holds enough for."""
    from altair.utils.schemapi import debug_mode

    from analysis.charts import draw

    source.gather(needs())
    # To check charts against their schema, which their tests do, takes longer than to draw them.
    with debug_mode(False):
        return draw(source)


def _messages(found: Comparison, described: Sequence[Mapping[str, Any]]) -> list[Message]:
    period = school_years(found.first, found.last)  # stands once at the head and not in every line
    said = []
    for o in found.outcomes:
        told = [
            (line.name, f"{t[:1].upper()}{t[1:]}.".replace(f", {period}: ", ": ", 1)) for line, t in told_of(found, o)
        ]
        first = [one for one in told if one[0] in FIRST_SAID]
        chosen = told if len(told) <= MOST_SAID or not first else first
        more = [text for name, text in told if (name, text) not in chosen]
        lead, unsaid = _lead(found, o, period), _unsaid(untold(found, o))
        said.append(Message(o.policy.title, lead, [t for _, t in chosen], more, unsaid))
    names = {found.base.name, *(o.policy.name for o in found.outcomes)}
    for other in described:
        if other["name"] not in names:
            why = unlike({"scenarios": [described[0], other]}) or "no pair of its runs is done"
            said.append(Message(other["title"], f"It is not compared: {why}."))
    return said


def _lead(found: Comparison, outcome: Outcome, period: str) -> str:
    if outcome.identical:
        return "It changes nothing: its runs are those of the base."
    measures = {line.measure for line in told_lines(found, outcome)}
    if not measures:
        return f"Compared with {found.base.title}, no difference can be told, which does not mean that there is none."
    if measures <= COSTS:
        return "What it costs can be told. What it changes cannot, which does not mean that it changes nothing."
    return f"Compared with {found.base.title}, {period}, these differ by more than chance explains:"


def _unsaid(labels: list[str]) -> str:
    """For which figures no difference can be told; the table has all of them."""
    if not labels:
        return ""
    some = "; ".join(labels[:MOST_NAMED])
    which = some if len(labels) <= MOST_NAMED else f"{len(labels)} figures, such as {some}"
    return f"No difference can be told, which does not mean that there is none, for {which}."


def _how_often(described: Sequence[Mapping[str, Any]]) -> list[str]:
    runs = [s["replicates"] for s in described]
    count = f"{min(runs):,}" if min(runs) == max(runs) else f"{min(runs):,} to {max(runs):,}"
    single = " One run says nothing about chance." if max(runs) == 1 else ""
    return [f"Every scenario was run {count} {'time' if max(runs) == 1 else 'times'}.{single}"]


def _how_sure(found: Comparison) -> list[str]:
    few = " That is few: run 30 pairs or more before you rely on them." if found.replicates < 30 else ""
    pairs = (
        f"Each policy was run beside the base {found.replicates:,} times. Both runs of a pair share their random draws, so "
        "that the same people fall ill, apply and retire in both unless the policy makes them do otherwise. What is left "
        f"is the policy.{few}"
    )
    intervals = (
        f"An interval of {100 * found.level:g}% says where the average difference lies: chance alone would put it elsewhere "
        f"{100 - 100 * found.level:.0f} times in 100. With many figures some intervals are wrong by chance, so words such "
        "as “fewer” stand only where a difference holds when all figures of the tables are judged at once."
    )
    return [
        pairs,
        intervals,
        "“Cannot tell” does not mean that nothing changes. It means that these runs do not show it.",
    ]


def one_policy(found: Comparison, outcome: Outcome, numbering: Numbering) -> Exhibit:
    """The table of one policy, as ``headway compare`` shows it."""
    columns = [Column(key, " ".join(text.split()), key in NUMERIC) for key, text in headings(found).items()]
    columns[0] = Column(columns[0].key, "Figure")
    rows = table(found, outcome)
    for row, cell in zip(rows, found.cells, strict=True):
        later = row["figure"].startswith("  ")
        row["sub"] = "yes" if later else ""
        row["figure"] = row["figure"].strip()
        row["full"] = f"{found.lines[cell.line].label}, {row['figure']}" if later else ""
    data = [r for r in records(found) if r["policy"] == outcome.policy.name]
    several, period = found.first < found.last, school_years(found.first, found.last)
    if every_year(found):
        told = f"The last row of a figure is {period} together." if several else ""
    else:
        together = f"; the row below it is {period} together" if several else ""
        told = f"The first row of a figure is {school_year(found.last)}{together}."
    return numbering.table(f"{outcome.policy.title}, compared with {found.base.title}", columns, rows, data, told)


def side_by_side(found: Comparison, title: str, numbering: Numbering, more: str = "") -> Exhibit:
    """All policies beside each other: for each the difference with its interval, and what can be said."""
    chosen = [i for i, cell in enumerate(found.cells) if cell.year is None or found.first == found.last]
    columns = [Column("figure", "Figure"), Column("base", "Base", True)]
    rows = [{"figure": found.lines[found.cells[i].line].label} for i in chosen]
    for n, outcome in enumerate(found.outcomes):
        columns.append(Column(f"difference{n}", outcome.policy.title, True))
        shown = table(found, outcome)
        for row, i in zip(rows, chosen, strict=True):
            row |= {"base": shown[i]["base"], f"difference{n}": _difference(shown[i])}
    data = [r for k, r in enumerate(records(found)) if k % len(found.cells) in chosen]
    period, level = school_years(found.first, found.last), f"{100 * found.level:g}%"
    told = f"{period}. Differences from the base, with the {level} interval of each alone. {more}".strip()
    return numbering.table(title, columns, rows, data, told)


def _difference(row: Mapping[str, str]) -> str:
    if row["words"] == "the same":
        return "the same in every pair"
    return row["difference"] if row["interval"] == "–" else f"{row['difference']} ({row['interval']}),\n{row['words']}"


def _levels(study: Study, numbering: Numbering) -> list[Exhibit]:
    """The table that closes a run, in place of a comparison."""
    found = summary.records(study.db, study.manifest)
    if not found:
        return []
    rows, named = summary.layout(found, study.manifest)
    label = ""
    for row in rows:
        row["line"] = label = row["line"] or label
    columns = [Column(k, h or "Figure", k.startswith(("20", "19", "range"))) for k, h in named.items()]
    text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    told = "Mean over runs; the range is that of single runs."
    return [numbering.table("How things go on", columns, text, found, told)]


def _gains(source: Source, numbering: Numbering) -> list[Exhibit]:
    by_group = lines.gains(source)
    # One family, so that words hold for all groups at once.
    whole = source.compared(list(dict.fromkeys(line for chosen in by_group.values() for line in chosen)))
    tables = []
    for group, chosen in by_group.items() if whole is not None else ():
        assert whole is not None
        cells = [i for i, cell in enumerate(whole.cells) if whole.lines[cell.line] in chosen]
        if cells:
            tables.append(side_by_side(whole.only(cells), f"Who gains, by {group}", numbering))
    return tables


def _costs(source: Source, numbering: Numbering) -> list[Exhibit]:
    found = source.compared(lines.costs(source))
    return [] if found is None else [side_by_side(found, "What it costs", numbering, "Prices of the base year.")]
