"""From a folder of results to a workbook: all sheets, cover and notes in front, written as xlsx and ODS, then checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import UserError
from analysis.figures.doubt import doubts_in, which
from analysis.figures.estimates import FEWEST_RUNS
from analysis.figures.lines import shown_in
from analysis.figures.tables import Table
from analysis.figures.worth import set_here
from analysis.output.limits import LIMITS
from analysis.output.sheet import ods, xlsx
from analysis.output.sheet.assumed import assumed
from analysis.output.sheet.check import check
from analysis.output.sheet.results import results, validation
from analysis.output.sheet.sheet import Sheet, make
from analysis.output.study import Study
from analysis.store import Store, files
from analysis.studies.compare.answer import hinges
from scenarios.evidence import evidence
from simulation.census.measure import measures

KINDS = {".xlsx": xlsx.workbook, ".ods": ods.workbook}
CONTACT = "Contact: not filled in. Replace this line with the name and address of those who answer for these figures."


def sheets(study: Study) -> list[Sheet]:
    """All sheets of a workbook, in order."""
    held = validation(study)
    rest = [notes(study), *results(study), *assumed(study), *([held] if held else [])]
    return [cover(study), contents(rest), *rest]


def cover(study: Study) -> Sheet:
    """The first sheet: what this is, of whom and when, its limits, and whom to ask."""
    manifest, below = study.manifest, study.below
    hidden = f"Counts of people below {below} are not shown, nor what would give them away: [c]."
    versions, seed = manifest["versions"], study.scenarios[0]["seed"]
    lines = (
        *study.reservations, study.coverage, *([] if below is None else [hidden]),
        f"Made {manifest['made'][:10]} with Headway {versions['headway']}, seed {seed}.",
        "Scenarios:", *(f"{s['title']}. {s['resolved']['summary']}" for s in study.scenarios),
        "Which doubts are in the ranges:", which(doubts_in(study.scenarios)), *_hinges(study),
            *filter(None, [set_here(shown_in("comparison"))]),
        "Limits of use:", *LIMITS["brief"],
        "How to make these figures again:", f"Run: {' '.join(manifest['command'])}",
        f"Digest of the study: {manifest['digest']}. The manifest in the results folder has every value with its source.",
        "Whom to ask:", CONTACT,
    )  # fmt: skip
    about = "Projections of school-leadership pipelines. This sheet says what the workbook is about; the next lists its sheets."
    return Sheet("Cover", Table(study.title, (), (), note=about), lines, widths=(100,))


def _hinges(study: Study) -> list[str]:
    """What the differences hinge on, as far as it may be published."""
    found = study.publishable
    if found is None:
        return []
    return [f"{text}." for outcome in found.outcomes for text in hinges(found, outcome)]


def contents(sheets: Sequence[Sheet]) -> Sheet:
    """The list of the sheets after it, with links to them."""
    rows = [{"Sheet": s.name, "Title": s.table.title, "What it holds": s.table.note} for s in sheets]
    return make("Contents", rows, widths=(16, 48, 90), links=[s.name for s in sheets])


def notes(study: Study) -> Sheet:
    """Shorthand, how to read intervals, and the definition of each measure that is shown."""
    small = f"below {study.below}" if study.below is not None else "small (no scenario here asks for it)"
    shorthand = {
        "[c]": f"Not published: a count of people that is {small}, or a figure that would give one away.",
        "[x]": "Not available: nobody to count or follow, too few runs, or not a number.",
        "[z]": "Not applicable: there is nothing that could stand here.",
    }
    defined = [measures()[name] for name in dict.fromkeys(line.measure for line in study.levels.lines)]
    told = [("Shorthand", *note) for note in shorthand.items()]
    known = {"fewest": FEWEST_RUNS, "grades": LIMITS["grades"]}
    told += [("How to read", term, how.format(**known)) for term, how in LIMITS["reading"].items()]
    told += [
        ("Measure", m.title, f"{_by_title(m.definition)} Source of the definition: {_sources(m.source)}.")
        for m in defined
    ]
    rows = [{"Kind": kind, "Term": term, "Meaning": meaning} for kind, term, meaning in told]
    return make("Notes", rows, widths=(14, 36, 100))


def _by_title(text: str) -> str:
    """A definition that names other measures, with their titles in place of their names."""
    return re.sub(r"\b\w+_\w+\b", lambda m: f"“{measures()[m[0]].title}”" if m[0] in measures() else m[0], text)


def _sources(text: str) -> str:
    """What a measure's definition rests on: the titles of the rows of evidence that it names, or what else it says."""
    named = (evidence().get(word) for word in re.findall(r"\w+", text))
    titles = dict.fromkeys(row.source_title or row.source_url for row in named if row is not None)
    return "; ".join(titles) or text


def targets(store: Store, out: Path | None) -> list[Path]:
    """Files to write: ``out``, or a workbook of each kind in the current folder, named after the results.

    Raise :exc:`UserError` for a place that cannot be written or a kind that is not known.
    """
    if out is None:
        return [Path(f"{store.folder.resolve().name}{kind}") for kind in KINDS]
    if out.suffix.lower() not in KINDS:
        advice = f"Write {out.with_suffix('.xlsx').name}, or leave --out away for both."
        raise UserError(str(out), "a workbook is .xlsx or .ods", advice)
    return [files.ready(out, out.suffix)]


def write(made: Sequence[Sheet], target: Path, title: str) -> list[str]:
    """Write sheets to ``target``, open what was written, and return what is wrong with it: nothing, if all is well."""
    files.put(target, KINDS[target.suffix.lower()](made, title))
    return check(target)
