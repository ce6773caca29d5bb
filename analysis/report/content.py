"""Everything that a report says, gathered from a folder of results, in the order in which it is read."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.report import again, compared, limits, lines
from analysis.report.assumed import Assumed, Programme, assumed
from analysis.report.cited import Cited, cited
from analysis.report.drawn import figures, inline
from analysis.report.exhibits import Column, Exhibit, Numbering
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    import duckdb

    from analysis.comparison.study import Comparison, Outcome
    from analysis.runstore import Store

LEVEL = 0.9
COSTS = {"costs", "programme_costs"}
MOST_NAMED = 4
"""Figures that the message names of those that it cannot tell."""


@dataclass(frozen=True)
class Message:
    """What is said of one policy."""

    title: str
    lead: str
    said: list[str]
    """Differences that can be told."""
    unsaid: str
    """How many figures there are of which no difference can be told, and which."""


@dataclass(frozen=True)
class Report:
    """What a report says."""

    title: str
    stamp: str
    """What stands on everything if runs are missing."""
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
    limits: Mapping[str, Any]
    exhibits: list[Exhibit]
    digest: str
    damage: list[str]
    """What is wrong with the files of the folder."""


def gather(store: Store, verify: bool = True) -> Report:
    """Read a folder of results. Raise :exc:`UserError` for a design, which is no set of scenarios to report on."""
    from analysis.errors import UserError

    if any(point is not None for _, point, _ in store.expected.values()):
        raise UserError(str(store.folder), "this is a design with many points, not scenarios to report on",
                        "Take what you need with: headway export")  # fmt: skip
    manifest = store.manifest
    numbering = Numbering()
    damage = [error.render() for error in store.verify()] if verify else []
    with store.connect() as db:
        if not db.execute("SELECT 1 FROM runs LIMIT 1").fetchone():
            raise UserError(str(store.folder), "no run is done yet", "Run the same command again to finish it.")
        found, why_not = _comparison(store, db)
        read = {s["name"]: again.scenario(s) for s in manifest["scenarios"]}
        told, programmes = assumed(manifest, read, numbering)
        tables, reading = _tables(found, db, manifest, numbering)
        drawn = _figures(db, manifest, numbering)
        gains = _gains(store, db, found, numbering)
        costs = _costs(store, db, found, numbering)
        evidence = cited(manifest, numbering)
    return Report(
        title=_title(manifest), stamp=manifest.get("stamp", ""), manifest=manifest, base=manifest["scenarios"][0]["title"],
        policies=[s["title"] for s in manifest["scenarios"][1:]], period=_period(manifest), place=_place(manifest),
        pairs=found.replicates if found else max(s["replicates"] for s in manifest["scenarios"]),
        messages=_messages(found), outlook=[f"{e.title}." for e in drawn] if found is None else [], why_not=why_not,
        closing=_closing(found), how_sure=_how_sure(found, manifest), assumed=told, programmes=programmes,
        unread=[s["title"] for s in manifest["scenarios"] if read[s["name"]] is None],
        comparison=tables, reading=reading, figures=drawn, gains=gains, costs=costs, cited=evidence,
        limits=_limits(manifest), exhibits=numbering.all, digest=store.digest(), damage=damage,
    )  # fmt: skip


def _comparison(store: Store, db: duckdb.DuckDBPyConnection) -> tuple[Comparison | None, str]:
    from analysis.comparison.stored import from_store
    from analysis.errors import UserError

    try:
        return from_store(store, level=LEVEL, db=db), ""
    except UserError as error:
        return None, error.problem.removeprefix("nothing to compare: ")


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
    return f"{school_year(first)} to {school_year(last)}" if last > first else school_year(last)


def _place(manifest: Mapping[str, Any]) -> str:
    first = manifest["scenarios"][0]
    context = (first.get("resolved") or {}).get("context", "")
    schools = f"{first['schools']:,} schools" if "schools" in first else ""
    share = first.get("scale", 1)
    return ", ".join(part for part in (context, schools, "" if share == 1 else f"a sample of {100 * share:.3g}%") if part)


def _messages(found: Comparison | None) -> list[Message]:
    from analysis.comparison.report import told, untold

    if found is None:
        return []
    return [
        Message(o.policy.title, _lead(found, o), [f"{t[:1].upper()}{t[1:]}." for t in told(found, o)], _unsaid(untold(found, o)))
        for o in found.outcomes
    ]


def _lead(found: Comparison, outcome: Outcome) -> str:
    from analysis.comparison.report import told_lines

    if outcome.identical:
        return "It changes nothing: its runs are those of the base."
    measures = {line.measure for line in told_lines(found, outcome)}
    if not measures:
        return f"Compared with {found.base.title}, no difference can be told, which does not mean that there is none."
    if measures <= COSTS:
        return "What it costs can be told. What it changes cannot, which does not mean that it changes nothing."
    return f"Compared with {found.base.title}, these differ by more than chance explains:"


def _unsaid(labels: list[str]) -> str:
    """For which figures no difference can be told; the table has all of them."""
    if not labels:
        return ""
    some = "; ".join(labels[:MOST_NAMED])
    which = f"{some}" if len(labels) <= MOST_NAMED else f"{len(labels)} figures, such as {some}"
    return f"No difference can be told, which does not mean that there is none, for {which}."


def _closing(found: Comparison | None) -> list[str]:
    from analysis.comparison.report import closing

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
        f"Each policy was run beside the base {found.replicates:,} times. Both runs of a pair share their random draws, so that "
        f"the same people fall ill, apply and retire in both unless the policy makes them do otherwise. What is left is the "
        f"policy.{few}",
        f"An interval of {level}% says where the average difference lies: chance alone would put it elsewhere {out:.0f} times in "
        "100. With many figures some intervals are wrong by chance, so words such as “fewer” stand only where a difference "
        "holds when all figures of the tables are judged at once.",
        "“Cannot tell” does not mean that nothing changes. It means that these runs do not show it.",
    ]


def _tables(
    found: Comparison | None, db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], numbering: Numbering
) -> tuple[list[Exhibit], str]:
    from analysis import summary
    from analysis.comparison.report import note

    if found is not None:
        return [compared.one_policy(found, outcome, numbering) for outcome in found.outcomes], note(found)
    records = summary.records(db, manifest)
    if not records:
        return [], ""
    rows, headings = summary.layout(records, manifest)
    label = ""
    for row in rows:
        label = row["line"] or label
        row["line"] = label
    columns = [Column(k, h or "Figure", k.startswith(("20", "19", "range"))) for k, h in headings.items()]
    text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows]
    return [numbering.table("How things go on", columns, text, records, "Mean over runs; the range is that of single runs.")], ""


def _figures(db: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], numbering: Numbering) -> list[Exhibit]:
    found = []
    for picture in figures(db, manifest):
        number = 1 + sum(e.is_figure for e in numbering.all)
        svg = inline(picture.svg, f"fig-{number}", picture.title, picture.alt)
        found.append(numbering.figure(picture.title, svg, picture.alt, picture.data, picture.note))
    return found


def _gains(
    store: Store, db: duckdb.DuckDBPyConnection, found: Comparison | None, numbering: Numbering
) -> list[Exhibit]:
    from analysis.comparison.stored import from_store

    if found is None:
        return []
    by_group = lines.gains(db)
    every = [line for chosen in by_group.values() for line in chosen]
    if not every:
        return []
    # One family, so that words hold for all groups at once.
    whole = from_store(store, list(dict.fromkeys(every)), level=LEVEL, db=db)
    tables = []
    for group, chosen in by_group.items():
        part = compared.part(whole, chosen)
        if part is not None:
            tables.append(compared.side_by_side(part, f"Who gains, by {group}", numbering))
    return tables


def _costs(
    store: Store, db: duckdb.DuckDBPyConnection, found: Comparison | None, numbering: Numbering
) -> list[Exhibit]:
    from analysis.comparison.stored import from_store

    if found is None:
        return []
    chosen = lines.costs(db)
    part = compared.part(from_store(store, chosen, level=LEVEL, db=db), chosen)
    return [] if part is None else [compared.side_by_side(part, "What it costs", numbering, "Prices of the base year.")]


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
