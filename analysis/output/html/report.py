"""A report: everything that it says, gathered from a folder of results in the order in which it is read, and its page.

The page is one HTML file with no script and no request, and a policy that forbids both.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import UserError
from analysis.figures import worth
from analysis.figures.lines import left_out
from analysis.figures.tables import Column, Records, Table
from analysis.figures.templates import templates
from analysis.figures.words import unbroken
from analysis.output.authorities import ByAuthority
from analysis.output.html.assumed import assumed, cited
from analysis.output.html.exhibits import FROM_OTHERS, Exhibit, Numbering, data_table
from analysis.output.limits import LIMITS
from analysis.output.study import Study, gather_all, read_again
from analysis.store import files
from analysis.studies import run
from analysis.studies.compare import report as words
from analysis.studies.compare.brief import brief, each, headline
from analysis.studies.compare.difference import difference
from analysis.studies.compare.stored import unlike
from analysis.studies.reach import tables as reach
from analysis.studies.reckoner import table as reckoner_table
from simulation.vocabulary import school_year

if TYPE_CHECKING:
    from analysis.charts.drawing import Figure, Source
    from analysis.charts.drawing.source import Others
    from analysis.store import Store
    from analysis.studies.compare.summing import Comparison, Outcome

FIRST = ("differences",)
"""The chart that opens the comparison."""
GAINS, COSTS_DRAWN = ("gains", "regions"), ("cost-effect",)
"""Charts that stand with who gains, and with costs; the others stand with the comparison."""
BY = {"ethnic_group": "ethnic group", "disadvantage": "disadvantage of schools"}
"""Dimensions whose names are no words of their own."""


def gather(store: Store, others: Others | None = None, verify: bool = True) -> Report:
    """Read a folder of results, and what ``others`` found that is to be shown with them.

    Raise :exc:`UserError` for a design, which is no set of scenarios to report on.
    """
    with Study.of(store, others) as study:
        return Report(study, [error.render() for error in store.verify()] if verify else [])


class Report:
    """What a report says."""

    def __init__(self, study: Study, damage: list[str]) -> None:
        """Read all of it; ``damage`` is what is wrong with the files of the folder."""
        numbering, described = Numbering(), study.scenarios
        read = {s["name"]: read_again(s) for s in described}
        strict = study.below is not None
        drawn, found, reached = figures(study.source), study.comparison, study.reached
        if strict:  # a picture cannot leave out a count alone
            drawn = {name: figure for name, figure in drawn.items() if name in FROM_OTHERS}
        self.headlines, self.brief, self.answers = _answers(study.answered, numbering)
        """Each policy in a sentence; the answer on one page, None without a comparison; all of it, a table each, of several."""

        def of(*names: str) -> list[Exhibit]:
            return [numbering.figure(name, figure) for name, figure in drawn.items() if name in names]

        # In the order in which the page shows them, as they are numbered in it: first what is printed on a dozen pages,
        # then what stands in the annex.
        detail = [made for made in reached if made.title == reach.WHO]
        self.reach = [numbering.table(made) for made in reached if made not in detail]
        """Who gets and gives the programmes: above all that is told of the system."""
        self.assumed, self.programmes = assumed(described, read, numbering)
        self.unread = [s["title"] for s in described if read[s["name"]] is None]
        """Scenarios that could not be read again, so that they are told without words on their programmes."""
        first, each_policy = of(*FIRST), _of_policies(study, found)
        several = found is not None and len(each_policy) > 1
        at_once = [_beside(study, found)] if found is not None and several else each_policy
        self.comparison = first + [numbering.table(made) for made in at_once]
        self.comparison += [] if found or strict else _levels(study, numbering)
        self.reading = "" if found is None else words.note(found)
        self.outlook_figures = of(*_course()) if found is None else []
        """Figures of a run that is not compared."""
        by_authority = ByAuthority(study)
        self.by_authority = [] if by_authority.overview is None else [numbering.table(by_authority.overview)]
        """What each authority did, where programmes are those of authorities; a page for each follows in the annex."""
        self.gains = of(*GAINS) if found else []
        self.costs = (_costs(study, numbering) if found else []) + of(*COSTS_DRAWN)
        self._annex(study, numbering, of, each_policy if several else [], detail, by_authority, described)
        self.exhibits = numbering.all
        self.study, self.damage, self.digest = study, damage, study.store.digest()
        self.warning = _left_out(study.below)
        """What is said of small counts that are left out."""
        self.found = found
        """The headlines compared; None if there is no comparison."""
        self.why_not = "" if found else study.unlike or "no pair of runs is done"
        """Why there is no comparison; empty if there is one."""
        self.not_compared = [] if found is None else _not_compared(found, described)
        """Scenarios that are not compared, and why."""
        self.outlook = [f"{e.title}." for e in self.outlook_figures[:1]]
        """What is expected without a comparison, in words."""
        self.closing = [] if found is None else words.caveats(found)
        self.elsewhere = described[0]["resolved"]["context"] != "england"

    def _annex(
        self, study: Study, numbering: Numbering, of: Callable[..., list[Exhibit]], each_policy: list[Table],
        detail: list[Table], by_authority: ByAuthority, described: Sequence[Mapping[str, Any]],
    ) -> None:  # fmt: skip
        """What is behind the rest, numbered after it."""
        found = study.comparison
        self.reach_detail = [numbering.table(made) for made in detail]
        """Of which roles, phases and places those are who get and give the programmes."""
        self.each_policy = [numbering.table(made) for made in each_policy]
        """All that is compared of each policy, of several."""
        self.gains_detail = _gains(study, numbering) if found else []
        """Every group's figures."""
        self.course = of(*_course()) if found else []
        """How things go on, for background."""
        self.authorities = [(one, [numbering.table(table) for table in one.tables]) for one in by_authority.authorities]
        reckoner = study.source.others.reckoner
        self.reckoner = [numbering.table(_reckoned(reckoner), from_runs=False)] if reckoner else []
        """What one unit of each lever does."""
        noticed = None if found is None else worth.table(found.lines)
        self.worth = [numbering.table(noticed, from_runs=False)] if noticed and noticed.rows else []
        """From which difference on each figure is noticed, and why."""
        self.cited = cited(described, numbering)
        self.others = of(*FROM_OTHERS)
        """Figures of what other commands found."""


