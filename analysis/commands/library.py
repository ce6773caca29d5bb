"""``headway library``: what can be run by name."""

from __future__ import annotations

from analysis.show import JsonOption


def library(as_json: JsonOption = False) -> None:
    """List the scenarios that Headway brings along."""
    import scenarios
    from analysis.show import print_table

    records = [{"name": entry.name, "title": entry.title} for entry in scenarios.library()]
    print_table(
        records, as_json, headings={"name": "Scenario", "title": "What it is"}, note="Run one: headway run NAME"
    )
