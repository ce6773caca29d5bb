"""The sheets at the front: cover, contents, and notes on terms, shorthand and measures."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.output.sheet.results import make
from analysis.output.sheet.sheet import Cell, Sheet
from analysis.output.sheet.study import Study
from analysis.studies.summary import FEWEST_FOR_LEVEL

CONTACT = "Contact: not filled in. Replace this line with the name and address of those who answer for these figures."
GRADES = "A: randomised trial or strong quasi-experiment; B: matched comparison or administrative data; C: survey, or before and after; D: claim; J: judgement."
LIMITS = (
    "These are projections of made-up people, not forecasts: they say what would follow if the assumptions held.",
    "Compare scenarios with each other. A level alone is less sure than a difference between scenarios.",
    "Ranges and intervals hold chance alone. Doubt about the parameters and about the model comes on top.",
    "No figure is about a real person, and none should be used to judge a school, a trust or a person.",
    "Many assumptions are judgements: see the grades in the sheet Assumptions before you rely on a figure.",
)


def coverage(study: Study) -> str:
    """The schools and years that the figures are about."""
    from scenarios.places import place_name

    parts = []
    for context, scale, schools in dict.fromkeys((s["resolved"]["context"], s["scale"], s["schools"]) for s in study.scenarios):  # fmt: skip
        sample = "all its schools" if scale == 1 else f"a sample of {100 * scale:.3g}% of its schools"
        parts.append(f"the school system: {place_name(context)}, {sample} ({schools:,} schools)")
    return f"Coverage: {'; '.join(parts)}; school years {study.period}; {study.runs:,} {'run' if study.runs == 1 else 'runs'} of each scenario."


def cover(study: Study) -> Sheet:
    """The first sheet: what this is, of whom and when, its limits, and whom to ask."""
    manifest = study.manifest
    stamp = [f"Not complete: {study.manifest['stamp']}."] if study.manifest.get("stamp") else []
    hidden = [] if study.below is None else [
        f"Counts of people below {study.below} are not shown, nor what would give them away: [c].",
    ]  # fmt: skip
    lines = (
        *stamp, coverage(study), *hidden,
        f"Made {manifest['made'][:10]} with Headway {manifest['versions']['headway']}, seed {study.scenarios[0]['seed']}.",
        "Scenarios:", *(f"{s['title']}. {s['resolved']['summary']}" for s in study.scenarios),
        "Limits of use:", *LIMITS,
        "How to make these figures again:", f"Run: {' '.join(manifest['command'])}",
        f"Digest of the study: {manifest['digest']}. The manifest in the results folder has every value with its source.",
        "Whom to ask:", CONTACT,
    )  # fmt: skip
    about = "Projections of school-leadership pipelines. This sheet says what the workbook is about; the next lists its sheets."
    return Sheet("Cover", study.title, about, lines, widths=(100,))


def contents(sheets: Sequence[Sheet]) -> Sheet:
    """The list of the sheets after it, with links to them."""
    rows = [(sheet.name, sheet.title, sheet.about) for sheet in sheets]
    made = make("Contents", "Contents", "The sheets of this workbook. The first column leads to each of them.", ("Sheet", "Title", "What it holds"), rows)  # fmt: skip
    return Sheet(**{**vars(made), "links": tuple(sheet.name for sheet in sheets), "widths": (16, 48, 90)})


def notes(study: Study) -> Sheet:
    """Shorthand, how to read intervals, and the definition of each measure that is shown."""
    from simulation.census.measure import measures

    threshold = f"below {study.below}" if study.below is not None else "small (no scenario here asks for it)"
    rows: list[tuple[Cell, ...]] = [
        ("Shorthand", "[c]", f"Not published: a count of people that is {threshold}, or a figure that would give one away."),
        ("Shorthand", "[x]", "Not available: nobody to count or follow, too few runs, or not a number."),
        ("Shorthand", "[z]", "Not applicable: there is nothing that could stand here."),
        ("How to read", "School year", "2027/28 is the school year that starts in September 2027. Stocks are counted in November."),
        ("How to read", "Mean of runs", "The average over runs that differ by chance alone. Digits that chance could change are rounded away."),
        ("How to read", "Range", f"The middle 90% of runs; all runs if there are fewer than {FEWEST_FOR_LEVEL}. In one run of ten, chance alone leads outside it."),
        ("How to read", "Interval", "For a difference: where the mean difference lies at 90% confidence, if the assumptions hold. It gets narrower with more runs."),
        ("How to read", "All-at-once interval", "As the interval, but wide enough that it holds for all rows of the sheet at once. Use it when you look for the largest difference."),
        ("How to read", "What can be said", "Follows the all-at-once interval. No difference can be told does not mean that there is none."),
        ("How to read", "Better, worse", "Only said of measures where all would agree; otherwise that is for the reader to judge."),
        ("How to read", "In total, on average, all years", "In total: the sum over years. On average: the mean. All years: those of all years, out of all years."),
        ("How to read", "Grade", "Of evidence. " + GRADES),
    ]  # fmt: skip
    shown = dict.fromkeys(line.measure for line in study.levels.lines)
    rows += [("Measure", measures()[m].title, f"{measures()[m].definition} Source of the definition: {measures()[m].source}") for m in shown]  # fmt: skip
    made = make("Notes", "Notes", "Shorthand, how to read the figures, and definitions of the measures.", ("Kind", "Term", "Meaning"), rows)  # fmt: skip
    return Sheet(**{**vars(made), "widths": (14, 36, 100)})
