"""Everything that a report says, gathered from a folder of results, in the order in which it is read."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.figures.lines import HEADLINES
from analysis.figures.small_counts import warning
from analysis.output.html import again, compared, limits, lines
from analysis.output.html.assumed import Assumed, Programme, assumed
from analysis.output.html.cited import Cited, cited
from analysis.output.html.drawn import figures
from analysis.output.html.exhibits import FROM_OTHERS, Column, Exhibit, Numbering, Records
from analysis.studies.compare.stored import unlike
from simulation.vocabulary import school_years

if TYPE_CHECKING:
    from analysis.charts.drawing.source import Source
    from analysis.store import Store
    from analysis.studies.compare.summing import Comparison, Outcome

FIRST = "differences"
"""The chart that opens the comparison."""
GAINS, COSTS_DRAWN = ("gains", "regions"), ("cost-effect",)
"""Charts that stand with who gains, and with costs; the others stand with the comparison."""
COSTS = {"costs", "programme_costs"}
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
    said: list[str]
    """Differences that can be told, those first that are asked about first."""
    more: list[str]
    """The others that can be told."""
    unsaid: str
    """How many figures there are of which no difference can be told, and which."""


@dataclass(frozen=True)
class Report:
    """What a report says."""

    title: str
    stamp: str
    """What stands on everything if runs are missing."""
    warning: str
    """What is said of small counts that are shown."""
    manifest: Mapping[str, Any]
    base: str
    policies: list[str]
    """Titles."""
    period: str
    place: str
    pairs: int
    messages: list[Message]
    outlook: list[str]
    """What is expected without a comparison, in words."""
    why_not: str
    """Why there is no comparison; empty if there is one."""
    closing: list[str]
    how_sure: list[str]
    assumed: list[Assumed]
    programmes: list[Programme]
    unread: list[str]
    """Scenarios that could not be read again, so that they are told without words on their programmes."""
    comparison: list[Exhibit]
    reading: str
    figures: list[Exhibit]
    gains: list[Exhibit]
    costs: list[Exhibit]
    cited: Cited
    others: list[Exhibit]
    """Figures of what other commands found."""
    limits: Mapping[str, Any]
    exhibits: list[Exhibit]
    digest: str
    damage: list[str]
    """What is wrong with the files of the folder."""


@dataclass(frozen=True)
class Inputs:
    """What other commands found, to be shown with the runs."""

    validation: Records = ()
    """As ``headway validate --json`` prints it."""
    evaluation: Records = ()
    """As ``headway evaluate --out FILE.json`` keeps it."""


def gather(store: Store, inputs: Inputs | None = None, verify: bool = True) -> Report:
    """Read a folder of results. Raise :exc:`UserError` for a design, which is no set of scenarios to report on."""
    from analysis.charts.drawing.source import Source
    from analysis.errors import UserError

    store.require_scenarios()
    if not store.done():
        raise UserError(str(store.folder), "no run is done yet", "Run the same command again to finish it.")
    inputs = inputs or Inputs()
    manifest, numbering = store.manifest, Numbering()
    damage = [error.render() for error in store.verify()] if verify else []
    with Source.of(store, inputs.validation, inputs.evaluation) as source:
        read = {s["name"]: again.scenario(s) for s in manifest["scenarios"]}
        told, programmes = assumed(manifest, read, numbering)
        pictures = figures(source)
        found = source.compared(list(HEADLINES))
        why_not = "" if found is not None else unlike(manifest) or "no pair of runs is done"
        first = [numbering.figure(p) for p in pictures if p.name == FIRST]
        tables, reading = _tables(found, source, numbering)
        drawn = [numbering.figure(p) for p in pictures if p.name not in {FIRST, *GAINS, *COSTS_DRAWN, *FROM_OTHERS}]
        gains = _gains(source, numbering) if found else []
        gains += [numbering.figure(p) for p in pictures if p.name in GAINS]
        costs = _costs(source, numbering) if found else []
        costs += [numbering.figure(p) for p in pictures if p.name in COSTS_DRAWN]
        evidence = cited(manifest, numbering)
        others = [numbering.figure(p) for p in pictures if p.name in FROM_OTHERS]
    return Report(
        title=_title(manifest), stamp=manifest.get("stamp", ""), warning=warning(manifest), manifest=manifest, base=manifest["scenarios"][0]["title"],
        policies=[s["title"] for s in manifest["scenarios"][1:]], period=_period(manifest), place=_place(manifest),
        pairs=found.replicates if found else 0, messages=_messages(found, manifest),
        outlook=[f"{e.title}." for e in drawn[:1]] if found is None else [], why_not=why_not, closing=_closing(found),
        how_sure=_how_sure(found, manifest), assumed=told, programmes=programmes,
        unread=[s["title"] for s in manifest["scenarios"] if read[s["name"]] is None],
        comparison=[*first, *tables], reading=reading, figures=drawn, gains=gains, costs=costs, cited=evidence, others=others,
        limits=_limits(manifest), exhibits=numbering.all, digest=store.digest(), damage=damage,
    )  # fmt: skip


def _title(manifest: Mapping[str, Any]) -> str:
    first, *rest = (s["title"] for s in manifest["scenarios"])
    if not rest:
        return first
    if len(rest) <= 2:
        return f"{' and '.join(rest)}, compared with {first}"
    return f"{len(rest)} policies, compared with {first}"


def _period(manifest: Mapping[str, Any]) -> str:
    first = min(s["base_year"] for s in manifest["scenarios"]) + 1
    last = max(s["base_year"] + s["years"] for s in manifest["scenarios"])
    return school_years(first, last)


def _place(manifest: Mapping[str, Any]) -> str:
    from scenarios.places import place_name

    first = manifest["scenarios"][0]
    context = place_name((first.get("resolved") or {}).get("context", ""))
    context = context[:1].upper() + context[1:]
    schools = f"{first['schools']:,} schools" if "schools" in first else ""
    share = first.get("scale", 1)
    return ", ".join(
        part for part in (context, schools, "" if share == 1 else f"a sample of {100 * share:.3g}%") if part
    )


def _messages(found: Comparison | None, manifest: Mapping[str, Any]) -> list[Message]:
    from analysis.studies.compare.report import told_of, untold

    if found is None:
        return []
    said = []
    for o in found.outcomes:
        lines = [
            (line.name, f"{t[:1].upper()}{t[1:]}.".replace(f", {_years(found)}: ", ": ", 1))
            for line, t in told_of(found, o)
        ]
        first = [one for one in lines if one[0] in FIRST_SAID]
        chosen = lines if len(lines) <= MOST_SAID or not first else first
        more = [text for name, text in lines if (name, text) not in chosen]
        said.append(Message(o.policy.title, _lead(found, o), [t for _, t in chosen], more, _unsaid(untold(found, o))))
    names = {found.base.name, *(o.policy.name for o in found.outcomes)}
    for other in manifest["scenarios"]:
        if other["name"] not in names:
            why = unlike({"scenarios": [manifest["scenarios"][0], other]}) or "no pair of its runs is done"
            said.append(Message(other["title"], f"It is not compared: {why}.", [], [], ""))
    return said


def _years(found: Comparison) -> str:
    """The years that a message is about, which stand once at its head and not in every line."""
    return school_years(found.first, found.last)


def _lead(found: Comparison, outcome: Outcome) -> str:
    from analysis.studies.compare.report import told_lines

    if outcome.identical:
        return "It changes nothing: its runs are those of the base."
    measures = {line.measure for line in told_lines(found, outcome)}
    if not measures:
        return f"Compared with {found.base.title}, no difference can be told, which does not mean that there is none."
    if measures <= COSTS:
        return "What it costs can be told. What it changes cannot, which does not mean that it changes nothing."
    return f"Compared with {found.base.title}, {_years(found)}, these differ by more than chance explains:"


def _unsaid(labels: list[str]) -> str:
    """For which figures no difference can be told; the table has all of them."""
    if not labels:
        return ""
    some = "; ".join(labels[:MOST_NAMED])
    which = f"{some}" if len(labels) <= MOST_NAMED else f"{len(labels)} figures, such as {some}"
    return f"No difference can be told, which does not mean that there is none, for {which}."


def _closing(found: Comparison | None) -> list[str]:
    from analysis.studies.compare.report import closing

    return [] if found is None else closing(found)


def _how_sure(found: Comparison | None, manifest: Mapping[str, Any]) -> list[str]:
    if found is None:
        runs = [s["replicates"] for s in manifest["scenarios"]]
        count = f"{min(runs):,}" if min(runs) == max(runs) else f"{min(runs):,} to {max(runs):,}"
        single = " One run says nothing about chance." if max(runs) == 1 else ""
        return [f"Every scenario was run {count} {'time' if max(runs) == 1 else 'times'}.{single}"]
    level = f"{100 * found.level:g}"
    out = 100 - 100 * found.level
    few = " That is few: run 30 pairs or more before you rely on them." if found.replicates < 30 else ""
    return [
        (
            f"Each policy was run beside the base {found.replicates:,} times. Both runs of a pair share their random draws, so that "
            f"the same people fall ill, apply and retire in both unless the policy makes them do otherwise. What is left is the "
            f"policy.{few}"
        ),
        (
            f"An interval of {level}% says where the average difference lies: chance alone would put it elsewhere {out:.0f} times in "
            "100. With many figures some intervals are wrong by chance, so words such as “fewer” stand only where a difference "
            "holds when all figures of the tables are judged at once."
        ),
        "“Cannot tell” does not mean that nothing changes. It means that these runs do not show it.",
    ]


def _tables(found: Comparison | None, source: Source, numbering: Numbering) -> tuple[list[Exhibit], str]:
    from analysis.studies import summary
    from analysis.studies.compare.report import note

    if found is not None:
        return [compared.one_policy(found, outcome, numbering) for outcome in found.outcomes], note(found)
    assert source.db is not None
    records = summary.records(source.db, source.manifest)
    if not records:
        return [], ""
    rows, headings = summary.layout(records, source.manifest)
    label = ""
    for row in rows:
        label = row["line"] or label
        row["line"] = label
    columns = [Column(k, h or "Figure", k.startswith(("20", "19", "range"))) for k, h in headings.items()]
    text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    return [
        numbering.table("How things go on", columns, text, records, "Mean over runs; the range is that of single runs.")
    ], ""


def _gains(source: Source, numbering: Numbering) -> list[Exhibit]:
    by_group = lines.gains(source)
    # One family, so that words hold for all groups at once.
    whole = source.compared(list(dict.fromkeys(line for chosen in by_group.values() for line in chosen)))
    tables = []
    for group, chosen in by_group.items() if whole is not None else ():
        assert whole is not None
        part = compared.part(whole, chosen)
        if part is not None:
            tables.append(compared.side_by_side(part, f"Who gains, by {group}", numbering))
    return tables


def _costs(source: Source, numbering: Numbering) -> list[Exhibit]:
    found = source.compared(lines.costs(source))
    return (
        [] if found is None else [compared.side_by_side(found, "What it costs", numbering, "Prices of the base year.")]
    )


def _limits(manifest: Mapping[str, Any]) -> dict[str, Any]:
    first = manifest["scenarios"][0]
    context = str((first.get("resolved") or {}).get("context", "england"))
    return {
        "fit": limits.FIT, "not_fit": limits.NOT_FIT, "weakest": limits.WEAKEST,
        "sample": limits.SAMPLE if first.get("scale", 1) != 1 else "",
        "elsewhere": "" if context == "england" else limits.ELSEWHERE,
        "doubts": (limits.CHANCE, limits.PARAMETERS, limits.MODEL),
    }  # fmt: skip


def command(report: Report) -> str:
    """The command line that made the runs."""
    return shlex.join(report.manifest.get("command", []))
