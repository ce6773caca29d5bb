"""How a command that has an answer ends: its chart is kept, its tables and sentences are printed, and runs that failed are owned up to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import typer

from analysis.charts.drawing.figure import Figure
from analysis.figures.doubt import which
from analysis.figures.tables import Table
from analysis.output.terminal import print_json, print_paragraphs, print_text, show
from analysis.studies.compare.report import failures
from analysis.studies.compare.summing import Comparison
from analysis.telling import say


def answered(
    tables: Sequence[Table], sentences: Sequence[str], *, as_json: bool, chart: Path | None = None, draw: Callable[[], Figure] | None = None,
    pairs: Comparison | None = None,
) -> None:  # fmt: skip
    """Print tables and sentences, or the tables' records as JSON; ``draw`` makes the chart, if ``chart`` says where it goes.

    Behind the sentences stands which doubts are in the ``pairs`` that they are from. Raise :exc:`typer.Exit` with code 3 if some of these failed.
    """
    if chart is not None and draw is not None:
        draw().save(chart)
    if as_json:
        print_json([record for table in tables for record in table.records])
    else:
        for table in tables:
            show(table)
        print_paragraphs([*sentences, *([] if pairs is None else [which(pairs.doubts)])])
        if chart is not None:
            print_text(f"Chart: {chart.with_suffix('.svg')}")
    if pairs is not None and pairs.failures:
        say(failures(pairs))
        raise typer.Exit(3)
