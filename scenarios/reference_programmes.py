"""The page of reference on programmes, written from the code and the library."""

from __future__ import annotations

from pathlib import Path

from scenarios.catalogue import programme_library
from scenarios.programme_files.conditions import AUTHORITIES, CODED, LISTS, words_of
from scenarios.programme_files.effects import MOST_KEPT
from scenarios.programme_files.figures import FIGURES, MEANINGS
from scenarios.programme_files.reader import AREAS, KEYS, NEEDED
from scenarios.programme_files.settings import LEVERS, UNCERTAIN_TOO
from simulation.census.outcomes import OUTCOMES
from simulation.processes.eligibility import COLUMNS, OF_PROGRAMMES
from simulation.programmes.channels import CHANNELS, COMPONENTS, SKILLS
from simulation.structure import ENGLAND

PROGRAMMES_PAGE = Path("docs/reference/programmes.md")
"""Where the page stands, from the root of the project."""

_HEAD = """\
# Programmes

A programme is one YAML file: who may join, how many, what is delivered by whom, what it changes, and what it costs.
A [scenario](../guides/scenarios.md#programmes) says which programmes run. `headway explain NAME` tells one in plain
English, and [Use and write a programme](../guides/programmes.md) shows how. This page is written from the code and the library by `python -m scenarios.reference`.
"""

_KEYS = {
    "title": "what it is called",
    "summary": "what it is and how it works, up to 2,000 characters",
    "joins": "`person`, `school` or `cluster`",
    "who": "conditions that all must hold for those who may join; `{}` for everybody",
    "places": "`number` (starts a year in a system of `per_schools` schools) or `share` (of those who may join), `from` "
    "and `until` (school years in which somebody starts), `budget` (GBP a year for grants, in that system); and who comes "
    "first: `quotas` (by name `{share, who}`: parts kept for some, which stay empty if these are too few), `first` (conditions: "
    "who comes before all others), `priority` (a column of numbers, the greatest value first, or `{least: COLUMN}`)",
    "again": "when one who was on it may join again: `{after}` whole years after the end of the last time, `on` `new_role`, "
    "`new_school` or either in a list, `adds_up: true` if what each time gave adds up; `once` if left out",
    "take_up": "figures on who hears, applies, is chosen and completes",
    "delivery": "`years`, figures, `paid: true` if it is a payment, whose grant is then what is delivered, and if there are any: `helpers` (`kind`, `who`, `within`, figures, and a column of numbers, or "
    "`{least: COLUMN}`, as `first`: who of the willing helps before others, and as `serve`: whom the first help) and `cascade` "
    "(`who`, `within`, a figure)",
    "effects": "what it changes, by name: see below",
    "side_effects": "the same, for what is not meant",
    "styles": "ways of doing it, by name: a `summary` and, for each effect by its name, a figure (a ratio): so many times its size. A "
    "scenario chooses one by `style`",
    "costs": "figures, for each place and year of delivery",
    "cost_only": "by path, such as `costs.grant`: why a figure of costs or delivery is a price and acts on nothing",
    "moves": "outcomes that it is meant to move: `{outcome, direction, years_after}`, direction `up` or `down`; `on` says of whom, if not of those who join",
    "leaves_alone": "outcomes that evidence says it does not move: `{outcome, years_after, sources}`",
    "assumes": "sentences: what is assumed where evidence is silent",
    "evidence": "what is known, how firm it is and what is not known; ids of rows of evidence in brackets",
    "cites": "publications of the file's own that `sources` may name: by name, `{title, year, address, says}`",
    "study": "how it was evaluated and what was found: see [Evaluate a programme](../guides/evaluation.md)",
    "calibrations": "readings of what was found: by name, a `summary`, `changes` of figures and parameters, "
    "`fitted_to` (the published findings that they were set to reproduce) and `in` (a scenario in which it is read)",
}

_KEPT = ", ".join(f"at most {most:.0%} of `{by}`" for by, most in MOST_KEPT.items())

_EFFECT = f"""\
An effect has the keys of a figure, with `size` for `value`, and besides:

| key | what it holds |
|---|---|
| `channel` | one of those below |
| `unit` | the unit of the channel |
| `on` | on whom it falls |
| `begins` | years after the start; 0 if left out |
| `half_life` | years in which it halves once delivery is over; `lasts` if left out; `delivery`: it ends with delivery |
| `roles` | of a team, a school, a cluster or those passed over: only people in these roles |
| `skills` | of `capability`: {", ".join(f"`{skill}`" for skill in SKILLS)} |
| `component` | of `cluster_strength`: {", ".join(f"`{component}`" for component in COMPONENTS)} |
| `leader_support` | the effect is multiplied by 1 plus this times the leadership of the school |
| `half_dose` | its own response to hours, in place of `delivery.half_dose` |
| `award` | `true`: it acts only in those who have completed, from then on: a mark that has to be earned |
| `of_gap` | `true`: size is a share of the gap in culture to the helper's school (culture of a school with helpers) |
| `reported` | `{{value, by, kept}}`: what was published of it, how it was found, and the share of that which is its size: {_KEPT} |
| `out_of_order` | why a judged size is larger than that of a programme with more hours and a higher cost, or claims more for its dose than a measured one |
"""


