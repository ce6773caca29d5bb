"""What each output of a stored study says to its reader, as text: for tests that hold over all of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path

from analysis.api import compare_stored, figures
from analysis.output import display
from analysis.output.html.report import gather, render
from analysis.output.sheet.assumed import IN_FILES
from analysis.output.sheet.workbook import sheets
from analysis.output.slides.deck import deck
from analysis.output.study import Study
from analysis.store import Store
from analysis.studies.compare.brief import each
from analysis.studies.compare.report import closing, note, one_policy
from scenarios.places import library_names

CODE = re.compile(r"<(code|pre|style|title|dl)\b.*?</\1>", re.DOTALL)
"""What is to be typed, or is no text of the page, and the list of versions, machine and digests."""


RAW = re.compile(
    r"\b(?:effects|side_effects|take_up|delivery|places|costs|leave|appoint|develop|learn|register)\.[a-z]\w*"
    r"|\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b"  # snake_case
    r"|(?<![\w/.-])(?:england|wales|kenya|rwanda)(?![\w/.-])"  # a scenario's name where a place is meant
    r"|(?<![\w.])(?:gbp|sd|fte|log-odds|pts_per|percentage_points)\b"
)
"""Keys of files, columns of tables and codes of units."""
NAMES = [name for kind in ("programme", "scenario") for name in library_names(kind) if "-" in name]
"""Names of the library that are no words; each has a title."""
NAME = re.compile(rf"(?<![\w/.-])(?:{'|'.join(sorted(map(re.escape, NAMES), key=len, reverse=True))})(?![\w.-]*\w)")
SAID = re.compile(r"\bThurrock grow-your-own\b")
"""Words of a source."""


def raw(text: str) -> set[str]:
    """What is no plain word, without addresses and names of files."""
    text = SAID.sub("", re.sub(r"https?://\S+|\S+\.csv\b", "", text))
    return {found[0] for form in (RAW, NAME) for found in form.finditer(text)}


def of_page(html: str) -> str:
    """What is read of a page, what is to be typed left out, and the sign that holds a sum of money together."""
    return unescape(re.sub(r"<[^>]+>", " ", CODE.sub(" ", html))).replace("\u2060", "")


def of_report(store: Store) -> str:
    """The report."""
    return of_page(render(gather(store, verify=False)))


def of_workbook(store: Store) -> str:
    """All sheets, but for the columns that give names in files on purpose; the command stands on the cover."""
    with Study.of(store) as study:
        made = sheets(study)
    cells = [
        str(row[column.key])
        for sheet in made
        for row in sheet.table.rows
        for column in sheet.table.columns
        if column.heading != IN_FILES
    ]
    lines = [line for sheet in made for line in (sheet.table.title, sheet.table.note, *sheet.lines)]
    headings = [column.heading for sheet in made for column in sheet.table.columns]
    return "\n".join([*cells, *headings, *(line for line in lines if not line.startswith("Run: "))])


def of_deck(store: Store) -> str:
    """Slides with their notes, but for the one that says what to type."""
    with Study.of(store) as study:
        made = deck(study)
    found = []
    for slide in list(made.file.slides)[:-1]:
        found.append(slide.notes_slide.notes_text_frame.text)
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def of_notebook(store: Store) -> str:
    """What a notebook shows of the comparison."""
    return of_page(display.comparison(compare_stored(store)))


def of_terminal(store: Store) -> str:
    """Tables and paragraphs of ``headway compare``."""
    found = compare_stored(store)
    tables = [*found.reach, *(one_policy(found, o) for o in found.outcomes), *each(found)]
    texts = [f"{table.title} {table.note}" for table in tables] + [note(found), *closing(found)]
    cells = [str(row.get(c.key, "")) for table in tables for row in table.rows for c in table.columns]
    return "\n".join([*texts, *cells, *(c.heading for table in tables for c in table.columns)])


def of_charts(store: Store) -> str:
    """Titles, subtitles, alternatives and words in the pictures of all charts."""
    drawn = figures(store)
    return "\n".join(text for one in drawn.values() for text in (one.title, one.alt, of_page(one.svg)))


@cache
def said(output: Callable[[Store], str], folder: Path) -> str:
    """What an output says of the study in a folder, made once for all tests that read it, with single spaces."""
    return " ".join(output(Store.open(folder)).split())


OUTPUTS: tuple[Callable[[Store], str], ...] = (of_report, of_workbook, of_deck, of_notebook, of_terminal, of_charts)
