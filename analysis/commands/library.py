"""``headway library``: the scenarios and programmes that can be named."""

from __future__ import annotations

from analysis.options import JsonOption


def library(as_json: JsonOption = False) -> None:
    """List the scenarios and programmes that Headway brings along."""
    import scenarios
    from analysis.output.terminal import print_table

    listed = {"scenario": scenarios.library(), "programme": scenarios.programme_library()}
    if as_json:
        records = [{"kind": kind, "name": e.name, "title": e.title} for kind, found in listed.items() for e in found]
        print_table(records, True)
        return
    notes = {
        "scenario": "Run one: headway run NAME",
        "programme": "Read about one: headway explain NAME. Put it in a scenario: under programmes:",
    }
    for kind, entries in listed.items():
        records = [{"name": entry.name, "title": entry.title} for entry in entries]
        headings = {"name": kind.capitalize(), "title": "What it is"}
        print_table(records, False, headings=headings, note=notes[kind])