def _course() -> set[str]:
    """Charts of how things go on."""
    from analysis.charts import charts

    return set(charts()) - {*FIRST, *GAINS, *COSTS_DRAWN, *FROM_OTHERS}


def figures(source: Source) -> dict[str, Figure]:
    """All charts that the source holds enough for."""
    from altair.utils.schemapi import debug_mode

    from analysis.charts import draw

    gather_all(source)
    # To check charts against their schema, which their tests do, takes longer than to draw them.
    with debug_mode(False):
        return draw(source)


def _answers(found: Comparison | None, numbering: Numbering) -> tuple[list[str], Exhibit | None, list[Table]]:
    if found is None:
        return [], None, []
    several = len(found.outcomes) > 1
    made = numbering.table(brief(found, short=several))
    return [headline(found, o) for o in found.outcomes], made, each(found) if several else []


def _left_out(below: int | None) -> str:
    if below is None:
        return ""
    return (
        f"Counts of people below {below:,}, and what would give them away, are left out ({reach.KEPT_BACK}), and so are pictures and "
        "pages of authorities, which would show them."
    )


def _kept_back(study: Study, found: Comparison, outcome: Outcome, made: Table) -> Table:
    """The table of a policy, a row a figure, with those that may not be published kept back, of its records too."""
    if study.below is None:
        return made
    away = [study.is_hidden(found, outcome, i) for i in range(len(found.cells))]
    first = made.columns[0].key
    rows = [
        {key: reach.KEPT_BACK if gone and key not in (first, "full") else cell for key, cell in row.items()}
        for row, gone in zip(made.rows, away, strict=True)
    ]
    return replace(made, rows=rows, records=[one for one, gone in zip(made.records, away, strict=True) if not gone])


def _not_compared(found: Comparison, described: Sequence[Mapping[str, Any]]) -> list[str]:
    names = {found.base.name, *(o.policy.name for o in found.outcomes)}
    said = []
    for other in (one for one in described if one["name"] not in names):
        reason = unlike({"scenarios": [described[0], other]}) or "no pair of its runs is done"
        said.append(f"{other['title']} is not compared: {reason}.")
    return said


def one_policy(found: Comparison, outcome: Outcome) -> Table:
    """The table of one policy, with its years in the note, as a page has room for it."""
    made, period, several = words.one_policy(found, outcome), words.period(found), found.first < found.last
    if words.every_year(found):
        told = f"The last row of a figure is {period} together." if several else ""
    else:
        together = f"; the row below it is {period} together" if several else ""
        told = f"The first row of a figure is {school_year(found.last)}{together}."
    return replace(made, columns=(Column(made.columns[0].key, "Figure"), *made.columns[1:]), note=told)


