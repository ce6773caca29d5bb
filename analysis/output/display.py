"""Results as a notebook shows them: HTML from the words, the rounding and the table that commands and reports have.

Results know nothing of display. Where this is imported in IPython it registers how they are shown; everywhere else they
show by their ``repr``. Nothing is loaded and no script runs. Colours are the notebook's own, so that light and dark themes
both read well, and where a forge strips the style what is left is a plain table.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from analysis.explain.words import Explanation, Section
from analysis.figures.rounding import scale_of
from analysis.figures.tables import Column, Table, headed
from analysis.figures.templates import templates
from analysis.figures.words import capital, count, unbroken
from analysis.output.html.report import TEMPLATES, one_policy
from analysis.store import Store
from analysis.studies import validate
from analysis.studies.back_test import told as back_test
from analysis.studies.back_test.study import BackTest
from analysis.studies.compare.brief import brief
from analysis.studies.compare.report import caveats, note
from analysis.studies.compare.summing import Comparison, Outcome
from analysis.studies.evaluate.card import tables
from analysis.studies.evaluate.evaluate import Evaluation
from simulation.vocabulary import school_year, school_years

# Mesa, imported where it is needed, brings a progress bar that it does not use here and that complains in a notebook.
warnings.filterwarnings("ignore", "IProgress not found", module="tqdm")

ALARMS = ("PARTIAL", "Partial", "Precision asked for")
"""How paragraphs begin that nobody may overlook."""


def comparison(found: Comparison) -> str:
    """The answer on one page, who gets and gives programmes, a table for each policy as ``headway compare`` has them, and how to read it."""
    of_policies = (_policy(found, outcome) for outcome in found.outcomes)
    return _html(brief(found), *found.reach, *of_policies, note(found), *caveats(found))


def _policy(found: Comparison, outcome: Outcome) -> Table:
    made = one_policy(found, outcome)
    units = [_unit(found.lines[cell.line].unit) for cell in found.cells]
    rows = [{**row, "unit": unit} for row, unit in zip(made.rows, units, strict=True)]
    return replace(made, columns=(made.columns[0], Column("unit", "Unit"), *made.columns[1:]), rows=rows)


def _unit(unit: str) -> str:
    return scale_of(unit)[1] or ("£" if unit == "GBP" else unit)


def store(found: Store) -> str:
    """The scenarios of a folder, and how many of their runs are there."""
    manifest, done = found.manifest, list(found.records().values())
    failed, expected = list(found.failed().values()), list(found.expected.values())
    rows = []
    for scenario in manifest["scenarios"]:
        name, first = scenario["name"], scenario.get("base_year")
        rows.append({
            "Scenario": scenario["title"], "Name": name,
            "School years": "" if first is None else school_years(first, first + scenario["years"]),
            "Schools": f"{scenario['schools']:,}" if "schools" in scenario else "",
            "Runs done": f"{sum(r['scenario'] == name for r in done):,} of {sum(place[0] == name for place in expected):,}",
            "Runs failed": f"{sum(f.scenario == name for f in failed):,}",
        })  # fmt: skip
    points = len({point for _, point, _ in expected if point is not None})
    told = [f"A design with {count(points, 'point')}."] if points else []
    if manifest["stamp"]:
        told.append(f"{capital(manifest['stamp'])}. Run the same command again to finish it.")
    else:
        told.append("Complete: every run is there.")
    made = headed(f"Results in {found.folder}", rows, ("Schools", "Runs done", "Runs failed"))
    return _html(made, *told)


@dataclass(frozen=True, repr=False)
class Validation:
    """The validation card."""

    lines: Sequence[validate.Card]
    replicates: int

    def __repr__(self) -> str:
        return f"<Validation: {validate.verdict(self.lines, self.replicates)}>"


def validation(found: Validation) -> str:
    """The validation card and its verdict."""
    made = validate.table(found.lines, found.replicates)
    # The target heads its row; its number is for referring to it.
    made = made.only(sorted((c.key for c in made.columns), key=lambda key: key != "target"))
    return _html(replace(made, title="Published and simulated figures of the base year", note=""), made.note)


class Evaluations(list[Evaluation]):
    """Evaluations of one programme, one for each calibration."""

    def __repr__(self) -> str:
        return f"<Evaluations: {', '.join(map(repr, self))}>"


def back_tested(found: BackTest) -> str:
    """The score by series, how many figures are inside, and what is missed and why."""
    made = back_test.table(found)
    title = f"{found.title}: what was foretold after {school_year(found.fit_until)}, and what happened"
    ordered = made.only(sorted((c.key for c in made.columns), key=lambda key: key != "title"))
    return _html(replace(ordered, title=title, note=""), *made.note.splitlines())


def evaluations(found: Sequence[Evaluation]) -> str:
    """The tables of ``headway evaluate``: findings taken apart, where the difference arises, what a policy would do."""
    return _html(*tables(found))


def explanation(told: Explanation) -> str:
    """A programme or a scenario in plain English."""
    return _html(*told.sections, title=told.title)


def _html(*parts: Table | Section | str, title: str = "") -> str:
    style = Markup((TEMPLATES / "shown.css").read_text(encoding="utf-8"))
    return (
        templates(TEMPLATES, unbroken)
        .get_template("shown.html")
        .render(parts=parts, title=title, style=style, alarms=ALARMS)
    )


FORMATTERS: Mapping[type, Callable[[Any], str]] = {
    Comparison: comparison,
    Store: store,
    Evaluation: lambda found: evaluations([found]),
    Evaluations: evaluations,
    Validation: validation,
    BackTest: back_tested,
    Explanation: explanation,
}
"""How each kind of result is shown in HTML."""


def register() -> None:
    """Teach the IPython that runs this, if one does, to show results."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = None if get_ipython is None else get_ipython()
    if shell is not None:
        html = shell.display_formatter.formatters["text/html"]
        for kind, shown in FORMATTERS.items():
            html.for_type(kind, shown)


register()
