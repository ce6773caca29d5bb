"""``headway measures``: what a run measures, and by which definitions."""

from __future__ import annotations

from typing import Annotated

from analysis.options import JsonOption, argument


def measures(
    words: Annotated[
        list[str] | None, argument("[WORD...]", "Only measures whose name or title has all of these words.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the measures of the census: name, unit, definition, what they are broken down by, and source."""
    from analysis.errors import UserError
    from analysis.output.terminal import print_table
    from simulation.census.measure import measures as all_measures

    records = [
        {
            "name": m.name,
            "title": m.title,
            "unit": m.unit,
            "broken_down_by": [*m.places, *m.axes] if as_json else ", ".join((*m.places, *m.axes)),
            "definition": m.definition,
            "source": m.source,
        }
        for m in all_measures().values()
        if all(word.lower() in f"{m.name} {m.title}".lower() for word in words or ())
    ]
    if not records:
        raise UserError(" ".join(words or ()), "no measure has all of these words", "All of them: headway measures")
    headings = {"name": "Measure", "unit": "Unit", "definition": "Definition", "broken_down_by": "By"}
    print_table(records, as_json, headings=headings)