def _of_policies(study: Study, found: Comparison | None) -> list[Table]:
    """All that is compared of each policy, a table each."""
    outcomes = [] if found is None else found.outcomes
    return [_kept_back(study, found, o, one_policy(found, o)) for o in outcomes if found is not None]


def _beside(study: Study, found: Comparison) -> Table:
    """Several policies in one table, over all years."""
    return words.side_by_side(
        study.without_hidden(found), "The policies beside each other", "The annex has the last year, too."
    )


def _levels(study: Study, numbering: Numbering) -> list[Exhibit]:
    """The table that closes a run, in place of a comparison."""
    told = "Mean over runs; the range is that of single runs."
    made = run.table(run.records(study.db, study.manifest), study.manifest, "How things go on", told)
    label, rows = "", []
    for row in made.rows:
        label = row["line"] or label
        rows.append({**row, "line": label})
    columns = (Column("line", "Figure"), *made.columns[1:])
    return [numbering.table(replace(made, rows=rows, columns=columns))] if rows else []


def _gains(study: Study, numbering: Numbering) -> list[Exhibit]:
    by_group = study.gains_in_report
    # One family, so that words hold for all groups at once.
    whole = study.source.compared(list(dict.fromkeys(line for chosen in by_group.values() for line in chosen)))
    if whole is None:
        return []
    whole = study.without_hidden(whole)
    cells = {by: [i for i, c in enumerate(whole.cells) if whole.lines[c.line] in of] for by, of in by_group.items()}
    titles = {by: f"Who gains, by {BY.get(by, by)}" for by, chosen in cells.items() if chosen}
    return [
        numbering.table(words.side_by_side(whole.only(cells[by]), title, left_out("report", by)))
        for by, title in titles.items()
    ]


def _reckoned(found: Records) -> Table:
    try:
        return reckoner_table(found)
    except (KeyError, TypeError) as error:
        advice = "Write it with headway reckoner PROGRAMME --json."
        raise UserError("reckoner", "these are no records of a reckoner", advice) from error


def _costs(study: Study, numbering: Numbering) -> list[Exhibit]:
    found = study.source.compared(study.costs_in_report)
    if found is None:
        return []
    found = study.without_hidden(found)
    there = [i for i in range(len(found.cells)) if not all(_is_nothing(found, o, i) for o in found.outcomes)]
    made = words.side_by_side(
        found.only(there), "What it costs", "Prices of the base year; what nobody pays is left out."
    )
    return [numbering.table(made)] if there else []


def _is_nothing(found: Comparison, outcome: Outcome, cell: int) -> bool:
    """Whether there is none of something with a policy or without."""
    d = difference(found, outcome, cell)
    return d.same and d.base == 0


FOLDER, PAGE, TABLES = "report", "report.html", "tables.json"
"""Where reports go in a folder of results; ``tables.json`` keeps what their figures and tables show."""
TEMPLATES = Path(__file__).parent / "templates"


def write(store: Store, out: Path | None = None, others: Others | None = None) -> tuple[Path, Report]:
    """Write the report of a folder and keep what its figures and tables show; return its path and what it says.

    Raise :exc:`UserError` for a folder that cannot be reported on or written to.
    """
    report = gather(store, others)
    kept = store.folder / FOLDER
    shown = {e.id: {"title": e.title, "data": data_table(e.data).decode()} for e in report.exhibits}
    path = out or kept / PAGE
    page = render(report).encode()
    inputs = vars(report.study.source.others)
    files.put(files.folder(kept) / TABLES, files.sealed({"exhibits": shown, "inputs": inputs}))
    files.give(files.folder(path.parent) / path.name, page)
    return path, report


def read_records(path: Path | None) -> list[dict[str, Any]]:
    """A JSON list of records. Raise :exc:`UserError` for anything else."""
    if path is None:
        return []
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(str(path), f"it cannot be read as JSON: {error}") from error
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise UserError(str(path), "it is no JSON list of records", "Write it with --json or --out FILE.json.")
    return found


def render(report: Report) -> str:
    """The page."""
    from markupsafe import Markup

    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = templates(TEMPLATES, unbroken).get_template("report.html")
    return page.render(r=report, limits=LIMITS, style=Markup(style), policy=policy)
