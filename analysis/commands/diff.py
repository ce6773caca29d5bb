"""``headway diff``: what tells two scenarios apart, in plain English."""

from __future__ import annotations

from typing import Annotated

from analysis.options import SCENARIO, JsonOption, argument


def diff(
    first: Annotated[str, argument("FIRST", "A scenario: its name in the library, or the path of a file.", **SCENARIO)],
    second: Annotated[str, argument("SECOND", "Another scenario.", **SCENARIO)],
    as_json: JsonOption = False,
) -> None:
    """Say what tells two scenarios apart: system, years, parameters by year, and programmes figure by figure.

    What is written otherwise and comes to the same is no difference; nor are titles, summaries and sources.
    """
    import scenarios
    from analysis.explain.difference import differences
    from analysis.output.terminal import print_table, print_text

    found = differences(scenarios.load(first), scenarios.load(second))
    if as_json:
        print_table(found.records, True)
    else:
        print_text(str(found))