def programmes_page() -> str:
    """The page as Markdown."""
    lines = [_HEAD, "## In the library", "", "| name | title |", "|---|---|"]
    lines += [f"| `{entry.name}` | {entry.title} |" for entry in programme_library()]
    lines += ["", "## Keys of a file", "", "| key | needed | what it holds |", "|---|---|---|"]
    lines += [f"| `{key}` | {'yes' if key in NEEDED else ''} | {_KEYS[key]} |" for key in KEYS]
    lines += ["", "`within` is one of " + ", ".join(f"`{area}`" for area in AREAS) + ".", "", *_figures()]
    lines += ["", "## Effects", "", _EFFECT, "| channel | unit | what it changes | on |", "|---|---|---|---|"]
    for channel in CHANNELS.values():
        bearers = ", ".join(f"`{on.name.lower()}`" for on in channel.bearers)
        lines.append(f"| `{channel.name}` | {channel.unit} | {channel.meaning} | {bearers} |")
    return "\n".join([*lines, "", *_columns(), "", *_outcomes()]) + "\n"


def _figures() -> list[str]:
    head = [
        "## Figures",
        "",
        "A figure is `{value, range: [least, most], sources: [ids], grade, note}`; the note may be left out. The range is what",
        "the evidence can bear, sources are ids of rows in `scenarios/evidence/`, grades are those of [parameters](parameters.md).",
        "A scenario sets levers under `programmes`, and all other figures and sizes of effects under `uncertainties`. Besides the",
        "levers in this table, these are `places.*`, `again`, `withdrawn`, `style`, `without` (effects that are left out, by name),",
        "`delivery.helpers.within`, `first` and `serve`, and `who:` and `delivery.helpers.who:`, which add conditions to the file's or",
        "take the place of one on the same column.",
        "",
        "A size holds at what the file plans: its hours, days of release and training. A scenario that gives others gives so much",
        "of the dose, and what the dose brings goes by `half_dose` (h): with d times the planned hours, d (1 + h) / (d + h) times",
        "the effect. Hours that a file does not plan cannot be set.",
        "",
        "| figure | unit | lever | what it means |",
        "|---|---|---|---|",
    ]
    return head + [
        f"| `{path}` | {due[0]} | {'or uncertain' if path in UNCERTAIN_TOO else 'yes' if path in LEVERS else ''} | {MEANINGS[path]} |"
        for path, due in FIGURES.items()
    ]


def _columns() -> list[str]:
    head = [
        "## Columns for conditions",
        "",
        "A condition is a range, `{least: 2, most: 5}` with both ends in and either left out, or a list of what the column may",
        "be, with `{none_of: […]}` for what it may not be. Where people join, all columns can be used; where schools join,",
        "those of schools and clusters; where clusters join, those of clusters.",
        "",
        "| column | of | unit | what it is | condition |",
        "|---|---|---|---|---|",
    ]
    rows = []
    for column in COLUMNS.values():
        unit = column.unit
        condition = "range"
        if column.name in LISTS:
            words = [f"`{word}`" for word in (words_of(column.name, ENGLAND) if column.name in CODED else ())]
            condition = ", ".join(words) or f"list of {'numbers' if column.name in AUTHORITIES else 'names'}"
            unit = "programmes" if column.name in OF_PROGRAMMES else unit
        rows.append(f"| `{column.name}` | {column.of.name.lower()} | {unit} | {column.meaning} | {condition} |")
    return head + rows


def _outcomes() -> list[str]:
    head = [
        "## Outcomes",
        "",
        "Each is read for every unit that joined, at the census so many years after that of the year of the start, and compared",
        "with the same unit in the run without the programme. Where schools or clusters join, outcomes of people need an `on`:",
        "`team`, `school`, `cluster`, `helper` or `peers` have the meaning that they have in effects, without those who joined.",
        "",
        "What counts as having stayed is defined once, for these outcomes and for the [measures](measures.md) of the census.",
        "",
        "| outcome | of | unit | what it is |",
        "|---|---|---|---|",
    ]
    return head + [f"| `{o.name}` | {o.of.name.lower()} | {o.unit} | {o.meaning} |" for o in OUTCOMES.values()]
